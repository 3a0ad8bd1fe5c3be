"""Decide the state of a real server, by the configured weight, the kernel's row and the checkers' verdict. Pure functions.

    configured  kernel          verdict      otherwise                                          state
    yes         any             dead                                                            DOWN
    yes         absent, or at 0
                by inhibit      not dead     quorum lost, and the sorry server put in           NO QUORUM
    yes         absent          -            keepalived does not run                            UNKNOWN
    yes         absent          -            what the files say of it is not loaded yet         PENDING
    yes         absent          alive                                                           DRIFT
    yes         absent          not known                                                       DOWN
    yes         that weight     -            weight above 0                                     UP
    yes         that weight     -            above 0 by a checker, though the file drains it    DRAINING
    yes         0, as wanted                 connections remain                                 DRAINING
    yes         0, as wanted                 none, in two samples in a row                      DRAINED
    yes         0, another      not known    inhibit_on_failure                                 DOWN
    yes         another         -            what the files say of it is not loaded yet         PENDING
    yes         another                                                                         DRIFT
    no          there           -            what the files say of it is not loaded yet         PENDING
    no          there                                                                           UNMANAGED
    no          absent          -            only the other file has it                         PENDING or DRIFT, likewise

"That weight" is the configured one with what its checkers add to it (see `effective_weight`). Where they change it and
keepalived has not told by how much, any weight is that weight. Without figures, or without knowing what is configured: UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lvstui.cluster.observed.checkers.verdicts import Verdict
from lvstui.cluster.servers.effective_weight import expected, explained, weighed_by
from lvstui.cluster.view import DrainedView, Figures, RealServerState
from lvstui.keepalived import ConfiguredRealServer as Configured

UP, DOWN, DRIFT = RealServerState.UP, RealServerState.DOWN, RealServerState.DRIFT
NO_QUORUM = RealServerState.NO_QUORUM
NO_REASON = "removed by its checker"  # the log does not tell more
DRAINING, DRAINED = RealServerState.DRAINING, RealServerState.DRAINED
PENDING, UNMANAGED, UNKNOWN = RealServerState.PENDING, RealServerState.UNMANAGED, RealServerState.UNKNOWN

GRAVITY = {state: rank for rank, state in enumerate(RealServerState)}


@dataclass(frozen=True, slots=True)
class DirectorContext:
    """The facts that all real servers of a Director stand on."""

    figures: bool  # the kernel's table is known
    configured: bool  # and so is the configuration
    pending: bool | None
    running: bool | None
    samples: int
    fresh: bool = True  # its figures are of now, not of a link that is silent


def judge(
    context: DirectorContext,
    configured: Configured | None,
    weight: int | None,
    uniform: bool,
    verdict: Verdict | None,
    *,
    taken_out: bool = False,
) -> RealServerState:
    """Return the state but for DRAINED, which takes time. `weight` is the kernel's, None when absent there.

    `uniform`: all services of a group have the same weight. `taken_out`: keepalived has taken out the live ones of its virtual
    server, whose quorum is lost.
    """
    if not context.figures or not context.configured:
        return UNKNOWN
    if configured is None:
        if context.pending:
            return PENDING
        return DRIFT if weight is None else UNMANAGED
    if verdict is not None and not verdict.alive:
        return DOWN
    if weight is None:
        return _absent(context, verdict, taken_out=taken_out)
    wanted = expected(configured, verdict)
    if uniform and (weight == wanted or wanted is None) and _explained(configured, weight):
        return DRAINING if not weight or (configured.drained is not None and not configured.weight) else UP
    if weight == 0 and taken_out and configured.inhibit_on_failure:
        return NO_QUORUM
    if weight == 0 and verdict is None and configured.inhibit_on_failure:
        return DOWN
    return PENDING if context.pending else DRIFT


def _explained(configured: Configured, weight: int) -> bool:
    """Return True if anything in the files has made it 0, if it is."""
    return weight > 0 or configured.weight == 0 or bool(weighed_by(configured))


def _absent(context: DirectorContext, verdict: Verdict | None, *, taken_out: bool) -> RealServerState:
    if not context.running:
        return UNKNOWN
    if taken_out and verdict is not None:
        return NO_QUORUM
    if context.pending:
        return PENDING
    return DOWN if verdict is None else DRIFT


def quiet(figures: Figures, *, udp: bool, persistent: bool) -> bool:
    """Return True if no new client is sent to it, and nothing is on it that stopping it would break.

    `persistent`: its virtual server has persistence.
    """
    if figures.kernel_weight != 0:
        return False  # a checker may give it a weight, whatever the file says
    if persistent and figures.persistent is None:
        return False  # an observer's table does not tell of templates
    return not figures.active and not figures.persistent and not (udp and figures.inactive)


def may_be_udp(services: Iterable[str]) -> bool:
    """Return True if a kernel may count flows of UDP there, as inactive ones: behind a firewall mark nobody says what it is."""
    return any(not service.startswith(("tcp/", "sctp/")) for service in services)


def combined(states: Iterable[RealServerState]) -> RealServerState:
    """Return the state of all Directors together: the gravest of those that are known.

    on one Director     on another             the row
    DRAINED             DRAINED                DRAINED: only this means safe to stop
    DRAINED             UNKNOWN                DRAINING
    DRAINED, DRAINING   UP                     DRAINING: one of them still sends clients there; DRIFT when it lasts
    any other two                              the graver one
    """
    known = list(states)
    told = [state for state in known if state is not UNKNOWN]
    if not told:
        return UNKNOWN
    gravest = max(told, key=GRAVITY.__getitem__)
    if gravest is DRAINED and (UP in told or len(told) < len(known)):
        return DRAINING
    return gravest


def half_drained(states: Iterable[RealServerState]) -> bool:
    """Return True if it is drained on one Director while another one still sends clients there."""
    told = {state for state in states if state is not UNKNOWN}
    return UP in told and len(told) > 1 and told <= {UP, DRAINED, DRAINING}


def disagreement(weights: Sequence[tuple[str, int | None, int | None]], *, being_changed: bool) -> str:
    """Say how a server stands on each Director: its name, the weight in the file, the weight in the kernel."""
    configured = {file for _, file, _ in weights} - {None}
    files = len(configured) > 1
    told = ", ".join(
        f"{weight} on {name}" for name, file, kernel in weights if (weight := file if files else kernel) is not None
    )
    if being_changed:
        return f"not on every Director yet: weight {told}"
    return f"the {'files' if files else 'Directors'} disagree: weight {told}"


def reason(
    director: str, figures: Figures, verdict: Verdict | None, running: bool | None, configured: Configured | None
) -> str | None:
    """Say why a real server is not simply UP on a Director, in a few words."""
    state, wanted, has = figures.state, figures.configured_weight, figures.kernel_weight
    if state is DOWN:
        return (verdict and verdict.reason) or (NO_REASON if verdict else "not in the kernel's table")
    if state is NO_QUORUM:
        return "alive, removed by keepalived: quorum lost"
    if state is PENDING:
        new = "not in the file" if wanted is None else f"weight {wanted} in the file"
        return f"{new}, not loaded yet on {director}"
    if state is DRIFT:
        if wanted is None:
            return f"not configured on {director}"
        return f"{_wanted(figures)}, {'absent' if has is None else has} in the kernel of {director}"
    if state is UNMANAGED:
        return f"in the kernel of {director}, in no file"
    if state is UNKNOWN:
        return f"keepalived is not running on {director}" if running is False else None
    return _weight(director, figures, configured)


def drained_by(drained: DrainedView, when: str = "") -> str:
    """Say who drained it and why, as the file has it."""
    return f"drained{when} by {drained.by}" + (f": {drained.reason}" if drained.reason else "")


def _wanted(figures: Figures) -> str:
    effective = figures.effective_weight
    if effective is None or effective == figures.configured_weight:
        return f"weight {figures.configured_weight} in the file"
    return f"weight {figures.configured_weight} in the file, {effective} with what its checkers add"


def _weight(director: str, figures: Figures, configured: Configured | None) -> str | None:
    """Say of one that is in the kernel as it should be why its weight is 0, or is not although the file says so."""
    wanted, has = figures.configured_weight, figures.kernel_weight
    weighed = configured is not None and has is not None and has != wanted and (not has or not wanted)
    if weighed and configured is not None and has is not None:
        return f"{explained(configured, has)}, on {director}" + (": clients are still sent there" if has else "")
    if figures.state is UP:
        return None
    if figures.drained is not None:
        return drained_by(figures.drained, f" {figures.drained.when}")
    return "weight 0 by configuration" if wanted == 0 else None

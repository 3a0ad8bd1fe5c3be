"""The state of a real server, from the configured weight, the kernel's row and the checkers' verdict. Pure functions.

    configured  kernel          verdict      otherwise                         state
    yes         any             dead                                           DOWN
    yes         absent          -            keepalived does not run           UNKNOWN
    yes         absent          -            file not loaded yet               PENDING
    yes         absent          alive                                          DRIFT
    yes         absent          not known                                      DOWN
    yes         that weight                  weight above 0                    UP
    yes         0, as wanted                 connections remain                DRAINING
    yes         0, as wanted                 none, in two samples in a row     DRAINED
    yes         0, another      not known    inhibit_on_failure                DOWN
    yes         another                      file not loaded yet               PENDING
    yes         another                                                        DRIFT
    no          there                        file not loaded yet               PENDING
    no          there                                                          UNMANAGED
    no          absent          -            only the other file has it        PENDING or DRIFT, likewise

Without figures, or without knowing what is configured: UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lvstui.cluster.verdicts import Verdict
from lvstui.cluster.view import Figures, RealServerState
from lvstui.keepalived import RealServer as Configured

UP, DOWN, DRIFT = RealServerState.UP, RealServerState.DOWN, RealServerState.DRIFT
DRAINING, DRAINED = RealServerState.DRAINING, RealServerState.DRAINED
PENDING, UNMANAGED, UNKNOWN = RealServerState.PENDING, RealServerState.UNMANAGED, RealServerState.UNKNOWN

GRAVITY = {state: rank for rank, state in enumerate(RealServerState)}


@dataclass(frozen=True, slots=True)
class Ground:
    """What all real servers of a Director stand on."""

    figures: bool  # the kernel's table is known
    configured: bool  # and so is the configuration
    pending: bool | None
    running: bool | None
    samples: int


def judge(
    ground: Ground, configured: Configured | None, weight: int | None, uniform: bool, verdict: Verdict | None
) -> RealServerState:
    """The state but for DRAINED, which takes time. `weight` is the kernel's, None when absent there.

    `uniform`: all services of a group have the same weight.
    """
    if not ground.figures or not ground.configured:
        return UNKNOWN
    if configured is None:
        if ground.pending:
            return PENDING
        return DRIFT if weight is None else UNMANAGED
    if verdict is not None and not verdict.alive:
        return DOWN
    if weight is None:
        return _absent(ground, verdict)
    if uniform and _wanted(configured, weight, verdict):
        return UP if configured.weight else DRAINING
    if weight == 0 and verdict is None and configured.inhibit_on_failure:
        return DOWN
    return PENDING if ground.pending else DRIFT


def _absent(ground: Ground, verdict: Verdict | None) -> RealServerState:
    if not ground.running:
        return UNKNOWN
    if ground.pending:
        return PENDING
    return DOWN if verdict is None else DRIFT


def _wanted(configured: Configured, weight: int, verdict: Verdict | None) -> bool:
    """The configured weight, or what the checkers have made of it (`misc_dynamic`, tracked files)."""
    if weight == configured.weight:
        return True
    return verdict is not None and verdict.weight == configured.weight and weight == verdict.effective and weight > 0


def quiet(figures: Figures, *, udp: bool) -> bool:
    """Nothing is on it that stopping it would break."""
    return not figures.active and not figures.persistent and not (udp and figures.inactive)


def worst(states: Iterable[RealServerState]) -> RealServerState:
    """The gravest of what is known. DRAINED only when every Director says so: it means safe to stop."""
    known = list(states)
    told = [state for state in known if state is not UNKNOWN]
    if not told:
        return UNKNOWN
    gravest = max(told, key=GRAVITY.__getitem__)
    return DRAINING if gravest is DRAINED and len(told) < len(known) else gravest


def reason(director: str, figures: Figures, verdict: Verdict | None, running: bool | None) -> str | None:
    """Why a real server is not simply UP on a Director, in a few words."""
    state, wanted, has = figures.state, figures.configured_weight, figures.kernel_weight
    if state is DOWN:
        return (verdict and verdict.reason) or ("taken out by its checker" if verdict else "not in the kernel's table")
    if state is PENDING:
        new = "not in the file" if wanted is None else f"weight {wanted} in the file"
        return f"{new}, not loaded yet on {director}"
    if state is DRIFT:
        if wanted is None:
            return f"not configured on {director}"
        return f"weight {wanted} in the file, {'absent' if has is None else has} in the kernel of {director}"
    if state is UNMANAGED:
        return f"in the kernel of {director}, in no file"
    if state in (DRAINING, DRAINED) and figures.drained is not None:
        drained = figures.drained
        return f"drained {drained.when} by {drained.by}" + (f": {drained.reason}" if drained.reason else "")
    if state is UNKNOWN and running is False:
        return f"keepalived does not run on {director}"
    return None

"""Tell which real servers are not as they should be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from lvstui.cluster.checks import drifted
from lvstui.cluster.checks.outages import Outages
from lvstui.cluster.finding import Finding
from lvstui.cluster.flapping import FlappingRun
from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.vip_holders import Holders
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import ProblemSubject
from lvstui.cluster.servers.states import NO_REASON
from lvstui.cluster.text import NAMED, shortened
from lvstui.cluster.view import DirectorView, RealServerState, RealServerView, Severity, VirtualServerView


def in_order(
    views: Sequence[DirectorView],
    servers: Sequence[VirtualServerView],
    holders: Holders,
    found: Outages,
    flapping: Collection[tuple[str, str]],
) -> Iterator[Finding]:
    """Tell which real servers are in a state that they should not be in, where neither an outage that was `found` explains it
    nor they are DOWN because they are `flapping`."""
    states: dict[RealServerState, list[RealServerView]] = {}
    for server in servers:
        if server.as_it_should_be:
            continue
        for real in server.real_servers:
            flaps = real.state is RealServerState.DOWN and (server.id, real.id) in flapping
            if real.state is not RealServerState.UP and not flaps and not _explained(real, found):
                states.setdefault(real.state, []).append(real)
    drift = _drift(states.get(RealServerState.DRIFT, ()), views, servers, holders)
    kinds = (
        (
            RealServerState.DOWN,
            ProblemKind.DOWN,
            Severity.ERROR,
            "DOWN",
            _removed(states.get(RealServerState.DOWN, ())),
        ),
        (
            RealServerState.DRIFT,
            ProblemKind.DRIFT,
            Severity.WARNING,
            "not as configured",
            drift,
        ),
        (
            RealServerState.UNMANAGED,
            ProblemKind.UNMANAGED,
            Severity.WARNING,
            "in a kernel but in no file",
            "Lost when keepalived restarts.",
        ),
    )
    for state, kind, severity, text, detail in kinds:
        if state in states:
            some = states[state]
            about = ProblemSubject(tuple(Target(real.virtual_server, real.id) for real in some))
            yield Finding(kind, kind.value, severity, f"{_names(some)} {text}", detail, subject=about)


def _removed(some: Sequence[RealServerView]) -> str:
    """Return that the checkers removed these, and why, as far as that is known: each reason once."""
    reasons = list(dict.fromkeys(real.reason for real in some if real.reason and real.reason != NO_REASON))
    return f"Removed by keepalived's checkers{': ' if reasons else ''}{shortened(reasons)}."


def flapping(runs: Mapping[tuple[str, str], FlappingRun]) -> Iterator[Finding]:
    """Tell which real servers go DOWN and come back again and again: a problem each, or one of all where they are many."""
    if len(runs) > NAMED:
        targets = tuple(Target(*key) for key in runs)
        text = f"{len(runs)} real servers are flapping: {shortened([target.real_server for target in targets])}"
        yield _flaps("flapping", text, targets)
        return
    for (virtual, real), run in runs.items():
        yield _flaps(f"flapping:{virtual}:{real}", f"{real} in {virtual} {run.text()}", (Target(virtual, real),))


def _flaps(id: str, text: str, targets: tuple[Target, ...]) -> Finding:
    detail = "It goes DOWN and comes back: it is overloaded, or its checkers' limits are too tight (timeout, retry, delay_loop)."
    about = ProblemSubject(targets)
    return Finding(ProblemKind.FLAPPING, id, Severity.ERROR, text, detail, subject=about, counting=True)


def _drift(
    reals: Sequence[RealServerView],
    views: Sequence[DirectorView],
    servers: Sequence[VirtualServerView],
    holders: Holders,
) -> str:
    """Return what the Directors have of these, in words."""
    if not reals:
        return ""
    ids = {real.virtual_server for real in reals}
    roles = {server.id: drifted.roles(server, views, holders) for server in servers if server.id in ids}
    return drifted.explained([(real, roles[real.virtual_server]) for real in reals])


def _explained(real: RealServerView, found: Outages) -> bool:
    """Return True if it is so for no other reason than that its virtual server is missing in a kernel as a whole."""
    where = [(name, figures) for name, figures in real.directors.items() if figures.state is real.state]
    return bool(where) and all(
        figures.alive is not False and found.explain(name, real.virtual_server) for name, figures in where
    )


def _names(reals: Sequence[RealServerView]) -> str:
    by_server: dict[str, list[str]] = {}
    for real in reals[:NAMED]:
        by_server.setdefault(real.virtual_server, []).append(real.id)
    some = "; ".join(f"{', '.join(ids)} in {server}" for server, ids in by_server.items())
    if len(reals) <= NAMED:
        return f"{some} {'is' if len(reals) == 1 else 'are'}"
    return f"{len(reals)} real servers ({some}, …) are"

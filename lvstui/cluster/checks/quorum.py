"""Tell which virtual servers have lost their quorum, since when, why, and who serves their clients instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lvstui.cluster.checks.outages import Outages
from lvstui.cluster.finding import Finding
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import ProblemSubject
from lvstui.cluster.quorum_view import QuorumSide
from lvstui.cluster.text import shortened
from lvstui.cluster.view import DirectorView, LinkState, RealServerState, RealServerView, Severity, VirtualServerView


def quorum(views: Sequence[DirectorView], servers: Sequence[VirtualServerView], found: Outages) -> Iterator[Finding]:
    """Tell of every quorum that is lost on a Director whose figures are fresh."""
    live = {view.name for view in views if view.state is LinkState.LIVE}
    for server in servers:
        if server.quorum is None or not server.quorum.lost or server.id in found.unserved:
            continue  # that its clients are not served is told already
        lost = {name: side for name, side in server.quorum.directors.items() if side.met is False and name in live}
        if lost:
            yield _lost(server, lost)


def _lost(server: VirtualServerView, lost: dict[str, QuorumSide]) -> Finding:
    where = " and ".join(lost)
    side = min(lost.values(), key=lambda one: -1 if one.live_weight is None else one.live_weight)
    weight = "not reported by keepalived" if side.live_weight is None else str(side.live_weight)
    text = f"{server.id} has lost its quorum on {where}: live weight {weight}, {side.needed} needed; {_instead(server, side)}"
    since = min((one.since for one in lost.values() if one.since is not None), default=None)
    serving = server.sorry_server is not None and server.sorry_server.serving
    severity = Severity.CRITICAL if serving or side.live_weight == 0 else Severity.ERROR
    id, about = f"quorum:{server.id}", ProblemSubject(virtual_server=server.id)
    return Finding(
        ProblemKind.QUORUM, id, severity, text, _detail(server, lost, side, since), since=since, subject=about
    )


def _instead(server: VirtualServerView, side: QuorumSide) -> str:
    """Say who serves its clients."""
    if server.sorry_server is not None and server.sorry_server.serving:
        return f"the sorry server {server.sorry_server.id} serves its clients"
    if server.sorry_server is not None:
        return f"the sorry server {server.sorry_server.id} is in no kernel"
    return "its clients are not served" if side.live_weight == 0 else "its clients go to the remaining real servers"


def _detail(server: VirtualServerView, lost: dict[str, QuorumSide], side: QuorumSide, since: float | None) -> str:
    parts = []
    if since is not None:
        parts.append(f"Since {datetime.fromtimestamp(since).astimezone():%Y-%m-%d %H:%M:%S %Z}.")
    missing = [why for real in server.real_servers if (why := _missing(real, lost)) is not None]
    if missing:
        parts.append(f"Not counted: {shortened(missing)}.")
    if side.needed and side.hysteresis:
        again = side.needed + side.hysteresis
        parts.append(f"It is gained again at live weight {again} (quorum {side.needed}, hysteresis {side.hysteresis}).")
    return " ".join(parts)


def _missing(real: RealServerView, lost: dict[str, QuorumSide]) -> str | None:
    """Name a real server that adds nothing to the live weight, and say why; None: it adds something."""
    sides = [one for name, one in real.directors.items() if name in lost and one.configured_weight is not None]
    if any(one.alive is False for one in sides):
        why = f": {real.reason}" if real.reason and real.state is RealServerState.DOWN else ""
        return f"{real.id} (DOWN{why})"
    weights = [one.configured_weight if one.effective_weight is None else one.effective_weight for one in sides]
    return f"{real.id} (weight 0)" if 0 in weights else None

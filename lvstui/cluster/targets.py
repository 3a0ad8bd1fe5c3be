"""Which real servers an operator means. Pure: names in, targets out."""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.intent import Target
from lvstui.cluster.view import ClusterView
from lvstui.keepalived.keys import RealServerKey, canonical_address


def resolve(view: ClusterView, real_server: str, virtual_servers: Sequence[str] = ()) -> tuple[Target, ...]:
    """The targets of ADDRESS:PORT, or of a bare ADDRESS: every port of that machine, in every virtual server (or in those
    named). Raises ValueError for what is no name of a real server, LookupError for what is not there."""
    known = [server.id for server in view.virtual_servers]
    for name in virtual_servers:
        if name not in known:
            raise LookupError(f"there is no virtual server {name}; there are: {', '.join(known) or 'none'}")
    wanted = _wanted(real_server)
    targets = tuple(
        Target(server.id, real.id)
        for server in view.virtual_servers
        if not virtual_servers or server.id in virtual_servers
        for real in server.real_servers
        if real.id == wanted or RealServerKey.parse(real.id).address == wanted
    )
    if not targets:
        where = ", ".join(virtual_servers) or "any virtual server"
        raise LookupError(f"there is no real server {real_server} in {where}")
    return targets


def _wanted(text: str) -> str:
    try:
        return canonical_address(text.strip("[]"))
    except ValueError:
        return str(RealServerKey.parse(text))

"""Which real servers an operator means. Pure: names in, targets out."""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.intent import Action, Target
from lvstui.cluster.view import ClusterView, RealServerView
from lvstui.keepalived.keys import RealServerKey, canonical_address


def real_server_name(text: str) -> str:
    """A real server's name as it is written everywhere. Raises ValueError."""
    return str(RealServerKey.parse(text))


def resolve(
    view: ClusterView, real_server: str, virtual_servers: Sequence[str] = (), action: Action | None = None
) -> tuple[Target, ...]:
    """The targets of ADDRESS:PORT, or of a bare ADDRESS: every port of that machine, in every virtual server (or in those
    named). Those for which the action has nothing to do are left out, unless all are such: then the refusal says why.

    Raises ValueError for what is no name of a real server, LookupError for what is not there.
    """
    known = [server.id for server in view.virtual_servers]
    for name in virtual_servers:
        if name not in known:
            raise LookupError(f"there is no virtual server {name}; there are: {', '.join(known) or 'none'}")
    wanted = _wanted(real_server)
    found = [
        real
        for server in view.virtual_servers
        if not virtual_servers or server.id in virtual_servers
        for real in server.real_servers
        if real.id == wanted or RealServerKey.parse(real.id).address == wanted
    ]
    if not found:
        where = ", ".join(virtual_servers) or "any virtual server"
        raise LookupError(f"there is no real server {real_server} in {where}")
    concerned = [real for real in found if _concerned(real, action)]
    return tuple(Target(real.virtual_server, real.id) for real in concerned or found)


def _concerned(real: RealServerView, action: Action | None) -> bool:
    """Is there something to do, on any Director?"""
    figures = real.directors.values()
    if action == "drain":
        return any(one.configured_weight for one in figures)
    if action == "restore":
        return any(one.drained is not None for one in figures)
    return any(one.configured_weight is not None for one in figures)


def _wanted(text: str) -> str:
    try:
        return canonical_address(text.strip("[]"))
    except ValueError:
        return str(RealServerKey.parse(text))


def named(text: str) -> str:
    """ADDRESS:PORT as it is written everywhere here. Raises ValueError for what is none."""
    return str(RealServerKey.parse(text.strip()))

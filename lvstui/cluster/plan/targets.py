"""Find which real servers an operator means. Pure: names in, targets out."""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Action
from lvstui.cluster.view import ClusterView, RealServerView
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.reading.names import (
    AmbiguousVirtualServer,
    address_or_real_server,
    named_virtual_server,
    typed_virtual_server,
)

__all__ = ["AmbiguousVirtualServer", "real_server_name", "resolve", "virtual_server_name"]


def real_server_name(text: str) -> str:
    """Return ADDRESS:PORT as it is written everywhere here. Raises ValueError for what is none."""
    return str(RealServerKey.parse(text))


def virtual_server_name(view: ClusterView, text: str, *, chosen: bool = False) -> str:
    """Return the virtual server that is meant, by the name that it has in the view; `chosen` there, or else typed.

    Raises LookupError where there is none, or more than one that could be meant; the text names them.
    """
    known = [server.id for server in view.virtual_servers]
    return named_virtual_server(text, known) if chosen else typed_virtual_server(text, known)


def resolve(
    view: ClusterView, real_server: str, virtual_servers: Sequence[str] = (), action: Action | None = None
) -> tuple[Target, ...]:
    """Return the targets of ADDRESS:PORT, or of a bare ADDRESS: every port of that machine.

    They are those in every virtual server, or in those named. Those for which the action has nothing to do are left out,
    unless all are such: then the refusal says why.

    Raises ValueError for what is no name of a real server, LookupError for what is not there.
    """
    named_ones = {virtual_server_name(view, name) for name in virtual_servers}
    wanted = address_or_real_server(real_server)
    found = [
        real
        for server in view.virtual_servers
        if not named_ones or server.id in named_ones
        for real in server.real_servers
        if real.id == wanted or RealServerKey.parse(real.id).address == wanted
    ]
    if not found:
        where = ", ".join(virtual_servers) or "any virtual server"
        raise LookupError(f"no real server {real_server} in {where}")
    concerned = [real for real in found if _concerned(real, action)]
    return tuple(Target(real.virtual_server, real.id) for real in concerned or found)


def _concerned(real: RealServerView, action: Action | None) -> bool:
    """Return True if there is something to do, on any Director."""
    figures = real.directors.values()
    if action == "drain":
        return any(one.configured_weight for one in figures)
    if action == "restore":
        return any(one.drained is not None for one in figures)
    return any(one.configured_weight is not None for one in figures)

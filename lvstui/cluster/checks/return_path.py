"""Tell where the answers of NAT real servers cannot come back to the clients.

With NAT they go through the Director that has the connection: it must forward, and they must reach it. By which way they do is
set on the real servers, and cannot be seen from here; what can be seen is the VIP in their network, which is their gateway in
most pairs, and whether answers come. Where the Directors may have SNAT (`net.ipv4.vs.conntrack` is not 0), answers come back
to a Director's own address and the gateway VIP does not matter: then only requests without any answers tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.observed import gateway
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vip_holders import Holders, parsed
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.text import shortened
from lvstui.cluster.view import DirectorView, LinkState, Severity, VirtualServerView

_UNANSWERED = 3.0  # seconds; what flows within them shows that answers come
_FORWARD = {"inet": "net.ipv4.ip_forward", "inet6": "net.ipv6.conf.all.forwarding"}


def answers(
    directors: Sequence[Director],
    views: Sequence[DirectorView],
    servers: Sequence[VirtualServerView],
    holders: Holders,
) -> Iterator[Finding]:
    """Tell of Directors that do not forward, and of a service and its gateway VIP on different ones."""
    nat = [server for server in servers if server.method == "NAT" and server.real_servers]
    live = [
        (director, view)
        for director, view in zip(directors, views, strict=True)
        if view.state is LinkState.LIVE and director.sysctls is not None
    ]
    for director, view in live:
        settings = {} if director.sysctls is None else dict(director.sysctls.values)
        for family, name in _FORWARD.items():
            if settings.get(name) == "0":
                yield from _forwards(director, view, nat, holders, family, settings)
    yield from _gateways(directors, live, nat, servers, holders)


# --- forwarding ---


def _forwards(
    director: Director,
    view: DirectorView,
    servers: Sequence[VirtualServerView],
    holders: Holders,
    family: str,
    settings: Mapping[str, str],
) -> Iterator[Finding]:
    stuck = [server for server in servers if _stuck(director, server, family, settings)]
    if not stuck:
        return
    name, setting = view.name, _FORWARD[family]
    reached = [server for server in stuck if name in holders.of(server.services)]
    which = shortened([server.id for server in reached or stuck])
    if reached:
        severity, text = (
            Severity.CRITICAL,
            f"{name} does not forward ({setting} is 0): no client of {which} gets an answer",
        )
    else:
        severity = Severity.ERROR
        text = f"{name} does not forward ({setting} is 0): after a failover no client of {which} would get an answer"
    detail = (
        f"With NAT, replies of the real servers go through the Director. Set it to 1 there (`sysctl -w {setting}=1`), and in "
        "/etc/sysctl.d for the next boot."
    )
    yield Finding(ProblemKind.IP_FORWARD, f"ip-forward:{name}:{family}", severity, text, detail, name, A_FAILOVER)


def _stuck(director: Director, server: VirtualServerView, family: str, settings: Mapping[str, str]) -> bool:
    """Return True if answers of its real servers, which come in on an interface that does not forward, would be dropped."""
    for machine in gateway.machines(tuple([real.id for real in server.real_servers])):
        if (":" in machine) != (family == "inet6") or machine in director.addresses or machine.startswith("127."):
            continue
        interface = gateway.interface(director, machine) if family == "inet" else None
        if settings.get(f"net.ipv4.conf.{interface}.forwarding") != "1":  # which an interface may have for itself
            return True
    return False


# --- the gateway VIP ---


@dataclass(frozen=True)
class _Split:
    """A service and the gateway VIP of its real servers, on two Directors."""

    service: str  # the address that clients use
    gateway: str
    holder: str
    other: str
    servers: tuple[VirtualServerView, ...]


def _gateways(
    directors: Sequence[Director],
    live: Sequence[tuple[Director, DirectorView]],
    nat: Sequence[VirtualServerView],
    servers: Sequence[VirtualServerView],
    holders: Holders,
) -> Iterator[Finding]:
    vips = tuple(dict.fromkeys(vip.address for _, view in live for one in view.vrrp for vip in one.vips))
    held = {vip: holders.of_address(vip) for vip in vips}
    if len({names for names in held.values() if names}) < 2:
        return  # all that is held is held by the same
    used = {service.address for server in servers for service in parsed(server.services)}
    ways = {vip: names[0] for vip, names in held.items() if vip not in used and len(names) == 1}
    by_name = {view.name: director for director, view in live}
    for split in _splits(nat, ways, held, gateway.networks(directors)):
        if split.holder in by_name and _unanswered(by_name[split.holder], split):
            yield _apart(split)


def _splits(
    nat: Sequence[VirtualServerView],
    ways: Mapping[str, str],
    held: Mapping[str, tuple[str, ...]],
    networks: tuple[str, ...],
) -> Iterator[_Split]:
    """Return those whose real servers have their gateway VIPs, all of them, on another Director than the service."""
    found: dict[tuple[str, str, str, str], list[VirtualServerView]] = {}
    for server in nat:
        machines = gateway.machines(tuple([real.id for real in server.real_servers]))
        near = dict.fromkeys(vip for machine in machines for vip in gateway.candidates(machine, tuple(ways), networks))
        for address in {service.address for service in parsed(server.services)}:
            holder = held.get(address, ())
            if len(holder) == 1 and near and all(ways[vip] != holder[0] for vip in near):
                vip = next(iter(near))
                found.setdefault((address, vip, holder[0], ways[vip]), []).append(server)
    for key, some in found.items():
        yield _Split(*key, tuple(some))


def _unanswered(director: Director, split: _Split) -> bool:
    """Return True if nothing shows that answers come, and either none can by SNAT, or requests get none."""
    figures = [
        one for server in split.servers for real in server.real_servers if (one := real.directors.get(split.holder))
    ]
    if any(one.out_bps for one in figures):
        return False
    settings = {} if director.sysctls is None else dict(director.sysctls.values)
    return settings.get("net.ipv4.vs.conntrack") == "0" or any(one.in_bps for one in figures)


def _apart(split: _Split) -> Finding:
    text = (
        f"{split.service} is on {split.holder}, and {split.gateway}, the gateway VIP of its real servers, on {split.other}: "
        f"clients of {shortened([server.id for server in split.servers])} time out"
    )
    detail = (
        f"With NAT, replies must return through {split.holder}, and none is seen there. Move both VIPs to one "
        "Director, and keep them together with a vrrp_sync_group."
    )
    id = f"gateway:{split.service}:{split.gateway}"
    return Finding(ProblemKind.GATEWAY, id, Severity.CRITICAL, text, detail, lasts=_UNANSWERED)

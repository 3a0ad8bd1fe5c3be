"""A pair with two virtual servers whose real servers are on two machines; one machine may be drained as a whole."""

from __future__ import annotations

from lvstui.director.protocol.checker_messages import Check, CheckedRealServer
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, ServiceChange, ServiceId
from tests.support.telling import NAMES, WEB, Pair, configuration, service

FIRST, SECOND = "192.168.211.13", "192.168.211.14"
API = ServiceId("inet", "tcp", "10.10.0.20", 443, 0)
POOLS = {WEB: (8081, 8082), API: (8443,)}
MARK = "0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: disks"


def machine_pair(*, drained: bool = False) -> Pair:
    """Return the pair; `drained`: every port of the first machine is."""
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, _file(drained))
        changes = tuple(ServiceChange(service(id), tuple(_rows(ports, drained)), ()) for id, ports in POOLS.items())
        pair.say(name, Ipvs(pair.now, True, True, changes, (), None))
        pair.checkers(name, *(one for id, ports in POOLS.items() for one in _checked(id, ports, drained)))
    return pair


def _weight(machine: str, drained: bool) -> int:
    return 0 if drained and machine == FIRST else 1


def _file(drained: bool) -> bytes:
    base = configuration().decode().partition("virtual_server ")[0]
    for id, ports in POOLS.items():
        reals = "".join(
            f" real_server {machine} {port} {{\n  weight {MARK if drained and machine == FIRST else 1}\n"
            "  TCP_CHECK {\n  }\n }\n"
            for machine in (FIRST, SECOND)
            for port in ports
        )
        base += f"virtual_server {id.address} {id.port} {{\n lb_algo rr\n lb_kind NAT\n protocol TCP\n{reals}}}\n"
    return base.encode()


def _rows(ports: tuple[int, ...], drained: bool) -> list[RealServer]:
    return [
        RealServer(machine, port, "NAT", _weight(machine, drained), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        for machine in (FIRST, SECOND)
        for port in ports
    ]


def _checked(id: ServiceId, ports: tuple[int, ...], drained: bool) -> list[CheckedRealServer]:
    check = (Check("TCP_CHECK", True, True),)
    found = [(machine, port, _weight(machine, drained)) for machine in (FIRST, SECOND) for port in ports]
    of = f"{id.address} tcp {id.port}"
    return [CheckedRealServer(of, machine, port, weight, weight, True, True, check) for machine, port, weight in found]

"""Pairs whose virtual server has a quorum and a sorry server, or a real server whose weight a checker changes: for tests."""

from __future__ import annotations

from lvstui.director.protocol.checker_messages import CheckedRealServer, CheckedVirtualServer
from lvstui.director.protocol.ipvs_messages import RealServerId
from tests.support.telling import NAMES, Pair, checked, configuration, row

VIRTUAL = "tcp/10.10.0.20:80"
SORRY = "192.168.211.13:9999"
EXTRA = " quorum 2\n hysteresis 1\n sorry_server 192.168.211.13 9999\n"
PORTS = (8081, 8082, 8083)
LOST = "Lost quorum 2-1=1 > 0 for VS [10.10.0.20]:tcp:80"
GAINED = "Gained quorum 2+1=3 <= 3 for VS [10.10.0.20]:tcp:80"
ID = "192.168.211.13:8081"
FILE_CHECK = b"FILE_CHECK {\n   track_file load\n   weight 1\n  }"
DYNAMIC = b"MISC_CHECK {\n   misc_path /bin/load\n   misc_dynamic\n  }"
TRACK = b"track_file load {\n file /run/load\n}\n"
MARK = "0  # drained, was 10, 2026-11-22 14:01 by ana@ops1"


def weighed(loaded: int, effective: int) -> CheckedRealServer:
    return checked(8081, weight=loaded)._replace(effective_weight=effective)


def weighed_pair(weight: int | str, effective: int, kernel: int, *, checker: bytes = FILE_CHECK) -> Pair:
    """A pair where a checker of 8081 changes the weight."""
    pair = Pair().up()
    data = configuration({8081: weight, 8082: 1, 8083: 1}).replace(b"TCP_CHECK {\n  }", checker, 1)
    loaded = 0 if isinstance(weight, str) else weight
    for name in NAMES:
        pair.files(name, TRACK + data)
        pair.checkers(name, weighed(loaded, effective), checked(8082), checked(8083))
        pair.ipvs(name, row(8081, kernel), row(8082), row(8083))
    pair.view()
    for _ in range(4):
        pair.after(1.0).sample().view()
    return pair


def told_quorum(up: bool | None, *, sorry: bool = True) -> CheckedVirtualServer:
    server = RealServerId("192.168.211.13", 9999) if sorry else None
    return CheckedVirtualServer("10.10.0.20 tcp 80", 2, 1, up, server, None)


def quorum_pair(extra: str = EXTRA, *, inhibit: bool = False) -> Pair:
    """A pair whose virtual server needs a live weight of 2, and 3 once it had less than 1."""
    pair = Pair().up()
    data = configuration(extra=extra)
    if inhibit:
        data = data.replace(b"TCP_CHECK {", b"inhibit_on_failure\n  TCP_CHECK {")
    for name in NAMES:
        pair.files(name, data)
        pair.checkers(name, *(checked(port) for port in PORTS), quorums=[told_quorum(True)])
    pair.view()
    pair.after(10.0).sample()
    return pair


def lose(pair: Pair, *alive: int) -> None:
    """The quorum is lost on both Directors: these ports are alive, and nothing but the sorry server is in the kernels."""
    for name in NAMES:
        pair.checkers(name, *(checked(port, alive=port in alive) for port in PORTS), quorums=[told_quorum(False)])
        gone = [RealServerId("192.168.211.13", port) for port in PORTS]
        pair.ipvs(name, row(9999, active=4), full=False, gone=gone)

"""What one tick costs the console: 10,000 real servers, 10 % of the rows of the MASTER changed, view() included.

CPU time, so that what else the machine does is not counted. Target: less than 15 ms.

Run by `make bench`, or alone: python -m tests.bench.bench_cluster
"""

from __future__ import annotations

import gc
import hashlib
import random
import statistics
import time

from lvstui.cluster.state import ClusterState
from lvstui.console.runtime.garbage_collection import THRESHOLDS
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer, Checkers
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, Service, ServiceChange, ServiceId
from lvstui.director.protocol.keepalived_messages import Keepalived, Log
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.vrrp_messages import Vrrp, VrrpInstance

SERVERS, REALS, CHANGED, TICKS = 100, 100, 0.1, 60
MAIN = "/etc/keepalived/keepalived.conf"
NAMES = ("director1", "director2")
ROLES = ("MASTER", "BACKUP")
VIP = "10.8.0.250"
WALL = 1_800_000_000.0


def configuration(state: str = "MASTER") -> bytes:
    blocks = [
        f"vrrp_instance VI_1 {{\n state {state}\n interface ens33\n virtual_router_id 51\n priority 100\n"
        f" advert_int 5\n virtual_ipaddress {{\n  {VIP}\n }}\n}}\n"
    ]
    for server in range(SERVERS):
        reals = "".join(
            f" real_server 10.9.{server}.{real} 80 {{\n  weight 1\n  TCP_CHECK {{\n   connect_timeout 3\n   retry 3\n"
            "   delay_before_retry 3\n  }\n }\n"
            for real in range(REALS)
        )
        blocks.append(f"virtual_server 10.8.0.{server} 80 {{\n lb_algo wlc\n lb_kind NAT\n protocol TCP\n{reals}}}\n")
    return "".join(blocks).encode()


def real_server(server: int, real: int, connections: int) -> RealServer:
    counters = (connections, connections * 6, connections * 5, connections * 394, connections * 4240)
    return RealServer(f"10.9.{server}.{real}", 80, "NAT", 1, 0, 0, connections % 50, connections % 9, 0, *counters)


def sample(now: float, counts: dict[tuple[int, int], int], *, full: bool) -> Ipvs:
    rows: dict[int, list[RealServer]] = {}
    for (server, real), connections in counts.items():
        rows.setdefault(server, []).append(real_server(server, real, connections))
    changes = tuple(
        ServiceChange(
            Service(ServiceId("inet", "tcp", f"10.8.0.{server}", 80, 0), "wlc", 0, 0, "", "", 0, 0, 0, 0, 0),
            tuple(reals),
            (),
        )
        for server, reals in rows.items()
    )
    return Ipvs(now, full, True, changes, (), None)


def files(now: float, data: bytes, written: float) -> Files:
    file = File(MAIN, data, hashlib.sha256(data).hexdigest(), WALL + written, 0, 0, 0o644, None)
    return Files(now, MAIN, (file,), (), None)


def checkers(now: float) -> Checkers:
    check = (Check("TCP_CHECK", True, True),)
    return Checkers(
        now,
        tuple(
            CheckedRealServer(f"10.8.0.{server} tcp 80", f"10.9.{server}.{real}", 80, 1, 1, True, True, check)
            for server in range(SERVERS)
            for real in range(REALS)
        ),
        None,
    )


def vrrp(now: float, state: str) -> Vrrp:
    instance = VrrpInstance("VI_1", 51, "ens33", state, 100, 100, 100, 5.0, 2, WALL - 90, (VIP,), 0, 0, 0, 0)
    return Vrrp(now, (instance,), None)


def messages(name: str, role: str) -> list[FromAgent]:
    """What a Director tells first, everything being as it should be."""
    everything = dict.fromkeys(((server, real) for server in range(SERVERS) for real in range(REALS)), 0)
    since = WALL - 100.5
    held = (Address("ens33", VIP, 32),) if role == "MASTER" else ()
    return [
        Hello(0.0, WALL, name, "root", True, "6.1", "3.11", ()),
        sample(0.0, everything, full=True),
        Keepalived(0.0, True, 1, 2, 3, since, "2.2.7", MAIN, name, "systemd", since, None),
        Network(0.0, (Link("ens33", True),), held, None),
        vrrp(0.0, role),
        checkers(0.0),
        files(0.0, configuration(role), -200),
        Log(0.0, "journald", True, (), None),
    ]


def start() -> ClusterState:
    """Both Directors linked."""
    state = ClusterState(NAMES, 0.0, WALL)
    for name, role in zip(NAMES, ROLES, strict=True):
        state.connecting(name, 0.0)
        state.connected(name, "root", 0.0)
        for message in messages(name, role):
            state.receive(name, message, 0.0)
    return state


def main() -> None:
    state = start()
    began = time.process_time()
    view = state.view(0.0, WALL)
    print(f"first view, both files read: {(time.process_time() - began) * 1000:.0f} ms")
    reals = sum(len(server.real_servers) for server in view.virtual_servers)
    choice = random.Random(1)
    counts = dict.fromkeys(((server, real) for server in range(SERVERS) for real in range(REALS)), 0)
    spent = []
    gc.set_threshold(*THRESHOLDS)  # as the console does
    for tick in range(1, TICKS + 1):
        now = float(tick)
        some = choice.sample(sorted(counts), int(len(counts) * CHANGED))
        counts.update((key, counts[key] + 7) for key in some)
        told = [sample(now, {key: counts[key] for key in some}, full=False), Ipvs(now, False, True, (), (), None)]
        began = time.process_time()
        for name, message in zip(NAMES, told, strict=True):
            state.receive(name, message, now)
        state.tick(now)
        state.view(now, WALL + now)
        spent.append((time.process_time() - began) * 1000)
    spent = spent[5:]
    p95 = statistics.quantiles(spent, n=20)[-1]
    print(
        f"{reals} real servers, {CHANGED:.0%} changed: median {statistics.median(spent):.1f} ms, p95 {p95:.1f} ms a tick"
    )


if __name__ == "__main__":
    main()

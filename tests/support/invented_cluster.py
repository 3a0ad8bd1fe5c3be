"""Clusters with random names, addresses and texts, and a minute of their recording, for what an anonymised one may not hold."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network
from pathlib import Path

from hypothesis import strategies as st

from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, Service, ServiceChange, ServiceId
from lvstui.director.protocol.keepalived_messages import Keepalived, Log, LogLine
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.sighting_messages import Sighting, Sightings
from lvstui.director.protocol.vrrp_messages import Vrrp, VrrpInstance
from lvstui.record.chunk_writer import ChunkWriter
from lvstui.record.recorded_state import RecordedState
from lvstui.record.recorder import Recorder

WALL = 1_800_000_000.0
_NAMES = st.from_regex(r"[a-zé][a-z0-9é_-]{2,9}[0-9]", fullmatch=True).filter(
    lambda one: (
        not re.fullmatch(r"anon\d+|[0-9a-f]{1,4}", one)
    )  # the last 16 bits of an address stay, and may be such a name
)
V4 = (
    st.ip_addresses(v=4)
    .filter(lambda one: not (one.is_loopback or one.is_multicast or one.is_reserved))
    .filter(lambda one: one not in ip_network("0.0.0.0/8"))
)
V6 = st.integers(1 << 64, (0xFF << 120) - 1).map(IPv6Address)
_TEXTS = st.lists(_NAMES, min_size=2, max_size=4).map(" ".join)


@dataclass(frozen=True)
class Told:
    """What two Directors of an invented cluster are called, and tell."""

    names: tuple[str, ...]  # two Directors, host, instance, interface, folder, script, argument, who drained
    vip: str
    reals: tuple[str, ...]
    weights: tuple[int, ...]
    comment: str
    reason: str
    alive: int
    mac: str = "52:54:00:ab:cd:ef"

    @property
    def originals(self) -> set[str]:
        return {*self.names, self.vip, *self.reals, self.comment, self.reason, self.main, self.mac}

    @property
    def main(self) -> str:
        return f"/etc/{self.names[5]}/keepalived.conf"

    def file(self) -> bytes:
        """Return the configuration."""
        _, _, _, instance, interface, folder, script, argument, who = self.names
        reals = "".join(
            f" real_server {real} 80 {{\n  weight {weight}  # drained, was 3, 2026-11-22 14:01 by {who}: {self.reason}\n"
            f'  MISC_CHECK {{\n   misc_path "/opt/{folder}/{script} --to {argument}"\n  }}\n }}\n'
            for real, weight in zip(self.reals, self.weights, strict=True)
        )
        return (
            f"# {self.comment}\nvrrp_instance {instance} {{\n state MASTER\n interface {interface}\n virtual_router_id 7\n"
            f" priority 100\n notify /opt/{script}\n virtual_ipaddress {{\n  {self.vip}\n }}\n}}\n"
            f"virtual_server {self.vip} 80 {{\n lb_algo wlc\n lb_kind NAT\n protocol TCP\n{reals}}}\n"
        ).encode()


@st.composite
def tellings(draw: st.DrawFn) -> Told:
    """Give clusters whose names, addresses and texts are random."""
    names = tuple(draw(st.lists(_NAMES, min_size=9, max_size=9, unique=True)))
    kind = draw(st.sampled_from([V4, V6]))
    first, *reals = draw(st.lists(kind, min_size=2, max_size=5, unique=True))
    weights = tuple(draw(st.lists(st.integers(0, 9), min_size=len(reals), max_size=len(reals))))
    alive = draw(st.integers(0, len(reals)))
    return Told(names, str(first), tuple(map(str, reals)), weights, draw(_TEXTS), draw(_TEXTS), alive)


def recorded(told: Told, folder: Path) -> Path:
    """Record a minute of such a cluster. Return the file."""
    writer = ChunkWriter(folder, told.names[2], told.names[:2], 1.0)
    now = [1000.0]
    recorder = Recorder(writer, lambda: now[0], lambda: WALL + now[0])
    state = RecordedState(recorder, told.names[:2], now[0], WALL + now[0], interval=1.0)
    asyncio.run(recorder.commit())
    for name in told.names[:2]:
        state.connecting(name, now[0])
        state.connected(name, "root", now[0])
        for message in messages(told, name, now[0]):
            state.receive(name, message, now[0])
    for _ in range(3):
        state.work(now[0], WALL + now[0])
        asyncio.run(recorder.commit())
        now[0] += 1.0
        state.tick(now[0])
    state.failed(
        told.names[1], f"{told.names[2]} refused the connection", "", permanent=True, retry_in=None, now=now[0]
    )
    state.work(now[0], WALL + now[0])
    asyncio.run(recorder.commit())
    path = writer.path
    assert path is not None
    writer.close()
    return path


def messages(told: Told, name: str, now: float) -> list[FromAgent]:
    """Return what one of the Directors tells."""
    _, _, host, instance, interface, *_ = told.names
    family, wall, data = "inet6" if ":" in told.vip else "inet", WALL + now, told.file()
    service = Service(ServiceId(family, "tcp", told.vip, 80, 0), "wlc", 0, 0, "255.255.255.255", "", 0, 0, 0, 0, 0)
    rows = tuple(
        RealServer(real, 80, "NAT", weight, 0, 0, weight, 0, 0, 0, 0, 0, 0, 0)
        for real, weight in list(zip(told.reals, told.weights, strict=True))[: told.alive]
    )
    vrrp = VrrpInstance(
        instance, 7, interface, "MASTER", 100, 100, 100, 1.0, 2, wall - 50, (told.vip,), 0, 0, 0, 0, family
    )
    file = File(told.main, data, hashlib.sha256(data).hexdigest(), wall - 200, 0, 0, 0o644, None)
    lines = (
        LogLine(wall - 9, "Keepalived_vrrp", f"({instance}) Entering MASTER STATE"),
        LogLine(wall - 8, "Keepalived_vrrp", f"({instance}) Entering unheardof-{host}"),
    )
    return [
        Hello(now, wall, name, "root", True, "6.1.0", "3.11.2", ()),
        Ipvs(now, True, True, (ServiceChange(service, rows, ()),), (), None),
        Keepalived(now, True, 100, 101, 102, wall - 100, "2.2.7", told.main, host, "systemd", wall - 100, None),
        Network(now, (Link(interface, True),), (Address(interface, told.vip, 32),), None),
        Vrrp(now, (vrrp,), None),
        Files(now, told.main, (file,), (), None),
        Log(now, "journald", True, lines, None),
        _sightings(told, now),
    ]


def _sightings(told: Told, now: float) -> Sightings:
    """Return an advert, and the ARP or its like for the VIP."""
    family, interface = "inet6" if ":" in told.vip else "inet", told.names[4]
    advert = Sighting("advert", now, 0.001, interface, False, family, told.reals[0], "", 7, 2, 100, 1.0)
    announced = Sighting("neighbour", now, 0.001, interface, True, family, told.mac, told.vip)
    return Sightings(now, (advert, announced), (), (interface,), 0, None)

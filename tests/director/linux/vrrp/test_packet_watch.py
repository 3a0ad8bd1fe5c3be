"""Packets are watched while that is asked for: own adverts that are news, and the first of each burst of neighbour packets."""

from __future__ import annotations

import asyncio
import socket

import pytest

from lvstui.director.linux.vrrp import packet_watch
from lvstui.director.linux.vrrp.neighbour_packet import NeighbourPacket
from lvstui.director.linux.vrrp.packet_watch import LONGEST, NeighbourBursts, PacketWatch
from lvstui.director.linux.vrrp.vrrp_packet import PROTOCOL
from lvstui.director.protocol.sighting_messages import Sighting
from lvstui.director.protocol.vrrp_messages import VrrpInstance
from tests.support.vrrp_packets import GROUP6, SOURCE6, advertisement, arp, packet, packet6, v2, v3
from tests.support.waiting import limit, until_true

ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD


def instance(interface: str) -> VrrpInstance:
    return VrrpInstance("VI_1", 51, interface, "BACKUP", 50, 50, 100, 1.0, 2, 0.0, ("127.0.0.2",), 0, 0, 0, 0)


def watch() -> tuple[PacketWatch, list[Sighting]]:
    seen: list[Sighting] = []
    return PacketWatch(seen.append), seen


def test_own_adverts_are_told_when_they_are_news() -> None:
    watched, seen = watch()
    watched.take(packet(v2()), "ens33", IPV4, True, 10.0)
    watched.take(packet(v2()), "ens33", IPV4, True, 11.0)
    watched.take(packet(v2(priority=0)), "ens33", IPV4, True, 11.5)
    watched.take(packet(v2()), "ens33", IPV4, False, 11.6)
    assert [(one.kind, one.at, one.own, one.priority) for one in seen] == [
        ("advert", 10.0, True, 100), ("last", 11.0, True, 100), ("advert", 11.5, True, 0),
    ]  # fmt: skip
    [sent] = watched.sent
    assert (sent.adverts, sent.first, sent.last, sent.source) == (3, 10.0, 11.5, "10.10.0.11")


def test_ipv6_adverts_are_read_behind_their_header() -> None:
    watched, seen = watch()
    watched.take(packet6(v3(pseudo=SOURCE6 + GROUP6)), "ens33", IPV6, True, 10.0)
    assert [(one.family, one.source, one.version) for one in seen] == [("inet6", "fe80::11", 3)]


def test_a_burst_of_neighbour_packets_is_told_once_for_each_sender() -> None:
    watched, seen = watch()
    for at in (1.0, 1.1, 6.1):
        watched.take(arp(), "ens33", ARP, False, at)
    watched.take(arp(mac=bytes(6)), "ens33", ARP, True, 7.0)
    watched.take(arp(), "ens33", ARP, False, 8.0)
    watched.take(advertisement(), "ens33", IPV6, False, 9.0)
    assert [(one.at, one.own, one.address) for one in seen] == [
        (1.0, False, "10.10.0.20"), (7.0, True, "10.10.0.20"), (8.0, False, "10.10.0.20"), (9.0, False, "fe80::11"),
    ]  # fmt: skip


def test_a_master_that_begins_tells_of_its_vips_anew() -> None:
    watched, seen = watch()
    watched.take(arp(), "ens33", ARP, True, 1.0)
    watched.take(packet(v2()), "ens33", IPV4, True, 3.0)
    watched.take(arp(), "ens33", ARP, True, 3.1)
    assert [(one.kind, one.at) for one in seen] == [("neighbour", 1.0), ("advert", 3.0), ("neighbour", 3.1)]


def test_a_burst_begins_anew_after_a_silence_and_few_are_remembered() -> None:
    bursts = NeighbourBursts()
    one = NeighbourPacket("inet", "10.10.0.20", "02:00:00:00:00:11")
    assert [bursts.begins("ens33", one, at, False) for at in (0.0, 9.0, 18.0, 29.0)] == [True, False, False, True]
    for number in range(1000):
        bursts.begins("ens33", one._replace(address=f"10.0.{number // 256}.{number % 256}"), 30.0, False)
    assert len(bursts._last) <= 256


async def test_without_the_privilege_it_says_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(interface: str) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(packet_watch, "packet_socket", refused)
    watched, _ = watch()
    watched.join([instance("lo")])
    watched.watch(5.0)
    told = asyncio.Event()
    running = asyncio.ensure_future(watched.run(told.set))
    async with limit():
        await told.wait()
    running.cancel()
    await asyncio.wait([running])
    assert watched.error == "watching packets needs root (CAP_NET_RAW)"


async def test_it_ends_by_itself_and_is_asked_for_again() -> None:
    now = [100.0]
    watched = PacketWatch(lambda sighting: None, lambda: now[0])
    told: list[tuple[str, ...]] = []
    running = asyncio.ensure_future(watched.run(lambda: told.append(watched.watched)))
    watched.watch(10_000.0)
    await until_true(lambda: len(told) == 1)
    now[0] += LONGEST + 1
    watched._asked.set()
    await until_true(lambda: len(told) >= 2)
    watched.watch(5.0)
    count = len(told)
    await until_true(lambda: len(told) > count)
    running.cancel()
    await asyncio.wait([running])


def _may_watch() -> bool:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0).close()
    except (PermissionError, AttributeError):
        return False
    return True


@pytest.mark.skipif(not _may_watch(), reason="needs CAP_NET_RAW; the lab's tests watch as root")
async def test_the_kernel_lets_through_what_is_wanted_and_nothing_else() -> None:
    watched, seen = watch()
    watched.join([instance("lo"), instance("no-such-link")])
    watched.watch(LONGEST)
    running = asyncio.ensure_future(watched.run(lambda: None))
    try:
        await until_true(lambda: watched.watched == ("lo",))
        before = asyncio.get_running_loop().time()
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0) as sender:
            for protocol, data in (
                (ARP, arp(bytes([127, 0, 0, 1]), bytes([127, 0, 0, 9]))),
                (IPV6, advertisement(flags=0x60)),
                (IPV4, packet(v2(vrid=201), protocol=17)),
                (ARP, arp()),
                (IPV6, advertisement()),
                (IPV6, packet6(v3(vrid=202, pseudo=SOURCE6 + GROUP6))),
                (IPV4, packet(v2(vrid=203))),
            ):
                sender.sendto(data, ("lo", protocol))
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, PROTOCOL) as sender:
            sender.sendto(v2(vrid=204, priority=7), ("127.0.0.1", 0))
        await until_true(lambda: any(one.vrid == 204 for one in seen))
        # 200 is sent on this interface by the test of the adverts' listener, maybe at the same time.
        assert [(one.kind, one.address or one.vrid) for one in seen if one.own and one.vrid != 200] == [
            ("neighbour", "10.10.0.20"), ("neighbour", "fe80::11"), ("advert", 202), ("advert", 203), ("advert", 204),
        ]  # fmt: skip
        assert {one.kind for one in seen if not one.own} == {"neighbour"}, "this machine hears what it sends to itself"
        assert all(before - 0.01 <= one.at <= asyncio.get_running_loop().time() for one in seen)
        assert (watched.error, watched.lost) == (None, 0)
    finally:
        running.cancel()
        await asyncio.wait([running])
    assert watched.watched == ()

"""Adverts: the packets, what is counted of them, and the listener on this machine's own loopback where it may."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.director.linux.vrrp import advert_listener
from lvstui.director.linux.vrrp.advert_listener import AdvertListener
from lvstui.director.linux.vrrp.advert_table import FORGET, MOST, AdvertTable, wanted
from lvstui.director.linux.vrrp.vrrp_packet import PROTOCOL, Advert, of_ipv4, of_ipv6
from lvstui.director.protocol.sighting_messages import Sighting
from lvstui.director.protocol.vrrp_messages import Adverts, VrrpInstance
from tests.support.vrrp_packets import GROUP6, SOURCE, SOURCE6, VIP, packet, v2, v3
from tests.support.waiting import limit, turn


def test_version_2_and_3_are_read() -> None:
    assert of_ipv4(packet(v2())) == Advert("inet", "10.10.0.11", 51, 2, 100, 1.0)
    assert of_ipv4(packet(v2(priority=0, interval=5, vips=20))) == Advert("inet", "10.10.0.11", 51, 2, 0, 5.0)
    assert of_ipv4(packet(v3(centiseconds=1))) == Advert("inet", "10.10.0.11", 51, 3, 100, 0.01)
    assert of_ipv4(packet(v3(pseudo=b""))) == Advert("inet", "10.10.0.11", 51, 3, 100, 1.0), "as some send it"
    six = v3(centiseconds=4095, pseudo=SOURCE6 + GROUP6)
    assert of_ipv6("fe80::11%eth0", GROUP6, 255, six) == Advert("inet6", "fe80::11", 51, 3, 100, 40.95)


@pytest.mark.parametrize(
    "damaged",
    [
        packet(v2()[:-1] + b"\1"),  # the checksum covers the password
        packet(v2(interval=0)),
        packet(v2(vrid=0)),
        packet(bytes([0x22]) + v2()[1:]),  # no advertisement
        packet(bytes([0x41]) + v2()[1:]),  # a version to come
        packet(v2(), hops=254),  # was routed here
        packet(v2(), protocol=50),
        packet(v3(pseudo=SOURCE + VIP)),  # a checksum for another destination
        packet(b""),
    ],
)
def test_what_is_no_sound_advert_is_passed_over(damaged: bytes) -> None:
    assert of_ipv4(damaged) is None


def test_unicast_may_come_through_a_router() -> None:
    assert of_ipv4(packet(v2(), hops=64, destination=bytes([10, 10, 0, 12]))) is not None


@pytest.mark.parametrize("payload", [v2(), v3(), v2(vips=20)])
def test_one_cut_short_anywhere_is_none(payload: bytes) -> None:
    whole = packet(payload)
    assert of_ipv4(whole) is not None
    for length in range(len(whole)):
        assert of_ipv4(whole[:length]) is None
    six = v3(pseudo=SOURCE6 + GROUP6)
    for length in range(len(six)):
        assert of_ipv6("fe80::11", GROUP6, 255, six[:length]) is None


@given(st.binary(max_size=120), st.binary(max_size=20), st.text(max_size=30))
def test_no_bytes_raise(data: bytes, destination: bytes, source: str) -> None:
    for payload in (data, b"\x21\x33" + data, b"\x31\x33" + data):
        for header in (b"", packet(b"")):
            found = of_ipv4(header + payload)
            assert found is None or found.vrid
        assert of_ipv6(source, destination, 255, payload) is None or len(destination) == 16


@given(st.integers(1, 255), st.integers(0, 255), st.integers(1, 255), st.integers(0, 20))
def test_every_advert_of_version_2_is_read_as_it_was_written(
    vrid: int, priority: int, interval: int, vips: int
) -> None:
    found = of_ipv4(packet(v2(vrid, priority, interval, vips=vips)))
    assert found == Advert("inet", "10.10.0.11", vrid, 2, priority, float(interval))


# --- what is counted ---


def advert(vrid: int = 51, priority: int = 100, source: str = "10.10.0.11") -> Advert:
    return Advert("inet", source, vrid, 2, priority, 1.0)


def test_adverts_are_counted_and_news_is_told_apart_from_one_more() -> None:
    heard = AdvertTable()
    assert heard.note(advert(), "ens33", 10.0), "a new one"
    assert not heard.note(advert(), "ens33", 11.0)
    assert heard.note(advert(), "ens36", 11.0), "on another network"
    assert heard.note(advert(priority=0), "ens33", 11.5)
    assert heard.note(advert(), "ens33", 12.0)
    assert heard.note(advert(), "ens33", 16.0), "after a silence"
    first, second = heard.all()
    assert (first.adverts, first.first, first.last, first.priority) == (5, 10.0, 16.0, 100)
    assert (second.interface, second.adverts) == ("ens36", 1)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 5), st.floats(0.0, 30.0)), max_size=900))
def test_a_flood_of_senders_takes_no_more_room_than_there_is(flood: list[tuple[int, int, float]]) -> None:
    heard, now = AdvertTable(), 0.0
    for number, vrid, pause in flood:
        now += pause
        heard.note(advert(vrid, source=f"10.1.{number >> 8}.{number & 255}"), "ens33", now)
    assert len(heard.all()) <= MOST
    assert len({one[:5] for one in heard.all()}) == len(heard.all())
    assert heard.lost + sum(one.adverts for one in heard.all()) <= len(flood)


def test_one_that_is_heard_keeps_its_place_and_one_long_silent_makes_room() -> None:
    heard = AdvertTable()
    for number in range(MOST):
        heard.note(advert(source=f"10.1.0.{number}"), "ens33", float(number) / MOST)
    assert not heard.note(advert(source="10.2.0.1"), "ens33", 30.0)
    assert heard.lost == 1
    assert not heard.note(advert(source="10.1.0.0"), "ens33", 2.0), "known"
    assert heard.note(advert(source="10.2.0.1"), "ens33", FORGET + 0.5)
    sources = [one.source for one in heard.all()]
    assert len(sources) == MOST and "10.1.0.0" in sources and "10.1.0.1" not in sources


def instance(interface: str, *vips: str) -> VrrpInstance:
    return VrrpInstance("VI_1", 51, interface, "BACKUP", 50, 50, 100, 1.0, 2, 0.0, vips, 0, 0, 0, 0)


def test_it_listens_where_instances_are_and_for_ipv6_where_they_have_such_vips() -> None:
    instances = [instance("ens33", "10.10.0.20"), instance("ens33"), instance("ens36", "2001:db8::20"), instance("")]
    assert list(wanted(instances)) == [("inet", "ens33"), ("inet", "ens36"), ("inet6", "ens36")]


def test_it_listens_on_a_vmac_and_on_the_interface_under_it() -> None:
    vmac = instance("vrrp6.51", "2001:db8::20")._replace(family="inet6", configured="ens33")
    assert list(wanted([vmac])) == [
        ("inet", "vrrp6.51"), ("inet6", "vrrp6.51"), ("inet", "ens33"), ("inet6", "ens33"),
    ]  # fmt: skip


def test_the_last_advert_of_the_others_before_a_moment_is_known_though_more_have_come() -> None:
    heard = AdvertTable()
    for at in (10.0, 11.0, 12.0, 13.0):
        heard.note(advert(), "ens33", at)
    heard.note(advert(vrid=61), "ens36", 12.0)
    own = Sighting("advert", 12.5, 0.001, "ens33", own=True, family="inet", vrid=51)
    [last] = heard.last_before(own)
    assert (last.kind, last.at, last.own, last.source, last.priority) == ("last", 12.0, False, "10.10.0.11", 100)
    assert list(heard.last_before(own._replace(at=9.0))) == []


# --- sockets ---


def test_without_the_privilege_it_says_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(family: str) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    async def scene() -> Adverts:
        listener = AdvertListener()
        listener.join([instance("lo", "10.10.0.20")])
        return listener.read()

    monkeypatch.setattr(advert_listener, "_raw", refused)
    told = asyncio.run(scene())
    assert (told.listening, told.heard) == ((), ())
    assert told.error == "listening to VRRP adverts needs root (CAP_NET_RAW)"


def _may_listen() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, PROTOCOL).close()
    except PermissionError:
        return False
    return True


@pytest.mark.skipif(not _may_listen(), reason="needs CAP_NET_RAW; the lab's tests listen as root")
async def test_it_hears_a_unicast_advert_with_the_time_of_its_arrival() -> None:
    listener, told = AdvertListener(), list[Adverts]()
    arrived = asyncio.Event()

    def tell(message: Adverts) -> None:
        told.append(message)
        if message.heard:
            arrived.set()

    listener.join([instance("lo", "127.0.0.2"), instance("no-such-link", "10.0.0.1")])
    running = asyncio.ensure_future(listener.run(tell))
    try:
        await turn()
        clock = asyncio.get_running_loop().time
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, PROTOCOL) as sender:
            sent = clock()
            sender.sendto(b"no advert", ("127.0.0.1", 0))
            sender.sendto(v2(vrid=200, priority=7), ("127.0.0.1", 0))
        async with limit():
            await arrived.wait()
        [one] = [one for one in told[-1].heard if one.vrid == 200]
        assert (one.interface, one.source, one.priority, one.adverts) == ("lo", "127.0.0.1", 7, 1)
        assert sent - 0.01 <= one.last <= clock()
        assert [(one.family, one.interface) for one in told[-1].listening] == [("inet", "lo")]
        listener.join([])
        assert listener.read().listening == ()
    finally:
        running.cancel()
        await asyncio.wait([running])

"""Both decoders against pyroute2's, on what a real kernel said; and against damage."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lvstui.director.linux.ipvs import ipvs_layout, ipvs_walk
from lvstui.director.linux.ipvs.genetlink import Interrupted, MalformedAnswer, MessageSpan, message_spans
from lvstui.director.linux.ipvs.ipvs_layout import RealServerDecoder
from lvstui.director.protocol.ipvs_messages import RealServer
from tests.support.datagrams import (
    NAMES,
    datagrams,
    family_number,
    identity,
    oracle_real_servers,
    oracle_services,
    service_family,
)


def walk(data: bytes, name: str) -> list[RealServer]:
    number, sequence = identity(name)
    found: list[RealServer] = []
    for done, part in message_spans(data, number, sequence):
        if done:
            return found
        found.append(ipvs_walk.real_server(data, part, service_family(name)))
    return found


def fast(decoder: RealServerDecoder, name: str) -> list[RealServer]:
    found: list[RealServer] = []
    ends = [decoder.feed(data, identity(name)[1], service_family(name), found) for data in datagrams(name)]
    assert ends == [False] * (len(ends) - 1) + [True]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_walk_reads_what_pyroute2_reads(name: str) -> None:
    found = [one for data in datagrams(name) for one in walk(data, name)]
    assert found == oracle_real_servers(name)


@pytest.mark.parametrize("name", NAMES)
def test_layout_reads_what_pyroute2_reads(name: str) -> None:
    decoder = RealServerDecoder(family_number())
    fast(decoder, name)  # learns
    walked = decoder.walked
    assert fast(decoder, name) == oracle_real_servers(name)
    assert decoder.walked == walked  # by layout alone


def test_services_are_what_pyroute2_reads() -> None:
    number, sequence = identity("services")
    found = [
        ipvs_walk.service(data, part)
        for data in datagrams("services")
        for done, part in message_spans(data, number, sequence)
        if not done
    ]
    assert found == oracle_services()
    assert len(found) == 11


def test_the_captures_hold_what_was_put_in() -> None:
    by_name = {name: [one for data in datagrams(name) for one in walk(data, name)] for name in NAMES}
    assert [(one.address, one.weight) for one in by_name["ipv6"]] == [("2001:db8::14", 12), ("2001:db8::13", 11)]
    assert [one.weight for one in by_name["tcp-nat"]] == [2147483647, 0, 1]
    assert {one.method for one in by_name["udp-tun"] + by_name["mixed-families"]} == {"TUN"}
    assert {one.address for one in by_name["mixed-families"]} == {"192.168.211.61", "2001:db8::61"}
    thresholds = by_name["tcp-dr-thresholds"][-1]
    assert (thresholds.method, thresholds.upper, thresholds.lower) == ("DR", 1000, 800)
    assert len(by_name["many"]) == 100
    assert len(datagrams("many")) == 3
    assert by_name["empty"] == []


def test_a_tick_after_the_first_walks_nothing() -> None:
    decoder = RealServerDecoder(family_number())
    for name in NAMES:
        fast(decoder, name)
    walked = decoder.walked
    for name in NAMES:
        fast(decoder, name)
    assert decoder.walked == walked


def test_an_end_in_the_same_datagram_is_seen() -> None:
    data, end = datagrams("tcp-nat")
    decoder = RealServerDecoder(family_number())
    for _ in range(2):  # walked, then by layout
        found: list[RealServer] = []
        assert decoder.feed(data + end, identity("tcp-nat")[1], 2, found)
        assert found == oracle_real_servers("tcp-nat")
    assert decoder.walked == 1


def test_values_in_another_order_are_read_by_layout_too() -> None:
    name = "tcp-nat"
    number, sequence = identity(name)
    data = b"".join(_reversed(message) for message in _split(datagrams(name)[0]))
    decoder = RealServerDecoder(number)
    for _ in range(2):
        found: list[RealServer] = []
        assert not decoder.feed(data, sequence, 2, found)
        assert found == oracle_real_servers(name)
    assert decoder.walked == 1


def _split(data: bytes) -> list[bytes]:
    size = struct.unpack_from("=I", data)[0]
    return [data[at : at + size] for at in range(0, len(data), size)]


def _reversed(message: bytes) -> bytes:
    """The same destination with its attributes last to first."""
    at, inner = 24, []
    while at < len(message):
        size = (struct.unpack_from("=H", message, at)[0] + 3) & ~3
        inner.append(message[at : at + size])
        at += size
    return message[:24] + b"".join(reversed(inner))


def test_an_interrupted_dump_is_told() -> None:
    name = "many"
    number, sequence = identity(name)
    data = bytearray(datagrams(name)[0])
    decoder = RealServerDecoder(number)
    decoder.feed(bytes(data), sequence, 2, [])
    struct.pack_into("=H", data, 400 * 3 + 6, 0x12)
    with pytest.raises(Interrupted):
        decoder.feed(bytes(data), sequence, 2, [])


def test_an_error_of_the_kernel_is_told() -> None:
    number, sequence = identity("tcp-nat")
    error = struct.pack("=IHHII", 36, 2, 0, sequence, 0) + struct.pack("=i", -1) + bytes(16)
    with pytest.raises(PermissionError):
        RealServerDecoder(number).feed(error, sequence, 2, [])
    refused_at_the_end = struct.pack("=IHHIIi", 20, 3, 2, sequence, 0, -16)
    with pytest.raises(OSError, match="busy"):
        RealServerDecoder(number).feed(refused_at_the_end, sequence, 2, [])


def test_an_answer_to_another_request_is_not_taken() -> None:
    number, sequence = identity("tcp-nat")
    with pytest.raises(MalformedAnswer, match="another request"):
        RealServerDecoder(number).feed(datagrams("tcp-nat")[0], sequence + 1, 2, [])


@given(
    name=st.sampled_from([name for name in NAMES if name not in ("many", "empty")]),
    damage=st.lists(st.tuples(st.integers(0, 1199), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.integers(0, 40),
)
@example(name="tcp-nat", damage=[(424, 0)], cut=0)
@example(name="ipv6", damage=[(0, 0)], cut=17)
def test_damage_gives_the_walks_answer_or_a_typed_error(name: str, damage: list[tuple[int, int]], cut: int) -> None:
    number, sequence = identity(name)
    decoder = RealServerDecoder(number)
    fast(decoder, name)  # a decoder that has learned what is right
    data = bytearray(datagrams(name)[0])
    for at, value in damage:
        data[at % len(data)] = value
    hurt = bytes(data[: len(data) - cut])
    found: list[RealServer] = []
    try:
        expected: list[RealServer] | None = walk(hurt, name)
    except (MalformedAnswer, Interrupted, OSError):
        expected = None
    try:
        decoder.feed(hurt, sequence, service_family(name), found)
    except (MalformedAnswer, Interrupted, OSError):
        assert expected is None
    else:
        assert found == expected


@given(at=st.integers(0, 3899), value=st.integers(0, 255))
def test_damage_to_services_gives_typed_errors(at: int, value: int) -> None:
    number, sequence = identity("services")
    data = bytearray(datagrams("services")[0])
    data[at] = value
    try:
        found = [ipvs_walk.service(bytes(data), part) for _, part in message_spans(bytes(data), number, sequence)]
    except (MalformedAnswer, Interrupted, OSError):
        return
    assert all(one.id.family in ("inet", "inet6") for one in found)


def test_a_layout_learned_from_damage_is_checked_like_any_other() -> None:
    name = "many"
    number, sequence = identity(name)
    data = bytearray(datagrams(name)[0])
    data[400 + 26] = 0x7F  # an attribute's type in the second message
    with pytest.raises(MalformedAnswer):
        RealServerDecoder(number).feed(bytes(data), sequence, 2, [])


def test_64_bits_are_read_whole() -> None:
    name = "tcp-nat"
    number, sequence = identity(name)
    data = datagrams(name)[0]
    part = next(part for _, part in message_spans(data, number, sequence))
    start, end = ipvs_walk.locate_real_server(data, part).values["out_bytes"]
    data = data[:start] + (2**63 + 5).to_bytes(8, "little") + data[end:]
    decoder = RealServerDecoder(number)
    for _ in range(2):
        found: list[RealServer] = []
        decoder.feed(data, sequence, 2, found)
        assert found[0].out_bytes == 2**63 + 5
    assert decoder.walked == 1


def test_an_odd_message_is_left_to_the_walk() -> None:
    part = MessageSpan(0, 30)
    assert ipvs_layout.learn(b"\0" * 30, part, ipvs_walk.Located({}, ()), 2) is None

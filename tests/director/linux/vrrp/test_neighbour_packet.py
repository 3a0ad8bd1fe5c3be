"""Gratuitous ARP and unsolicited neighbour advertisements are read; all else is none of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.director.linux.vrrp.neighbour_packet import NeighbourPacket, of_arp, of_ipv6
from tests.support.vrrp_packets import SOURCE, VIP, advertisement, arp


def test_a_gratuitous_arp_is_read_as_request_and_as_reply() -> None:
    assert of_arp(arp()) == of_arp(arp(operation=2)) == NeighbourPacket("inet", "10.10.0.20", "02:00:00:00:00:11")
    assert of_arp(arp() + bytes(18)) is not None, "padded to the shortest frame of Ethernet"


@pytest.mark.parametrize("other", [arp(SOURCE, VIP), arp(bytes(4), bytes(4)), arp(operation=3), b"\0" + arp()])
def test_another_arp_is_none(other: bytes) -> None:
    assert of_arp(other) is None


def test_an_unsolicited_neighbour_advertisement_is_read() -> None:
    assert of_ipv6(advertisement()) == NeighbourPacket("inet6", "fe80::11", "02:00:00:00:00:11")
    assert of_ipv6(advertisement(mac=None)) == NeighbourPacket("inet6", "fe80::11", "")


def test_an_advertisement_that_was_asked_for_is_none() -> None:
    assert of_ipv6(advertisement(flags=0x60)) is None


@given(st.binary(max_size=120))
def test_no_bytes_raise(data: bytes) -> None:
    of_arp(data)
    of_ipv6(data)
    of_arp(arp()[:7] + data)
    of_ipv6(advertisement()[:40] + data)


def test_one_cut_short_is_none() -> None:
    assert all(of_arp(arp()[:length]) is None for length in range(28))
    assert all(of_ipv6(advertisement()[:length]) is None for length in range(64))

"""Links and addresses: the state against messages that pyroute2 encodes, and the watch against this machine's own kernel."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import psutil
import pytest
from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

from lvstui.director.linux import network
from lvstui.director.linux.network import Decoders, NetworkState, watch_network
from lvstui.director.protocol.host_messages import Address, Link, Network
from tests.support.waiting import limit

UP = 0x1 | 0x10000
DONE = struct.pack("=IHHIIi", 20, 3, 2, 1, 0, 0)


def message(kind: Any, number: int, attributes: list[tuple[str, Any]], **fields: int) -> bytes:
    built = kind()
    for name, value in fields.items():
        built[name] = value
    built["attrs"] = attributes
    built["header"]["type"] = number
    built.encode()
    return bytes(built.data)


def link(number: int, index: int, name: str, flags: int = UP, family: int = 0) -> bytes:
    return message(ifinfmsg, number, [("IFLA_IFNAME", name)], index=index, flags=flags, family=family)


def upper(number: int, index: int, name: str, kind: str, base: int, **more: int) -> bytes:
    """A link on another one."""
    attributes: list[tuple[str, Any]] = [
        ("IFLA_IFNAME", name), ("IFLA_LINK", base), ("IFLA_LINKINFO", {"attrs": [("IFLA_INFO_KIND", kind)]}),
        *((f"IFLA_{name.upper()}", value) for name, value in more.items()),
    ]  # fmt: skip
    return message(ifinfmsg, number, attributes, index=index, flags=UP, family=0)


def address(number: int, index: int, text: str, prefix: int, **more: str) -> bytes:
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    attributes: list[tuple[str, Any]] = [(f"IFA_{name.upper()}", value) for name, value in more.items()]
    attributes = attributes or [("IFA_ADDRESS", text)]
    return message(ifaddrmsg, number, attributes, index=index, family=family, prefixlen=prefix)


@pytest.fixture
def state() -> NetworkState:
    """A Director with one network card and two addresses, just asked for."""
    new = NetworkState(Decoders(ifinfmsg, ifaddrmsg))
    assert new.next_request() is not None
    new.receive(link(16, 2, "ens33") + link(16, 3, "ens36", flags=0x1))
    new.receive(DONE)
    assert not new.whole
    assert new.next_request() is not None
    assert new.next_request() is None
    new.receive(address(20, 2, "10.10.0.11", 24))
    new.receive(address(20, 2, "2001:db8::11", 64))
    new.receive(DONE)
    assert new.whole
    return new


def test_what_the_dumps_say(state: NetworkState) -> None:
    links, addresses = state.contents()
    assert links == (Link("ens33", True), Link("ens36", False))
    assert addresses == (Address("ens33", "10.10.0.11", 24), Address("ens33", "2001:db8::11", 64))


def test_a_vip_comes_and_goes(state: NetworkState) -> None:
    state.receive(address(20, 2, "10.10.0.20", 32))
    assert Address("ens33", "10.10.0.20", 32) in state.contents()[1]
    state.receive(address(21, 2, "10.10.0.20", 32))
    assert Address("ens33", "10.10.0.20", 32) not in state.contents()[1]


def test_with_a_peer_the_local_address_is_the_one(state: NetworkState) -> None:
    state.receive(address(20, 3, "10.9.0.1", 32, address="10.9.0.2", local="10.9.0.1"))
    assert Address("ens36", "10.9.0.1", 32) in state.contents()[1]


def test_a_cable_pulled_and_a_link_removed(state: NetworkState) -> None:
    state.receive(link(16, 2, "ens33", flags=0x1))
    assert state.contents()[0][0] == Link("ens33", False)
    state.receive(link(17, 2, "ens33"))
    assert state.contents() == ((Link("ens36", False),), ())


def test_what_a_vmac_is_on_and_what_answers_for_its_addresses(state: NetworkState) -> None:
    state.receive(upper(16, 4, "vrrp.51", "macvlan", 2) + upper(16, 5, "ens33.10", "vlan", 2))
    state.receive(upper(16, 6, "far", "macvlan", 2, link_netnsid=1))
    state.receive(link(16, 7, "lo", flags=UP | 0x8) + link(16, 8, "dummy0", flags=UP | 0x80))
    assert state.contents()[0][2:] == (
        Link("vrrp.51", True, "ens33"), Link("ens33.10", True), Link("far", True),
        Link("lo", True, answers=False), Link("dummy0", True, answers=False),
    )  # fmt: skip
    state.receive(link(17, 2, "ens33"))
    assert Link("vrrp.51", True) in state.contents()[0]


def test_leaving_a_bridge_does_not_remove_the_link(state: NetworkState) -> None:
    state.receive(link(17, 2, "ens33", family=socket.AF_BRIDGE))
    assert Link("ens33", True) in state.contents()[0]


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("=IHHII", 16, 3, 0x12, 1, 0),  # the dump was interrupted
        struct.pack("=IHHII", 16, 4, 0, 0, 0),  # the socket was overrun
        struct.pack("=IHHIIi", 20, 3, 2, 1, 0, -4),  # the dump failed at its end
        struct.pack("=IHHIIi", 20, 2, 0, 1, 0, -16),  # another dump is under way
    ],
)
def test_what_was_lost_is_asked_for_again(state: NetworkState, data: bytes) -> None:
    with pytest.raises(network._Lost):
        state.receive(data)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("=IHHII", 400, 16, 0, 0, 0),
        struct.pack("=IHHII", 20, 16, 0, 0, 0) + b"\x00\x00\x00\x00",  # shorter than a link's message
        struct.pack("=IHHIIi", 20, 2, 0, 1, 0, -1),
    ],
)
def test_what_cannot_be_read_is_said(state: NetworkState, data: bytes) -> None:
    with pytest.raises(network._Unreadable):
        state.receive(data)


async def first(told: asyncio.Queue[Network]) -> Network:
    task = asyncio.create_task(watch_network(told.put_nowait))
    try:
        async with limit():
            return await told.get()
    finally:
        task.cancel()


async def test_this_machines_own_kernel_agrees_with_psutil() -> None:
    found = await first(asyncio.Queue())
    untyped: Any = psutil
    expected = {
        (name, one.address.partition("%")[0])
        for name, all_of_it in untyped.net_if_addrs().items()
        for one in all_of_it
        if one.family in (socket.AF_INET, socket.AF_INET6)
    }
    assert found.error is None
    assert {(one.interface, one.address) for one in found.addresses} == expected
    assert {one.name for one in found.links} == {name for _, name in socket.if_nameindex()}


async def test_without_pyroute2_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Decoders:
        raise ImportError("No module named 'pyroute2'")

    monkeypatch.setattr(network, "load_decoders", missing)
    found = await first(asyncio.Queue())
    assert found.links == ()
    assert found.error is not None and "pyroute2" in found.error


async def test_lost_events_are_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    receive, calls = NetworkState.receive, []

    def losing_once(self: NetworkState, data: bytes) -> None:
        calls.append(data)
        if len(calls) == 2:
            raise network._Lost
        receive(self, data)

    monkeypatch.setattr(NetworkState, "receive", losing_once)
    found = await first(asyncio.Queue())
    assert found.error is None
    assert "lo" in {one.name for one in found.links}
    assert len(calls) > 3

"""Follow links and addresses of this network namespace: all of them first, then each change within a millisecond.

Asks rtnetlink; pyroute2 decodes what it says. Only two of pyroute2's messages are imported, late and in a thread, because that
costs a busy Director up to a second. Not for routes, and never for a change.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import time
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

from ..protocol.host_messages import Address, Link, Network

_ROUTE = 0  # NETLINK_ROUTE
_GROUPS = 0x1 | 0x10 | 0x100  # RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR
_ERROR, _DONE, _OVERRUN = 2, 3, 4
_NEWLINK, _DELLINK, _GETLINK = 16, 17, 18
_NEWADDR, _DELADDR, _GETADDR = 20, 21, 22
_DUMP, _INTERRUPTED = 0x301, 0x10
_UP = 0x1 | 0x10000  # IFF_UP and IFF_LOWER_UP
_SILENT = 0x8 | 0x80  # IFF_LOOPBACK or IFF_NOARP: nobody on a network is told of its addresses
_STAMPS = 100  # of the kernel's clock, in a second
_ON_ANOTHER = ("macvlan", "macvtap", "ipvlan")
_HEADER = struct.Struct("=IHHII")
_DATAGRAM = 1 << 18  # bytes; a network card with hundreds of virtual functions fills a lot
_RECEIVE_BUFFER = 1 << 20  # bytes
_PATIENCE = 5.0  # seconds before all is asked again after an error


class _Lost(Exception):
    """Events were lost, or a dump was interrupted: ask for all again."""


class _Unreadable(Exception):
    """The kernel said something that cannot be read, or refused."""


class Decoders(NamedTuple):
    """pyroute2's two messages."""

    link: Any
    address: Any


def load_decoders() -> Decoders:
    """Import pyroute2's decoders. Raises whatever the import raises; slow."""
    from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
    from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

    return Decoders(ifinfmsg, ifaddrmsg)


class NetworkState:
    """The links and addresses that rtnetlink's messages add up to. Bytes in, requests out; `whole` once all is known."""

    def __init__(self, decoders: Decoders) -> None:
        self._decoders = decoders
        self._links: Dict[int, Link] = {}
        self._bases: Dict[int, Optional[int]] = {}  # of what is on another interface
        self._addresses: Dict[Tuple[int, str, int], float] = {}  # index, address, prefix -> when it was put there
        self._asked = 0
        self._ask: Optional[int] = _GETLINK
        self.whole = False

    @property
    def waiting_to_ask(self) -> bool:
        """Return True if there is a request to send."""
        return self._ask is not None

    def receive(self, data: bytes) -> None:
        """Take in one datagram. Raises _Lost, _Unreadable; the state is then worth nothing."""
        at = 0
        while len(data) - at >= _HEADER.size:
            length, kind, flags, sequence, _ = _HEADER.unpack_from(data, at)
            if length < _HEADER.size or at + length > len(data):
                raise _Unreadable("a message was cut off")
            if flags & _INTERRUPTED and sequence:  # an event, of sequence 0, has no such flag
                raise _Lost
            self._apply(kind, data[at : at + length])
            at += length + (-length % 4)

    def _apply(self, kind: int, message: bytes) -> None:
        if kind == _DONE:
            self._dump_ended(message)
        elif kind == _OVERRUN:
            raise _Lost
        elif kind == _ERROR:
            code = -struct.unpack_from("=i", message, _HEADER.size)[0]
            raise _Lost if code == errno.EBUSY else _Unreadable(f"error {code}")
        elif kind in (_NEWLINK, _DELLINK):
            self._link(kind, self._decoded(self._decoders.link, message))
        elif kind in (_NEWADDR, _DELADDR):
            self._address(kind, self._decoded(self._decoders.address, message))

    def _dump_ended(self, message: bytes) -> None:
        if len(message) >= _HEADER.size + 4 and struct.unpack_from("=i", message, _HEADER.size)[0] < 0:
            raise _Lost
        if not self.whole:
            self.whole = self._asked == _GETADDR
            self._ask = None if self.whole else _GETADDR

    def next_request(self) -> Optional[bytes]:
        """Return what to send now, once; None when there is nothing to ask."""
        if self._ask is None:
            return None
        self._asked, self._ask = self._ask, None
        # all families: an empty ifinfomsg is 16 bytes, an empty ifaddrmsg 8
        body = bytes(16 if self._asked == _GETLINK else 8)
        return _HEADER.pack(_HEADER.size + len(body), self._asked, _DUMP, 1, 0) + body

    @staticmethod
    def _decoded(decoder: Any, message: bytes) -> Any:
        try:
            decoded = decoder(message)
            decoded.decode()
        except Exception as error:  # noqa: BLE001 - pyroute2 raises many kinds, and none of them may end the agent
            raise _Unreadable(f"pyroute2 could not decode it: {error!r}") from None
        return decoded

    def _link(self, kind: int, message: Any) -> None:
        if message["family"] != socket.AF_UNSPEC:
            return  # a bridge's port: said of the link a second time
        index = message["index"]
        if kind == _NEWLINK:
            name = message.get_attr("IFLA_IFNAME") or f"link {index}"
            self._links[index] = Link(name, message["flags"] & _UP == _UP, "", not message["flags"] & _SILENT)
            self._bases[index] = _base(message)
        else:
            self._links.pop(index, None)
            self._bases.pop(index, None)
            for key in [key for key in self._addresses if key[0] == index]:
                del self._addresses[key]

    def _address(self, kind: int, message: Any) -> None:
        # with a peer, IFA_ADDRESS is the peer's; IPv6 has IFA_LOCAL only then
        text = message.get_attr("IFA_LOCAL") or message.get_attr("IFA_ADDRESS")
        if text is None:
            return
        key = (message["index"], text, message["prefixlen"])
        if kind == _NEWADDR:
            about = message.get_attr("IFA_CACHEINFO")
            self._addresses[key] = about["cstamp"] / _STAMPS if about is not None else 0.0
        else:
            self._addresses.pop(key, None)

    def contents(self) -> Tuple[Tuple[Link, ...], Tuple[Address, ...]]:
        """Return all links and addresses."""
        links = tuple(self._whole(index) for index in sorted(self._links))
        addresses = tuple(
            Address(self._links[index].name, text, prefix, created)
            for (index, text, prefix), created in sorted(self._addresses.items())
            if index in self._links
        )
        return links, addresses

    def _whole(self, index: int) -> Link:
        base = self._links.get(self._bases[index] or 0)
        return self._links[index] if base is None else self._links[index]._replace(base=base.name)


def _base(message: Any) -> Optional[int]:
    """Return the index of the interface under a macvlan or ipvlan, in this namespace."""
    about = message.get_attr("IFLA_LINKINFO")
    kind = about.get_attr("IFLA_INFO_KIND") if about is not None else None
    elsewhere = message.get_attr("IFLA_LINK_NETNSID") is not None
    return message.get_attr("IFLA_LINK") if kind in _ON_ANOTHER and not elsewhere else None


async def watch_network(tell: Callable[[Network], None]) -> None:
    """Tell of the whole network, and again whenever it changes, until cancelled. Never raises for what the machine lacks:
    the reason is then in `Network.error`."""
    loop = asyncio.get_running_loop()
    try:
        decoders = await loop.run_in_executor(None, load_decoders)
    except Exception as error:  # noqa: BLE001 - an import may raise anything; without it all the rest still works
        tell(_unknown(f"links and addresses need pyroute2, which cannot be imported here: {error}"))
        return
    while True:
        try:
            await _watch(decoders, tell)
        except _Lost:
            continue
        except (_Unreadable, OSError) as error:
            tell(_unknown(f"links and addresses cannot be read from rtnetlink: {error}"))
            await asyncio.sleep(_PATIENCE)


def _unknown(why: str) -> Network:
    return Network(time.monotonic(), (), (), why)


async def _watch(decoders: Decoders, tell: Callable[[Network], None]) -> None:
    """Tell of the network until an error. Raises _Lost, _Unreadable, OSError."""
    loop = asyncio.get_running_loop()
    state, sent = NetworkState(decoders), None
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _ROUTE) as link:
        link.setblocking(False)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        link.bind((0, _GROUPS))  # before the dump, so that nothing falls between it and the events
        while True:
            request = state.next_request()
            if request is not None:
                link.send(request)
            try:
                state.receive(await loop.sock_recv(link, _DATAGRAM))
                _receive_waiting(link, state)
            except OSError as error:
                if error.errno == errno.ENOBUFS:
                    raise _Lost from None
                raise
            if state.whole and state.contents() != sent:
                sent = state.contents()
                tell(Network(time.monotonic(), *sent, None))


def _receive_waiting(link: socket.socket, state: NetworkState) -> None:
    """Take in all that is there already: ten VIPs that move are one change."""
    while not state.waiting_to_ask:
        try:
            state.receive(link.recv(_DATAGRAM))
        except BlockingIOError:
            return

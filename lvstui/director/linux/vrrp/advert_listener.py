"""Listen to the VRRP adverts of others on a passive socket: who advertises which VRID, where, how strongly, since when.

It sends no VRRP, and reads some 1,300 packets a second at most: of more the kernel drops some, which is counted.
Not for: what an advert looks like (see `vrrp_packet`), nor what it means that one is missing.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import time
from typing import Callable, Dict, Iterable, Iterator, NamedTuple, Tuple

from ...protocol.sighting_messages import Sighting
from ...protocol.vrrp_messages import Adverts, Listening, VrrpInstance
from .advert_table import AdvertTable, tell_advert, wanted
from .packet_info import IP_PKTINFO, SO_RXQ_OVFL, SO_TIMESTAMPNS, PacketInfo
from .vrrp_packet import PROTOCOL, of_ipv4, of_ipv6

_NEWS = 0.2  # seconds at least between two messages that news is told with
_SOON = 0.05  # seconds between two looks at a socket; the kernel keeps the time of each packet
_BATCH = 64  # packets read in one look
_BUFFER = 256 * 1024  # bytes: what may come between two looks
_PACKET, _ANCILLARY = 8192, 512  # bytes
_GROUPS = {"inet": "224.0.0.18", "inet6": "ff02::12"}
_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}


class _Membership(NamedTuple):
    """The multicast group, joined on one interface while the socket is open. A socket each: one may have but 20."""

    link: int  # the interface's index
    since: float
    socket: socket.socket


class AdvertListener:
    """A listener for one life: `run` ends when it is cancelled, and closes its sockets. `join` says where to listen."""

    def __init__(self, saw: Callable[[Sighting], None] = lambda sighting: None) -> None:
        """`saw` is told of each advert that is news, when it is read."""
        self._saw = saw
        self._heard = AdvertTable()
        self._memberships: Dict[Tuple[str, str], _Membership] = {}
        self._sockets: Dict[str, socket.socket] = {}
        self._refused: Dict[str, str] = {}  # family -> why there is no socket
        self._dropped: Dict[str, int] = {}  # family -> packets, by the kernel
        self._news = asyncio.Event()
        self._names: Dict[int, str] = {}

    def join(self, instances: Iterable[VrrpInstance]) -> None:
        """Listen where these instances run from now on. Where that is not possible, it does not listen."""
        places = wanted(instances)
        try:
            self._names = dict(socket.if_nameindex())
        except OSError:
            return  # as before, until the next time
        links = {name: link for link, name in self._names.items()}
        for place, membership in list(self._memberships.items()):
            if place not in places or links.get(place[1]) != membership.link:
                self._memberships.pop(place).socket.close()
                self._news.set()
        for family, interface in places:
            if (family, interface) not in self._memberships and interface in links and self._open(family):
                try:
                    self._join(family, interface, links[interface])
                except OSError:
                    continue  # it went away just now, or takes no multicast

    def _join(self, family: str, interface: str, link: int) -> None:
        """Join the group on one interface. Raises OSError."""
        holder = socket.socket(_FAMILIES[family], socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        group = socket.inet_pton(_FAMILIES[family], _GROUPS[family])
        try:
            if family == "inet":
                request = group + bytes(4) + struct.pack("@i", link)  # struct ip_mreqn
                holder.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
            else:
                holder.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group + struct.pack("@i", link))
        except OSError:
            holder.close()
            raise
        self._memberships[family, interface] = _Membership(link, time.monotonic(), holder)
        self._news.set()

    async def run(self, tell: Callable[[Adverts], None]) -> None:
        """Tell of what is new, at once, until cancelled; counts and times alone are not new."""
        try:
            self._open("inet")
            while True:
                self._news.clear()
                tell(self.read())
                await asyncio.sleep(_NEWS)
                await self._news.wait()
        finally:
            self._close()

    def read(self) -> Adverts:
        """Return all of it, as of now."""
        listening = tuple(Listening(*place, one.since) for place, one in self._memberships.items())
        lost = self._heard.lost + sum(self._dropped.values())
        return Adverts(time.monotonic(), listening, self._heard.all(), lost, self._refused.get("inet"))

    def last_before(self, own: Sighting) -> Iterator[Sighting]:
        """Give the last advert of each other sender before this Director's own, of all that has arrived by now."""
        for family, opened in self._sockets.items():
            self._read(family, opened)
        return self._heard.last_before(own)

    # --- sockets ---

    def _open(self, family: str) -> bool:
        """Return True if there is a socket of that family; opening it is tried once."""
        if family in self._sockets or family in self._refused:
            return family in self._sockets
        try:
            opened = _raw(family)
        except OSError as error:
            why = "listening to VRRP adverts needs root (CAP_NET_RAW)"
            if error.errno != errno.EPERM:
                why = f"VRRP adverts cannot be listened to: {error.strerror}"
            self._refused[family] = why
            return False
        self._sockets[family] = opened
        self._watch(family)
        return True

    def _close(self) -> None:
        for opened in self._sockets.values():
            asyncio.get_running_loop().remove_reader(opened)
            opened.close()
        for membership in self._memberships.values():
            membership.socket.close()
        self._sockets.clear()
        self._memberships.clear()

    def _look(self, family: str) -> None:
        """Read what is there, then leave the socket alone for a moment: a flood must not keep the agent from its work."""
        opened, loop = self._sockets[family], asyncio.get_running_loop()
        self._read(family, opened)
        loop.remove_reader(opened)
        loop.call_later(_SOON, self._watch, family)

    def _read(self, family: str, opened: socket.socket) -> None:
        for _ in range(_BATCH):
            try:
                packet, ancillary, _, sender = opened.recvmsg(_PACKET, _ANCILLARY)
            except OSError:
                break  # nothing more, or an error of the network that is told once
            self._take(family, packet, PacketInfo.of(ancillary), sender[0])

    def _watch(self, family: str) -> None:
        if family in self._sockets:
            asyncio.get_running_loop().add_reader(self._sockets[family], self._look, family)

    def _take(self, family: str, packet: bytes, info: PacketInfo, source: str) -> None:
        self._dropped[family] = max(info.dropped, self._dropped.get(family, 0))
        advert = of_ipv4(packet) if family == "inet" else of_ipv6(source, info.destination, info.hops, packet)
        if advert is not None:
            interface = self._names.get(info.link, f"link {info.link}")
            if tell_advert(self._heard, advert, interface, info.at, self._saw, own=False):
                self._news.set()


def _raw(family: str) -> socket.socket:
    """Return a raw socket for VRRP. Raises OSError."""
    opened = socket.socket(_FAMILIES[family], socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, PROTOCOL)
    try:
        if family == "inet":
            opened.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        else:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        opened.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
    except OSError:
        opened.close()
        raise
    return opened

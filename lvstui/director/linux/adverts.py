"""VRRP adverts of others, heard by a passive socket: who advertises which VRID, where, with what priority, since when.

It sends no VRRP, and reads some 1,300 packets a second at most: of more the kernel drops some, which is counted.
Not for: what an advert looks like (see `vrrp_packet`), nor what it means that one is missing.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import sys
import time
from typing import Callable, Dict, Iterable, List, NamedTuple, Tuple

from ..messages import Advertiser, Adverts, Listening, VrrpInstance
from .vrrp_packet import PROTOCOL, Advert, of_ipv4, of_ipv6

MOST = 256  # who is remembered
FORGET = 60.0  # seconds of silence after which another one may take the place
_SILENT = 3  # intervals without an advert: when it is heard again, that is news
_NEWS = 0.2  # seconds at least between two messages that news is told with
_SOON = 0.05  # seconds between two looks at a socket; the kernel keeps the time of each packet
_BATCH = 64  # packets read in one look
_BUFFER = 256 * 1024  # bytes: what may come between two looks
_PACKET, _ANCILLARY = 8192, 512  # bytes
_GROUPS = {"inet": "224.0.0.18", "inet6": "ff02::12"}
_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}
_SO_TIMESTAMPNS = 35  # also the type of what comes with a packet
_SO_RXQ_OVFL = 40
_IP_PKTINFO = 8
_TIMESPEC = struct.Struct("@ll")
_MAX_AGE = 10.0  # seconds that a packet may have waited; more tells of a clock that was set meanwhile
_Key = Tuple[str, str, str, int, int]  # family, interface, source, VRID, version


class HeardAdverts:
    """What was heard, counted. Bounded; `lost` counts what there was no room for."""

    def __init__(self) -> None:
        self._heard: Dict[_Key, Advertiser] = {}
        self._full_until = float("-inf")
        self.lost = 0

    def note(self, advert: Advert, interface: str, at: float) -> bool:
        """Count one; says whether it is more than one more of the same."""
        key = (advert.family, interface, advert.source, advert.vrid, advert.version)
        known = self._heard.get(key)
        if known is None:
            if not self._room(at):
                self.lost += 1
                return False
            self._heard[key] = Advertiser(*key, advert.priority, advert.interval, 1, at, at)
            return True
        self._heard[key] = known._replace(
            priority=advert.priority, interval=advert.interval, adverts=known.adverts + 1, last=max(at, known.last)
        )
        same = (known.priority, known.interval) == (advert.priority, advert.interval)
        return not same or at - known.last > _SILENT * known.interval

    def _room(self, at: float) -> bool:
        if len(self._heard) < MOST:
            return True
        if at < self._full_until:
            return False
        longest = min(self._heard, key=lambda key: self._heard[key].last)
        self._full_until = self._heard[longest].last + FORGET
        if at < self._full_until:
            return False
        del self._heard[longest]
        return True

    def all(self) -> Tuple[Advertiser, ...]:
        return tuple(self._heard.values())


def wanted(instances: Iterable[VrrpInstance]) -> Dict[Tuple[str, str], None]:
    """The families and interfaces to listen on: of IPv6 where an instance has such a VIP."""
    found: Dict[Tuple[str, str], None] = {}
    for instance in instances:
        if instance.interface:
            found["inet", instance.interface] = None
            if any(":" in vip for vip in instance.vips):
                found["inet6", instance.interface] = None
    return found


class _Membership(NamedTuple):
    """The group, joined on one interface for as long as the socket is open. A socket each: one may have but 20."""

    link: int  # the interface's index
    since: float
    socket: socket.socket


class AdvertListener:
    """One life: `run` ends when it is cancelled, and closes its sockets. `join` says where, at any time before."""

    def __init__(self) -> None:
        self._heard = HeardAdverts()
        self._memberships: Dict[Tuple[str, str], _Membership] = {}
        self._sockets: Dict[str, socket.socket] = {}
        self._refused: Dict[str, str] = {}  # family -> why there is no socket
        self._dropped: Dict[str, int] = {}  # family -> packets, by the kernel
        self._news = asyncio.Event()
        self._names: Dict[int, str] = {}

    def join(self, instances: Iterable[VrrpInstance]) -> None:
        """Where to listen from now on; again when interfaces came or went. Where it cannot, that is not listened on."""
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
        """Raises OSError."""
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
        """Until cancelled: tell at once of what is new, which counts and times alone are not."""
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
        """All of it, as of now."""
        listening = tuple(Listening(*place, one.since) for place, one in self._memberships.items())
        lost = self._heard.lost + sum(self._dropped.values())
        return Adverts(time.monotonic(), listening, self._heard.all(), lost, self._refused.get("inet"))

    # --- sockets ---

    def _open(self, family: str) -> bool:
        """Is there a socket of that family; it is tried once."""
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
        for _ in range(_BATCH):
            try:
                packet, ancillary, _, sender = opened.recvmsg(_PACKET, _ANCILLARY)
            except OSError:
                break  # nothing more, or an error of the network that is told once
            self._take(family, packet, _Beside.of(ancillary), sender[0])
        loop.remove_reader(opened)
        loop.call_later(_SOON, self._watch, family)

    def _watch(self, family: str) -> None:
        if family in self._sockets:
            asyncio.get_running_loop().add_reader(self._sockets[family], self._look, family)

    def _take(self, family: str, packet: bytes, beside: _Beside, source: str) -> None:
        self._dropped[family] = max(beside.dropped, self._dropped.get(family, 0))
        advert = of_ipv4(packet) if family == "inet" else of_ipv6(source, beside.destination, beside.hops, packet)
        if advert is not None:
            interface = self._names.get(beside.link, f"link {beside.link}")
            if self._heard.note(advert, interface, beside.at):
                self._news.set()


def _raw(family: str) -> socket.socket:
    """Raises OSError."""
    opened = socket.socket(_FAMILIES[family], socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, PROTOCOL)
    try:
        if family == "inet":
            opened.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        else:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        opened.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        opened.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
    except OSError:
        opened.close()
        raise
    return opened


class _Beside(NamedTuple):
    """What the kernel says beside a packet."""

    link: int  # the interface's index
    destination: bytes  # of IPv6
    hops: int  # of IPv6
    at: float  # CLOCK_MONOTONIC of its arrival
    dropped: int  # packets, since the socket was opened

    @classmethod
    def of(cls, ancillary: List[Tuple[int, int, bytes]]) -> _Beside:
        link, destination, hops, age, dropped = 0, b"", 0, 0.0, 0
        for level, kind, data in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
                seconds, nanoseconds = _TIMESPEC.unpack_from(data)
                age = time.time() - (seconds + nanoseconds / 1e9)
            elif (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
                dropped = int.from_bytes(data[:4], sys.byteorder)
            elif (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO):
                link = int.from_bytes(data[:4], sys.byteorder)
            elif (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO):
                destination, link = data[:16], int.from_bytes(data[16:20], sys.byteorder)
            elif (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT):
                hops = int.from_bytes(data[:4], sys.byteorder)
        now = time.monotonic()
        return cls(link, destination, hops, now - age if 0 <= age < _MAX_AGE else now, dropped)

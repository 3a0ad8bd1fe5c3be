"""Watch the packets of a failover on VRRP's interfaces, as a capture does: adverts that are sent here, and neighbour packets.

A packet socket with a filter in the kernel, for as long as somebody wants it: at rest there is none. It sends nothing, and reads
some 1,300 packets a second at most. Not for: the adverts of others, which a raw socket hears as keepalived does (see
`advert_listener`).
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import time
from typing import Callable, Dict, Iterable, Optional, Tuple

from ...protocol.sighting_messages import Sighting
from ...protocol.vrrp_messages import Advertiser, VrrpInstance
from .advert_table import STAMP, AdvertTable, tell_advert, wanted
from .neighbour_packet import NeighbourPacket, of_arp
from .neighbour_packet import of_ipv6 as neighbour_of_ipv6
from .packet_info import SO_RXQ_OVFL, SO_TIMESTAMPNS, PacketInfo
from .vrrp_packet import PROTOCOL, of_ipv4, of_ipv6

LONGEST = 120.0  # seconds that can be asked for at once
_QUIET = 10.0  # seconds without a neighbour packet after which the next one begins another burst
_MOST = 256  # addresses whose bursts are known
_TELL = 0.5  # seconds between two messages that tell of adverts alone
_BATCH, _SOON = 64, 0.05  # packets read in one look; seconds between two looks
_PACKET, _ANCILLARY, _BUFFER = 2048, 512, 256 * 1024  # bytes
_SO_ATTACH_FILTER = 26
_ALL = 0x0003  # ETH_P_ALL: a socket of one protocol sees nothing that is sent
_ARP, _IPV4, _IPV6 = 0x0806, 0x0800, 0x86DD
_SENT = 4  # PACKET_OUTGOING

# Classic BPF: load a word, half or byte from a place; jump by equality, or by a bit; return so many bytes.
_LD, _LDH, _LDB, _JEQ, _JEQ_X, _JSET, _TAX, _RET = 0x20, 0x28, 0x30, 0x15, 0x1D, 0x45, 0x07, 0x06
_ABOUT_PROTOCOL, _ABOUT_TYPE = 0xFFFFF000, 0xFFFFF004  # SKF_AD_OFF + SKF_AD_PROTOCOL, + SKF_AD_PKTTYPE
_FILTER = (  # code, instructions to skip if true, if false, operand
    (_LDH, 0, 0, _ABOUT_PROTOCOL),
    (_JEQ, 2, 0, _ARP),  # to 4
    (_JEQ, 5, 0, _IPV4),  # to 8
    (_JEQ, 6, 15, _IPV6),  # to 10
    (_LD, 0, 0, 14),  # 4, ARP: the sender's address is the target's
    (_TAX, 0, 0, 0),
    (_LD, 0, 0, 24),
    (_JEQ_X, 12, 11, 0),
    (_LDB, 0, 0, 9),  # 8, IPv4: VRRP
    (_JEQ, 7, 9, PROTOCOL),
    (_LDB, 0, 0, 6),  # 10, IPv6: VRRP, or a neighbour advertisement that nobody has asked for
    (_JEQ, 5, 0, PROTOCOL),
    (_JEQ, 0, 6, 58),
    (_LDB, 0, 0, 40),
    (_JEQ, 0, 4, 136),
    (_LDB, 0, 0, 44),
    (_JSET, 2, 3, 0x40),
    (_LD, 0, 0, _ABOUT_TYPE),  # 17, VRRP that is sent
    (_JEQ, 1, 0, _SENT),
    (_RET, 0, 0, 0),
    (_RET, 0, 0, _PACKET),
)


class NeighbourBursts:
    """Tells the first packet of a burst from the others. Bounded."""

    def __init__(self) -> None:
        self._last: Dict[Tuple[str, str, str], Tuple[str, float]] = {}  # interface, family, address -> who, when

    def begins(self, interface: str, packet: NeighbourPacket, at: float, own: bool) -> bool:
        """Take in a packet; return True if it is the first one of its burst."""
        key, who = (interface, packet.family, packet.address), f"{packet.mac} {own}"
        before = self._last.pop(key, None)
        self._last[key] = (who, at)
        while len(self._last) > _MOST:
            del self._last[next(iter(self._last))]  # the one that was quiet for longest
        return before is None or before[0] != who or at - before[1] > _QUIET

    def forget(self, interface: str) -> None:
        """Take in that the next packet of each address there begins a burst."""
        self._last = {key: known for key, known in self._last.items() if key[0] != interface}


class PacketWatch:
    """The watch of one life; it is closed when `run` ends. `saw` is told of what is new."""

    def __init__(self, saw: Callable[[Sighting], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._saw = saw
        self._clock = clock
        self._table = AdvertTable()
        self._bursts = NeighbourBursts()
        self._sockets: Dict[str, Tuple[int, socket.socket]] = {}  # interface -> its index, and the socket
        self._places: Tuple[str, ...] = ()
        self._dropped: Dict[str, int] = {}
        self._until = float("-inf")
        self._asked = asyncio.Event()
        self.error: Optional[str] = None

    @property
    def sent(self) -> Tuple[Advertiser, ...]:
        """Return this machine's own adverts, as far as they were watched."""
        return self._table.all()

    @property
    def watched(self) -> Tuple[str, ...]:
        """Return the interfaces that are watched now."""
        return tuple(sorted(self._sockets))

    @property
    def lost(self) -> int:
        """Return how many packets were not seen."""
        return sum(self._dropped.values()) + self._table.lost

    def watch(self, seconds: float) -> None:
        """Watch for so many seconds from now."""
        self._until = self._clock() + min(LONGEST, max(0.0, seconds))
        self._asked.set()

    def join(self, instances: Iterable[VrrpInstance]) -> None:
        """Watch where these instances run and put their VIPs."""
        known = list(instances)
        vips = [interface for one in known for interface in one.vip_interfaces if interface]
        self._places = tuple(dict.fromkeys([interface for _, interface in wanted(known)] + vips))
        if self._sockets:
            self._open()

    async def run(self, tell: Callable[[], None]) -> None:
        """Watch whenever it is wanted, until cancelled; `tell` is called now and then meanwhile, and at the end."""
        try:
            while True:
                await self._asked.wait()
                self._asked.clear()
                while self._clock() < self._until:
                    self._open()
                    tell()
                    await asyncio.sleep(_TELL)
                self._close()
                tell()
        finally:
            self._close()

    # --- sockets ---

    def _open(self) -> None:
        """Open what is to be watched and is not yet; close what is gone."""
        links = {name: index for index, name in socket.if_nameindex()}
        for name, (index, opened) in list(self._sockets.items()):
            if name not in self._places or links.get(name) != index:
                del self._sockets[name]
                asyncio.get_running_loop().remove_reader(opened)
                opened.close()
        for name in self._places:
            if name in self._sockets or name not in links:
                continue
            try:
                opened = packet_socket(name)
            except OSError as error:
                self.error = f"packets cannot be watched on {name}: {error.strerror}"
                if error.errno == errno.EPERM:
                    self.error = "watching packets needs root (CAP_NET_RAW)"
                continue
            self.error = None
            self._sockets[name] = (links[name], opened)
            self._wait(name, opened)

    def _close(self) -> None:
        for _, opened in self._sockets.values():
            asyncio.get_running_loop().remove_reader(opened)
            opened.close()
        self._sockets.clear()

    def _wait(self, interface: str, opened: socket.socket) -> None:
        if self._sockets.get(interface, (0, None))[1] is opened:
            asyncio.get_running_loop().add_reader(opened, self._look, interface, opened)

    def _look(self, interface: str, opened: socket.socket) -> None:
        """Read what is there, then leave the socket alone for a moment: a flood must not keep the agent from its work."""
        loop = asyncio.get_running_loop()
        for _ in range(_BATCH):
            try:
                packet, ancillary, _, about = opened.recvmsg(_PACKET, _ANCILLARY)
            except OSError:
                break  # nothing more, or the interface went down
            info = PacketInfo.of(ancillary)
            self._dropped[interface] = max(info.dropped, self._dropped.get(interface, 0))
            self.take(packet, interface, about[1], about[2] == _SENT, info.at)
        loop.remove_reader(opened)
        loop.call_later(_SOON, self._wait, interface, opened)

    def take(self, packet: bytes, interface: str, protocol: int, own: bool, at: float) -> None:
        """Take in a packet that passed the filter; it begins with its network header."""
        neighbour = of_arp(packet) if protocol == _ARP else neighbour_of_ipv6(packet) if protocol == _IPV6 else None
        if neighbour is not None:
            if self._bursts.begins(interface, neighbour, at, own):
                self._saw(Sighting("neighbour", at, STAMP, interface, own, neighbour.family, address=neighbour.address))
            return
        advert = None
        if protocol == _IPV4:
            advert = of_ipv4(packet)
        elif protocol == _IPV6 and len(packet) > 40 and packet[6] == PROTOCOL:
            source = socket.inet_ntop(socket.AF_INET6, packet[8:24])
            advert = of_ipv6(source, packet[24:40], packet[7], packet[40:])
        if advert is not None and own and tell_advert(self._table, advert, interface, at, self._saw, own=True):
            self._bursts.forget(interface)  # a MASTER that begins tells of its VIPs anew


def packet_socket(interface: str) -> socket.socket:
    """Return a packet socket on an interface that takes what the filter lets through. Raises OSError."""
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, 0)
    try:
        attach_filter(opened)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        opened.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
        opened.bind((interface, _ALL))
    except OSError:
        opened.close()
        raise
    return opened


def attach_filter(opened: socket.socket) -> None:
    """Have the kernel drop what the filter does not let through. Raises OSError."""
    import ctypes  # not before it is needed: it takes a busy Director long

    program = ctypes.create_string_buffer(b"".join(struct.pack("@HBBI", *one) for one in _FILTER))
    described = struct.pack("@HP", len(_FILTER), ctypes.addressof(program))
    opened.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, described)

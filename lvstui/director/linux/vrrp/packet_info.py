"""Read the facts that the kernel gives with a packet: its interface, when it arrived, and how many were dropped before it."""

from __future__ import annotations

import socket
import struct
import sys
from typing import List, NamedTuple, Tuple

from ...clocks import read_clocks

SO_TIMESTAMPNS = 35  # also the type of what comes with a packet
SO_RXQ_OVFL = 40
IP_PKTINFO = 8
_TIMESPEC = struct.Struct("@ll")
_MAX_AGE = 10.0  # seconds that a packet may have waited; more tells of a clock that was set meanwhile


class PacketInfo(NamedTuple):
    """The facts that the kernel gives with a packet."""

    link: int  # the interface's index
    destination: bytes  # of IPv6
    hops: int  # of IPv6
    at: float  # CLOCK_MONOTONIC of its arrival
    dropped: int  # packets, since the socket was opened

    @classmethod
    def of(cls, ancillary: List[Tuple[int, int, bytes]]) -> PacketInfo:
        """Read them out of the ancillary data."""
        link, destination, hops, age, dropped = 0, b"", 0, 0.0, 0
        now = read_clocks()
        for level, kind, data in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = _TIMESPEC.unpack_from(data)
                age = now.wall - (seconds + nanoseconds / 1e9)
            elif (level, kind) == (socket.SOL_SOCKET, SO_RXQ_OVFL):
                dropped = int.from_bytes(data[:4], sys.byteorder)
            elif (level, kind) == (socket.IPPROTO_IP, IP_PKTINFO):
                link = int.from_bytes(data[:4], sys.byteorder)
            elif (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO):
                destination, link = data[:16], int.from_bytes(data[16:20], sys.byteorder)
            elif (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT):
                hops = int.from_bytes(data[:4], sys.byteorder)
        at = now.monotonic - age if 0 <= age < _MAX_AGE else now.monotonic
        return cls(link, destination, hops, at, dropped)

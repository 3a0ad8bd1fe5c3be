"""Read VRRP adverts as they are on the wire: bytes in, who advertises what out. Not for sockets.

VRRPv2 (RFC 3768) and VRRPv3 (RFC 5798). What is no whole and sound advert is None, and nothing that a network carries raises.
A password in it is never looked at.
"""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple, Optional

PROTOCOL = 112
_ADVERTISEMENT = 1
_HOPS = 255  # of every advert to the group: one that was routed is not taken
_HEADER = 8  # bytes, in both versions
_AUTHENTICATION = 8  # bytes at the end of VRRPv2
_ADDRESS = {"inet": 4, "inet6": 16}  # bytes


class Advert(NamedTuple):
    family: str  # "inet" or "inet6"
    source: str
    vrid: int
    version: int
    priority: int
    interval: float  # seconds until the next one, as it says itself


def of_ipv4(packet: bytes) -> Optional[Advert]:
    """Read a packet of a raw socket, which begins with its IP header; None if it is no right advert."""
    if len(packet) < 20 or packet[0] >> 4 != 4 or packet[9] != PROTOCOL:
        return None
    header = (packet[0] & 15) * 4
    if header < 20 or len(packet) < header + _HEADER:
        return None
    source, destination, hops = packet[12:16], packet[16:20], packet[8]
    return _advert("inet", source, destination, hops, packet[header:])


def of_ipv6(source: str, destination: bytes, hops: int, payload: bytes) -> Optional[Advert]:
    """Read a payload (a raw socket of IPv6 gives no header); None if it is no right advert."""
    try:
        address = socket.inet_pton(socket.AF_INET6, source.partition("%")[0])
    except (OSError, ValueError):
        return None
    if len(destination) != len(address):
        return None
    return _advert("inet6", address, destination, hops, payload)


def _advert(family: str, source: bytes, destination: bytes, hops: int, payload: bytes) -> Optional[Advert]:
    if len(payload) < _HEADER or payload[0] & 15 != _ADVERTISEMENT or not payload[1]:
        return None
    version, vrid, priority, addresses = payload[0] >> 4, payload[1], payload[2], payload[3]
    if version == 2 and family == "inet":
        length, interval = _HEADER + addresses * _ADDRESS[family] + _AUTHENTICATION, float(payload[5])
        sound = _sum(payload[:length]) == 0xFFFF
    elif version == 3:
        length, interval = _HEADER + addresses * _ADDRESS[family], ((payload[4] & 15) << 8 | payload[5]) / 100
        pseudo = source + destination + struct.pack(">II", length, PROTOCOL)
        # over IPv4 some leave the pseudo-header out
        sound = _sum(pseudo + payload[:length]) == 0xFFFF or (family == "inet" and _sum(payload[:length]) == 0xFFFF)
    else:
        return None
    to_group = destination[0] >> 4 == 0xE if family == "inet" else destination[0] == 0xFF
    if not sound or len(payload) < length or not interval or (to_group and hops != _HOPS):
        return None
    return Advert(family, _text(family, source), vrid, version, priority, interval)


def _text(family: str, address: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET6 if family == "inet6" else socket.AF_INET, address)


def _sum(data: bytes) -> int:
    """Return the ones' complement sum; 0xFFFF of what has a right checksum in it."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total

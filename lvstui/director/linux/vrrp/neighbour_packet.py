"""Read packets that tell others who has an address: gratuitous ARP, unsolicited neighbour advertisements. Bytes in, facts out.

Packets begin with ARP's or IPv6's header. What is none of them, or is cut short, is None, and nothing raises.
"""

from __future__ import annotations

import socket
from typing import NamedTuple, Optional

_ARP_START = bytes([0, 1, 8, 0, 6, 4, 0])  # Ethernet, IPv4, the lengths of their addresses
_ARP = 28  # bytes
_ICMPV6, _ADVERTISEMENT, _SOLICITED, _TARGET_OPTION = 58, 136, 0x40, 2
_HEADER, _FIXED = 40, 24  # bytes: of IPv6; of an advertisement without options


class NeighbourPacket(NamedTuple):
    """The address that is told of, and who has it."""

    family: str  # "inet" or "inet6"
    address: str
    mac: str  # "" where the packet does not tell


def of_arp(packet: bytes) -> Optional[NeighbourPacket]:
    """Read an ARP packet; None if it is not gratuitous."""
    if len(packet) < _ARP or packet[:7] != _ARP_START or packet[7] not in (1, 2):
        return None
    sender, target = packet[14:18], packet[24:28]
    if sender != target or sender == bytes(4):
        return None
    return NeighbourPacket("inet", socket.inet_ntop(socket.AF_INET, sender), _mac(packet[8:14]))


def of_ipv6(packet: bytes) -> Optional[NeighbourPacket]:
    """Read an IPv6 packet; None if it is no neighbour advertisement, or one that was asked for."""
    if len(packet) < _HEADER + _FIXED or packet[0] >> 4 != 6 or packet[6] != _ICMPV6 or packet[7] != 255:
        return None
    told = packet[_HEADER:]
    if told[0] != _ADVERTISEMENT or told[4] & _SOLICITED:
        return None
    option = told[_FIXED : _FIXED + 8]
    mac = _mac(option[2:8]) if len(option) == 8 and option[0] == _TARGET_OPTION else ""
    return NeighbourPacket("inet6", socket.inet_ntop(socket.AF_INET6, told[8:24]), mac)


def _mac(data: bytes) -> str:
    return ":".join(f"{byte:02x}" for byte in data)

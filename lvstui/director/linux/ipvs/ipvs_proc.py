"""Read the IPVS table from /proc/net/ip_vs, as anybody may: weights and connections, but no counters and no thresholds."""

from __future__ import annotations

import socket
from typing import List, Optional, Tuple

from ...protocol.ipvs_messages import RealServer, Service, ServiceId
from ...system import IpvsTable
from .genetlink import MalformedAnswer

_METHODS = {"Masq": "NAT", "Local": "LOCAL", "Tunnel": "TUN", "Route": "DR", "Bypass": "BYPASS"}
_PROTOCOLS = {"TCP": "tcp", "UDP": "udp", "SCTP": "sctp"}
_PERSISTENT, _ONE_PACKET = 0x1, 0x4  # IP_VS_SVC_F_*
_HEADING_LINES = 3
_NO_COUNTERS = (0, 0, 0, 0, 0)


def parse(text: str) -> IpvsTable:
    """Return the table that a text holds. Raises MalformedAnswer, naming the line."""
    services: List[Tuple[Service, List[RealServer]]] = []
    for number, line in enumerate(text.splitlines()[_HEADING_LINES:], _HEADING_LINES + 1):
        words = line.split()
        try:
            if words[0] == "->":
                services[-1][1].append(_real_server(words))
            else:
                services.append((_service(words), []))
        except (ValueError, IndexError, KeyError):
            raise MalformedAnswer(f"/proc/net/ip_vs line {number} is not understood: {line[:80]!r}") from None
    return IpvsTable(tuple((_with_family(one, found), tuple(found)) for one, found in services), counters=False)


def _endpoint(text: str) -> Tuple[str, str, int]:
    """Return the family, address and port of "0A0A0014:0050" or "[2001:…]:0050"."""
    address, _, port = text.rpartition(":")
    if address.startswith("["):
        return (
            "inet6",
            socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, address[1:-1])),
            int(port, 16),
        )
    return "inet", _ipv4(address), int(port, 16)


def _ipv4(digits: str) -> str:
    return socket.inet_ntop(socket.AF_INET, bytes.fromhex(digits.zfill(8)))


def _service(words: List[str]) -> Service:
    if words[0] == "FWM":
        identity = ServiceId("inet", "", "", 0, int(words[1], 16))
    else:
        family, address, port = _endpoint(words[1])
        identity = ServiceId(family, _PROTOCOLS[words[0]], address, port, 0)
    flags, netmask = 0, "255.255.255.255" if identity.family == "inet" else "128"
    if "ops" in words[3:]:
        flags |= _ONE_PACKET
    if "persistent" in words[3:]:
        flags |= _PERSISTENT
        digits = words[words.index("persistent", 3) + 2]
        netmask = _ipv4(digits) if identity.family == "inet" else str(_prefix(digits))
    # The timeout is there in the kernel's ticks, whose length cannot be known from here: left out, as 0
    return Service(identity, words[2], flags, 0, netmask, "", *_NO_COUNTERS)


def _prefix(digits: str) -> int:
    """Return the prefix length of IPv6, which the kernel prints through ntohl, as if it were a mask."""
    return int.from_bytes(int(digits, 16).to_bytes(4, "big"), "little")


def _real_server(words: List[str]) -> RealServer:
    _, address, port = _endpoint(words[1])
    weight, active, inactive = (int(word) for word in words[3:6])
    return RealServer(address, port, _METHODS[words[2]], weight, 0, 0, active, inactive, 0, *_NO_COUNTERS)


def _with_family(service: Service, found: List[RealServer]) -> Service:
    """Return a fwmark's service with the family of its real servers: its own is not in the file."""
    if service.id.fwmark and any(":" in one.address for one in found):
        prefix = int.from_bytes(socket.inet_aton(service.netmask), "little") if service.flags & _PERSISTENT else 128
        return service._replace(id=service.id._replace(family="inet6"), netmask=str(prefix))
    return service


def read(path: str = "/proc/net/ip_vs") -> Optional[IpvsTable]:
    """Return the table; None when the kernel has none. Raises MalformedAnswer, OSError."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return parse(file.read())
    except FileNotFoundError:
        return None

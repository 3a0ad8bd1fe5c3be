"""Read IPVS messages attribute by attribute: the slow way that is always right, and says where each value lies.

`ipvs_layout` is the fast way, and learns from `locate` here. Not for asking the kernel, see `ipvs`.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import Dict, List, NamedTuple, Tuple

from ...protocol.ipvs_messages import RealServer, Service, ServiceId, SyncDaemon
from .genetlink import HEADERS, MalformedAnswer, MessageSpan, attributes

METHODS = ("NAT", "LOCAL", "TUN", "DR", "BYPASS", "UNKNOWN", "UNKNOWN", "UNKNOWN")  # by IP_VS_CONN_F_FWD_MASK
METHOD_MASK = 7
COUNTERS = ("connections", "in_packets", "out_packets", "in_bytes", "out_bytes")  # attributes 1 to 5 of the statistics
_SERVICE, _REAL_SERVER = 1, 2  # IPVS_CMD_ATTR_*
_PROTOCOLS = {socket.IPPROTO_TCP: "tcp", socket.IPPROTO_UDP: "udp", 132: "sctp"}
_DAEMON, _DAEMON_FIELDS = 3, {1: "state", 2: "interface", 3: "id"}
_ROLES = {1: "master", 2: "backup"}
_PERSISTENT, _HASHED = 0x1, 0x2  # IP_VS_SVC_F_*; HASHED is the kernel's own business

_SERVICE_FIELDS = {
    1: "family", 2: "protocol", 3: "address", 4: "port", 5: "fwmark", 6: "scheduler", 7: "flags", 8: "timeout",
    9: "netmask", 11: "engine",
}  # fmt: skip
_SERVICE_STATS, _SERVICE_STATS64 = 10, 12
_REAL_SERVER_FIELDS = {
    1: "address", 2: "port", 3: "method", 4: "weight", 5: "upper", 6: "lower", 7: "active", 8: "inactive",
    9: "persistent", 11: "family",
}  # fmt: skip
_REAL_SERVER_STATS, _REAL_SERVER_STATS64 = 10, 12


class Located(NamedTuple):
    """Hold where the values of one message lie: offsets in its datagram."""

    values: Dict[str, Tuple[int, int]]
    headers: Tuple[int, ...]  # of every attribute that was looked at


def locate_real_server(data: bytes, part: MessageSpan) -> Located:
    """Return where the values of a destination lie. Raises MalformedAnswer."""
    return _locate(data, part, _REAL_SERVER, _REAL_SERVER_FIELDS, _REAL_SERVER_STATS, _REAL_SERVER_STATS64)


def _locate(data: bytes, part: MessageSpan, kind: int, fields: Dict[int, str], stats: int, stats64: int) -> Located:
    outer = list(attributes(data, part.start + HEADERS, part.end))
    found = [item for item in outer if item.kind == kind]
    if len(found) != 1:
        raise MalformedAnswer("a message without the one object that it should hold")
    values: Dict[str, Tuple[int, int]] = {}
    headers = [item.header for item in outer]
    counters = {}
    for item in attributes(data, found[0].start, found[0].end):
        headers.append(item.header)
        if item.kind in fields:
            values[fields[item.kind]] = (item.start, item.end)
        elif item.kind in (stats, stats64):
            counters[item.kind] = item
    best = counters.get(stats64) or counters.get(stats)  # kernels before 4.1 have no 64-bit counters
    if best is None:
        raise MalformedAnswer("an object without counters")
    headers += _locate_counters(data, best.start, best.end, values)
    return Located(values, tuple(headers))


def _locate_counters(data: bytes, start: int, end: int, values: Dict[str, Tuple[int, int]]) -> List[int]:
    headers = []
    for item in attributes(data, start, end):
        headers.append(item.header)
        if 1 <= item.kind <= len(COUNTERS):
            values[COUNTERS[item.kind - 1]] = (item.start, item.end)
    return headers


def real_server(data: bytes, part: MessageSpan, family: int) -> RealServer:
    """Read one destination; `family` is its service's, for kernels that do not send its own. Raises MalformedAnswer."""
    values = locate_real_server(data, part).values
    if "family" in values:
        family = _number(data, values, "family", 2)
    return RealServer(
        address=address_text(family, _bytes(data, values, "address")),
        port=_port(data, values),
        method=METHODS[_number(data, values, "method", 4) & METHOD_MASK],
        weight=_number(data, values, "weight", 4),
        upper=_number(data, values, "upper", 4),
        lower=_number(data, values, "lower", 4),
        active=_number(data, values, "active", 4),
        inactive=_number(data, values, "inactive", 4),
        persistent=_number(data, values, "persistent", 4),
        **_counters(data, values),
    )


def service(data: bytes, part: MessageSpan) -> Service:
    """Read one service. Raises MalformedAnswer."""
    values = _locate(data, part, _SERVICE, _SERVICE_FIELDS, _SERVICE_STATS, _SERVICE_STATS64).values
    family = _number(data, values, "family", 2)
    flags = _bytes(data, values, "flags")
    if len(flags) != 8:
        raise MalformedAnswer("flags of a service that are not a value and a mask")
    value = struct.unpack("=II", flags)[0] & ~_HASHED
    timeout = _number(data, values, "timeout", 4)
    return Service(
        id=_service_id(data, values, family),
        scheduler=_text(_bytes(data, values, "scheduler")),
        flags=value,
        timeout=timeout if value & _PERSISTENT else 0,
        netmask=_netmask(family, _bytes(data, values, "netmask")),
        engine=_text(_bytes(data, values, "engine")) if "engine" in values else "",
        **_counters(data, values),
    )


def daemon(data: bytes, part: MessageSpan) -> SyncDaemon:
    """Read one daemon that synchronises connections. Raises MalformedAnswer."""
    outer = [item for item in attributes(data, part.start + HEADERS, part.end) if item.kind == _DAEMON]
    if len(outer) != 1:
        raise MalformedAnswer("a message without the one daemon that it should hold")
    inner = attributes(data, outer[0].start, outer[0].end)
    values = {_DAEMON_FIELDS[item.kind]: (item.start, item.end) for item in inner if item.kind in _DAEMON_FIELDS}
    role = _ROLES.get(_number(data, values, "state", 4))
    if role is None:
        raise MalformedAnswer("a daemon that neither sends nor receives")
    return SyncDaemon(role, _text(_bytes(data, values, "interface")), _number(data, values, "id", 4))


def _service_id(data: bytes, values: Dict[str, Tuple[int, int]], family: int) -> ServiceId:
    name = family_name(family)
    if "fwmark" in values:
        return ServiceId(name, "", "", 0, _number(data, values, "fwmark", 4))
    protocol = _number(data, values, "protocol", 2)
    if protocol not in _PROTOCOLS:
        raise MalformedAnswer(f"a service of the unknown protocol {protocol}")
    return ServiceId(
        name, _PROTOCOLS[protocol], address_text(family, _bytes(data, values, "address")), _port(data, values), 0
    )


def family_name(family: int) -> str:
    """Return "inet" or "inet6". Raises MalformedAnswer."""
    if family == socket.AF_INET:
        return "inet"
    if family == socket.AF_INET6:
        return "inet6"
    raise MalformedAnswer(f"the unknown address family {family}")


def _bytes(data: bytes, values: Dict[str, Tuple[int, int]], name: str) -> bytes:
    if name not in values:
        raise MalformedAnswer(f"an object without {name}")
    start, end = values[name]
    return data[start:end]


def _number(data: bytes, values: Dict[str, Tuple[int, int]], name: str, *sizes: int) -> int:
    raw = _bytes(data, values, name)
    if len(raw) not in sizes:
        raise MalformedAnswer(f"{name} in {len(raw)} bytes")
    return int.from_bytes(raw, sys.byteorder)


def _counters(data: bytes, values: Dict[str, Tuple[int, int]]) -> Dict[str, int]:
    return {name: _number(data, values, name, 4, 8) for name in COUNTERS}


def _port(data: bytes, values: Dict[str, Tuple[int, int]]) -> int:
    raw = _bytes(data, values, "port")
    if len(raw) != 2:
        raise MalformedAnswer(f"a port in {len(raw)} bytes")
    return int.from_bytes(raw, "big")


def address_text(family: int, raw: bytes) -> str:
    """Return an address as canonical text. Raises MalformedAnswer."""
    family_name(family)
    size = 4 if family == socket.AF_INET else 16
    if len(raw) < size:
        raise MalformedAnswer(f"an address in {len(raw)} bytes")
    return socket.inet_ntop(family, raw[:size])


def _netmask(family: int, raw: bytes) -> str:
    if len(raw) != 4:
        raise MalformedAnswer(f"a netmask in {len(raw)} bytes")
    return address_text(family, raw) if family == socket.AF_INET else str(int.from_bytes(raw, sys.byteorder))


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii", "replace")

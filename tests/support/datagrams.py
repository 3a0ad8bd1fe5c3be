"""The captured datagrams, what pyroute2's decoder makes of them, and ways to damage them."""

from __future__ import annotations

import ipaddress
import socket
import struct
from functools import partial
from typing import Any

from pyroute2.netlink.generic.ipvs import ipvsmsg

from lvstui.director.linux.ipvs.ipvs_walk import METHODS
from lvstui.director.protocol.ipvs_messages import RealServer, Service, ServiceId
from tests.support.paths import ROOT

CAPTURES = ROOT / "tests" / "director" / "linux" / "captures"
NAMES = sorted(path.stem for path in CAPTURES.glob("*.bin") if path.stem != "services")
COUNTERS = ("CONNS", "INPKTS", "OUTPKTS", "INBYTES", "OUTBYTES")


def datagrams(name: str) -> list[bytes]:
    data, found = (CAPTURES / f"{name}.bin").read_bytes(), []
    while data:
        size = struct.unpack_from("<I", data)[0]
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found


def identity(name: str) -> tuple[int, int]:
    """Family number and sequence number of a capture."""
    last = datagrams(name)[-1]
    return family_number(), int(struct.unpack_from("=I", last, 8)[0])


def family_number() -> int:
    return int(struct.unpack_from("=H", datagrams("services")[0], 4)[0])


def service_family(name: str) -> int:
    return socket.AF_INET6 if "ipv6" in name else socket.AF_INET


def messages(data: bytes) -> list[bytes]:
    found = []
    while data:
        size = (struct.unpack_from("=I", data)[0] + 3) & ~3
        found.append(data[:size])
        data = data[size:]
    return found


def _oracle(message: bytes, name: str) -> Any:
    untyped: Any = ipvsmsg
    decoded = untyped(message)
    decoded.decode()
    return decoded.get_attr(f"IPVS_CMD_ATTR_{name}")


def _value(decoded: Any, prefix: str, name: str) -> Any:
    return decoded.get_attr(prefix + name)


def oracle_real_servers(name: str) -> list[RealServer]:
    """What pyroute2 reads."""
    found = []
    for data in datagrams(name)[:-1]:
        for message in messages(data):
            dest: Any = _oracle(message, "DEST")
            stats = dest.get_attr("IPVS_DEST_ATTR_STATS64")
            attr = partial(_value, dest, "IPVS_DEST_ATTR_")
            found.append(
                RealServer(
                    _address(attr("ADDR"), attr("ADDR_FAMILY")), attr("PORT"), METHODS[attr("FWD_METHOD") & 7],
                    attr("WEIGHT"), attr("U_THRESH"), attr("L_THRESH"), attr("ACTIVE_CONNS"), attr("INACT_CONNS"),
                    attr("PERSIST_CONNS"), *[stats.get_attr(f"IPVS_STATS_ATTR_{what}") for what in COUNTERS],
                )
            )  # fmt: skip
    return found


def oracle_services() -> list[Service]:
    return [_oracle_service(message) for data in datagrams("services")[:-1] for message in messages(data)]


def _oracle_service(message: bytes) -> Service:
    service = _oracle(message, "SERVICE")
    stats = service.get_attr("IPVS_SVC_ATTR_STATS64")
    attr = partial(_value, service, "IPVS_SVC_ATTR_")
    inet = attr("AF") == socket.AF_INET
    family, flags = "inet" if inet else "inet6", attr("FLAGS")["flags"]
    netmask = attr("NETMASK")  # pyroute2 writes the IPv6 prefix length like an IPv4 address
    if attr("FWMARK"):
        who = ServiceId(family, "", "", 0, attr("FWMARK"))
    else:
        protocol = {6: "tcp", 17: "udp", 132: "sctp"}[attr("PROTOCOL")]
        who = ServiceId(family, protocol, _address(attr("ADDR"), attr("AF")), attr("PORT"), 0)
    return Service(
        who, attr("SCHED_NAME"), flags & ~2, attr("TIMEOUT") if flags & 1 else 0,
        netmask if inet else str(struct.unpack("=I", socket.inet_aton(netmask))[0]), attr("PE_NAME") or "",
        *[stats.get_attr(f"IPVS_STATS_ATTR_{what}") for what in COUNTERS],
    )  # fmt: skip


def _address(text: str, family: int) -> str:
    if family == socket.AF_INET and ":" in text:  # an IPv4 address in the 16 bytes of either family
        return socket.inet_ntop(family, ipaddress.ip_address(text).packed[:4])
    return text

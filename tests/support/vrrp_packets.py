"""Packets of VRRP and of neighbours, as they are on the wire."""

from __future__ import annotations

import socket
import struct

from lvstui.director.linux.vrrp.vrrp_packet import PROTOCOL

GROUP, GROUP6 = bytes([224, 0, 0, 18]), socket.inet_pton(socket.AF_INET6, "ff02::12")
SOURCE, SOURCE6 = bytes([10, 10, 0, 11]), socket.inet_pton(socket.AF_INET6, "fe80::11")
VIP = bytes([10, 10, 0, 20])
MAC = bytes([2, 0, 0, 0, 0, 0x11])


def checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def v2(vrid: int = 51, priority: int = 100, interval: int = 1, password: bytes = b"123456\0\0", vips: int = 1) -> bytes:
    body = bytes([0x21, vrid, priority, vips, 1, interval]) + b"%s" + VIP * vips + password
    return body.replace(b"%s", struct.pack("!H", checksum(body.replace(b"%s", b"\0\0"))))


def v3(vrid: int = 51, priority: int = 100, centiseconds: int = 100, *, pseudo: bytes = SOURCE + GROUP) -> bytes:
    address = VIP if len(pseudo) in (0, 8) else SOURCE6
    body = bytes([0x31, vrid, priority, 1]) + struct.pack("!HH", centiseconds, 0) + address
    covered = body if not pseudo else pseudo + struct.pack("!II", len(body), PROTOCOL) + body
    return body[:6] + struct.pack("!H", checksum(covered)) + body[8:]


def packet(payload: bytes, *, hops: int = 255, protocol: int = PROTOCOL, destination: bytes = GROUP) -> bytes:
    """With an IP header that has an option, so that it is longer than most."""
    header = struct.pack("!BBHHHBBH", 0x46, 0xC0, 24 + len(payload), 7, 0, hops, protocol, 0)
    return header + SOURCE + destination + bytes([148, 4, 0, 0]) + payload


def packet6(payload: bytes, *, protocol: int = PROTOCOL, hops: int = 255, destination: bytes = GROUP6) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, hops) + SOURCE6 + destination + payload


def arp(sender: bytes = VIP, target: bytes = VIP, operation: int = 1, mac: bytes = MAC) -> bytes:
    return struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + mac + sender + b"\xff" * 6 + target


def advertisement(address: bytes = SOURCE6, flags: int = 0x20, mac: bytes | None = MAC) -> bytes:
    option = b"" if mac is None else bytes([2, 1]) + mac
    return packet6(bytes([136, 0, 0, 0, flags, 0, 0, 0]) + address + option, protocol=58)

"""Name a service, a real server and a VRRP instance: as in the kernel, on the screen, in JSON and as arguments.

Not for: what is configured about them (see `model`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

_ADDRESS_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[^\[\]:]+)):(?P<port>\d{1,5})")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}")
_FWMARK = re.compile(r"fwmark/(\d{1,10})(?:/(inet6?))?")
_PROTOCOLS = ("tcp", "udp", "sctp")
QUALIFIERS = (*_PROTOCOLS, "inet", "inet6")  # what may follow a group's name where several virtual servers share it


def canonical_address(text: str) -> str:
    """Return `text` as the kernel prints it. Raises ValueError where it is no IPv4 or IPv6 address."""
    if _IPV4.fullmatch(text) is not None:  # most are, and as the kernel prints them
        return text
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return f"::ffff:{address.ipv4_mapped}"
    return str(address)


def family_of(address: str) -> str:
    """Return `inet` or `inet6`, for an address that is one of the two."""
    return "inet6" if ":" in address else "inet"


def address_number(address: str) -> int:
    """Return the address as a number, to count through a range. Raises ValueError."""
    return int(IPv6Address(address) if ":" in address else IPv4Address(address))


def _address_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _parse_address_port(text: str) -> tuple[str, int]:
    match = _ADDRESS_PORT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not ADDRESS:PORT (an IPv6 address goes in brackets)")
    port = int(match["port"])
    if port > 65535:
        raise ValueError(f"{text!r}: {port} is no port")
    address = canonical_address(match["six"] or match["four"])
    if (":" in address) != (match["six"] is not None):
        raise ValueError(f"{text!r}: brackets are for IPv6 addresses, and only for them")
    return address, port


@dataclass(frozen=True, slots=True, order=True)
class RealServerKey:
    """A real server inside its virtual server: address and port, as the kernel has them."""

    address: str
    port: int

    def __str__(self) -> str:
        return _address_port(self.address, self.port)

    @classmethod
    def parse(cls, text: str) -> RealServerKey:
        """Read `192.168.211.13:8081` or `[2001:db8::13]:8081`. Raises ValueError."""
        return cls(*_parse_address_port(text))


@dataclass(frozen=True, slots=True, order=True)
class ServiceKey:
    """An IPVS service in the kernel: by address and port, or (protocol and address empty) by firewall mark."""

    family: str  # "inet" | "inet6"
    protocol: str  # "tcp" | "udp" | "sctp" | "" with a firewall mark
    address: str
    port: int
    fwmark: int = 0

    def __str__(self) -> str:
        if self.fwmark:
            return f"fwmark/{self.fwmark}" + ("/inet6" if self.family == "inet6" else "")
        return f"{self.protocol}/{_address_port(self.address, self.port)}"

    @classmethod
    def at(cls, protocol: str, address: str, port: int) -> ServiceKey:
        """Return the service of an address, whose family it takes."""
        return cls(family_of(address), protocol, address, port)

    @classmethod
    def marked(cls, fwmark: int, family: str = "inet") -> ServiceKey:
        """Return the service of a firewall mark, whatever the protocol and the port."""
        return cls(family, "", "", 0, fwmark)

    @classmethod
    def parse(cls, text: str) -> ServiceKey:
        """Read `tcp/10.10.0.20:80`, `udp/[2001:db8::20]:53`, `fwmark/7`, `fwmark/7/inet`, `fwmark/7/inet6`. Raises ValueError."""
        if (mark := _FWMARK.fullmatch(text)) is not None:
            return cls.marked(int(mark[1]), mark[2] or "inet")
        protocol, _, rest = text.partition("/")
        if protocol not in _PROTOCOLS:
            raise ValueError(f"{text!r} is no service: it starts with tcp/, udp/, sctp/ or fwmark/")
        return cls.at(protocol, *_parse_address_port(rest))


@dataclass(frozen=True, slots=True, order=True)
class VrrpKey:
    """A VRRP instance, as the Directors of its link tell it from others: a VRID counts for one interface and family."""

    interface: str  # as configured, not a VMAC on it; "": keepalived was given none
    vrid: int  # 0: not set, or not valid
    family: str  # "inet" | "inet6"
    among: str = ""  # the instance's name where one Director has several of the three: unicast from several addresses

    def __str__(self) -> str:
        return f"VRID {self.vrid} on {self.place}"

    @property
    def place(self) -> str:
        """Return its interface and family, as an operator reads them."""
        return f"{self.interface or 'no interface'}, {'IPv6' if self.family == 'inet6' else 'IPv4'}"

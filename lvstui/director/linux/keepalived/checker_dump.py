"""Read keepalived's checker dump (keepalived_check.data): virtual servers, real servers and their checks. Text in, facts out.

The dump is made for people and differs between versions: only lines that are known are read, in the blocks that they belong to.
WEIGHT is in every version the weight that the kernel gets and that counts for the quorum: the configured one with what the
checkers add, within what IPVS takes. The configured one is "initial weight", which the first versions of 2.0 do not tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Optional, Tuple, TypeVar, Union

from ...protocol.checker_messages import Check, CheckedRealServer, CheckedVirtualServer, GroupFwmark
from ...protocol.ipvs_messages import RealServerId

_VIP = re.compile(r" VS VIP = (\S+), VPORT = (\d+)")
_FWMARK = re.compile(r" VS FWMARK = (\d+)")
_GROUP = re.compile(r" VS GROUP = (\[?(.*?)\]?(?::\d+)?)$")
_FAMILY = re.compile(r"   Address family = (inet6?)\b")
_PROTOCOL = re.compile(r"   protocol = (\w+)")
_REAL = re.compile(r"   RIP = (\S+), RPORT = (\d+), WEIGHT = (-?\d+)")
_FIELD = re.compile(
    r"   (alive|RS set|initial weight|Enabled|Up|Has run|Current weight|Retries|Retries iterations|Keepalive method) = ([^,]+)"
)
_QUORUM = re.compile(r"   quorum = (\d+), hysteresis = (\d+)")
_QUORUM_UP = re.compile(r"   quorum_state_up = (\d)")
_SORRY = re.compile(r"   sorry server (?:\(duplicates rs\) )?= \[(\S+)\]:(?:\w+:)?(\d+)")
_SORRY_ALIVE = re.compile(r"     alive = (\d)")  # since 2.3, under it
_CHECKER = re.compile(r" (\S.*) -> \[(\S+)\]:(?:\w+:)?(\d+)$")
_GROUP_HEAD = re.compile(r" Virtual Server Group = (.*?)(?:, IPv4 = \w+, IPv6 = \w+)?$")
_GROUP_MARKS = re.compile(r"  Fwmark TCP: (\d+) UDP: (\d+) SCTP: (\d+)")

_YES = ("yes", "1")  # 2.0 writes numbers

_Unknown = TypeVar("_Unknown", int, None)
Key = Tuple[str, str, int]  # virtual server as the checkers name it, address and port of the real server


@dataclass
class _DumpedVirtual:
    """A virtual server: what it is, and what else of it was read."""

    kind: str  # "vip", "fwmark" or "group"
    subject: str  # address, mark or group
    port: str = ""
    checker_name: str = (
        ""  # as the checkers name it: "FWM 7", "[DNS]:1" for the second that uses the group; "": by its address
    )
    family: str = "inet"
    protocol: str = "udp"
    numbers: Dict[str, int] = field(default_factory=dict)
    sorry_server: Optional[RealServerId] = None

    @property
    def name(self) -> str:
        """Return its name as CheckedRealServer has it."""
        if self.kind == "vip":
            return f"{self.subject} {self.protocol} {self.port}"
        if self.kind == "fwmark":
            return f"fwmark {self.subject}" + (" inet6" if self.family == "inet6" else "")
        return f"group {self.family if self.protocol == 'none' else self.protocol} {self.subject}"

    @property
    def checked_as(self) -> str:
        """Return its name as the checkers have it."""
        return self.checker_name or f"[{self.subject}]:{self.protocol}:{self.port}"


class _DumpedReal(NamedTuple):
    """A real server, with the fields that follow its line."""

    virtual_server: _DumpedVirtual
    address: str
    port: int
    weight: int
    fields: Dict[str, str]


class _DumpReading:
    """Collect what is read of a dump."""

    def __init__(self) -> None:
        self.virtuals: List[_DumpedVirtual] = []
        self.reals: List[_DumpedReal] = []
        self.checks: Dict[Key, List[Dict[str, str]]] = {}
        self.fields: Optional[Dict[str, str]] = None  # of the block that is being read


def read(text: bytes) -> Tuple[Tuple[CheckedVirtualServer, ...], Tuple[CheckedRealServer, ...]]:
    """Return the virtual and the real servers. Raises ValueError for what is not a checker dump."""
    lines = text.decode("utf-8", "replace").splitlines()
    if not any("LVS Topology" in line or "Global definitions" in line for line in lines):
        raise ValueError("it holds no LVS topology")
    reading = _DumpReading()
    section = ""
    for line in lines:
        if "------<" in line:
            section = line.strip(" -<>").strip()
            reading.fields = None
        elif section == "Virtual server":
            _virtual_server(reading, line)
        elif section == "Real server":
            _real_server(reading, line)
        elif section == "Health checkers":
            _checker(reading, line)
    virtual_servers = tuple(_quorum(one) for one in reading.virtuals if "quorum" in one.numbers)
    return virtual_servers, tuple(_checked(real, reading.checks) for real in reading.reals)


def group_fwmarks(text: bytes) -> Tuple[GroupFwmark, ...]:
    """Return the marks that keepalived has given to groups of addresses, with `nftables_ipvs`."""
    found: List[GroupFwmark] = []
    group = ""
    for line in text.decode("utf-8", "replace").splitlines() if b"  Fwmark TCP: " in text else ():
        head, marks = _GROUP_HEAD.match(line), _GROUP_MARKS.match(line)
        if head:
            group = head.group(1)
        elif marks:
            given = zip(("tcp", "udp", "sctp"), map(int, marks.groups()))
            found += [GroupFwmark(group, protocol, mark) for protocol, mark in given if mark]
    return tuple(found)


def _virtual_server(reading: _DumpReading, line: str) -> None:
    vip, fwmark, group, family, protocol = (
        _VIP.match(line),
        _FWMARK.match(line),
        _GROUP.match(line),
        _FAMILY.match(line),
        _PROTOCOL.match(line),
    )
    if vip:
        reading.virtuals.append(_DumpedVirtual("vip", vip.group(1), vip.group(2)))
    elif fwmark:
        reading.virtuals.append(_DumpedVirtual("fwmark", fwmark.group(1), checker_name=f"FWM {fwmark.group(1)}"))
    elif group:
        reading.virtuals.append(_DumpedVirtual("group", group.group(2), checker_name=group.group(1)))
    elif family and reading.virtuals:
        reading.virtuals[-1].family = family.group(1)
    elif protocol and reading.virtuals:
        reading.virtuals[-1].protocol = protocol.group(1).lower()
    elif reading.virtuals:
        _of_quorum(reading.virtuals[-1], line)


def _of_quorum(virtual: _DumpedVirtual, line: str) -> None:
    quorum, up, sorry, alive = (
        _QUORUM.match(line),
        _QUORUM_UP.match(line),
        _SORRY.match(line),
        _SORRY_ALIVE.match(line),
    )
    if quorum:
        virtual.numbers.update(quorum=int(quorum.group(1)), hysteresis=int(quorum.group(2)))
    elif up:
        virtual.numbers["up"] = int(up.group(1))
    elif sorry:
        virtual.sorry_server = RealServerId(sorry.group(1), int(sorry.group(2)))
    elif alive:
        virtual.numbers["alive"] = int(alive.group(1))


def _real_server(reading: _DumpReading, line: str) -> None:
    real = _REAL.match(line)
    if real and reading.virtuals:
        reading.fields = {}
        reading.reals.append(
            _DumpedReal(reading.virtuals[-1], real.group(1), int(real.group(2)), int(real.group(3)), reading.fields)
        )
    else:
        _remember(reading, line)


def _checker(reading: _DumpReading, line: str) -> None:
    checker = _CHECKER.match(line)
    if checker:
        key = (checker.group(1), checker.group(2), int(checker.group(3)))
        reading.fields = {}
        reading.checks.setdefault(key, []).append(reading.fields)
    else:
        _remember(reading, line)


def _remember(reading: _DumpReading, line: str) -> None:
    field = _FIELD.match(line)
    if field and reading.fields is not None:
        reading.fields.setdefault(field.group(1), field.group(2).strip())


def _quorum(virtual: _DumpedVirtual) -> CheckedVirtualServer:
    numbers = virtual.numbers
    return CheckedVirtualServer(
        name=virtual.name,
        quorum=numbers["quorum"],
        hysteresis=numbers["hysteresis"],
        quorum_up=bool(numbers["up"]) if "up" in numbers else None,
        sorry_server=virtual.sorry_server,
        sorry_alive=bool(numbers["alive"]) if "alive" in numbers else None,
    )


def _checked(real: _DumpedReal, checks: Dict[Key, List[Dict[str, str]]]) -> CheckedRealServer:
    found = checks.get((real.virtual_server.checked_as, real.address, real.port), [])
    return CheckedRealServer(
        virtual_server=real.virtual_server.name,
        address=real.address,
        port=real.port,
        weight=_number(real.fields.get("initial weight"), real.weight),
        effective_weight=real.weight,
        alive=real.fields.get("alive") == "1",
        in_ipvs=real.fields.get("RS set") == "1",
        checks=tuple(
            Check(
                check.get("Keepalive method", ""),
                check.get("Up") in _YES,
                check.get("Has run") in _YES,
                _number(check.get("Current weight"), None),
                check.get("Enabled", "yes") in _YES,
                # one that has no retries is down at its first failure, and since 2.2 counts none
                0 if check.get("Retries") == "0" else _number(check.get("Retries iterations"), None),
            )
            for check in found
        ),
    )


def _number(text: Optional[str], unknown: _Unknown) -> Union[int, _Unknown]:
    return int(text) if text is not None and text.lstrip("-").isdigit() else unknown

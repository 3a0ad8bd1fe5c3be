"""keepalived's checker dump (keepalived_check.data) as real servers and their checks. Text in, facts out.

The dump is made for people and differs between versions: only lines that are known are read, in the blocks that they belong to.
"""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

from ..messages import Check, CheckedRealServer

_VIP = re.compile(r" VS VIP = (\S+), VPORT = (\d+)")
_FWMARK = re.compile(r" VS FWMARK = (\d+)")
_GROUP = re.compile(r" VS GROUP = \[?(.*?)\]?(?::\d+)?$")
_PROTOCOL = re.compile(r"   protocol = (\w+)")
_REAL = re.compile(r"   RIP = (\S+), RPORT = (\d+), WEIGHT = (-?\d+)(?: EFF WEIGHT = (-?\d+))?")
_FIELD = re.compile(r"   (alive|RS set|Up|Has run|Keepalive method) = ([^,]+)")
_CHECKER = re.compile(r" (\S.*) -> \[(\S+)\]:(?:\w+:)?(\d+)$")
_VS_OF_CHECKER = re.compile(r"\[(?P<vip>[0-9a-fA-F.:]+)\]:(?P<protocol>tcp|udp|sctp):(?P<port>\d+)$")

Key = Tuple[str, str, int]  # virtual server as in CheckedRealServer, address and port of the real server


class _Real(NamedTuple):
    virtual_server: str
    address: str
    port: int
    weight: int
    effective_weight: int
    fields: Dict[str, str]


class _Reading:
    def __init__(self) -> None:
        self.vip = ("", "")
        self.protocol = "udp"
        self.name = ""
        self.reals: List[_Real] = []
        self.checks: Dict[Key, List[Dict[str, str]]] = {}
        self.fields: Optional[Dict[str, str]] = None  # of the block that is being read


def real_servers(text: bytes) -> Tuple[CheckedRealServer, ...]:
    """Raises ValueError for what is not a checker dump."""
    lines = text.decode("utf-8", "replace").splitlines()
    if not any("LVS Topology" in line or "Global definitions" in line for line in lines):
        raise ValueError("it holds no LVS topology")
    reading = _Reading()
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
    return tuple(_checked(real, reading.checks) for real in reading.reals)


def _virtual_server(reading: _Reading, line: str) -> None:
    vip, fwmark, group, protocol = (
        _VIP.match(line),
        _FWMARK.match(line),
        _GROUP.match(line),
        _PROTOCOL.match(line),
    )
    if vip:
        reading.vip = (vip.group(1), vip.group(2))
        reading.name = f"{vip.group(1)} udp {vip.group(2)}"
    elif fwmark:
        reading.vip, reading.name = ("", ""), f"fwmark {fwmark.group(1)}"
    elif group:
        reading.vip, reading.name = ("", ""), f"group {group.group(1)}"
    elif protocol and reading.vip[0]:
        reading.name = f"{reading.vip[0]} {protocol.group(1).lower()} {reading.vip[1]}"


def _real_server(reading: _Reading, line: str) -> None:
    real = _REAL.match(line)
    if real:
        weight = int(real.group(3))
        effective = weight if real.group(4) is None else int(real.group(4))
        reading.fields = {}
        reading.reals.append(_Real(reading.name, real.group(1), int(real.group(2)), weight, effective, reading.fields))
    else:
        _remember(reading, line)


def _checker(reading: _Reading, line: str) -> None:
    checker = _CHECKER.match(line)
    if checker:
        key = (_virtual_server_of(checker.group(1)), checker.group(2), int(checker.group(3)))
        reading.fields = {}
        reading.checks.setdefault(key, []).append(reading.fields)
    else:
        _remember(reading, line)


def _remember(reading: _Reading, line: str) -> None:
    field = _FIELD.match(line)
    if field and reading.fields is not None:
        reading.fields.setdefault(field.group(1), field.group(2).strip())


def _virtual_server_of(text: str) -> str:
    vip = _VS_OF_CHECKER.match(text)
    if vip:
        return f"{vip.group('vip')} {vip.group('protocol')} {vip.group('port')}"
    if text.startswith("FWM "):
        return f"fwmark {text[4:]}"
    return f"group {text.rpartition(':')[0].strip('[]')}"


def _checked(real: _Real, checks: Dict[Key, List[Dict[str, str]]]) -> CheckedRealServer:
    found = checks.get((real.virtual_server, real.address, real.port), [])
    return CheckedRealServer(
        virtual_server=real.virtual_server,
        address=real.address,
        port=real.port,
        weight=real.weight,
        effective_weight=real.effective_weight,
        alive=real.fields.get("alive") == "1",
        in_ipvs=real.fields.get("RS set") == "1",
        checks=tuple(
            Check(check.get("Keepalive method", ""), check.get("Up") == "yes", check.get("Has run") == "yes")
            for check in found
        ),
    )

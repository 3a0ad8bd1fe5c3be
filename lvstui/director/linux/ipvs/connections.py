"""Sample one real server's connections from /proc/net/ip_vs_conn. On demand only, never polled.

The kernel finds its place in the table anew at every read, so the file is read in large pieces, with a rest between them
for whatever else the agent does, and never longer than it was asked to. Not for: whether it is worth it (see the console).
"""

from __future__ import annotations

import asyncio
import socket
import time
from io import FileIO
from typing import Dict, List, Optional, Set, Tuple

from ...protocol.ipvs_messages import Connection, Connections, SampleConnections, StateCount
from ..namespaces import within

PATH = "/proc/net/ip_vs_conn"
_PIECE = 128 * 1024  # bytes
_PROTOCOLS = {"TCP": "tcp", "UDP": "udp", "SCTP": "sctp"}
_TEMPLATE = "0000"  # the client's port of a persistence template


class FoundConnections:
    """Collect what is wanted of the table, whose lines go in."""

    def __init__(self, wanted: SampleConnections) -> None:
        self.states: Dict[str, int] = {}
        self._rows: Dict[str, List[Connection]] = {}  # by state
        self.templates = 0
        self._most = wanted.rows
        self._real = (_hexadecimal(wanted.real_server.address), f"{wanted.real_server.port:04X}")
        self._marked = any(service.fwmark for service in wanted.services)  # then the address says nothing
        self._services: Set[Tuple[str, str, str]] = {
            (service.protocol, _hexadecimal(service.address), f"{service.port:04X}")
            for service in wanted.services
            if not service.fwmark
        }

    def line(self, line: str) -> None:
        """Count a line. One that is not understood, such as the heading, is not counted."""
        words = line.split()
        if len(words) < 9 or (words[5].upper(), words[6]) != self._real:
            return
        protocol = _PROTOCOLS.get(words[0], "")
        if not self._marked and (protocol, words[3].upper(), words[4]) not in self._services:
            return
        if words[2] == _TEMPLATE:
            self.templates += 1
            return
        self.states[words[7]] = self.states.get(words[7], 0) + 1
        rows = self._rows.setdefault(words[7], [])
        if len(rows) < self._most:
            try:
                rows.append(Connection(_address(words[1]), int(words[2], 16), words[7], int(words[8])))
            except ValueError:
                pass  # counted, though it cannot be shown

    def rows(self) -> Tuple[Connection, ...]:
        """Return those of the rarest states first: thousands in TIME_WAIT must not hide the one that hangs."""
        rarest = sorted(self._rows, key=lambda state: (self.states[state], state))
        return tuple([row for state in rarest for row in self._rows[state]][: self._most])


async def sample(wanted: SampleConnections, path: str = PATH, namespace: str = "") -> Connections:
    """Read the table once. Never raises for what is in the file, or is not there. `namespace`: see `namespaces.within`."""
    began = time.monotonic()
    finds = FoundConnections(wanted)
    complete, error = False, None
    try:
        with within(namespace):
            file = open(path, "rb", buffering=0)  # noqa: ASYNC230, SIM115  # the kernel answers, no disk; in pieces
        with file:
            complete = await _read(file, finds, began + wanted.seconds)
    except FileNotFoundError:
        error = f"{path} is not there: the kernel has no IPVS, or this system may not see it"
    except OSError as failure:
        error = f"{path} cannot be read: {failure.strerror}"
    counts = sorted(finds.states.items(), key=lambda item: (-item[1], item[0]))
    return Connections(
        at=time.monotonic(),
        nonce=wanted.nonce,
        rows=finds.rows(),
        states=tuple(StateCount(state, count) for state, count in counts),
        templates=finds.templates,
        complete=complete,
        seconds=time.monotonic() - began,
        error=error,
    )


async def _read(file: FileIO, finds: FoundConnections, until: float) -> bool:
    """Read the table; return True if its end was reached."""
    rest = ""
    while True:
        if time.monotonic() >= until:
            return False
        piece: Optional[bytes] = file.read(_PIECE)
        if not piece:
            break
        lines = (rest + piece.decode("ascii", "replace")).split("\n")
        rest = lines.pop()
        for line in lines:
            finds.line(line)
        await asyncio.sleep(0)
    finds.line(rest)
    return True


def _hexadecimal(address: str) -> str:
    """Return an address as the table has it: C0A8D30D, 2001:0DB8:0000:0000:0000:0000:0000:0013."""
    if not address:
        return ""
    if ":" not in address:
        return socket.inet_aton(address).hex().upper()
    digits = socket.inet_pton(socket.AF_INET6, address).hex().upper()
    return ":".join(digits[at : at + 4] for at in range(0, 32, 4))


def _address(digits: str) -> str:
    if ":" in digits:
        return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, digits))
    return socket.inet_ntoa(bytes.fromhex(digits))

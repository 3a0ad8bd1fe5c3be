"""Decode thousands of real servers in milliseconds, by a layout learned from one message and checked against every other.

A kernel sends all destinations of a dump in one shape, but which shape depends on its version and its machine. So the shape is
learned: where each header lies and what it says, and where each value lies. A datagram in which every header of every message
is the learned one, by one masked compare, is unpacked at once; any other is walked (`ipvs_walk`). Both ways give the same.
"""

from __future__ import annotations

import operator
import struct
import sys
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

from ...protocol.ipvs_messages import RealServer
from .genetlink import HEADERS, MessageSpan, is_end, message_spans
from .ipvs_walk import COUNTERS, METHOD_MASK, METHODS, Located, address_text, locate_real_server, real_server

_ORDER = sys.byteorder
_SEQUENCE = slice(8, 12)  # of the request, in nlmsghdr: the one part of a header that changes from dump to dump
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
_SIZES = {"method": 4, "weight": 4, "upper": 4, "lower": 4, "active": 4, "inactive": 4, "persistent": 4}
_ROW = ("address", "port", *_SIZES, *COUNTERS)  # the values of a row, in RealServer's order
_MAX_LAYOUTS = 8  # IPv4 and IPv6, with and without tunnels; more would be noise
_MAX_ENDPOINTS = 65536  # remembered texts of addresses


class MessageLayout(NamedTuple):
    """The shape of one message."""

    size: int  # bytes from one message to the next
    mask: bytes
    expected: bytes  # its sequence number left at 0
    fields: struct.Struct
    in_order: bool  # the fields come as _ROW has them
    positions: Tuple[int, ...]  # of _ROW's values among the fields
    family: int  # of the addresses
    own_family: bool  # the messages say it themselves; otherwise it is their service's


def learn(data: bytes, part: MessageSpan, located: Located, family: int) -> Optional[MessageLayout]:
    """Return the layout of a message that `ipvs_walk` could read; None for one that is better walked."""
    size = part.end - part.start
    if size % 4 or not set(_ROW) <= set(located.values):
        return None
    mask = bytearray(size)
    mask[:HEADERS] = b"\xff" * HEADERS
    for header in located.headers:
        at = header - part.start
        mask[at : at + 4] = b"\xff" * 4
    own_family = "family" in located.values
    if own_family:
        start, end = located.values["family"]
        family = int.from_bytes(data[start:end], _ORDER)
        mask[start - part.start : end - part.start] = b"\xff" * (end - start)  # it decides how an address is read
    order = sorted(_ROW, key=lambda name: located.values[name])
    fields = _struct(order, located, part)
    if fields is None:
        return None
    expected = bytearray(byte & keep for byte, keep in zip(data[part.start : part.end], mask))
    expected[_SEQUENCE] = bytes(4)
    positions = tuple(order.index(name) for name in _ROW)
    in_order = positions == tuple(range(len(_ROW)))
    return MessageLayout(size, bytes(mask), bytes(expected), fields, in_order, positions, family, own_family)


def _struct(order: List[str], located: Located, part: MessageSpan) -> Optional[struct.Struct]:
    text, at = "=", part.start
    for name in order:
        start, end = located.values[name]
        size = end - start
        if name in ("address", "port"):
            code = f"{size}s"
        elif size == _SIZES.get(name, size) and size in _CODES:
            code = _CODES[size]
        else:
            return None
        text += f"{start - at}x{code}"
        at = end
    return struct.Struct(f"{text}{part.end - at}x")


class _Check(NamedTuple):
    """A layout repeated: `count` messages as one number."""

    mask: int
    expected: int
    ones: int  # a 1 at the lowest bit of each message's sequence number


class _Known:
    """A layout, and its checks for each number of messages that occurred."""

    def __init__(self, layout: MessageLayout) -> None:
        self.layout = layout
        self._checks: Dict[int, _Check] = {}

    def matches(self, data: bytes, sequence: int) -> bool:
        """Return True if every header of every message in `data` is the layout's."""
        count, rest = divmod(len(data), self.layout.size)
        if rest or count == 0:
            return False
        check = self._checks.get(count) or self._repeated(count)
        number = int.from_bytes(sequence.to_bytes(4, _ORDER), "little")
        # The sequence numbers are 0 in `expected`: adding them is setting them
        return int.from_bytes(data, "little") & check.mask == check.expected + check.ones * number

    def _repeated(self, count: int) -> _Check:
        layout = self.layout
        one = bytes(_SEQUENCE.start) + b"\1" + bytes(layout.size - _SEQUENCE.start - 1)
        check = _Check(*[int.from_bytes(unit * count, "little") for unit in (layout.mask, layout.expected, one)])
        self._checks[count] = check  # at most as many as messages fit into a datagram
        return check


class _Endpoints(Dict[Tuple[bytes, bytes], Tuple[str, int]]):
    """The text of an address and the number of a port, made once for each real server."""

    def __init__(self, family: int) -> None:
        super().__init__()
        self._family = family

    def __missing__(self, raw: Tuple[bytes, bytes]) -> Tuple[str, int]:
        if len(self) >= _MAX_ENDPOINTS:
            self.clear()
        found = self[raw] = (address_text(self._family, raw[0]), int.from_bytes(raw[1], "big"))
        return found


class RealServerDecoder:
    """A decoder of destination dumps. It remembers layouts and the texts of addresses."""

    def __init__(self, message: int) -> None:
        """Decode messages of the type `message`: the number that this kernel gave the IPVS family."""
        self._message = message
        self._layouts: List[_Known] = []
        self._endpoints: Dict[int, _Endpoints] = {}
        self.walked = 0  # messages that no layout fitted

    def feed(self, data: bytes, sequence: int, family: int, out: List[RealServer]) -> bool:
        """Add the real servers of a datagram to `out`; return True if it ends the dump. `family` is their service's.

        Raises MalformedAnswer, Interrupted, OSError (the kernel's answer); what is in `out` is then worth nothing.
        """
        end = is_end(data, sequence)
        if self._by_layout(data[:-HEADERS] if end else data, sequence, family, out):
            return end
        for done, part in message_spans(data, self._message, sequence):
            if done:
                return True
            if not self._by_layout(data[part.start : part.end], sequence, family, out):
                out.append(real_server(data, part, family))
                self.walked += 1
                self._learn(data, part, family)
        return False

    def _by_layout(self, data: bytes, sequence: int, family: int, out: List[RealServer]) -> bool:
        for known in self._layouts:
            layout = known.layout
            if (layout.own_family or layout.family == family) and known.matches(data, sequence):
                self._unpack(layout, data, out)
                return True
        return False

    def _learn(self, data: bytes, part: MessageSpan, family: int) -> None:
        layout = learn(data, part, locate_real_server(data, part), family)
        if layout is not None:
            self._layouts = [_Known(layout), *self._layouts][:_MAX_LAYOUTS]

    def _unpack(self, layout: MessageLayout, data: bytes, out: List[RealServer]) -> None:
        rows: Iterable[Tuple[Any, ...]] = layout.fields.iter_unpack(data)
        if not layout.in_order:
            rows = map(operator.itemgetter(*layout.positions), rows)
        endpoints = self._endpoints.setdefault(layout.family, _Endpoints(layout.family))
        # without RealServer's own constructor, which would take twice as long as all the rest
        out += [
            tuple.__new__(RealServer, (*endpoints[row[:2]], METHODS[row[2] & METHOD_MASK], *row[3:])) for row in rows
        ]

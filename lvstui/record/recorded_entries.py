"""Put what a cluster's state is told into lines, and read it back: one JSON array for each entry.

Its kind, the monotonic clock, the wall clock (null: as far from the other as before), the Director, and a value:

    kind        value
    start       the Directors' names, seconds between samples: with this a chunk begins
    message     the message's name, its fields, and apart from them the bytes in it, as text
    table       a sample of the kernel's table (see `table_columns`); the state is told it as the message that it was
    connecting  in how many seconds; null: now
    connected   the privilege
    failed      reason, hint, permanent, in how many seconds it is tried again
    pace        seconds between samples
    remember    what a change has installed on a Director
    tick        null: time went by, and something became another by that alone
    viewed      null: a view was made in which something had happened; the state makes it again
    shown       null: another view was made. Plots have a point of each; the state does nothing
    memory      what cannot be found again from messages (see `cluster.state.ClusterState.memory`): with this a keyframe ends
    plan, steps, outcome    of a change, for whoever reads the recording; they change nothing in a view

A line that cannot be understood raises `EntryError`. Not for: the file (see `recording_file`).
"""

from __future__ import annotations

import json
import typing
from dataclasses import replace
from typing import Any, NamedTuple

from lvstui.director.protocol.codec import CodecError, Decode, Encode, codec
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.keepalived_messages import LoadedConfiguration
from lvstui.director.protocol.message_registry import FromAgent, Message
from lvstui.record.table_columns import TableColumns

_CODECS: dict[str, tuple[Encode, Decode]] = {kind.__name__: codec(kind) for kind in typing.get_args(FromAgent)}


class EntryError(Exception):
    """A line that is no entry of a recording."""


class Entry(NamedTuple):
    """One thing that a cluster's state was told, or that was done."""

    kind: str
    now: float  # the console's monotonic clock, in seconds
    wall: float  # the console's wall clock, in seconds since the epoch
    director: str  # "" of what concerns all of them
    value: Any


class EntryEncoder:
    """Make the lines of one chunk, from its beginning on."""

    def __init__(self) -> None:
        self._tables = TableColumns()
        self._shift: float | None = None  # of the wall clock

    def line(self, entry: Entry) -> bytes:
        """Return an entry as one line."""
        kind, value = entry.kind, entry.value
        if kind == "message" and isinstance(value, Ipvs):
            kind, value = "table", self._tables.encode(entry.director, value)
        elif kind == "message":
            value = _message(value)
        now, wall = round(entry.now, 6), round(entry.wall, 6)
        told = None if self._shift is not None and _wall(now, self._shift) == wall else wall
        if told is not None:
            self._shift = wall - now
        fields = [kind, now, told, entry.director, value]
        return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"


class EntryDecoder:
    """Read the lines of one chunk, from its beginning on."""

    def __init__(self) -> None:
        self._tables = TableColumns()
        self._shift = 0.0

    def entry(self, line: bytes) -> Entry:
        """Return the entry of a line. Raises EntryError."""
        try:
            kind, now, told, director, value = json.loads(line)
            wall = _wall(now, self._shift) if told is None else float(told)
            self._shift = self._shift if told is None else wall - now
            entry = Entry(str(kind), float(now), wall, str(director), value)
            if kind == "table":
                return entry._replace(kind="message", value=self._tables.decode(entry.director, value))
            return entry._replace(value=_read(*value)) if kind == "message" else entry
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError, CodecError) as error:
            raise EntryError(f"a line that cannot be understood: {type(error).__name__}: {error}") from error


def _wall(now: float, shift: float) -> float:
    return round(now + shift, 6)


def _message(message: Message) -> list[object]:
    """Return a message as JSON. Bytes stand beside it as text, which packs far better than base64."""
    bare, texts = message, []
    if isinstance(message, Files):
        texts = [file.data.decode("latin-1") for file in message.files]
        bare = replace(message, files=tuple([file._replace(data=b"") for file in message.files]))
    elif isinstance(message, LoadedConfiguration):
        texts, bare = [message.data.decode("latin-1")], replace(message, data=b"")
    name = type(message).__name__
    return [name, _CODECS[name][0](bare), texts]


def _read(name: str, fields: Any, texts: list[str]) -> Message:
    message: Message = _CODECS[name][1](fields)
    if isinstance(message, Files):
        pairs = zip(message.files, texts, strict=True)
        return replace(message, files=tuple([file._replace(data=text.encode("latin-1")) for file, text in pairs]))
    if isinstance(message, LoadedConfiguration):
        return replace(message, data=texts[0].encode("latin-1"))
    return message

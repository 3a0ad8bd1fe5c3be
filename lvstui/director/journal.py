"""The journal of an open change: what a killed agent leaves so that the next one knows. Values and their text; no files here.

staged      candidates may lie beside the files; the files are the old ones, and keepalived has seen nothing else
installing  from before the first swap on: any file may be the new one, and keepalived may have read it
confirmed   every Director is verified; the files are the new ones, and nobody puts them back by himself
closed      every Director has confirmed: only what lies beside the files has still to be removed
"""

from __future__ import annotations

import json
from typing import NamedTuple, Tuple

from .codec import codec
from .messages import LeftChange, LeftFile, Stage

STAGED, INSTALLING, CONFIRMED, CLOSED = "staged", "installing", "confirmed", "closed"


class Swapped(NamedTuple):
    """A file of the change, by what it held before and is to hold afterwards."""

    path: str
    old: str  # sha256
    new: str


class Entry(NamedTuple):
    transaction: str
    title: str
    by: str
    when: float  # wall, of this line of the journal
    phase: str
    files: Tuple[Swapped, ...]
    note: str = ""  # how an undoing failed


class Left(NamedTuple):
    """The journal of another agent, beside what lies there now."""

    entry: Entry
    files: Tuple[LeftFile, ...]
    restarted: bool  # keepalived was started after the journal was last written: it has read what lies there
    busy: bool = False  # its agent is at work


def opened(stage: Stage, hashes: Tuple[str, ...], when: float) -> Entry:
    """The first line of a change; `hashes` are those of its new files."""
    files = tuple(Swapped(file.path, file.sha256, new) for file, new in zip(stage.replacements, hashes))
    return Entry(stage.transaction, stage.title, stage.by, when, STAGED, files)


def encode(entry: Entry) -> bytes:
    """As JSON that a person can read, too."""
    fields = {**entry._asdict(), "files": [file._asdict() for file in entry.files]}
    return (json.dumps(fields, indent=1) + "\n").encode("ascii")


def decode(data: bytes) -> Entry:
    """Raises ValueError for what is not a journal."""
    try:
        fields = json.loads(data)
        files = [[file[name] for name in Swapped._fields] for file in fields["files"]]
        values = [files if name == "files" else fields[name] for name in Entry._fields]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
    entry: Entry = codec(Entry)[1](values)
    if entry.phase not in (STAGED, INSTALLING, CONFIRMED, CLOSED):
        raise ValueError(f"there is no phase {entry.phase!r}")
    return entry


def settles_itself(left: Left) -> bool:
    """Is nothing in doubt, so that only what lies beside the files has to be removed?"""
    if left.busy:
        return False
    if left.entry.phase == CLOSED:
        return True
    old = all(file.holds == "old" for file in left.files)
    return old and (left.entry.phase == STAGED or left.restarted)


def told(left: Left) -> LeftChange:
    """For the console."""
    entry = left.entry
    confirmed = entry.phase == CONFIRMED
    return LeftChange(entry.transaction, entry.title, entry.by, entry.when, left.files, entry.note, confirmed)


def named(entry: Entry) -> str:
    """The change, in a sentence that says why another one is refused."""
    return f"“{entry.title}” by {entry.by}"

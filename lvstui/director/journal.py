"""Write and read the journal of an open change as text: what a killed agent leaves so that the next one knows. Not for files.

staged      candidates may lie beside the files; the files are the old ones, and keepalived has seen nothing else
installing  from before the first swap on: any file may be the new one, and keepalived may have read it
confirmed   every Director is verified; the files are the new ones, and nobody puts them back by himself
closed      every Director has confirmed: only what lies beside the files has still to be removed

Of a drill, which is to be undone whatever happens, and by anybody who finds its journal:

interrupted keepalived was stopped or killed on purpose, or is about to be
undone      what the drill had begun was undone without its console; this is still to be told
"""

from __future__ import annotations

import json
from typing import NamedTuple, Tuple

from .protocol.change_messages import LeftChange, LeftFile, Stage
from .protocol.codec import codec

STAGED, INSTALLING, CONFIRMED, CLOSED = "staged", "installing", "confirmed", "closed"
INTERRUPTED, UNDONE = "interrupted", "undone"
UNWRITTEN = 0.0
_PHASES = (STAGED, INSTALLING, CONFIRMED, CLOSED, INTERRUPTED, UNDONE)


class StartedBy(NamedTuple):
    """Tell how the keepalived of a drill is started again: by its unit, or without systemd by its own command line."""

    unit: str
    argv: Tuple[str, ...]  # the path of its program first


class Swapped(NamedTuple):
    """A file of the change, by what it held before and is to hold afterwards."""

    path: str
    old: str  # sha256
    new: str


class JournalEntry(NamedTuple):
    """The journal: one change, and how far it is."""

    transaction: str
    title: str
    by: str
    when: float  # wall, of this line of the journal: UNWRITTEN until it is written
    phase: str
    files: Tuple[Swapped, ...]
    note: str = ""  # how an undoing failed, or what a drill's undoing did
    drill: bool = False  # nobody is asked: it is undone
    start: StartedBy = StartedBy("", ())  # of a drill that interrupts keepalived


class LeftJournal(NamedTuple):
    """The journal of another agent, with what lies there now."""

    entry: JournalEntry
    files: Tuple[LeftFile, ...]
    restarted: bool  # keepalived was started after the journal and what lies there were last written: it has read that
    busy: bool = False  # its agent is at work


_ADDED = {"note": "", "drill": False, "start": {"unit": "", "argv": []}}


def opened(stage: Stage, hashes: Tuple[str, ...]) -> JournalEntry:
    """Return the first line of a change; `hashes` are those of its new files."""
    files = tuple(Swapped(file.path, file.sha256, new) for file, new in zip(stage.replacements, hashes))
    return JournalEntry(stage.transaction, stage.title, stage.by, UNWRITTEN, STAGED, files, drill=stage.drill)


def encode(entry: JournalEntry) -> bytes:
    """Return a journal as JSON that a person can read, too."""
    files = [file._asdict() for file in entry.files]
    fields = {**entry._asdict(), "files": files, "start": entry.start._asdict()}
    return (json.dumps(fields, indent=1) + "\n").encode("ascii")


def decode(data: bytes) -> JournalEntry:
    """Read a journal. Raises ValueError for what is none."""
    try:
        fields = {**_ADDED, **json.loads(data)}  # that of an earlier agent has no word of drills
        fields["files"] = [[file[name] for name in Swapped._fields] for file in fields["files"]]
        fields["start"] = [fields["start"][name] for name in StartedBy._fields]
        values = [fields[name] for name in JournalEntry._fields]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None
    entry: JournalEntry = codec(JournalEntry)[1](values)
    if entry.phase not in _PHASES:
        raise ValueError(f"there is no phase {entry.phase!r}")
    return entry


def settles_itself(left: LeftJournal) -> bool:
    """Return True if nothing is in doubt, so that only what lies next to the files has to be removed."""
    if left.busy:
        return False
    if left.entry.phase in (CLOSED, UNDONE) or undoes_itself(left):
        return True
    old = all(file.holds == "old" for file in left.files)
    return old and (left.entry.phase == STAGED or left.restarted)


def undoes_itself(left: LeftJournal) -> bool:
    """Return True if it is a drill's, and whoever finds it undoes it; not again where that has failed."""
    entry = left.entry
    return entry.drill and not left.busy and entry.phase in (INSTALLING, INTERRUPTED) and not entry.note


def left_change(left: LeftJournal) -> LeftChange:
    """Return what is left of a change, for the console."""
    entry = left.entry
    confirmed = entry.phase == CONFIRMED
    return LeftChange(entry.transaction, entry.title, entry.by, entry.when, left.files, entry.note, confirmed)


def change_in_words(entry: JournalEntry) -> str:
    """Name the change, in a sentence that says why another one is refused."""
    return f"“{entry.title}” by {entry.by}"

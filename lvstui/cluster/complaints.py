"""What `keepalived -t` said of a candidate, judged beside what it says of the file in force. Pure.

What was already complained of is not held against a change; a new complaint stops it. The messages are normalised: those
that the daemon's processes print twice count once, and line numbers of the old file are mapped to the new one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster.facts import Facts
from lvstui.director.messages import Replacement, Tested

_LINE = re.compile(r"\((?:(?P<file>[^():]+): )?Line (?P<line>\d+)\)")
_QUORUM = re.compile(r"quorum", re.IGNORECASE)


@dataclass(frozen=True)
class Judgement:
    refusal: str | None  # why the change may not go on
    note: str  # worth knowing, may be ""


def new_complaints(
    tested: Tested, replacements: Sequence[Replacement], before: Facts, overrides: frozenset[str]
) -> Judgement:
    """Judge a test. `before` has the files in force, to map line numbers."""
    if tested.status == 2 or tested.status >= 128 or tested.status < 0:
        same = " (it ends so for the file in force, too)" if tested.status == tested.status_in_force else ""
        how = tested.note or _last(tested.messages)
        return Judgement(f"keepalived -t ended with status {tested.status}{same}: {how}. Nothing was changed", "")
    known = {_mapped(line, replacements, before) for line in tested.messages_in_force}
    new = [line for line in dict.fromkeys(tested.messages) if _mapped(line, (), before) not in known]
    if overrides & {"quorum", "last-server"}:
        new = [line for line in new if not _QUORUM.search(line)]
    if new:
        return Judgement(f"keepalived -t has a new complaint: {new[0]}. Nothing was changed", "")
    notes = [tested.note] if tested.note else []
    if known:
        notes.append(f"keepalived already complains of the file in force ({len(known)} messages)")
    return Judgement(None, "; ".join(notes))


def _last(messages: Sequence[str]) -> str:
    return messages[-1] if messages else "it printed nothing"


def _mapped(message: str, replacements: Sequence[Replacement], before: Facts) -> str:
    """The message with its line number as it would be in the new file."""
    match = _LINE.search(message)
    if match is None or not replacements:
        return message
    line = int(match["line"])
    for replacement in replacements:
        if match["file"] is None or replacement.path.endswith(match["file"]):
            old = (
                next((file.data for file in before.files.files if file.path == replacement.path), b"")
                if before.files
                else b""
            )
            line = _new_line(line, old, replacement.data)
            break
    start, end = match.span("line")
    return f"{message[:start]}{line}{message[end:]}"


def _new_line(line: int, old: bytes, new: bytes) -> int:
    """Lines below the last that differs move by the difference of the lengths; the others stay."""
    was, now = old.split(b"\n"), new.split(b"\n")
    shift = len(now) - len(was)
    if shift == 0:
        return line
    first = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    return line + shift if line > first else line

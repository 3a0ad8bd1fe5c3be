"""What `keepalived -t` said of a candidate, judged beside what it says of the file in force. Pure.

What was already complained of is not held against a change; a new complaint stops it. The messages are normalised: those
that the daemon's processes print twice count once, line numbers of the old file are mapped to the new one, and a
line that copies another one is complained of like that one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster.facts import Facts
from lvstui.director.messages import Replacement, Tested
from lvstui.keepalived.diff import Block, changed

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
    places = _Places(replacements, before)
    known = {places.moved(line) for line in tested.messages_in_force}
    said = {_without_line(line) for line in tested.messages_in_force}
    new = [
        line
        for line in dict.fromkeys(tested.messages)
        if line not in known and not (places.written(line) and _without_line(line) in said)
    ]
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


class _Places:
    """Where lines of the files in force are in the new ones, and which of those are new."""

    def __init__(self, replacements: Sequence[Replacement], before: Facts) -> None:
        old = {file.path: file.data for file in before.files.files} if before.files is not None else {}
        self._blocks = {one.path: changed(old.get(one.path, b""), one.data) for one in replacements}

    def moved(self, message: str) -> str:
        """The message with its line number as it would be in the new file."""
        match = _LINE.search(message)
        if match is None:
            return message
        row = int(match["line"]) - 1
        shift = 0
        for block in self._of(match["file"]):
            if row < block.i1:
                break
            shift = block.j2 - block.i2 if row >= block.i2 else block.j1 - block.i1
        start, end = match.span("line")
        return f"{message[:start]}{row + shift + 1}{message[end:]}"

    def written(self, message: str) -> bool:
        """Whether the message is about a line that is new: a copy of one that is complained of is complained of, too."""
        match = _LINE.search(message)
        if match is None:
            return False
        row = int(match["line"]) - 1
        return any(block.j1 <= row < block.j2 for block in self._of(match["file"]))

    def _of(self, name: str | None) -> tuple[Block, ...]:
        return next((found for path, found in self._blocks.items() if name is None or path.endswith(name)), ())


def _without_line(message: str) -> str:
    return _LINE.sub("", message)

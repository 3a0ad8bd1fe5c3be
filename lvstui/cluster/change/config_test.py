"""Judge what `keepalived -t` said of a candidate, beside what it says of the file in force. Pure.

What was already complained of is not held against a change; a new complaint stops it. The messages are normalised: those
that the daemon's processes print twice count once, line numbers of the old file are mapped to the new one, and a
line that copies another one is complained of like that one. That the weights cannot reach a quorum is not judged here: the
guards `quorum` and `last-server` have judged it in every virtual server that is changed, by what lives as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.text import counted
from lvstui.director.protocol.change_messages import Replacement, Tested
from lvstui.keepalived.editing.diff import ChangedRows, changed
from lvstui.keepalived.secrets import masked_text, values_in

_LINE = re.compile(r"\((?:(?P<file>[^():]+): )?Line (?P<line>\d+)\)")
# Of every version: it lowers the quorum to the sum of the weights, and then the hysteresis under the quorum.
_QUORUM = re.compile(
    r"quorum \d+ for .+ exceeds (?:total weight|number) of real servers \d+, reducing quorum to \d+"
    r"|hysteresis \d+ >= quorum \d+; setting hysteresis to \d+"
)


class Complaint(NamedTuple):
    """A message of keepalived, taken apart. Two are equal if they say the same of the same line."""

    file: str | None  # as keepalived names it; None: it does not
    line: int | None  # 1-based
    words: str  # without the place

    @property
    def lowers_quorum(self) -> bool:
        return _QUORUM.search(self.words) is not None


def complaint(message: str) -> Complaint:
    """Take a message of keepalived apart."""
    found = _LINE.search(message)
    if found is None:
        return Complaint(None, None, message)
    return Complaint(found["file"], int(found["line"]), _LINE.sub("", message))


@dataclass(frozen=True)
class Judgement:
    """Decide whether a change may go on after the test of its files."""

    refusal: str | None  # why the change may not go on
    note: str  # worth knowing, may be ""


def new_complaints(tested: Tested | None, replacements: Sequence[Replacement], before: Facts) -> Judgement:
    """Judge a test. `before` has the files in force, to map line numbers."""
    if tested is None:
        return Judgement("the agent did not report the output of keepalived -t", "")
    if tested.status == 2 or tested.status >= 128 or tested.status < 0:
        same = " (as it does for the running configuration)" if tested.status == tested.status_in_force else ""
        how = masked_text(tested.note or _last(tested.messages), _secrets(replacements, before))
        return Judgement(f"keepalived -t exited with status {tested.status}{same}: {how}. Nothing was changed", "")
    places = _Places(replacements, before)
    in_force = [complaint(message) for message in tested.messages_in_force]
    known = {places.moved(one) for one in in_force}
    known_words = {one.words for one in in_force}
    new = [
        message
        for message in dict.fromkeys(tested.messages)
        if (one := complaint(message)) not in known
        and not (places.written(one) and one.words in known_words)
        and not one.lowers_quorum
    ]
    if new:
        said = masked_text(new[0], _secrets(replacements, before))
        return Judgement(f"keepalived -t reports a new error: {said}. Nothing was changed", "")
    notes = [masked_text(tested.note)] if tested.note else []
    if known:
        notes.append(f"the running configuration already has {counted(len(known), 'warning')}")
    return Judgement(None, "; ".join(notes))


def _last(messages: Sequence[str]) -> str:
    return messages[-1] if messages else "it printed nothing"


def _secrets(replacements: Sequence[Replacement], before: Facts) -> tuple[str, ...]:
    """Return the secrets of the files, which keepalived may repeat."""
    files = before.files.files if before.files is not None else ()
    return values_in((*(file.data for file in files), *(one.data for one in replacements)))


class _Places:
    """The lines of the files in force as they are in the new ones, and which of those are new."""

    def __init__(self, replacements: Sequence[Replacement], before: Facts) -> None:
        old = {file.path: file.data for file in before.files.files} if before.files is not None else {}
        self._blocks = {one.path: changed(old.get(one.path, b""), one.data) for one in replacements}

    def moved(self, one: Complaint) -> Complaint:
        """Return the complaint with its line as it would be in the new file."""
        if one.line is None:
            return one
        row, shift = one.line - 1, 0
        for block in self._of(one.file):
            if row < block.i1:
                break
            shift = block.j2 - block.i2 if row >= block.i2 else block.j1 - block.i1
        return one._replace(line=row + shift + 1)

    def written(self, one: Complaint) -> bool:
        """Return True if it is of a line that is new: a copy of one that is complained of is complained of, too."""
        return one.line is not None and any(block.j1 <= one.line - 1 < block.j2 for block in self._of(one.file))

    def _of(self, name: str | None) -> tuple[ChangedRows, ...]:
        return next((found for path, found in self._blocks.items() if name is None or path.endswith(name)), ())

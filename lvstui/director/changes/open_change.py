"""Write down, undo and tidy the change that is open: the parts that several transitions of `transaction` share. Sans-IO.

The parts are generators of commands, as in `transaction`. Not for: which phase follows which.
"""

from __future__ import annotations

import hashlib
from typing import Any, Generator, List, NamedTuple, Optional, Sequence

from ..journal import UNDONE, JournalEntry
from ..protocol.change_messages import Replacement, Stage
from .commands import FAILED, Command, DismissGuard, Journal, PutBack, Reload, StartGuard, Unlock, sentences
from .recovery import tidy

_HUNG = 120.0  # seconds beyond all that this agent itself would wait for
LIMIT = 300.0  # seconds for a reload, until an Install has said otherwise


class Undone(NamedTuple):
    """Tell how an undoing went."""

    back: bool  # the old files are in their places and, if need be, loaded
    how: str


class OpenChange:
    """The change that is open: what was staged, and the last line of its journal."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.limit = LIMIT  # seconds for a reload
        self.unseen = ""  # of a drill: why nobody will hear how it ends; then that stays written down
        self._entry: Optional[JournalEntry] = None

    @property
    def transaction(self) -> str:
        return self.stage.transaction

    def log_name(self) -> str:
        """Return the change's name in the Director's syslog: its title, by whom, and why."""
        why = f" ({self.stage.reason})" if self.stage.reason else ""
        return f"lvstui: {self.stage.title}, by {self.stage.by}{why}"

    def write_down(self, entry: JournalEntry) -> Generator[Command, Any, None]:
        """Write a line of the journal."""
        yield Journal(entry)
        self._entry = entry

    def write_phase(self, phase: str, note: str = "") -> Generator[Command, Any, None]:
        """Write the journal's line of a phase."""
        assert self._entry is not None  # it was written down when it was staged
        yield from self.write_down(self._entry._replace(phase=phase, note=note))

    def undo(self, swapped: Sequence[Replacement], reload: bool, journal_phase: str) -> Generator[Command, Any, Undone]:
        """Put the old files back and make keepalived read them; where that fails, the journal stays in `journal_phase`."""
        stuck: List[str] = []
        for file in reversed(swapped):
            try:
                yield PutBack(file.path, sha256(file))
            except FAILED as error:
                stuck.append(str(error))
        if stuck:
            # What is kept next to the files is now the only copy of the old ones: leave it where the text says it is.
            how = sentences("THE OLD FILES ARE NOT ALL BACK", *stuck, "keepalived was not reloaded")
            yield from self.leave(journal_phase, how)
            return Undone(False, how)
        how = "The old files are back" if swapped else "Nothing was changed"
        if reload:
            try:
                said: str = yield Reload(self.limit, undo=True)
            except FAILED as error:
                how = sentences("The old files are back, but keepalived HAS NOT LOADED THEM", str(error))
                yield from self.leave(journal_phase, how)
                return Undone(False, how)
            how = sentences(how, said)
        left = yield from self.remove_traces()
        return Undone(True, sentences(how, *left))

    def guard(self) -> Generator[Command, Any, None]:
        """Have a drill guarded, before anything that keepalived reads is changed."""
        if self.stage.drill:
            yield StartGuard(self.stage.deadline + 2 * self.limit + _HUNG)

    def leave(self, journal_phase: str, how: str) -> Generator[Command, Any, None]:
        """Leave the journal with what is known: the change cannot be ended here, and the next connect tells of it."""
        try:
            yield from self.write_phase(journal_phase, how)
        except FAILED:
            pass  # what lies there and the journal's older line tell most of it
        if self.stage.drill:
            yield DismissGuard()
        yield Unlock()

    def remove_traces(self) -> Generator[Command, Any, List[str]]:
        """Remove what was written next to the files, and let others write again; return what could not be removed."""
        left: List[str] = []
        try:
            yield from tidy([file.path for file in self.stage.replacements])
            if self.unseen and self._entry is not None:
                note = sentences(self.unseen, "The old files are back")
                yield Journal(self._entry._replace(phase=UNDONE, note=note))
        except FAILED as error:
            left.append(str(error))
        if self.stage.drill:
            yield DismissGuard()
        yield Unlock()
        return left


def sha256(file: Replacement) -> str:
    """Return the hash of the new file."""
    return hashlib.sha256(file.data).hexdigest()

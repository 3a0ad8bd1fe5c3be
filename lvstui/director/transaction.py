"""A change of the configuration's files as a state machine: sans-IO, it says what to do and is told how it went.

                Stage                Install                   Confirm             Close
    (nothing) -------> staged files -------> installed, loaded -------> confirmed -------> (nothing: the new files)
        ^                   |                       |                       |
        +-------------------+-----------------------+- - - - - - - - - - - -+
           RollBack, a refusal, the deadline, a lost link (these two not of a confirmed one, whose journal stays):
           the old files are back, loaded, and all traces gone

Each transition is a generator of commands for the machine. The driver performs a command and sends its result back, or
throws `Refused` (the machine did not do it) or `Abandoned` (the console is gone: stop and undo). Whatever is thrown at any
command, the transition ends with the Director as it was, or says in its `Step` exactly how it is, and leaves its journal for
the next agent (see `settling`). No clock of its own.
"""

from __future__ import annotations

import hashlib
from typing import Any, Generator, List, NamedTuple, Optional, Sequence, Union

from .commands import (
    FAILED,
    Check,
    Command,
    Journal,
    Lock,
    PutBack,
    Record,
    Reload,
    Say,
    Steps,
    Swap,
    Test,
    Unlock,
    Write,
    sentences,
)
from .deadline import Deadline
from .journal import CLOSED, CONFIRMED, INSTALLING, Entry, opened
from .messages import Close, Confirm, Install, Replacement, RollBack, Settle, Stage, Step, Tested
from .settling import Recover, recover, refuse_or_tidy, settle, tidy

LIMIT = 300.0  # seconds for a reload, until an Install has said otherwise
_OTHER = 60.0  # seconds beside two reloads that the change may need on the other Director


Request = Union[Stage, Install, Confirm, Close, RollBack, Settle, Recover]
_STEP = {
    Stage: "stage",
    Install: "install",
    Confirm: "confirm",
    Close: "close",
    RollBack: "roll back",
    Settle: "settle",
}


class Undone(NamedTuple):
    back: bool  # the old files are in their places and, if need be, loaded
    how: str


class Ended(NamedTuple):
    transaction: str
    back: bool
    how: str


class Transaction:
    """The one change that can be open on a link. `receive`, `expire` and `abandon` give the commands to perform, in order."""

    def __init__(self) -> None:
        self._open: Optional[Stage] = None
        self._entry: Optional[Entry] = None  # the last line of the journal
        self._installed = self._confirmed = False
        self._limit = LIMIT
        self._deadline = Deadline()
        self._last = Ended("", True, "")

    def heard(self, now: float) -> None:
        """A frame came: the console is there."""
        self._deadline.heard(now)

    def performed(self, now: float) -> None:
        """A transition was performed to its end: the deadline of what is open now begins."""
        self._deadline.begin(
            now, self._open.deadline + 2 * self._limit + _OTHER if self._open and self._installed else None
        )

    def deadline(self) -> Optional[float]:
        """When an open change is rolled back by itself; None when none is open."""
        return None if self._open is None else self._deadline.at(self._open.deadline)

    def receive(self, request: Request, wall: float) -> Steps:
        """`wall` is the time for the journal."""
        if isinstance(request, Stage):
            return self._stage(request, wall)
        if isinstance(request, (Settle, Recover)):
            return self._of_another(request)
        if self._open is None or self._open.transaction != request.transaction:
            return self._not_open(request)
        if isinstance(request, Install):
            return self._install(self._open, request.limit)
        if isinstance(request, Confirm):
            return self._confirm(self._open)
        if isinstance(request, Close):
            return self._end(self._open)
        return self._roll_back(self._open, "")

    def expire(self) -> Steps:
        """The deadline has passed."""
        return self.abandon("the console did not confirm in time")

    def abandon(self, why: str) -> Steps:
        """Nobody will confirm what is open: roll it back. What is confirmed stays, and written down, until it is settled."""
        if self._open is None:
            return
        if self._confirmed:
            yield Record(f"{_log(self._open)}: confirmed, but not closed: {why}")
            yield from self._leave(self._open, Undone(False, f"it was confirmed, but not closed: {why}"))
        else:
            yield from self._roll_back(self._open, why)

    # --- the transitions ---

    def _stage(self, stage: Stage, wall: float) -> Steps:
        if self._open is not None:
            detail = f"change {self._open.transaction} is still open on this link; this one was not begun"
            yield Say(Step(stage.transaction, "stage", False, detail))
            return
        try:
            yield Lock()
        except FAILED as error:
            yield Say(Step(stage.transaction, "stage", False, sentences(str(error), "Nothing was changed")))
            return
        try:
            yield from refuse_or_tidy()
        except FAILED as error:
            yield Unlock()
            yield Say(Step(stage.transaction, "stage", False, sentences(str(error), "Nothing was changed")))
            return
        self._open, self._limit = stage, LIMIT
        step = "stage"
        try:
            for file in (*stage.unchanged, *stage.replacements):
                yield Check(file)
            yield from self._write_down(opened(stage, tuple(map(_sha256, stage.replacements)), wall))
            for file in stage.replacements:
                yield Write(file)
            yield Say(Step(stage.transaction, "stage", True, ""))
            step = "test"
            tested: Tested = yield Test(stage.transaction, stage.replacements)
        except FAILED as error:
            left = yield from self._tidy()
            how = sentences(str(error), "Nothing was changed", *left)
            self._close(Ended(stage.transaction, True, how))
            yield Say(Step(stage.transaction, step, False, how))
            return
        yield Say(tested)
        yield Say(Step(stage.transaction, "test", True, ""))

    def _install(self, stage: Stage, limit: float) -> Steps:
        if self._installed:
            yield Say(Step(stage.transaction, "install", False, "it is installed already"))
            return
        self._limit = limit
        swapped: List[Replacement] = []
        reloading = False
        try:
            for file in stage.unchanged:
                yield Check(file)
            yield from self._write_phase(INSTALLING)
            for file in stage.replacements:
                yield Swap(file)
                swapped.append(file)
            reloading = True
            said: str = yield Reload(limit, undo=False)
        except FAILED as error:
            yield from self._failed(stage, "install", error, swapped, reloading)
            return
        self._installed = True
        yield Record(f"{_log(stage)}: installed")
        yield Say(Step(stage.transaction, "install", True, said))

    def _confirm(self, stage: Stage) -> Steps:
        if not self._installed:
            yield Say(Step(stage.transaction, "confirm", False, "it is staged, but not installed"))
            return
        try:
            for file in stage.replacements:
                yield Check(file._replace(sha256=_sha256(file)))
            yield from self._write_phase(CONFIRMED)
        except FAILED as error:
            yield from self._failed(stage, "confirm", error, stage.replacements, True)
            return
        self._confirmed = True
        yield Record(f"{_log(stage)}: verified and confirmed")
        yield Say(Step(stage.transaction, "confirm", True, ""))

    def _end(self, stage: Stage) -> Steps:
        if not self._confirmed:
            yield Say(Step(stage.transaction, "close", False, "it is not confirmed"))
            return
        written = True
        try:
            yield from self._write_phase(CLOSED)
        except FAILED:
            written = False  # no room for it: then what is removed next tells that it was closed
        left = yield from self._tidy()
        self._close(Ended(stage.transaction, False, "it was closed"))
        yield Say(Step(stage.transaction, "close", written or not left, sentences(*left), not left))

    def _roll_back(self, stage: Stage, why: str) -> Steps:
        if self._installed:
            self._confirmed = False
            undone = yield from self._undo(stage.replacements, True)
            yield Record(f"{_log(stage)}: rolled back: {sentences(why, undone.how)}")
        else:
            left = yield from self._tidy()
            undone = Undone(True, sentences("Nothing had been installed", *left))
        how = sentences(why, undone.how)
        self._close(Ended(stage.transaction, undone.back, how))
        yield Say(Step(stage.transaction, "roll back", undone.back, how, undone.back))

    def _of_another(self, request: Union[Settle, Recover]) -> Steps:
        if self._open is None:
            yield from recover() if isinstance(request, Recover) else settle(request)
        elif isinstance(request, Settle):
            yield Say(Step(request.transaction, "settle", False, "a change is open on this link. Nothing was changed"))

    def _not_open(self, request: Union[Install, Confirm, Close, RollBack]) -> Steps:
        known = self._last.transaction == request.transaction
        detail = self._last.how if known else "no such change is open on this Director"
        # A change that never was, or that is undone already, is rolled back as far as anybody can tell.
        ok = isinstance(request, RollBack) and (not known or self._last.back)
        yield Say(Step(request.transaction, _STEP[type(request)], ok, detail, not known or self._last.back))

    # --- parts of them ---

    def _write_down(self, entry: Entry) -> Generator[Command, Any, None]:
        yield Journal(entry)
        self._entry = entry

    def _write_phase(self, phase: str, note: str = "") -> Generator[Command, Any, None]:
        assert self._entry is not None  # it was written down when it was staged
        yield from self._write_down(self._entry._replace(phase=phase, note=note))

    def _failed(self, stage: Stage, step: str, error: Exception, swapped: Sequence[Replacement], reload: bool) -> Steps:
        undone = yield from self._undo(swapped, reload)
        how = sentences(str(error), undone.how)
        yield Record(f"{_log(stage)}: failed: {how}")
        self._close(Ended(stage.transaction, undone.back, how))
        yield Say(Step(stage.transaction, step, False, how, undone.back))

    def _undo(self, swapped: Sequence[Replacement], reload: bool) -> Generator[Command, Any, Undone]:
        """Put the old files back and make keepalived read them."""
        assert self._open is not None
        stuck: List[str] = []
        for file in reversed(swapped):
            try:
                yield PutBack(file.path, _sha256(file))
            except FAILED as error:
                stuck.append(str(error))
        if stuck:
            # What is kept beside the files is now the only copy of the old ones: leave it where the text says it is.
            how = sentences("THE OLD FILES ARE NOT ALL BACK", *stuck, "keepalived was not reloaded")
            return (yield from self._leave(self._open, Undone(False, how)))
        how = "The old files are back" if swapped else "Nothing was changed"
        if reload:
            try:
                said: str = yield Reload(self._limit, undo=True)
            except FAILED as error:
                how = sentences("The old files are back, but keepalived HAS NOT LOADED THEM", str(error))
                return (yield from self._leave(self._open, Undone(False, how)))
            how = sentences(how, said)
        left = yield from self._tidy()
        return Undone(True, sentences(how, *left))

    def _leave(self, stage: Stage, undone: Undone) -> Generator[Command, Any, Undone]:
        """It cannot be brought to its end here: the journal stays, with what is known, and the next connect tells it."""
        try:
            yield from self._write_phase(CONFIRMED if self._confirmed else INSTALLING, undone.how)
        except FAILED:
            pass  # what lies there and the journal's older line tell most of it
        yield Unlock()
        self._close(Ended(stage.transaction, undone.back, undone.how))
        return undone

    def _tidy(self) -> Generator[Command, Any, List[str]]:
        """Remove what was written beside the files, and let others write again; returns what could not be removed."""
        assert self._open is not None
        left: List[str] = []
        try:
            yield from tidy([file.path for file in self._open.replacements])
        except FAILED as error:
            left.append(str(error))
        yield Unlock()
        return left

    def _close(self, ended: Ended) -> None:
        self._open = self._entry = None
        self._installed = self._confirmed = False
        self._last = ended


def _sha256(file: Replacement) -> str:
    return hashlib.sha256(file.data).hexdigest()


def _log(stage: Stage) -> str:
    why = f" ({stage.reason})" if stage.reason else ""
    return f"lvstui: {stage.title}, by {stage.by}{why}"

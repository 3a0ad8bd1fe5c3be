"""A change of the configuration's files as a state machine: sans-IO, it says what to do and is told how it went.

                Stage                      Install                     Confirm
    (nothing) ---------> staged candidates ---------> installed, loaded ---------> (nothing: the new files)
        ^                      |                            |
        +----------------------+----------------------------+   RollBack, a refusal, the deadline, a lost link:
                                                                the old files are back, loaded, and all traces gone

Each transition is a generator of commands for the machine. The driver performs a command and sends its result back, or
throws `Refused` (the machine did not do it) or `Abandoned` (the console is gone: stop and undo). Whatever is thrown at any
command, the transition ends with the Director as it was, or says in its `Step` exactly how it is. No clock of its own.
"""

from __future__ import annotations

from typing import Any, Generator, List, NamedTuple, Optional, Sequence, Tuple, Union

from .messages import Confirm, FromAgent, Install, Replacement, RollBack, Stage, Step, Tested
from .system import Refused


class Abandoned(Exception):
    """Nobody waits for the outcome any more: undo."""


class Lock(NamedTuple):
    pass


class Unlock(NamedTuple):
    pass


class Check(NamedTuple):
    replacement: Replacement


class Write(NamedTuple):
    replacement: Replacement


class Test(NamedTuple):
    transaction: str
    replacements: Tuple[Replacement, ...]


class Swap(NamedTuple):
    replacement: Replacement


class PutBack(NamedTuple):
    replacement: Replacement


class Discard(NamedTuple):
    replacement: Replacement


class Reload(NamedTuple):
    undo: bool  # of the old files: not to be abandoned


class Record(NamedTuple):
    """A line for the Director's syslog."""

    line: str


class Say(NamedTuple):
    message: FromAgent


Command = Union[Lock, Unlock, Check, Write, Test, Swap, PutBack, Discard, Reload, Record, Say]
Steps = Generator[Command, Any, None]
Request = Union[Stage, Install, Confirm, RollBack]
_FAILED = (Refused, Abandoned)
_STEP = {Stage: "stage", Install: "install", Confirm: "confirm", RollBack: "roll back"}


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
        self._installed = False
        self._since = 0.0  # the start of the deadline
        self._last = Ended("", True, "")

    def heard(self, now: float) -> None:
        """A frame came: the console is there. That keeps a staged change open; an installed one has to be confirmed."""
        if not self._installed:
            self._since = now

    def performed(self, now: float) -> None:
        """A transition was performed to its end: the deadline of what is open now begins."""
        self._since = now

    def deadline(self) -> Optional[float]:
        """When an open change is rolled back by itself; None when none is open."""
        return None if self._open is None else self._since + self._open.deadline

    def receive(self, request: Request) -> Steps:
        if isinstance(request, Stage):
            return self._stage(request)
        if self._open is None or self._open.transaction != request.transaction:
            return self._not_open(request)
        if isinstance(request, Install):
            return self._install(self._open)
        if isinstance(request, Confirm):
            return self._confirm(self._open)
        return self._roll_back(self._open, "")

    def expire(self) -> Steps:
        """The deadline has passed."""
        return self.abandon("the console did not confirm in time")

    def abandon(self, why: str) -> Steps:
        """Nobody will confirm what is open: roll it back."""
        if self._open is not None:
            yield from self._roll_back(self._open, why)

    # --- the transitions ---

    def _stage(self, stage: Stage) -> Steps:
        if self._open is not None:
            detail = f"change {self._open.transaction} is still open on this link; this one was not begun"
            yield Say(Step(stage.transaction, "stage", False, detail))
            return
        try:
            yield Lock()
        except _FAILED as error:
            yield Say(Step(stage.transaction, "stage", False, _sentences(str(error), "Nothing was changed")))
            return
        self._open = stage
        step = "stage"
        try:
            for file in stage.unchanged:
                yield Check(file)
            for file in stage.replacements:
                yield Write(file)
            yield Say(Step(stage.transaction, "stage", True, ""))
            step = "test"
            tested: Tested = yield Test(stage.transaction, stage.replacements)
        except _FAILED as error:
            left = yield from self._tidy(stage.replacements)
            how = _sentences(str(error), "Nothing was changed", *left)
            self._close(Ended(stage.transaction, True, how))
            yield Say(Step(stage.transaction, step, False, how))
            return
        yield Say(tested)
        yield Say(Step(stage.transaction, "test", True, ""))

    def _install(self, stage: Stage) -> Steps:
        if self._installed:
            yield Say(Step(stage.transaction, "install", False, "it is installed already"))
            return
        swapped: List[Replacement] = []
        reloading = False
        try:
            for file in stage.replacements:
                yield Swap(file)
                swapped.append(file)
            reloading = True
            yield Reload(undo=False)
        except _FAILED as error:
            undone = yield from self._undo(stage, swapped, reloading)
            how = _sentences(str(error), undone.how)
            yield Record(f"{stage.log}: failed: {how}")
            self._close(Ended(stage.transaction, undone.back, how))
            yield Say(Step(stage.transaction, "install", False, how))
            return
        self._installed = True
        yield Record(stage.log)
        yield Say(Step(stage.transaction, "install", True, ""))

    def _confirm(self, stage: Stage) -> Steps:
        if not self._installed:
            yield Say(Step(stage.transaction, "confirm", False, "it is staged, but not installed"))
            return
        left = yield from self._tidy(stage.replacements)
        self._close(Ended(stage.transaction, False, "it was confirmed"))
        yield Say(Step(stage.transaction, "confirm", True, _sentences(*left)))

    def _roll_back(self, stage: Stage, why: str) -> Steps:
        if self._installed:
            undone = yield from self._undo(stage, stage.replacements, True)
            yield Record(f"{stage.log}: rolled back: {_sentences(why, undone.how)}")
        else:
            left = yield from self._tidy(stage.replacements)
            undone = Undone(True, _sentences("Nothing had been installed", *left))
        how = _sentences(why, undone.how)
        self._close(Ended(stage.transaction, undone.back, how))
        yield Say(Step(stage.transaction, "roll back", undone.back, how))

    def _not_open(self, request: Request) -> Steps:
        known = self._last.transaction == request.transaction
        detail = self._last.how if known else "no such change is open on this Director"
        # A change that never was, or that is undone already, is rolled back as far as anybody can tell.
        ok = isinstance(request, RollBack) and (not known or self._last.back)
        yield Say(Step(request.transaction, _STEP[type(request)], ok, detail))

    # --- parts of them ---

    def _undo(self, stage: Stage, swapped: Sequence[Replacement], reload: bool) -> Generator[Command, Any, Undone]:
        """Put the old files back and make keepalived read them."""
        stuck: List[str] = []
        for file in reversed(swapped):
            try:
                yield PutBack(file)
            except _FAILED as error:
                stuck.append(str(error))
        if stuck:
            # What is kept beside the files is now the only copy of the old ones: leave it where the text says it is.
            yield Unlock()
            return Undone(False, _sentences("THE OLD FILES ARE NOT ALL BACK", *stuck, "keepalived was not reloaded"))
        undone = Undone(True, "The old files are back" if swapped else "Nothing was changed")
        if reload:
            try:
                yield Reload(undo=True)
            except _FAILED as error:
                undone = Undone(
                    False, _sentences("The old files are back, but keepalived has not loaded them", str(error))
                )
        left = yield from self._tidy(stage.replacements)
        return Undone(undone.back, _sentences(undone.how, *left))

    def _tidy(self, files: Sequence[Replacement]) -> Generator[Command, Any, List[str]]:
        """Remove what was written beside the files, and let others write again; returns what could not be removed."""
        left: List[str] = []
        for file in files:
            try:
                yield Discard(file)
            except _FAILED as error:
                left.append(str(error))
        yield Unlock()
        return left

    def _close(self, ended: Ended) -> None:
        self._open = None
        self._installed = False
        self._last = ended


def _sentences(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part)

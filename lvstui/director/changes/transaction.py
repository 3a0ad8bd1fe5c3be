"""Decide each step of a change of the configuration's files on one Director: a state machine without I/O or a clock of its own.

                Stage                Install                   Confirm             Close
    (nothing) -------> staged files -------> installed, loaded -------> confirmed -------> (nothing: the new files)
        ^                   |                       |                       |
        +-------------------+-----------------------+- - - - - - - - - - - -+
           RollBack, a refusal, the deadline, a lost link (these two not of a confirmed one, whose journal stays):
           the old files are back, loaded, and all traces gone

`_MOVES` is the table of this drawing. Each transition is a generator of commands for the machine. The driver performs a
command and sends its result back, or throws `Refused` (the machine did not do it) or `Abandoned` (the console is gone: stop
and undo). Whatever is thrown at any command, the transition ends with the Director as it was, or says in its `Step` exactly
how it is, and leaves its journal for the next agent (see `recovery`). Confirm and Close are two steps (decision 0007).
"""

from __future__ import annotations

import enum
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Union

from ..journal import CLOSED, CONFIRMED, INSTALLING, opened
from ..protocol.change_messages import (
    Close,
    Confirm,
    Install,
    Interrupt,
    Replacement,
    Resume,
    RollBack,
    Settle,
    Stage,
    Step,
    Tested,
)
from .commands import FAILED, CheckHash, Lock, Reload, Say, Steps, Swap, Test, Unlock, Write, WriteSyslog, sentences
from .deadline import Deadline
from .interruption import Interruption
from .open_change import OpenChange, sha256
from .recovery import Recover, recover, refuse_or_tidy, settle

_OTHER = 60.0  # seconds, besides two reloads, that the change may need on the other Director

ConsoleRequest = Union[Stage, Install, Confirm, Close, RollBack, Settle, Interrupt, Resume]
Request = Union[ConsoleRequest, Recover]
_STEP = {
    Stage: "stage",
    Install: "install",
    Confirm: "confirm",
    Close: "close",
    RollBack: "roll back",
    Settle: "settle",
    Interrupt: "interrupt",
    Resume: "resume",
}


class TransactionPhase(enum.Enum):
    """Tell how far the change on this link is."""

    NOTHING = "not open"
    STAGED = "staged"  # candidates may lie next to the files; keepalived has loaded none of them
    INSTALLED = "installed"  # the new files are in their places and loaded
    CONFIRMED = "confirmed"  # nobody but the console's RollBack puts the old files back


_MOVES: Dict[TransactionPhase, FrozenSet[TransactionPhase]] = {
    TransactionPhase.NOTHING: frozenset((TransactionPhase.STAGED,)),
    TransactionPhase.STAGED: frozenset((TransactionPhase.INSTALLED, TransactionPhase.NOTHING)),
    TransactionPhase.INSTALLED: frozenset((TransactionPhase.CONFIRMED, TransactionPhase.NOTHING)),
    # A second Confirm changes nothing; a RollBack first takes the confirmation back.
    TransactionPhase.CONFIRMED: frozenset(
        (TransactionPhase.CONFIRMED, TransactionPhase.INSTALLED, TransactionPhase.NOTHING)
    ),
}


class Ended(NamedTuple):
    """Hold how the last change on this link ended: what is answered to a request that comes too late."""

    transaction: str
    back: bool  # the old files are in their places
    how: str


class Transaction:
    """The one change that can be open on a link. `receive`, `expire` and `abandon` give the commands to perform, in order."""

    def __init__(self) -> None:
        self._phase = TransactionPhase.NOTHING
        self._open: Optional[OpenChange] = None  # in every phase but NOTHING
        self._deadline = Deadline()
        self._interruption = Interruption()  # the other thing that can be open, and never together with a change
        self._last = Ended("", True, "")

    def heard(self, now: float) -> None:
        """Note that a frame came: the console is there."""
        self._deadline.heard(now)
        self._interruption.heard(now)

    def performed(self, now: float) -> None:
        """Begin the deadline of what is open now: a transition was performed to its end."""
        self._interruption.performed(now)
        at_most = None
        if self._open is not None and self._phase is not TransactionPhase.STAGED:
            at_most = self._open.stage.deadline + 2 * self._open.limit + _OTHER
        self._deadline.begin(now, at_most)

    def deadline(self) -> Optional[float]:
        """Return when an open change is rolled back by itself; None when none is open."""
        if self._interruption.open:
            return self._interruption.deadline()
        return None if self._open is None else self._deadline.at(self._open.stage.deadline)

    def receive(self, request: Request) -> Steps:
        """Return the commands that answer a request."""
        if isinstance(request, (Interrupt, Resume)):
            return self._interruption.receive(request) if self._open is None else self._busy(request)
        if self._interruption.open and not isinstance(request, Recover):
            return self._busy(request)
        if isinstance(request, Stage):
            return self._stage(request)
        if isinstance(request, (Settle, Recover)):
            return self._of_another(request)
        if self._open is None or self._open.transaction != request.transaction:
            return self._not_open(request)
        if isinstance(request, Install):
            return self._install(self._open, request)
        if isinstance(request, Confirm):
            return self._confirm(self._open)
        if isinstance(request, Close):
            return self._end(self._open)
        return self._roll_back(self._open, "")

    def expire(self) -> Steps:
        """Return the commands that undo what is open: the deadline has passed."""
        if self._interruption.open:
            return self._interruption.expire()
        return self.abandon("the console did not confirm in time")

    def abandon(self, why: str) -> Steps:
        """Roll back what is open: nobody will confirm it. What is confirmed stays, and written down, until it is settled."""
        yield from self._interruption.abandon(why)
        change = self._open
        if change is None:
            return
        change.unseen = why if change.stage.drill and self._phase is TransactionPhase.INSTALLED else ""
        if self._phase is TransactionPhase.CONFIRMED:
            how = f"it was confirmed, but not closed: {why}"
            yield WriteSyslog(f"{change.log_name()}: confirmed, but not closed: {why}")
            yield from change.leave(CONFIRMED, how)
            self._close(Ended(change.transaction, False, how))
        else:
            yield from self._roll_back(change, why)

    def _move(self, phase: TransactionPhase) -> None:
        """Go to a phase. Raises ValueError, and stays where it is, when the table has no such move."""
        if phase not in _MOVES[self._phase]:
            raise ValueError(f"a change that is {self._phase.value} cannot become {phase.value}")
        self._phase = phase

    def _close(self, ended: Ended) -> None:
        self._move(TransactionPhase.NOTHING)
        self._open = None
        self._last = ended

    # --- the transitions ---

    def _stage(self, stage: Stage) -> Steps:
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
        self._move(TransactionPhase.STAGED)
        self._open = change = OpenChange(stage)
        step = "stage"
        try:
            for file in (*stage.unchanged, *stage.replacements):
                yield CheckHash(file)
            yield from change.write_down(opened(stage, tuple(map(sha256, stage.replacements))))
            for file in stage.replacements:
                yield Write(file)
            yield Say(Step(stage.transaction, "stage", True, ""))
            step = "test"
            tested: Tested = yield Test(stage.transaction, stage.replacements)
        except FAILED as error:
            left = yield from change.remove_traces()
            how = sentences(str(error), "Nothing was changed", *left)
            self._close(Ended(stage.transaction, True, how))
            yield Say(Step(stage.transaction, step, False, how))
            return
        yield Say(tested)
        yield Say(Step(stage.transaction, "test", True, ""))

    def _install(self, change: OpenChange, request: Install) -> Steps:
        if self._phase is not TransactionPhase.STAGED:
            yield Say(Step(change.transaction, "install", False, "it is installed already"))
            return
        change.limit = limit = request.limit
        swapped: List[Replacement] = []
        reloading = False
        try:
            for file in change.stage.unchanged:
                yield CheckHash(file)
            yield from change.guard()
            yield from change.write_phase(INSTALLING)
            for file in change.stage.replacements:
                yield Swap(file)
                swapped.append(file)
            reloading = True
            said: str = yield Reload(limit, undo=False, restart=request.restart)
        except FAILED as error:
            yield from self._failed(change, "install", error, swapped, reloading)
            return
        self._move(TransactionPhase.INSTALLED)
        yield WriteSyslog(f"{change.log_name()}: installed")
        yield Say(Step(change.transaction, "install", True, said))

    def _confirm(self, change: OpenChange) -> Steps:
        if self._phase is TransactionPhase.STAGED:
            yield Say(Step(change.transaction, "confirm", False, "it is staged, but not installed"))
            return
        try:
            for file in change.stage.replacements:
                yield CheckHash(file._replace(sha256=sha256(file)))
            yield from change.write_phase(CONFIRMED)
        except FAILED as error:
            yield from self._failed(change, "confirm", error, change.stage.replacements, True)
            return
        self._move(TransactionPhase.CONFIRMED)
        yield WriteSyslog(f"{change.log_name()}: verified and confirmed")
        yield Say(Step(change.transaction, "confirm", True, ""))

    def _end(self, change: OpenChange) -> Steps:
        if self._phase is not TransactionPhase.CONFIRMED:
            yield Say(Step(change.transaction, "close", False, "it is not confirmed"))
            return
        written = True
        try:
            yield from change.write_phase(CLOSED)
        except FAILED:
            written = False  # no room for it: then what is removed next tells that it was closed
        left = yield from change.remove_traces()
        self._close(Ended(change.transaction, False, "it was closed"))
        yield Say(Step(change.transaction, "close", written or not left, sentences(*left), not left))

    def _roll_back(self, change: OpenChange, why: str) -> Steps:
        if self._phase is TransactionPhase.STAGED:
            left = yield from change.remove_traces()
            how = sentences(why, "Nothing had been installed", *left)
            self._close(Ended(change.transaction, True, how))
            yield Say(Step(change.transaction, "roll back", True, how))
            return
        if self._phase is TransactionPhase.CONFIRMED:
            self._move(TransactionPhase.INSTALLED)
        undone = yield from change.undo(change.stage.replacements, True, INSTALLING)
        how = sentences(why, undone.how)
        self._close(Ended(change.transaction, undone.back, how))
        yield WriteSyslog(f"{change.log_name()}: rolled back: {how}")
        yield Say(Step(change.transaction, "roll back", undone.back, how, undone.back))

    def _failed(
        self, change: OpenChange, step: str, error: Exception, swapped: Sequence[Replacement], reload: bool
    ) -> Steps:
        journal_phase = CONFIRMED if self._phase is TransactionPhase.CONFIRMED else INSTALLING
        undone = yield from change.undo(swapped, reload, journal_phase)
        how = sentences(str(error), undone.how)
        self._close(Ended(change.transaction, undone.back, how))
        yield WriteSyslog(f"{change.log_name()}: failed: {how}")
        yield Say(Step(change.transaction, step, False, how, undone.back))

    def _of_another(self, request: Union[Settle, Recover]) -> Steps:
        if self._interruption.open:
            return
        if self._open is None:
            yield from recover() if isinstance(request, Recover) else settle(request)
        elif isinstance(request, Settle):
            yield Say(Step(request.transaction, "settle", False, "a change is open on this link. Nothing was changed"))

    def _busy(self, request: ConsoleRequest) -> Steps:
        detail = "a change or a drill is open on this link; this one was not begun"
        yield Say(Step(request.transaction, _STEP[type(request)], False, detail))

    def _not_open(self, request: Union[Install, Confirm, Close, RollBack]) -> Steps:
        known = self._last.transaction == request.transaction
        detail = self._last.how if known else "no such change is open on this Director"
        # A change that never was, or that is undone already, is rolled back as far as anybody can tell.
        ok = isinstance(request, RollBack) and (not known or self._last.back)
        yield Say(Step(request.transaction, _STEP[type(request)], ok, detail, not known or self._last.back))

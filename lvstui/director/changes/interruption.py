"""Decide each step of a drill that stops or kills keepalived on one Director: a state machine without I/O or a clock of its own.

                 Interrupt                     Resume, or its time is over
    (nothing) ---------------> interrupted ---------------------------------> (nothing: keepalived runs)
        ^                           |
        +- - - - - - - - - - - - - -+
           a lost link, a silent console: the same, and the journal stays until somebody was told of it

However it ends, keepalived is started. The journal is on the disk, and a guard at its post, before keepalived is touched: the
guard does what this agent would, when this agent is killed; when both are, the next agent does (see `recovery`).

Not for: changes of files (see `transaction`).
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Union

from ..journal import INTERRUPTED, UNDONE, UNWRITTEN, JournalEntry, StartedBy
from ..protocol.change_messages import Interrupt, Resume, Step
from .commands import (
    FAILED,
    DismissGuard,
    Halt,
    HowStarted,
    Journal,
    Lock,
    Say,
    StartAgain,
    StartGuard,
    Steps,
    Unlock,
    WriteSyslog,
    sentences,
)
from .recovery import refuse_or_tidy

_GRACE = 30.0  # seconds that this agent is given beyond the hold, before its guard takes it for hung

InterruptionRequest = Union[Interrupt, Resume]


class _Open(NamedTuple):
    request: Interrupt
    entry: JournalEntry


class Interruption:
    """The one interruption that can be open on a link. Each call gives the commands to perform, in order."""

    def __init__(self) -> None:
        self._open: Optional[_Open] = None
        self._heard = 0.0
        self._until: Optional[float] = None  # the end of the hold; None: it has not begun
        self._last = ("", "")  # the transaction that ended last, and how

    @property
    def open(self) -> bool:
        return self._open is not None

    def heard(self, now: float) -> None:
        """Note that a frame came: the console is there."""
        self._heard = now

    def performed(self, now: float) -> None:
        """Begin the hold: keepalived was interrupted."""
        if self._open is not None and self._until is None:
            self._heard, self._until = now, now + self._open.request.hold

    def deadline(self) -> Optional[float]:
        """Return when keepalived is started by itself; None when it was not interrupted."""
        if self._open is None or self._until is None:
            return None
        return min(self._until, self._heard + self._open.request.silence)

    def receive(self, request: InterruptionRequest) -> Steps:
        """Return the commands that answer a request."""
        if isinstance(request, Interrupt):
            return self._interrupt(request)
        if self._open is None or self._open.request.transaction != request.transaction:
            return self._not_open(request)
        return self._resume(self._open, "")

    def expire(self) -> Steps:
        """Return the commands that start it: its time is over, or the console is silent."""
        assert self._open is not None and self._until is not None
        if self._until <= self._heard + self._open.request.silence:
            return self._resume(self._open, "")
        return self.abandon("the console was silent")

    def abandon(self, why: str) -> Steps:
        """Return the commands that start it, when nobody will be told of it now."""
        if self._open is not None:
            yield from self._resume(self._open, why)

    # --- the transitions ---

    def _interrupt(self, request: Interrupt) -> Steps:
        def refused(error: object) -> Say:
            return Say(Step(request.transaction, "interrupt", False, sentences(str(error), "Nothing was changed")))

        try:
            yield Lock()
        except FAILED as error:
            yield refused(error)
            return
        try:
            yield from refuse_or_tidy()
            start: StartedBy = yield HowStarted()
            entry = JournalEntry(
                request.transaction, request.title, request.by, UNWRITTEN, INTERRUPTED, (), drill=True, start=start
            )
            yield Journal(entry)
        except FAILED as error:
            yield Unlock()
            yield refused(error)
            return
        self._open, self._until = _Open(request, entry), None
        try:
            yield StartGuard(request.hold + _GRACE)
            yield Halt(request.how, start)
        except FAILED as error:
            yield from self._end(self._open, "interrupt", str(error))
            return
        yield WriteSyslog(
            f"{_log_name(request)}: keepalived was interrupted ({request.how}) for {request.hold:g} s at most"
        )
        yield Say(Step(request.transaction, "interrupt", True, ""))

    def _resume(self, one: _Open, why: str) -> Steps:
        yield from self._end(one, "resume", why)

    def _end(self, one: _Open, step: str, why: str) -> Steps:
        """Start keepalived, and forget the drill. `why`: what went wrong, or ""."""
        unseen = bool(why) and step == "resume"  # nobody listens any more: it is told at the next connect
        try:
            said: str = yield StartAgain(one.entry.start)
        except FAILED as error:
            how = sentences(why, "KEEPALIVED DOES NOT RUN", str(error))
            yield from _note(one.entry._replace(note=how))
            yield from self._closed(one, step, how, ok=False, undone=False)
            return
        how = sentences(why, said or "keepalived runs")
        kept = one.entry._replace(phase=UNDONE, note=how) if unseen else None
        yield from _note(kept)
        yield from self._closed(one, step, how, ok=not why, undone=True)

    def _closed(self, one: _Open, step: str, how: str, *, ok: bool, undone: bool) -> Steps:
        yield DismissGuard()
        yield Unlock()
        self._open, self._until, self._last = None, None, (one.request.transaction, how)
        yield WriteSyslog(f"{_log_name(one.request)}: {how}")
        yield Say(Step(one.request.transaction, step, ok, how, undone))

    def _not_open(self, request: Resume) -> Steps:
        known = self._last[0] == request.transaction
        detail = self._last[1] if known else "no such drill is open on this Director"
        yield Say(Step(request.transaction, "resume", known, detail))


def _note(entry: Optional[JournalEntry]) -> Steps:
    try:
        yield Journal(entry)
    except FAILED:
        pass  # what it says is no reason to leave keepalived stopped; the next agent finds that it runs


def _log_name(request: Interrupt) -> str:
    why = f" ({request.reason})" if request.reason else ""
    return f"lvstui: {request.title}, by {request.by}{why}"

"""Perform a transaction's commands on the machine, one request at a time, while the samples go on. Not for deciding anything."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Awaitable, Callable, Optional

from ..protocol.message_registry import FromAgent
from ..system import Refused, System
from .commands import (
    Abandoned,
    CheckHash,
    Command,
    Discard,
    DismissGuard,
    Halt,
    HowStarted,
    Journal,
    Lock,
    PutBack,
    ReadLeftJournal,
    Reload,
    Say,
    StartAgain,
    StartGuard,
    Steps,
    Swap,
    Test,
    Unlock,
    Write,
    WriteSyslog,
)
from .transaction import Request, Transaction


class ChangeDriver:
    """The write side of a link. `say` takes the answers for the console; `clock` is monotonic, `wall` for the journal."""

    def __init__(
        self,
        system: System,
        say: Callable[[FromAgent], None],
        clock: Callable[[], float],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._system = system
        self._say = say
        self._clock = clock
        self._wall = wall
        self._transaction = Transaction()
        self._requests: asyncio.Queue[Optional[Request]] = asyncio.Queue()  # None: the link is gone
        self._under_way: Optional[asyncio.Future[Any]] = None  # a command that may be given up
        self._gone = ""  # why the link is gone

    def heard(self) -> None:
        """Note that a frame of the console came."""
        self._transaction.heard(self._clock())

    def submit(self, request: Request) -> None:
        """Queue a request."""
        self._requests.put_nowait(request)

    def abandon(self, why: str) -> None:
        """Undo what is open: the link is gone. `run` returns when that is done."""
        self._gone = why
        self._requests.put_nowait(None)
        if self._under_way is not None:
            self._under_way.cancel()

    async def run(self) -> None:
        """Perform requests until `abandon`, and then until all is undone."""
        while True:
            steps, last = await self._next()
            await self.perform(steps)
            self._transaction.performed(self._clock())
            if last:
                return

    async def _next(self) -> tuple[Steps, bool]:
        while True:
            deadline = self._transaction.deadline()
            wait = None if deadline is None else max(0.0, deadline - self._clock())
            try:
                request = await asyncio.wait_for(self._requests.get(), wait)
            except asyncio.TimeoutError:
                if self._clock() < (self._transaction.deadline() or 0.0):
                    continue  # the console was heard of meanwhile
                return self._transaction.expire(), False
            if request is None or self._gone:
                return self._transaction.abandon(self._gone), True
            return self._transaction.receive(request), False

    async def perform(self, steps: Steps) -> None:
        """Perform the commands of a transition, to its end."""
        result: Any = None
        failure: Optional[Exception] = None
        while True:
            try:
                command = steps.send(result) if failure is None else steps.throw(failure)
            except StopIteration:
                return
            result, failure = None, None
            try:
                result = await self._perform(command)
            except (Refused, Abandoned) as error:
                failure = error
            except Exception as error:  # noqa: BLE001  # whatever went wrong, a half-made change has to be undone
                failure = Refused(f"the agent failed: {type(error).__name__}: {error}")

    async def _perform(self, command: Command) -> Any:
        system = self._system
        if isinstance(command, Say):
            self._say(command.message)
        elif isinstance(command, WriteSyslog):
            system.log(command.line)
        elif isinstance(command, Lock):
            await self._unless_abandoned(system.lock())
        elif isinstance(command, Unlock):
            system.unlock()
        elif isinstance(command, ReadLeftJournal):
            return system.left()
        elif isinstance(command, Journal):
            entry = command.entry  # its time is that of the writing: a reload, which may take minutes, came before
            system.write_journal(None if entry is None else entry._replace(when=self._wall()))
        elif isinstance(command, (CheckHash, Write)):
            system.stage(command.replacement, write=isinstance(command, Write))
        elif isinstance(command, Test):
            return await self._unless_abandoned(system.test(command.transaction, command.replacements))
        elif isinstance(command, Swap):
            system.install(command.replacement)
        elif isinstance(command, PutBack):
            system.put_back(command.path, command.sha256)
        elif isinstance(command, Discard):
            system.discard(command.path)
        elif isinstance(command, (HowStarted, StartGuard, DismissGuard, Halt, StartAgain)):
            return await self._perform_of_drill(command)
        elif isinstance(command, Reload):
            if command.undo:
                return await system.reload(command.limit, undo=True)
            work = system.restart(command.limit) if command.restart else system.reload(command.limit, undo=False)
            return await self._unless_abandoned(work)
        return None

    async def _perform_of_drill(self, command: Command) -> Any:
        """Perform a drill's command. None is abandoned: who has begun to stop keepalived sees it stopped, and then starts it."""
        system = self._system
        if isinstance(command, HowStarted):
            return system.how_started()
        if isinstance(command, StartGuard):
            return await system.guard(command.limit)
        if isinstance(command, Halt):
            return await system.halt(command.how, command.start)
        if isinstance(command, StartAgain):
            return await system.start_again(command.start)
        return system.dismiss_guard()

    async def _unless_abandoned(self, work: Awaitable[Any]) -> Any:
        task = asyncio.ensure_future(work)
        if self._gone:
            task.cancel()
        self._under_way = task
        try:
            return await task
        except asyncio.CancelledError:
            if self._gone:
                raise Abandoned(self._gone) from None
            raise
        finally:
            self._under_way = None

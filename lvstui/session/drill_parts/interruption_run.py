"""Have one Director's keepalived interrupted for a drill, and started again: two requests, and what the agent answers.

Whatever becomes of this end, the agent starts keepalived. Not for: what a drill does beside that (see `drill_run`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from lvstui.cluster.plan.outcome import EXIT_CODES, Kind, Outcome
from lvstui.director.protocol.change_messages import Interrupt, Resume, Step
from lvstui.director.protocol.message_registry import FromConsole

_BEGIN = 150.0  # seconds: the guard is started, then keepalived is stopped, and each may take a minute
_END = 150.0  # seconds for keepalived to start

DRILL_SILENCE = 10.0  # seconds without a word of the console after which an agent undoes a drill
MARGIN = 20.0  # seconds that an agent holds for longer than the console means to: then it starts keepalived by itself
BEGUN = Outcome("undecided", EXIT_CODES["undecided"], "it began; how it ended was not written down", {})

Send = Callable[[FromConsole], bool]
During = Callable[[], Awaitable[None]]
Left = Callable[[], Awaitable[list[str]]]  # waits until all is as before; gives what is not, in words


def looked_at(outcome: Outcome, director: str, left: list[str]) -> Outcome:
    """Return the outcome of a drill that was begun, by what is left of it: that it is undone is what was meant."""
    if not left:
        return Outcome("done", 0, f"undone: {outcome.text}", outcome.directors)
    text = "; ".join(left)
    return Outcome("undecided", EXIT_CODES["undecided"], f"{outcome.text}; {text}", {director: text})


class InterruptionRun:
    """One interruption. The agent's answers are told to it."""

    def __init__(self, director: str, request: Interrupt) -> None:
        self.director = director
        self._request = request
        loop = asyncio.get_running_loop()
        self._interrupted: asyncio.Future[Step | None] = loop.create_future()  # None: the link is gone
        self._resumed: asyncio.Future[Step | None] = loop.create_future()

    async def run(self, send: Send, during: During) -> Outcome:
        """Interrupt it, wait for `during`, and have it started again, also when this is cancelled. Never raises for the agent."""
        if not send(self._request):
            return self._outcome("unreachable", f"{self.director} cannot be reached; nothing was changed")
        try:
            step = await self._answer(self._interrupted, _BEGIN)
            if step is None or not step.ok:
                return self._not_interrupted(step)
            over = asyncio.ensure_future(during())
            try:
                waited: list[asyncio.Future[Any]] = [over, self._resumed]
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            finally:
                over.cancel()
        finally:
            send(Resume(self._request.transaction))
        return self._ended(await self._answer(self._resumed, _END))

    def answered(self, director: str, step: Step) -> None:
        """Take in an agent's answer, if it is to this."""
        if director != self.director or step.transaction != self._request.transaction:
            return
        waiting = self._interrupted if step.step == "interrupt" else self._resumed
        if not waiting.done():
            waiting.set_result(step)

    def lost(self, director: str) -> None:
        """Note that the link to a Director is gone: its agent starts keepalived by itself."""
        for waiting in (self._interrupted, self._resumed) if director == self.director else ():
            if not waiting.done():
                waiting.set_result(None)

    async def _answer(self, waiting: asyncio.Future[Step | None], seconds: float) -> Step | None:
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(waiting)
        except TimeoutError:
            return None

    def _not_interrupted(self, step: Step | None) -> Outcome:
        if step is None:
            return self._ended(None)
        kind: Kind = "refused" if step.undone else "undecided"
        return self._outcome(kind, f"{self.director}: {step.detail}")

    def _ended(self, step: Step | None) -> Outcome:
        if step is None:
            text = f"the link to {self.director} was lost; its agent starts keepalived by itself"
            return self._outcome("undecided", text)
        if not step.undone:
            return self._outcome("undecided", f"{self.director}: {step.detail}")
        return self._outcome("rolled back", step.detail)

    def _outcome(self, kind: Kind, text: str) -> Outcome:
        return Outcome(kind, EXIT_CODES[kind], text, {self.director: text})

"""Settle a change that was left unfinished on a Director.

Not for: telling what was left (see `cluster.views.unfinished`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lvstui.cluster.plan.outcome import EXIT_CODES, Kind, Outcome
from lvstui.director.protocol.change_messages import Settle, Step

_LIMIT = 400.0  # seconds; a reload alone may take 300


class Settlement:
    """A request to settle, that is sent once and answered once."""

    def __init__(self, director: str, transaction: str, keep: bool) -> None:
        self._director = director
        self._request = Settle(transaction, keep)
        self._answer: asyncio.Future[Step | None] = asyncio.get_running_loop().create_future()

    async def ask(self, send: Callable[[Settle], bool]) -> Outcome:
        """Send the request, and wait for the answer. `send` returns True if there is a link."""
        if not send(self._request):
            return self._outcome("unreachable", f"{self._director} cannot be reached; nothing was changed")
        try:
            async with asyncio.timeout(_LIMIT):
                step = await self._answer
        except TimeoutError:
            return self._outcome("undecided", f"NOT KNOWN: no answer within {_LIMIT:.0f} s")
        if step is None:
            return self._outcome("undecided", "NOT KNOWN: the link was lost. Reconnect and check")
        return self._outcome("done" if step.ok else "undecided", step.detail)

    def answered(self, director: str, step: Step) -> None:
        """Take in a Director's answer, if it is the one that is waited for."""
        if director == self._director and step.step == "settle" and not self._answer.done():
            self._answer.set_result(step)

    def lost(self, director: str) -> None:
        """Note that the link to a Director is gone."""
        if director == self._director and not self._answer.done():
            self._answer.set_result(None)

    def _outcome(self, kind: Kind, text: str) -> Outcome:
        return Outcome(kind, EXIT_CODES[kind], text, {self._director: text})

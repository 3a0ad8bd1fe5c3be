"""The writes of one open pair, one at a time: a change, or the settling of one that was left unfinished; and their history.

Not for: the steps of a change (see `cluster.change`), what follows on one (see `applying`), nor links (see `director_link`).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lvstui.applying import Pair, Progress, apply
from lvstui.cluster.change import Change, Command
from lvstui.cluster.history import settled
from lvstui.cluster.intent import Record
from lvstui.cluster.outcome import NOT_IN_TIME, Limits, Outcome
from lvstui.cluster.plan import Plan, PlanRefused
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import EventView, Severity
from lvstui.director.messages import FromConsole, Message, Step
from lvstui.history import History
from lvstui.operator import operator
from lvstui.settlement import Settlement

Send = Callable[[FromConsole], bool]  # is there a link?


class Writes:
    def __init__(self, state: ClusterState, links: Mapping[str, Send], log: History, limits: Limits) -> None:
        """`links` send to each Director, by its name; `log` is the audit log."""
        self._state = state
        self._links = links
        self._log = log
        self._limits = limits
        self._applying = False
        self._change: Change | None = None
        self._progress: Progress | None = None
        self._changed = asyncio.Event()
        self._settlement: Settlement | None = None

    def history(self) -> Sequence[Record]:
        """The changes of this pair that were made from this machine, newest last. Raises OSError."""
        names = set(self._links)
        return [one for one in self._log.read() if {director.name for director in one.directors} <= names]

    async def apply(self, pair: Pair, plan: Plan, progress: Progress, overrides: frozenset[str]) -> Outcome:
        """All of a plan, and what follows on it, as one record. Raises PlanRefused."""
        self._refuse_a_second_one()
        self._applying = True
        try:
            outcome, record = await apply(pair, plan, progress, overrides, self._write_down)
        finally:
            self._applying = False
        return self._remember(record, outcome)

    async def carry_out(self, plan: Plan, progress: Progress, overrides: frozenset[str]) -> Outcome:
        """One change, from stage to confirm: a part of `apply`. Raises PlanRefused."""
        try:
            change = Change(plan, self._state.facts, id=secrets.token_hex(6), overrides=overrides, limits=self._limits)
        except ValueError as blocked:
            raise PlanRefused(str(blocked)) from blocked
        self._change, self._progress = change, progress
        self._changed.clear()
        try:
            self._perform(change.start(time.monotonic()))
            while change.outcome is None:
                await self._changed.wait()
                self._changed.clear()
        finally:
            self._change = self._progress = None
        progress(change.steps)
        return change.outcome

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        """End a change that was left unfinished on a Director. Raises PlanRefused when something else is being written."""
        self._refuse_a_second_one()
        self._settlement = Settlement(director, transaction, keep)
        try:
            outcome = await self._settlement.ask(self._links[director])
        finally:
            self._settlement = None
        record = settled(director, keep, outcome, id=secrets.token_hex(6), wall=time.time(), by=operator())
        return self._remember(record, outcome)

    # --- what happens meanwhile ---

    def received(self, name: str, message: Message, now: float) -> None:
        """A Director's message, after the state has taken it in."""
        if isinstance(message, Step) and self._settlement is not None:
            self._settlement.answered(name, message)
        if self._change is not None:
            self._perform(self._change.receive(name, message, now))

    def lost(self, name: str, now: float) -> None:
        """The link to a Director is gone."""
        if self._change is not None:
            self._perform(self._change.lost(name, now))
        if self._settlement is not None:
            self._settlement.lost(name)

    def tick(self, now: float) -> None:
        """The clock: a running change has limits."""
        if self._change is not None:
            self._perform(self._change.tick(now))

    def _perform(self, commands: Sequence[Command]) -> None:
        """Send what a change wants sent, and tell of its progress."""
        pending = list(commands)
        while pending:
            name, message = pending.pop(0)
            if not self._links[name](message) and self._change is not None:
                pending += self._change.lost(name, time.monotonic())
        if self._change is not None and self._progress is not None:
            self._progress(self._change.steps)
            self._changed.set()

    # --- what is remembered ---

    def _refuse_a_second_one(self) -> None:
        if self._applying or self._settlement is not None:
            raise PlanRefused("another change is running")

    def _write_down(self, record: Record) -> str:
        """Into the history; why not, or ""."""
        try:
            self._log.append(record)
        except OSError as error:
            return f"; it could not be written into the history: {error}"
        return ""

    def _remember(self, record: Record, outcome: Outcome) -> Outcome:
        outcome = replace(outcome, text=outcome.text + self._write_down(record))
        kind = outcome.kind if outcome.exit_code != NOT_IN_TIME else "half done"
        severity = {"done": Severity.INFO, "undecided": Severity.CRITICAL}.get(kind, Severity.WARNING)
        text = f"{record.title}: {kind}" if kind == "done" else f"{record.title}: {kind}: {outcome.text}"
        self._state.note(EventView(time.time(), severity, "you", "", text))
        return outcome

"""Run the writes of one open pair, one at a time: a change with what follows on it, or a settlement; and keep their history.

Knows nothing of a session: it is given what it needs. Not for: the steps of a change (see `cluster.change.coordinator`), nor the
wait for the second half of an add (see `follow_up`).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lvstui.cluster.change.coordinator import Command, Coordinator
from lvstui.cluster.change.drill_coordinator import DrillCoordinator
from lvstui.cluster.change.plan_record import record
from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.plan.drill_plan import DrillPlan, drill_record
from lvstui.cluster.plan.intent import ChangeRecord
from lvstui.cluster.plan.outcome import NOT_IN_TIME, Limits, Outcome
from lvstui.cluster.plan.plan import Plan, PlanRefused, make
from lvstui.cluster.plan.planned_follow_up import FollowUp
from lvstui.cluster.plan.record import settled
from lvstui.cluster.text import plain
from lvstui.cluster.view import EventView, Severity
from lvstui.director.protocol.change_messages import Interrupt, Step
from lvstui.director.protocol.message_registry import Message
from lvstui.keepalived.secrets import masked_text
from lvstui.session.audit_log import History
from lvstui.session.directors import Clock, Directors, Send, State
from lvstui.session.drill_parts.interruption_run import (
    BEGUN,
    DRILL_SILENCE,
    MARGIN,
    During,
    InterruptionRun,
    Left,
    looked_at,
)
from lvstui.session.follow_up import FollowUpRun, Progress, half_done, not_seen, raised, stays_at_0
from lvstui.session.settle import Settlement
from lvstui.session.subscription import Subscribable
from lvstui.settings.operator import operator


class ChangeRunner:
    """The one place from which a pair is written to."""

    def __init__(
        self,
        state: State,
        links: Mapping[str, Send],
        source: Subscribable,
        history: History,
        *,
        limits: Limits,
        clock: Clock = Clock(),  # noqa: B008  # frozen
    ) -> None:
        """`links` send to each Director, by its name; `source` tells that the state has changed; `history` is the audit log."""
        self._state = state
        self._links = links
        self._directors = Directors(state, links, source)
        self._history = history
        self._limits = limits
        self._clock = clock
        self._applying = False
        self._change: Coordinator | None = None
        self._progress: Progress | None = None
        self._changed = asyncio.Event()
        self._settlement: Settlement | None = None
        self._interruption: InterruptionRun | None = None

    def history(self) -> Sequence[ChangeRecord]:
        """Return the changes of this pair that were made from this machine, newest last. Raises OSError."""
        names = set(self._links)
        return [one for one in self._history.read() if {director.name for director in one.directors} <= names]

    async def apply(self, plan: Plan, progress: Progress, overrides: frozenset[str]) -> Outcome:
        """Carry out a plan, and what follows on it, as one record. Raises PlanRefused when nothing was begun.

        The first half is written down while the second is still to come: who stops waiting can undo it.
        """
        self._refuse_a_second_one()
        id = secrets.token_hex(6)

        def made(outcome: Outcome, second: Plan | None = None) -> ChangeRecord:
            return record(plan, outcome, id=id, wall=self._clock.wall(), overrides=overrides, raised=second)

        self._applying = True
        try:
            run = FollowUpRun(plan, progress, self._directors, self._clock)
            outcome, second = await self._carry_out(plan, run.show_first, overrides), None
            if outcome.kind == "done" and plan.follow_up is not None:
                self._write_down(made(half_done(outcome)))
                outcome, second = await self._follow_up(plan, plan.follow_up, run, outcome, overrides)
        finally:
            self._applying = False
        return self._remember(made(outcome, second), outcome)

    async def _follow_up(
        self, plan: Plan, follow_up: FollowUp, run: FollowUpRun, outcome: Outcome, overrides: frozenset[str]
    ) -> tuple[Outcome, Plan | None]:
        """Make the second half of an add. Return the outcome of the whole, and the second plan where it was done."""
        if missing := await run.seen_alive(follow_up):
            return not_seen(outcome, follow_up, missing), None
        try:
            second = make(follow_up.intent, self._directors.facts())
            end = await self._carry_out(second, run.show_second, overrides)
        except PlanRefused as refused:
            run.show_refusal(str(refused))
            return stays_at_0(outcome, follow_up, f"raising it was refused: {refused}"), None
        if end.kind != "done":
            run.show_failure(end)
        return raised(plan.title, outcome, follow_up, end), second if end.kind == "done" else None

    async def _carry_out(self, plan: Plan, progress: Progress, overrides: frozenset[str]) -> Outcome:
        """Carry out one plan, from stage to confirm. Raises PlanRefused."""
        try:
            change = Coordinator(
                plan, self._state.facts, id=secrets.token_hex(6), overrides=overrides, limits=self._limits
            )
        except ValueError as blocked:
            raise PlanRefused(str(blocked)) from blocked
        self._change, self._progress = change, progress
        self._changed.clear()
        try:
            self._perform(change.start(self._clock.monotonic()))
            while change.outcome is None:
                await self._changed.wait()
                self._changed.clear()
        finally:
            self._change = self._progress = None
        progress(change.steps)
        return change.outcome

    async def drill(self, plan: DrillPlan, during: During, left: Left, overrides: frozenset[str]) -> Outcome:
        """Begin a drill, wait for `during`, undo it, and look what is `left`. Raises PlanRefused when nothing was begun.

        It is written down before: who is killed meanwhile leaves in the history that it was begun.
        """
        self._refuse_a_second_one()
        if blocking := plan.blocking(overrides):
            raise PlanRefused(f"not run: {blocking[0].kind}: {blocking[0].text}", blocking[0])
        id = secrets.token_hex(6)

        def made(outcome: Outcome) -> ChangeRecord:
            return drill_record(plan, outcome, id=id, wall=self._clock.wall(), overrides=overrides)

        self._applying = True
        self._write_down(made(BEGUN))
        try:
            if plan.intent.how == "handover":
                outcome = await self._rehearse(plan, id, during, overrides)
            else:
                outcome = await self._interrupt(plan, id, during)
            if outcome.kind not in ("refused", "unreachable"):
                outcome = looked_at(outcome, plan.director, await left())
        finally:
            self._applying = False
        return self._remember(made(outcome), outcome)

    async def _rehearse(self, plan: DrillPlan, id: str, during: During, overrides: frozenset[str]) -> Outcome:
        """Hand over, wait, and roll that back."""
        limits = replace(self._limits, silence=DRILL_SILENCE)
        change = DrillCoordinator(plan.change, self._state.facts, id=id, overrides=overrides, limits=limits)
        self._change, self._progress = change, lambda steps: None
        self._changed.clear()
        try:
            self._perform(change.start(self._clock.monotonic()))
            await self._until(lambda: change.outcome is not None or change.made)
            if change.outcome is None:
                over = asyncio.ensure_future(during())
                ended = asyncio.ensure_future(self._until(lambda: change.outcome is not None))
                try:
                    await asyncio.wait([over, ended], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    over.cancel()
                    ended.cancel()
                    self._perform(change.take_back(self._clock.monotonic()))
                await self._until(lambda: change.outcome is not None)
        finally:
            self._change = self._progress = None
        assert change.outcome is not None  # it was waited for
        return change.outcome

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._changed.wait()
            self._changed.clear()

    async def _interrupt(self, plan: DrillPlan, id: str, during: During) -> Outcome:
        """Have keepalived stopped or killed, wait, and have it started again."""
        wanted = plan.intent
        request = Interrupt(
            id, wanted.how, wanted.hold + MARGIN, DRILL_SILENCE, plan.title, wanted.by, plain(wanted.reason)
        )
        self._interruption = InterruptionRun(plan.director, request)
        try:
            return await self._interruption.run(self._links[plan.director], during)
        finally:
            self._interruption = None

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        """End a change that was left unfinished on a Director. Raises PlanRefused when something else is being written."""
        self._refuse_a_second_one()
        self._settlement = Settlement(director, transaction, keep)
        try:
            outcome = await self._settlement.ask(self._links[director])
        finally:
            self._settlement = None
        record = settled(director, keep, outcome, id=secrets.token_hex(6), wall=self._clock.wall(), by=operator())
        return self._remember(record, outcome)

    # --- what happens meanwhile ---

    def received(self, name: str, message: Message, now: float) -> None:
        """Take in a Director's message, after the state has taken it in."""
        if isinstance(message, Step):  # its sentences may repeat what a command said
            message = replace(message, detail=masked_text(message.detail))
        if isinstance(message, Step) and self._settlement is not None:
            self._settlement.answered(name, message)
        if isinstance(message, Step) and self._interruption is not None:
            self._interruption.answered(name, message)
        if self._change is not None:
            self._perform(self._change.receive(name, message, now))

    def lost(self, name: str, now: float) -> None:
        """Note that the link to a Director is gone."""
        if self._change is not None:
            self._perform(self._change.lost(name, now))
        if self._settlement is not None:
            self._settlement.lost(name)
        if self._interruption is not None:
            self._interruption.lost(name)

    def tick(self, now: float) -> None:
        """Note the time: a running change has limits."""
        if self._change is not None:
            self._perform(self._change.tick(now))

    def _perform(self, commands: Sequence[Command]) -> None:
        """Send what a change wants sent, and tell of its progress."""
        pending = list(commands)
        while pending:
            name, message = pending.pop(0)
            if not self._links[name](message) and self._change is not None:
                pending += self._change.lost(name, self._clock.monotonic())
        if self._change is not None and self._progress is not None:
            self._progress(self._change.steps)
            self._changed.set()

    # --- what is remembered ---

    def _refuse_a_second_one(self) -> None:
        if self._applying or self._settlement is not None:
            raise PlanRefused("another change is running")

    def _write_down(self, record: ChangeRecord) -> str:
        """Append to the history. Return why it could not be, or ""."""
        try:
            self._history.append(record)
        except OSError as error:
            return f"; it could not be written into the history: {error}"
        return ""

    def _remember(self, record: ChangeRecord, outcome: Outcome) -> Outcome:
        outcome = replace(outcome, text=outcome.text + self._write_down(record))
        for one in record.directors:
            if one.installed is not None:
                self._state.remember(one.name, one.installed)
        kind = outcome.kind if outcome.exit_code != NOT_IN_TIME else "half done"
        severity = {"done": Severity.INFO, "undecided": Severity.CRITICAL}.get(kind, Severity.WARNING)
        text = f"{record.title} by {record.by}@{record.host}: {kind}"
        text = text if kind == "done" else f"{text}: {outcome.text}"
        told = EventView(self._clock.wall(), severity, "you", "", text, record.targets, kind=EventKind.CHANGE)
        self._state.note(told)
        return outcome

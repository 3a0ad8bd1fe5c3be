"""One plan from its first step to its last: the change, and, for a real server that was added, the wait and the raise.

Not for: the steps of a change (see `cluster.change`), nor links (see `session`).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

from lvstui.cluster.facts import Facts
from lvstui.cluster.intent import Intent, Record
from lvstui.cluster.outcome import NOT_IN_TIME, Outcome, StepState, StepView
from lvstui.cluster.plan import Plan, PlanRefused, record
from lvstui.cluster.raising import FollowUp, awaited

Progress = Callable[[tuple[StepView, ...]], None]
_LOOK_AGAIN = 2.0  # seconds; each look costs a line in the Director's journal


class Pair(Protocol):
    """What is needed of a session."""

    def plan(self, intent: Intent) -> Plan: ...
    def facts(self) -> Sequence[Facts]: ...
    def carry_out(self, plan: Plan, progress: Progress, overrides: frozenset[str]) -> Awaitable[Outcome]: ...
    def look(self) -> None:
        """Ask every Director for fresh figures."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]: ...


async def apply(
    pair: Pair, plan: Plan, progress: Progress, overrides: frozenset[str], keep: Callable[[Record], object]
) -> tuple[Outcome, Record]:
    """The outcome of the whole, and its record. Raises PlanRefused when nothing was begun.

    `keep` is given the record of the first half while the second is still to come: who stops waiting can undo it.
    """
    id = secrets.token_hex(6)

    def told(outcome: Outcome, raised: Plan | None) -> Record:
        return record(plan, outcome, id=id, wall=time.time(), overrides=overrides, raised=raised)

    applying = Applying(pair, plan, progress, overrides, lambda outcome: keep(told(outcome, None)))
    outcome = await applying.run()
    return outcome, told(outcome, applying.raised)


async def until(pair: Pair, condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for what the Directors tell; says whether it came in time."""
    changed = asyncio.Event()
    unsubscribe = pair.subscribe(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await changed.wait()
                changed.clear()
    except TimeoutError:
        return condition()
    finally:
        unsubscribe()
    return True


class Applying:
    """`outcome` of `run` is that of the whole; `raised` is the second change's plan, when it was made and done."""

    def __init__(
        self,
        pair: Pair,
        plan: Plan,
        progress: Progress,
        overrides: frozenset[str],
        half_done: Callable[[Outcome], object],
    ) -> None:
        self.raised: Plan | None = None
        self._half_done = half_done
        self._pair = pair
        self._plan = plan
        self._progress = progress
        self._overrides = overrides
        self._first: tuple[StepView, ...] = ()
        self._alive: dict[str, tuple[StepState, str]] = {}
        self._raise: dict[str, tuple[StepState, str]] = {}
        if plan.follow_up is not None:
            for one in plan.directors:
                self._alive[one.name] = self._raise[one.name] = ("waiting", "")

    async def run(self) -> Outcome:
        """Raises PlanRefused when nothing was begun."""
        outcome = await self._pair.carry_out(self._plan, self._show_first, self._overrides)
        if outcome.kind != "done" or self._plan.follow_up is None:
            return outcome
        text = f"{outcome.text}; it is at weight 0, and was to be raised when it is seen alive"
        self._half_done(replace(outcome, exit_code=NOT_IN_TIME, text=text))
        return await self._follow(self._plan.follow_up, outcome)

    async def _follow(self, follow_up: FollowUp, outcome: Outcome) -> Outcome:
        what = ", ".join(dict.fromkeys(target.real_server for target in follow_up.intent.targets))
        missing = await self._seen_alive(follow_up)
        if missing:
            where = "; ".join(f"{name} has not seen {reals} alive" for name, reals in missing.items())
            return _stays(outcome, what, f"{where} within {follow_up.seconds:.0f} s")
        try:
            plan = self._pair.plan(follow_up.intent)
            second = await self._pair.carry_out(plan, self._show_second, self._overrides)
        except PlanRefused as refused:
            self._mark(self._raise, "failed", str(refused))
            return _stays(outcome, what, f"raising it was refused: {refused}")
        if second.kind == "undecided":
            return replace(second, text=f"{self._plan.title}: it was added at weight 0; raising it: {second.text}")
        if second.kind != "done":
            return _stays(outcome, what, f"raising it: {second.kind}: {second.text}")
        self.raised = plan
        text = f"{self._plan.title}: done on every Director, raised, and verified in their kernels"
        return Outcome("done", 0, text, second.directors)

    async def _seen_alive(self, follow_up: FollowUp) -> dict[str, str]:
        """Wait; what is still missing on each Director, {} when all was seen."""
        left = follow_up.seconds

        def missing() -> dict[str, str]:
            found = awaited(follow_up, self._pair.facts())
            for name, reals in found.items():
                wait = f"waiting for its checkers to see {reals} alive"
                self._alive[name] = ("running", wait if reals else "it is up; its first check may still fail")
            return {name: reals for name, reals in found.items() if reals}

        while True:
            if missing():
                if left <= 0:
                    break
                self._show()
                self._pair.look()
                await until(self._pair, lambda: not missing(), min(left, _LOOK_AGAIN))
                left -= _LOOK_AGAIN
            elif await self._stays_so(follow_up.hold, missing):
                break
            else:
                left -= follow_up.hold
        found = missing()
        for name in self._alive:
            self._alive[name] = ("failed", f"{found[name]} was not seen alive") if name in found else ("done", "")
        self._show()
        return found

    async def _stays_so(self, seconds: float, missing: Callable[[], dict[str, str]]) -> bool:
        """Whether nothing is missing for so long, of which fresh dumps tell."""
        while seconds > 0:
            self._show()
            self._pair.look()
            if await until(self._pair, lambda: bool(missing()), min(seconds, _LOOK_AGAIN)):
                return False
            seconds -= _LOOK_AGAIN
        return not missing()

    # --- what is shown ---

    def _show_first(self, steps: tuple[StepView, ...]) -> None:
        self._first = steps
        self._show()

    def _show_second(self, steps: tuple[StepView, ...]) -> None:
        """The second change's steps as one step."""
        for name in self._raise:
            mine = [step for step in steps if step.director == name]
            failed = [step for step in mine if step.state == "failed"]
            running = [step for step in mine if step.state == "running"]
            if failed:
                self._raise[name] = ("failed", failed[0].text or failed[0].step)
            elif mine and all(step.state == "done" for step in mine):
                self._raise[name] = ("done", "")
            elif any(step.state != "waiting" for step in mine):
                self._raise[name] = ("running", running[0].step if running else "")
        self._show()

    def _mark(self, steps: dict[str, tuple[StepState, str]], state: StepState, text: str) -> None:
        for name in steps:
            steps[name] = (state, text)
        self._show()

    def _show(self) -> None:
        more = [
            StepView(name, step, *steps[name])
            for name in self._alive
            for step, steps in (("alive", self._alive), ("raise", self._raise))
        ]
        self._progress((*self._first, *more))


def _stays(outcome: Outcome, what: str, why: str) -> Outcome:
    text = f"{outcome.text}; but {what} STAYS AT WEIGHT 0: {why}. Restore it when it is alive, or undo the change"
    return Outcome("done", NOT_IN_TIME, text, outcome.directors)

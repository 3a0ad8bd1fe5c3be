"""Wait for the second half of an add: a real server that went in at weight 0 is to be seen alive. Show both halves as one.

Not for: carrying out either half (see `change_runner`), nor what is to be waited for (see `cluster.plan.planned_follow_up`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lvstui.cluster.plan.outcome import NOT_IN_TIME, Outcome, StepState, StepView
from lvstui.cluster.plan.plan import Plan
from lvstui.cluster.plan.planned_follow_up import FollowUp, awaited, certain, unchecked
from lvstui.session.directors import Clock, Directors
from lvstui.session.subscription import until

Progress = Callable[[tuple[StepView, ...]], None]
_LOOK_AGAIN = 2.0  # seconds; each look costs a line in the Director's journal


class FollowUpRun:
    """The steps of a plan as they are shown, with the waiting and the raising that follow, where something follows."""

    def __init__(self, plan: Plan, progress: Progress, directors: Directors, clock: Clock) -> None:
        self._progress = progress
        self._directors = directors
        self._clock = clock
        self._held_until = 0.0  # monotonic; a first check may fail until then
        self._first: tuple[StepView, ...] = ()
        self._waited = 0.0  # seconds for what is to be seen alive
        self._alive: dict[str, tuple[StepState, str]] = {}
        self._raise: dict[str, tuple[StepState, str]] = {}
        if plan.follow_up is not None:
            for one in plan.directors:
                self._alive[one.name] = self._raise[one.name] = ("waiting", "")

    # --- the wait ---

    async def seen_alive(self, follow_up: FollowUp) -> dict[str, str]:
        """Wait, and return what is still missing on each Director, {} when all was seen."""
        until_then = self._clock.monotonic() + follow_up.seconds

        def missing() -> dict[str, str]:
            found = awaited(follow_up, self._directors.facts())
            for name, reals in found.items():
                wait = f"waiting for its checkers to see {reals} alive"
                if (waited := follow_up.seconds - (until_then - self._clock.monotonic())) >= 1:
                    wait = f"{wait}: {waited:.0f} s of at most {follow_up.seconds:.0f} s"
                    self._waited = waited
                self._alive[name] = ("running", wait if reals else self._up(follow_up, name))
            return {name: reals for name, reals in found.items() if reals}

        looked = False
        while True:
            if missing():
                left = until_then - self._clock.monotonic()
                if left <= 0 and looked:
                    break
                looked = True
                self._show()
                self._directors.look()
                await until(self._directors, lambda: not missing(), min(left, _LOOK_AGAIN))
            elif await self._stays_so(follow_up, missing):
                break
        found = missing()
        for name in self._alive:
            self._alive[name] = ("failed", f"{found[name]} was not seen alive") if name in found else ("done", "")
        self._show()
        return found

    async def _stays_so(self, follow_up: FollowUp, missing: Callable[[], dict[str, str]]) -> bool:
        """Return True if nothing is missing until every first check has succeeded, or for as long as one may take to fail."""

        def decided() -> bool:
            return bool(missing()) or certain(follow_up, self._directors.facts())

        self._held_until = self._clock.monotonic() + follow_up.hold
        while (left := self._held_until - self._clock.monotonic()) > 0 and not decided():
            self._show()
            self._directors.look()
            await until(self._directors, decided, min(left, _LOOK_AGAIN))
        self._held_until = 0.0
        return not missing()

    def _up(self, follow_up: FollowUp, name: str) -> str:
        if any(
            unchecked(target, facts)
            for facts in self._directors.facts()
            if facts.name == name
            for target in follow_up.targets
        ):
            return "it does not check it now (ha_suspend): the verdict of the other Director counts"
        left = max(0.0, self._held_until - self._clock.monotonic())
        return f"it is up; its first check may still fail, for {left:.0f} s" if left else "it is up"

    # --- the steps that are shown ---

    def show_first(self, steps: tuple[StepView, ...]) -> None:
        """Show the steps of the change itself."""
        self._first = steps
        self._show()

    def show_second(self, steps: tuple[StepView, ...]) -> None:
        """Show the steps of the second change as one step."""
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

    def show_refusal(self, text: str) -> None:
        """Show that the second change was refused."""
        for name in self._raise:
            self._raise[name] = ("failed", text)
        self._show()

    def show_failure(self, second: Outcome) -> None:
        """Show of each Director how a second change that was not done has left it, where none of its steps has failed."""
        for name, (state, _) in self._raise.items():
            if state in ("waiting", "running") or (state == "done" and second.kind != "undecided"):
                self._raise[name] = ("failed", second.directors.get(name, ""))
        self._show()

    def _show(self) -> None:
        more = [
            StepView(name, step, *steps[name], self._waited if step == "alive" else 0.0)
            for name in self._alive
            for step, steps in (("alive", self._alive), ("raise", self._raise))
        ]
        self._progress((*self._first, *more))


def half_done(outcome: Outcome) -> Outcome:
    """Return the outcome of an add while its second half is still to come."""
    text = f"{outcome.text}; it is at weight 0, and was to be raised when it is seen alive"
    return replace(outcome, exit_code=NOT_IN_TIME, text=text)


def not_seen(outcome: Outcome, follow_up: FollowUp, missing: dict[str, str]) -> Outcome:
    """Return the outcome of an add that was not seen alive in time; `missing` has what was not seen on each Director."""
    where = "; ".join(f"{name} has not seen {reals} alive" for name, reals in missing.items())
    return stays_at_0(outcome, follow_up, f"{where} within {follow_up.seconds:.0f} s")


def raised(title: str, outcome: Outcome, follow_up: FollowUp, second: Outcome) -> Outcome:
    """Return the outcome of an add as a whole, from those of its two halves."""
    if second.kind == "undecided":
        return replace(second, text=f"{title}: it was added at weight 0; raising it: {second.text}")
    if second.kind != "done":
        return stays_at_0(outcome, follow_up, f"raising it: {second.kind}: {second.text}")
    return Outcome(
        "done", 0, f"{title}: done on every Director, raised, and verified in their kernels", second.directors
    )


def stays_at_0(outcome: Outcome, follow_up: FollowUp, why: str) -> Outcome:
    """Return the outcome of an add whose second half was not made, or was taken back."""
    what = ", ".join(dict.fromkeys(target.real_server for target in follow_up.intent.targets))
    text = f"{outcome.text}; but {what} STAYS AT WEIGHT 0: {why}. Restore it when it is alive, or undo the change"
    return Outcome("done", NOT_IN_TIME, text, outcome.directors)

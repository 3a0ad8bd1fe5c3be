"""Drills without a pair: what goes on, and what was kept, is as a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from lvstui.cluster.drill.result import DrillKind, DrillResult
from lvstui.cluster.drill.views.drill_state import DrillPhase, DrillState, KeptDrillsView, KeptDrillView, WantedProbe
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan, make_drill
from lvstui.cluster.plan.facts import Facts
from tests.support.handover_pair import handed_pair


def kept(result: DrillResult) -> KeptDrillView:
    path = f"/home/ana/.local/state/lvstui/drills/{result.cluster}/{result.id}"
    return KeptDrillView(result, f"{path}.json", f"{path}.html")


class FakeDrills:
    def __init__(self, *drills: DrillResult, no_run: str | None = None, unreadable: tuple[str, ...] = ()) -> None:
        self.now = DrillState()
        self.refusal = no_run
        self.drills = KeptDrillsView(tuple(map(kept, drills)), unreadable)
        self.closed = False
        self.stopped = False
        self.facts: Sequence[Facts] = handed_pair()
        self.drains: tuple[str, ...] = ()  # in progress
        self.begun: list[tuple[DrillPlan, WantedProbe | None, frozenset[str]]] = []
        self.max_outage: float | None = None  # of the run that was begun last
        self.broken: str | None = None  # why a run is not begun
        self._subscribers: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed = True

    def phase(self) -> DrillPhase:
        return self.now.phase

    def state(self) -> DrillState:
        return self.now

    def no_run(self) -> str | None:
        return self.refusal

    def become(self, **said: object) -> None:
        """Something else goes on."""
        self.now = replace(self.now, **said)  # type: ignore[arg-type]
        for callback in list(self._subscribers):
            callback()

    def arm(self) -> None:
        self.become(phase=DrillPhase.ARMED)

    def disarm(self) -> None:
        self.become(phase=DrillPhase.IDLE, result=None)

    def end(self, result: DrillResult) -> None:
        """The drill ends with this result, which is kept."""
        self.drills = replace(self.drills, drills=(*self.drills.drills, kept(result)))
        self.become(phase=DrillPhase.IDLE, result=None, steps=(), last=kept(result), ended=self.now.ended + 1)

    def plan_run(self, intent: DrillIntent) -> DrillPlan:
        return make_drill(intent, self.facts, drains=self.drains)

    def run(
        self, plan: DrillPlan, probe: WantedProbe | None, overrides: frozenset[str], max_outage: float | None = None
    ) -> str | None:
        self.begun.append((plan, probe, overrides))
        self.max_outage = max_outage
        if self.broken is None:
            self.become(phase=DrillPhase.RUNNING, kind=DrillKind(plan.intent.how))
        return self.broken

    def stop(self) -> None:
        self.stopped = True

    async def kept(self) -> KeptDrillsView:
        return self.drills

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

"""Define what the console needs of drills: to watch, to run, and to show what was kept. Tests put their own behind it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:  # the first frame waits for none of it
    from lvstui.cluster.drill.views.drill_state import DrillPhase, DrillState, KeptDrillsView, WantedProbe
    from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan


class DrillPort(Protocol):
    """The drills of the pair that is open."""

    def phase(self) -> DrillPhase:
        """Return at which stage a drill is now."""

    def state(self) -> DrillState:
        """Return what goes on now."""

    def no_run(self) -> str | None:
        """Return why no drill can be run; None: it can."""

    def arm(self) -> None:
        """Arm a watch, if nothing goes on. Of a recording: look through all of it."""

    def disarm(self) -> None:
        """End the watch. What it has seen is kept."""

    def plan_run(self, intent: DrillIntent) -> DrillPlan:
        """Return the plan of a drill as things are now: its guards, and what is expected. Raises PlanRefused."""

    def run(
        self, plan: DrillPlan, probe: WantedProbe | None, overrides: frozenset[str], max_outage: float | None = None
    ) -> str | None:
        """Begin a drill; `max_outage` in seconds is what is allowed. Return why nothing was begun; None: it goes on."""

    def stop(self) -> None:
        """End a run early: what it has begun is undone."""

    async def kept(self) -> KeptDrillsView:
        """Return the drills of this cluster that were kept on this machine."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` when something else goes on, until the function that is returned is called."""


class OpenDrills(DrillPort, Protocol):
    """The drills of a session, entered once it is open: what is armed ends with them."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

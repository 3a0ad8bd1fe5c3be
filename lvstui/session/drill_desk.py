"""Keep the drills of an open pair: a watch that is armed until it is ended, and what was kept of earlier drills.

Each failover that is over is a drill of its own: it is kept, and the watch goes on.
Not for: what is seen (see `drill_watch`), nor what is shown of it (see `console.drill`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from lvstui.cluster.drill.result import DrillKind, DrillResult
from lvstui.cluster.drill.views.drill_state import DrillPhase, DrillState, KeptDrillsView, KeptDrillView, WantedProbe
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.cluster.view import ClusterView
from lvstui.report.kept_drills import KeptDrill, KeptDrillError, KeptDrills
from lvstui.session.drill_run import DrillProbe, DrillRun
from lvstui.session.drill_watch import DrillWatch, one_failover
from lvstui.session.session import Session

Client = Callable[[ClusterView, WantedProbe], DrillProbe]
"""Makes the client of a run. Raises LookupError or ValueError with the reason why it cannot."""


def no_client(view: ClusterView, wanted: WantedProbe) -> DrillProbe:
    """Refuse: there is nothing to make a client with."""
    raise ValueError("no client can be started here")


class DrillDesk:
    """The drills of one session. `folder` None: what is kept ends with the session."""

    def __init__(self, session: Session, folder: KeptDrills | None, cluster: str, client: Client = no_client) -> None:
        """`cluster` is what its drills are kept under; `client` makes the one that asks for answers during a run."""
        self._session = session
        self._folder = folder
        self._cluster = cluster
        self._client = client
        self._run: DrillRun | None = None
        self._held: list[KeptDrillView] = []  # without a folder
        self._state = DrillState()
        self._watch: DrillWatch | None = None
        self._shown: tuple[int, DrillResult] | None = None  # when so much was taken in
        self._task: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self._subscribers: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    # --- what goes on ---

    def phase(self) -> DrillPhase:
        """Return at which stage a drill is now."""
        return self._state.phase

    def state(self) -> DrillState:
        """Return what goes on now."""
        return replace(self._state, result=self._result())

    def _result(self) -> DrillResult | None:
        """Return what the watch has found out until now; worked out anew only where more was seen."""
        watch = self._watch if self._run is None else self._run.watch
        if watch is None:
            return None
        taken = watch.recogniser.taken
        if self._shown is None or self._shown[0] != taken:
            self._shown = (taken, watch.result())
        return replace(self._shown[1], ended=watch.recogniser.clock.of(time.monotonic()))

    def no_run(self) -> str | None:
        """Return why no drill can be run; None: it can."""
        return self._session.read_only

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when something else goes on. Return the function that ends it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    def _become(self, **said: object) -> None:
        self._state = replace(self._state, **said)  # type: ignore[arg-type]  # fields of the state
        for callback in list(self._subscribers):
            callback()

    # --- a watch ---

    def arm(self) -> None:
        """Arm a watch, if nothing goes on."""
        if not self._state.going:
            self._ending.clear()
            self._become(phase=DrillPhase.ARMING, kind=DrillKind.WATCH, since=time.time(), failed="")
            self._task = asyncio.create_task(self._keep_watch(), name="drill desk")

    def disarm(self) -> None:
        """End the watch. A failover that it has seen is kept."""
        self._ending.set()

    async def _keep_watch(self) -> None:
        """Watch one failover after the other, until the watch is ended."""
        try:
            while not self._ending.is_set():
                await self._watch_one()
                if not self._ending.is_set():
                    self._become(phase=DrillPhase.ARMING)  # the next watch has seen nothing yet
        except Exception as error:  # noqa: BLE001  # the operator must learn of it here, not from a closed console
            self._become(failed=f"the watch failed: {type(error).__name__}: {error}")
        finally:
            self._watch = self._shown = None
            self._become(phase=DrillPhase.IDLE)

    async def _watch_one(self) -> None:
        """Watch until a failover is over, or the watch is ended; keep what was seen of one."""
        self._shown = None
        async with DrillWatch(self._session, cluster=self._cluster) as watch:
            self._watch = watch
            result = await one_failover(watch, self._ending, lambda: self._look(watch))
        if result.failovers or result.failbacks:
            await self._keep(result)

    def _look(self, watch: DrillWatch) -> None:
        phase = DrillPhase.ARMED if watch.recogniser.last_step() is None else DrillPhase.SEEN
        if phase is not self._state.phase:
            self._become(phase=phase)

    # --- a run ---

    def plan_run(self, intent: DrillIntent) -> DrillPlan:
        """Return the plan of a drill as things are now. Raises PlanRefused."""
        return self._session.plan_drill(intent)

    def run(
        self, plan: DrillPlan, probe: WantedProbe | None, overrides: frozenset[str], max_outage: float | None = None
    ) -> str | None:
        """Begin a drill; `max_outage` in seconds is what is allowed. Return why nothing was begun; None: it goes on."""
        if self._state.going:
            return "a drill is already under way"
        try:
            client = None if probe is None else self._client(self._session.view(), probe)
        except (LookupError, ValueError) as error:
            return str(error.args[0])
        self._shown = None
        self._run = DrillRun(
            self._session,
            plan,
            cluster=self._cluster,
            probe=client,
            max_outage=max_outage,
            overrides=overrides,
            progress=lambda steps: self._become(steps=tuple(steps)),
        )
        kind, steps = DrillKind(plan.intent.how), self._run.steps
        self._become(phase=DrillPhase.RUNNING, kind=kind, since=time.time(), steps=steps, failed="")
        self._task = asyncio.create_task(self._carry_out(self._run), name="drill run")
        return None

    def stop(self) -> None:
        """End a run early: what it has begun is undone."""
        if self._run is not None:
            self._run.stop()

    async def _carry_out(self, run: DrillRun) -> None:
        """Run a drill to its end, and keep its result."""
        try:
            ended = await run.run()
        except PlanRefused as refused:
            self._become(failed=f"not run: {refused}")
        except Exception as error:  # noqa: BLE001  # the operator must learn of it here, not from a closed console
            self._become(failed=f"the drill failed, and is undone: {type(error).__name__}: {error}")
        else:
            if ended.result is None:
                self._become(failed=f"{ended.outcome.kind}: {ended.outcome.text}")
            else:
                await self._keep(ended.result)
        finally:
            self._run = self._shown = None
            self._become(phase=DrillPhase.IDLE, steps=())

    # --- what was kept ---

    async def _keep(self, result: DrillResult) -> None:
        """Keep the result of a drill that is over, and its report."""
        try:
            if self._folder is None:
                view = KeptDrillView(result, "", "")
                self._held.append(view)
            else:
                view = _seen(await asyncio.to_thread(self._folder.keep, result))
        except OSError as error:
            self._become(failed=f"the result could not be kept: {error}", last=KeptDrillView(result, "", ""))
            return
        self._become(last=view, failed="", ended=self._state.ended + 1)

    async def kept(self) -> KeptDrillsView:
        """Return the drills of this cluster that were kept on this machine."""
        if self._folder is None:
            return KeptDrillsView(tuple(self._held))
        folder = self._folder
        found = await asyncio.to_thread(lambda: list(folder.found(self._cluster)))
        drills = tuple(_seen(one) for one in found if isinstance(one, KeptDrill))
        return KeptDrillsView(drills, tuple(str(one) for one in found if isinstance(one, KeptDrillError)))


def _seen(kept: KeptDrill) -> KeptDrillView:
    return KeptDrillView(kept.result, str(kept.path), str(kept.page))

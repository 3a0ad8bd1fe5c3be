"""Run a drill: cause a failover, measure it, undo it, and wait for the failback. However it ends, what it began is undone.

    run = DrillRun(session, plan, ...)      the plan is of `Session.plan_drill`
    result = await run.run()                run.stop() ends it early: it is undone, and what was seen is returned

The agents undo it when this process, or its link, is gone. Not for: how that is done there (see `director.changes`), what is
measured (see `cluster.drill`), nor what is printed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lvstui.cluster.drill.clients.first_answers import with_first_answers
from lvstui.cluster.drill.failover_measure import DrillAim
from lvstui.cluster.drill.result import DrillCause, DrillKind, DrillResult, ProbeResult
from lvstui.cluster.drill.views.drill_state import DrillStep
from lvstui.cluster.plan.drill_plan import DrillPlan
from lvstui.cluster.plan.guards import GuardKind
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.text import plain
from lvstui.director.clocks import read_clocks
from lvstui.keepalived import VrrpKey
from lvstui.probe.probe_wish import LONGEST, ProbeWish
from lvstui.session.drill_parts.probe_run import ProbeRun
from lvstui.session.drill_parts.run_steps import RunSteps
from lvstui.session.drill_parts.way_back import WayBack, wrong
from lvstui.session.drill_watch import DrillWatch
from lvstui.session.session import Session
from lvstui.session.subscription import until
from lvstui.transport.link import Connector

ARM = 20.0  # seconds that a busy Director may take to watch its packets
_FIRST_ANSWER = 30.0  # seconds until a probe is answered; its host may be slow to start it
_QUIET = 3.0  # seconds after the failback in which nothing more is seen of it
_RESTORE = 120.0  # seconds for all to be as before
_BACK = 60.0  # seconds beyond what is expected until a failback that does not come, or is not seen, is told as such
_GRACE = 5.0  # seconds beyond what was expected until a failover that does not come is ended early
_AROUND = 120.0  # seconds that a probe goes on for beside what is waited for


@dataclass(frozen=True)
class DrillProbe:
    """The client of a drill: where it runs, what it asks, and what that is called."""

    connector: Connector
    wish: ProbeWish  # its seconds are set by the run
    target: str


@dataclass(frozen=True)
class EndedDrill:
    """A drill that is over. `result` None: nothing was begun, for the reason that the outcome gives."""

    outcome: Outcome
    result: DrillResult | None


class DrillRun:
    """One run. `steps` are what it does, as they are shown; `progress` is called when they change."""

    def __init__(
        self,
        session: Session,
        plan: DrillPlan,
        *,
        cluster: str = "",
        probe: DrillProbe | None = None,
        max_outage: float | None = None,
        overrides: frozenset[str] = frozenset(),
        progress: Callable[[Sequence[DrillStep]], None] = lambda steps: None,
    ) -> None:
        self.plan = plan
        self.watch: DrillWatch | None = None  # while it runs: what is seen
        self._session = session
        self._cluster = cluster
        self._probe = None if probe is None else self._client(probe)
        self._max_outage = max_outage
        self._overrides = overrides
        self._progress = progress
        self._steps = RunSteps(plan, probed=probe is not None)
        self._stop = asyncio.Event()
        self._left: tuple[str, ...] = ()  # what could not be undone
        self._back = WayBack(plan, session.view())
        self._elsewhere = self._of_others()  # of a pair where both are MASTER of something

    @property
    def steps(self) -> tuple[DrillStep, ...]:
        """Return what it does, in order."""
        return self._steps.shown

    @property
    def begun(self) -> bool:
        """Return True once something may have been changed on the Director: its agent undoes that, whatever happens here."""
        return self._steps.begun

    def stop(self) -> None:
        """End it early: what it has begun is undone."""
        self._stop.set()

    async def run(self) -> EndedDrill:
        """Run it. Raises PlanRefused when nothing was begun because a guard or another change stands against it."""
        kind = DrillKind(self.plan.intent.how)
        async with DrillWatch(
            self._session, kind=kind, max_outage=self._max_outage, probed=self._probe is not None
        ) as self.watch:
            self._show("watch", "running")
            await self.watch.armed(ARM)
            self._show("watch", "done")
            asking = None if self._probe is None else asyncio.ensure_future(self._probe.run())
            try:
                if why := await self._no_answer():
                    return EndedDrill(_refused(why), None)
                return await self._cause(self.watch, asking)
            finally:
                if asking is not None and not asking.done():
                    asking.cancel()
                    await asyncio.wait([asking])

    # --- the client ---

    def _client(self, probe: DrillProbe) -> ProbeRun:
        seconds = probe_seconds(self.plan)
        now, wall = read_clocks(time.monotonic, time.time)
        shift = wall - now
        wish = probe.wish._replace(seconds=seconds)
        return ProbeRun(probe.connector, wish, probe.target, wall=lambda at: self._wall(at, shift))

    def _wall(self, at: float, shift: float) -> float:
        return at + shift if self.watch is None else self.watch.recogniser.clock.of(at)

    async def _no_answer(self) -> str:
        """Wait for the first answer to the client. Return why there is none, or ""."""
        probe = self._probe
        if probe is None:
            return "" if not self._stop.is_set() else "it was ended before anything began"
        self._show("probe", "running")
        answered, ended, stopped = (
            asyncio.ensure_future(one.wait()) for one in (probe.answered, probe.ended, self._stop)
        )
        await asyncio.wait([answered, ended, stopped], timeout=_FIRST_ANSWER, return_when=asyncio.FIRST_COMPLETED)
        for one in (answered, ended, stopped):
            one.cancel()
        if self._stop.is_set():
            return "it was ended before anything began"
        if probe.answered.is_set():
            self._show("probe", "done")
            return ""
        self._show("probe", "failed")
        why = probe.result().error or f"it got no answer within {_FIRST_ANSWER:.0f} s"
        return f"the probe cannot measure anything: {why}"

    async def _probed(self, asking: asyncio.Future[ProbeResult] | None) -> ProbeResult | None:
        """End the probe, and return what it saw. One that has ended by itself did not see all of the drill."""
        if self._probe is None or asking is None:
            return None
        self._probe.stop()
        seen = await asking
        if seen.until is None or seen.error:
            return seen
        most = f"it asks for {probe_seconds(self.plan):.0f} s at most"
        return replace(seen, error=f"it ended by itself before the drill was over: {most}")

    # --- the failover, and back ---

    async def _cause(self, watch: DrillWatch, asking: asyncio.Future[ProbeResult] | None) -> EndedDrill:
        self._show("cause", "running")
        outcome = await self._session.run_drill(self.plan, self._hold, self._undone, self._accepted())
        if outcome.kind in ("refused", "unreachable"):
            self._show("cause", "failed")
            return EndedDrill(outcome, None)
        probe = await self._probed(asking)
        result = watch.recogniser.result(
            time.monotonic(),
            tuple(self._back.notes(self._session.view(), watch.recogniser.away(self.plan.director))),
            self._aim(),
            cluster=self._cluster or self._session.name,
            director=self.plan.director,
            probe=probe,
            restored=not self._left,
            left=self._left,
            operator=self.plan.intent.by,
            reason=self.plan.intent.reason,
        )
        return EndedDrill(outcome, with_first_answers(result))

    def _accepted(self) -> frozenset[str]:
        """Return the guards that are overridden when it begins: by then the probe has connections of its own, which it cuts."""
        return self._overrides if self._probe is None else self._overrides | {GuardKind.CONNECTIONS}

    def _aim(self) -> DrillAim:
        names = frozenset(plain(one.own, 60) for one in self.plan.expected)
        return DrillAim(self.plan.director, names, DrillCause(self.plan.intent.how))

    async def _hold(self) -> None:
        """Wait for the time of the drill: shorter when it is ended, or when nobody takes over."""
        self._show("cause", "done")
        self._show("hold", "running")
        patience = self.plan.latest + _GRACE
        if patience < self.plan.intent.hold and not await self._within(patience, self._taken_over):
            self._end_hold("failed")
            return
        rest = self.plan.intent.hold - (patience if patience < self.plan.intent.hold else 0.0)
        await self._within(rest, lambda: False)
        self._end_hold("done")

    def _end_hold(self, state: str) -> None:
        if self.watch is not None:
            self.watch.recogniser.end_hold()
        self._show("hold", state)
        self._show("undo", "running")

    async def _within(self, seconds: float, condition: Callable[[], bool]) -> bool:
        """Wait so long; return True if the condition came true before. The end of the run ends it too."""
        end = time.monotonic() + seconds
        came = False
        while not self._stop.is_set() and (left := end - time.monotonic()) > 0:
            came = came or condition()
            try:
                async with asyncio.timeout(min(left, 0.1)):
                    await self._stop.wait()
            except TimeoutError:
                pass  # look again
        return came or condition()

    def _taken_over(self) -> bool:
        """Return True if other Directors are MASTER of what the drill's one was."""
        names = {one.instance for one in self.plan.expected}
        return len(self._of_others() - self._elsewhere) >= len(names)

    def _of_others(self) -> frozenset[tuple[str, VrrpKey]]:
        """Return the instances of which other Directors are MASTER now."""
        return frozenset(
            (director.name, instance.key)
            for director in self._session.view().directors
            if director.name != self.plan.director
            for instance in director.vrrp
            if instance.state == "MASTER"
        )

    async def _undone(self) -> list[str]:
        """Wait until the Director is as before, and MASTER again of what it was. Return what is not, in words."""
        name = self.plan.director
        await until(self._session, lambda: not wrong(self._session.view(), name), _RESTORE)
        left = wrong(self._session.view(), name)
        self._show("undo", "failed" if left else "done")
        if not left and self.watch is not None:
            left = await self._failback(self.watch)
        self._left = tuple(left)
        return left

    async def _failback(self, watch: DrillWatch) -> list[str]:
        """Wait until it is MASTER again of what returns, that was seen as it happened, and nothing more is seen.

        The view alone would be too early: it goes by where a VIP is, which is told before the packets and the log that date it.
        """
        self._show("failback", "running")
        back = await until(
            self._session,
            lambda: self._back.over(self._session.view(), watch.recogniser.away(self.plan.director)),
            self.plan.back + _BACK,
        )
        if back:
            try:
                async with asyncio.timeout(_QUIET + _GRACE):
                    await watch.over(_QUIET)
            except TimeoutError:
                pass  # what is still seen is of something else
        self._show("failback", "done" if back else "failed")
        return self._back.missing(self._session.view())

    def _show(self, step: str, state: str) -> None:
        self._steps.set(step, state)
        self._progress(self._steps.shown)


def probe_seconds(plan: DrillPlan) -> float:
    """Return for how long a drill's probe goes on at most, if nobody ends it: until the failback, as far as a probe may."""
    return min(LONGEST, plan.intent.hold + plan.latest + _RESTORE + plan.back + _BACK + _AROUND)


def _refused(why: str) -> Outcome:
    return Outcome("refused", 1, f"{why}; nothing was changed", {})

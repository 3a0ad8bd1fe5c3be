"""A run ends when the failback was seen as it happened, or says that it was not; the agents tell in whatever order they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lvstui.cluster.drill.milestones import MilestoneKind, Unseen
from lvstui.cluster.drill.recogniser import Recogniser
from lvstui.cluster.drill.result import DrillNote, DrillResult, DrillVerdict, InstanceFailover
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan, make_drill
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.view import ClusterView
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.sighting_messages import Sightings
from lvstui.probe.probe_wish import LONGEST, ProbeWish
from lvstui.session import drill_run, drill_watch
from lvstui.session.agent_traffic import AgentTraffic
from lvstui.session.drill_run import DrillProbe, DrillRun, EndedDrill
from lvstui.session.session import Session
from tests.support.failover_story import ADDRESSES, FailoverStory
from tests.support.handover_pair import config, handed_pair
from tests.support.pair import WHEN
from tests.support.telling import NAMES, VIPS, WALL
from tests.support.told_probe import ToldProbe
from tests.support.waiting import until_true

ONE, TWO = NAMES
SKEW_50, DOWN_100 = 206 / 256, 3 + 156 / 256
BACK = 9.9  # when keepalived was started on director1, and is BACKUP


class OpenPair(FailoverStory):
    """A session whose agents tell a story; its clock is that of the story."""

    def __init__(self) -> None:
        self.agents = AgentTraffic(
            {name: lambda message: True for name in NAMES}, lambda name: self.pair.state.director(name)
        )
        self.name = "web-prod"
        self.looks = 0
        self.undo = asyncio.Event()
        self.overrides: frozenset[str] = frozenset()
        self._callbacks: list[Callable[[], None]] = []
        super().__init__()
        self.pair.now = self.began
        self.holds(ONE, 0.0, *VIPS.values())

    def _begun(self) -> Recogniser:
        return cast(Recogniser, None)  # that of the run's watch is told

    def _receive(self, name: str, message: FromAgent, now: float) -> None:
        self.pair.now = max(self.pair.now, now)
        self.pair.state.receive(name, message, now)
        self.agents.received(name, message, now)
        for callback in list(self._callbacks):
            callback()

    # --- what a run asks of its session ---

    def view(self) -> ClusterView:
        self.looks += 1
        self.pair.state.tick(self.pair.now)
        return self.pair.state.view(self.pair.now, WALL + self.pair.now)

    seen = view

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    async def run_drill(self, plan: DrillPlan, during: Any, left: Any, overrides: frozenset[str]) -> Outcome:
        self.overrides = overrides
        await self.undo.wait()
        remains = await left()
        return Outcome("undecided" if remains else "done", 0, "; ".join(remains), {})

    # --- what its agents tell ---

    def ready(self) -> None:
        for name in NAMES:
            self.tell(name, 0.1, Sightings(0.0, (), (), ("ens33", "ens36"), 0, None))

    def holds(self, name: str, at: float, *vips: str) -> None:
        """The kernel's addresses, as an agent reads them apart from what it watches."""
        own = [Address(place, some[name], 24) for place, some in ADDRESSES.items()]
        held = [Address("ens33", vip, 32) for vip in vips]
        self.tell(name, at, Network(0.0, (Link("ens33", True), Link("ens36", True)), (*own, *held), None))

    def fails_over(self, *routers: str) -> None:
        """director1 gives up and director2 takes over (all, or these routers); director1 is there again as BACKUP."""
        self.adverts(ONE, 1.0, 5.0)
        self.gives_up(ONE, 5.4)
        self.enters(ONE, "BACKUP", 5.45)
        self.holds(ONE, 5.5)
        self.becomes_master(TWO, 5.4 + SKEW_50, *routers)
        self.holds(TWO, 6.3, *(VIPS[one] for one in routers or VIPS))
        self.adverts(TWO, 7.2, 9.2, *routers)
        self.enters(ONE, "BACKUP", BACK)
        self.adverts(TWO, 10.2, 13.2, *routers)

    def returns(self) -> float:
        """Where the VIPs are is told first, and shows director1 as MASTER; nothing yet dates its failback."""
        at = BACK + DOWN_100
        self.holds(ONE, at, *VIPS.values())
        return at

    def dates_the_return(self, at: float) -> None:
        self.becomes_master(ONE, at)
        self.enters(TWO, "BACKUP", at + 0.01)
        self.holds(TWO, at + 0.02)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> OpenPair:
    pair = OpenPair()
    clock = SimpleNamespace(monotonic=lambda: pair.pair.now, time=lambda: WALL + pair.pair.now)
    monkeypatch.setattr(drill_watch, "time", clock)
    monkeypatch.setattr(drill_run, "time", clock)
    monkeypatch.setattr(drill_run, "_QUIET", 0.0)
    return pair


def plan(first: str | None = None) -> DrillPlan:
    return make_drill(DrillIntent("stop", None, 10.0, "ana@ops1", WHEN), handed_pair(first))


@asynccontextmanager
async def running(
    opened: OpenPair, made: DrillPlan, *routers: str, asking: ToldProbe | None = None
) -> AsyncIterator[tuple[DrillRun, asyncio.Task[EndedDrill]]]:
    """A run whose failover is over, and that waits for the failback."""
    wish = ProbeWish("10.10.0.20", 80, "", 50.0, LONGEST)
    client = None if asking is None else DrillProbe(asking, wish, "tcp/10.10.0.20:80")
    drill = DrillRun(cast(Session, opened), made, probe=client, max_outage=None if asking is None else 1.5)
    task = asyncio.create_task(drill.run())
    await until_true(lambda: drill.watch is not None)
    assert not drill.begun
    opened.ready()
    await until_true(lambda: drill.steps[-4].state == "running")  # the failover is caused
    assert drill.begun
    opened.fails_over(*routers)
    opened.undo.set()
    await until_true(lambda: drill.steps[-1].state == "running")
    yield drill, task


async def looked(opened: OpenPair) -> None:
    """Wait until the run has looked at what was told."""
    before = opened.looks
    await until_true(lambda: opened.looks >= before + 2)


def whole(ended: EndedDrill) -> DrillResult:
    assert ended.result is not None
    return ended.result


async def test_a_director_that_has_its_vips_again_does_not_end_the_run_before_its_failback_was_seen(
    opened: OpenPair,
) -> None:
    async with running(opened, plan()) as (drill, task):
        assert opened.overrides == frozenset()
        at = opened.returns()
        assert {one.state for one in opened.view().directors[0].vrrp} == {"MASTER"}
        await looked(opened)
        assert not task.done() and drill.steps[-1].state == "running"
        opened.dates_the_return(at)
        result = whole(await task)
    assert {one.name for one in result.failovers} == {one.name for one in result.failbacks} == {"VI_1", "VI_2"}
    assert (result.verdict, result.restored) == (DrillVerdict.AS_EXPECTED, True)


async def test_a_failback_that_nothing_dates_is_told_as_not_measured(
    opened: OpenPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_run, "_BACK", -DOWN_100)  # the patience is over at once
    async with running(opened, plan()) as (_, task):
        opened.returns()
        result = whole(await task)
    assert (result.verdict, result.restored, result.failbacks) == (DrillVerdict.NOT_MEASURED, True, ())
    [note] = [one for one in result.notes if one.note is DrillNote.FAILBACK_UNSEEN]
    assert (note.instances, note.directors) == (("VI_1", "VI_2"), (ONE,))


async def test_a_director_that_does_not_become_master_again_is_not_restored(
    opened: OpenPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_run, "_BACK", -DOWN_100)
    async with running(opened, plan()) as (drill, task):
        ended = await task
    result = whole(ended)
    assert (result.verdict, result.restored) == (DrillVerdict.NOT_RESTORED, False)
    assert result.left == ("director1 is not MASTER of VI_1 and VI_2 again",)
    assert (ended.outcome.kind, drill.steps[-1].state) == ("undecided", "failed")


async def test_an_instance_that_nobody_took_over_makes_the_run_not_taken_over(opened: OpenPair) -> None:
    async with running(opened, plan(), "VI_1") as (_, task):
        opened.dates_the_return(opened.returns())
        result = whole(await task)
    assert [(one.name, one.new, one.verdict) for one in result.failovers] == [
        ("VI_1", TWO, DrillVerdict.AS_EXPECTED),
        ("VI_2", None, DrillVerdict.NOT_TAKEN_OVER),
    ]
    assert (result.verdict, result.restored) == (DrillVerdict.NOT_TAKEN_OVER, True)
    assert result.outage == pytest.approx(BACK + DOWN_100 - 5.4, abs=0.01)


async def test_connections_after_the_failover_are_counted_before_it_is_undone(
    opened: OpenPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    drill = DrillRun(cast(Session, opened), plan())
    monkeypatch.setattr(Recogniser, "end_hold", lambda self: ended.append(drill.steps[3].state))
    async with drill_watch.DrillWatch(cast(Session, opened)) as drill.watch:
        drill.stop()  # it waits no longer
        await drill._hold()
    assert ended == ["waiting"], "nothing is undone yet"


async def test_an_instance_that_does_not_preempt_is_not_waited_for_and_that_is_said(opened: OpenPair) -> None:
    async with running(opened, plan(config(100, "nopreempt"))) as (_, task):
        at = BACK + DOWN_100
        opened.becomes_master(ONE, at, "VI_2")
        opened.holds(ONE, at, VIPS["VI_2"])
        opened.enters(TWO, "BACKUP", at + 0.01, "VI_2")
        result = whole(await task)
    assert result.restored and [one.name for one in result.failbacks] == ["VI_2"]
    [note] = [one for one in result.notes if one.note is DrillNote.STAYS]
    assert (note.instances, note.directors) == (("VI_1",), (ONE,))


def first_answers(some: tuple[InstanceFailover, ...]) -> set[Unseen | None]:
    return {step.unseen for one in some for step in one.milestones if step.kind is MilestoneKind.FIRST_ANSWER}


@pytest.mark.parametrize("extra", ["", "preempt_delay 60", "preempt_delay 300"])
async def test_a_probe_goes_on_until_the_failback_and_is_ended_with_the_drill(opened: OpenPair, extra: str) -> None:
    probe, made = ToldProbe(lambda: opened.pair.now), plan(config(100, extra))
    async with running(opened, made, asking=probe) as (_, task):
        opened.dates_the_return(opened.returns())
        result = whole(await task)
    waited = made.intent.hold + made.latest + drill_run._RESTORE + made.back + drill_run._BACK
    assert probe.wish["seconds"] >= min(waited, LONGEST)
    assert (result.broke_off, first_answers(result.failbacks)) == (False, {Unseen.NO_OUTAGE})


async def test_a_probe_that_ended_before_the_failback_does_not_prove_how_short_it_was(opened: OpenPair) -> None:
    probe = ToldProbe(lambda: opened.pair.now)
    async with running(opened, plan(), asking=probe) as (_, task):
        assert opened.overrides == {"connections"}  # those of the probe itself must not stop the drill
        probe.report()
        await until_true(lambda: probe.closed)
        opened.dates_the_return(opened.returns())
        result = whole(await task)
    assert (result.verdict, result.restored, result.broke_off) == (DrillVerdict.NOT_MEASURED, True, True)
    assert "it ended by itself before the drill was over" in drill_words.verdict(result)
    assert first_answers(result.failovers) == {Unseen.NO_OUTAGE}
    assert first_answers(result.failbacks) == {Unseen.PROBE_ENDED}

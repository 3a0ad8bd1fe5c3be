"""A watch stays armed from one failover to the next, keeps each, and ends with the session."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self, cast

import pytest

from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.drill.views.drill_state import DrillPhase, DrillStep, WantedProbe
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan, make_drill
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.report.kept_drills import KeptDrills
from lvstui.session import drill_desk
from lvstui.session.drill_desk import DrillDesk
from lvstui.session.drill_run import EndedDrill
from lvstui.session.session import Session
from tests.support.drill_pages import whole
from tests.support.handover_pair import handed_pair
from tests.support.pair import WHEN
from tests.support.waiting import until_true as until

NOTHING = replace(whole(), failovers=(), failbacks=())


class Watch:
    """In the place of a DrillWatch: what is seen is as a test says."""

    made: list[Watch] = []  # noqa: RUF012  # the newest last

    def __init__(self, session: Session, *, cluster: str) -> None:
        self.changed = asyncio.Event()
        self.may_arm, self.is_over = asyncio.Event(), asyncio.Event()
        self.recogniser = SimpleNamespace(
            facts=0, taken=0, last_step=lambda: None, clock=SimpleNamespace(of=lambda now: 0.0)
        )
        self.seen = NOTHING
        self.open = False
        self.made.append(self)

    async def __aenter__(self) -> Self:
        self.open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.open = False

    async def armed(self, seconds: float) -> bool:
        return await self.may_arm.wait()

    async def over(self, after: float) -> None:
        await self.is_over.wait()

    def result(self) -> DrillResult:
        if self.seen is None:
            raise RuntimeError("nothing can be measured")
        return self.seen

    def see(self, result: Any) -> None:
        self.seen = result
        self.recogniser.taken += 1
        self.recogniser.last_step = lambda: 1.0
        self.changed.set()


@pytest.fixture(autouse=True)
def watches(monkeypatch: pytest.MonkeyPatch) -> list[Watch]:
    monkeypatch.setattr(drill_desk, "DrillWatch", Watch)
    Watch.made.clear()
    return Watch.made


def desk(folder: Path | None, read_only: str | None = None) -> DrillDesk:
    session = cast(Session, SimpleNamespace(read_only=read_only, view=lambda: None))
    return DrillDesk(session, None if folder is None else KeptDrills(folder), "web-prod")


def pages(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*.html")]


async def armed(one: DrillDesk, watches: list[Watch], number: int = 1) -> Watch:
    await until(lambda: len(watches) == number and watches[-1].open)
    watches[-1].may_arm.set()
    await until(lambda: one.state().phase is DrillPhase.ARMED)
    return watches[-1]


async def test_each_failover_is_kept_and_the_watch_goes_on(tmp_path: Path, watches: list[Watch]) -> None:
    told: list[DrillPhase] = []
    async with desk(tmp_path) as one:
        one.subscribe(lambda: told.append(one.state().phase))
        one.arm()
        one.arm()  # once more is no other watch
        watch = await armed(one, watches)
        assert one.state().result == replace(NOTHING, ended=0.0)
        watch.see(whole())
        await until(lambda: one.state().phase is DrillPhase.SEEN)
        watch.is_over.set()
        await armed(one, watches, 2)
        state = one.state()
        assert state.last is not None and state.ended == 1
        assert state.last.result == replace(whole(), cluster="web-prod")
        assert state.last.page in pages(tmp_path)
        assert (await one.kept()).drills == (state.last,)
    once = [DrillPhase.ARMING, DrillPhase.ARMED, DrillPhase.SEEN]
    assert [phase for phase, _ in groupby(told)][:5] == once + once[:2]
    assert not any(watch.open for watch in watches)


async def test_what_is_shown_is_worked_out_anew_when_adverts_alone_were_heard(
    tmp_path: Path, watches: list[Watch]
) -> None:
    async with desk(tmp_path) as one:
        one.arm()
        watch = await armed(one, watches)
        assert one.state().result == replace(NOTHING, ended=0.0)
        watch.seen = whole()
        assert one.state().result == replace(NOTHING, ended=0.0), "nothing more was taken in"
        watch.recogniser.taken += 1
        assert one.state().result == replace(whole(), ended=0.0)


@pytest.mark.parametrize(("seen", "kept"), [(NOTHING, 0), (whole(), 1)], ids=["nothing", "failover"])
async def test_a_watch_that_is_ended_keeps_a_failover_alone(
    tmp_path: Path, watches: list[Watch], seen: DrillResult, kept: int
) -> None:
    async with desk(tmp_path) as one:
        one.arm()
        (await armed(one, watches)).seen = seen
        one.disarm()
        await until(lambda: not one.state().going)
        assert len((await one.kept()).drills) == one.state().ended == kept
        assert one.state().result is None


async def test_without_a_folder_drills_are_held_for_the_session(watches: list[Watch]) -> None:
    async with desk(None) as one:
        one.arm()
        (await armed(one, watches)).seen = whole()
        one.disarm()
        await until(lambda: one.state().ended == 1)
        assert [kept.page for kept in (await one.kept()).drills] == [""]


async def test_what_cannot_be_kept_and_a_watch_that_fails_are_told(tmp_path: Path, watches: list[Watch]) -> None:
    (tmp_path / "web-prod").write_text("no folder")
    async with desk(tmp_path) as one:
        one.arm()
        (await armed(one, watches)).seen = whole()
        one.disarm()
        await until(lambda: "could not be kept" in one.state().failed)
        one.arm()
        watch = await armed(one, watches, 2)
        watch.seen = cast(DrillResult, None)
        watch.is_over.set()
        await until(lambda: one.state().failed == "the watch failed: RuntimeError: nothing can be measured")
        assert not one.state().going


async def test_a_desk_that_is_closed_while_it_arms_leaves_no_watch(tmp_path: Path, watches: list[Watch]) -> None:
    async with desk(tmp_path) as one:
        one.arm()
        await until(lambda: bool(watches) and watches[0].open)
    assert not watches[0].open


async def test_a_read_only_pair_can_be_watched_and_no_drill_is_run(tmp_path: Path, watches: list[Watch]) -> None:
    async with desk(tmp_path, "started with --read-only") as one:
        assert one.no_run() == "started with --read-only"
        one.arm()
        await armed(one, watches)


class Run:
    """In the place of a DrillRun, which ends as a test says."""

    made: list[Run] = []  # noqa: RUF012  # the newest last

    def __init__(self, session: Session, plan: DrillPlan, **said: Any) -> None:
        self.plan, self.said = plan, said
        self.watch = None
        self.steps = (DrillStep("stop keepalived", "waiting"),)
        self.stopped = asyncio.Event()
        self.ends: EndedDrill | Exception = EndedDrill(Outcome("done", 0, "undone", {}), whole())
        self.made.append(self)

    async def run(self) -> EndedDrill:
        self.said["progress"]((DrillStep("stop keepalived", "running"),))
        await self.stopped.wait()
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> DrillPlan:
    monkeypatch.setattr(drill_desk, "DrillRun", Run)
    Run.made.clear()
    return make_drill(DrillIntent("stop", None, 10.0, "ana@ops1", WHEN), handed_pair())


async def test_a_run_shows_its_steps_and_its_result_is_kept(tmp_path: Path, plan: DrillPlan) -> None:
    async with desk(tmp_path) as one:
        assert one.run(plan, None, frozenset({"drains"})) is None
        await until(lambda: one.state().steps == (DrillStep("stop keepalived", "running"),))
        assert one.state().phase is DrillPhase.RUNNING
        assert one.run(plan, None, frozenset()) == "a drill is already under way"
        assert (Run.made[0].said["cluster"], Run.made[0].said["overrides"]) == ("web-prod", {"drains"})
        one.stop()
        await until(lambda: not one.state().going)
        state = one.state()
        assert state.steps == () and state.last is not None and state.last.page in pages(tmp_path)


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (EndedDrill(Outcome("refused", 1, "it was not answered", {}), None), "refused: it was not answered"),
        (PlanRefused("another change is being made"), "not run: another change is being made"),
        (OSError("no space"), "the drill failed, and is undone: OSError: no space"),
    ],
)
async def test_a_run_without_a_result_says_why(
    tmp_path: Path, plan: DrillPlan, ends: EndedDrill | Exception, told: str
) -> None:
    async with desk(tmp_path) as one:
        one.run(plan, None, frozenset())
        Run.made[0].ends = ends
        one.stop()
        await until(lambda: one.state().failed == told)
        assert pages(tmp_path) == []


async def test_a_client_that_cannot_be_made_begins_nothing(tmp_path: Path, plan: DrillPlan) -> None:
    async with desk(tmp_path) as one:
        assert one.run(plan, WantedProbe("tcp/1"), frozenset()) == "no client can be started here"
        assert Run.made == [] and not one.state().going

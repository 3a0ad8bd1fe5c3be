"""`lvsctl drill watch` prints the timeline and the result, keeps it, and ends with the status that docs/lvsctl.md gives."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Self, cast

import pytest

from lvstui.cli.drill import watch_command
from lvstui.cli.drill.watch_command import WatchRequest, event_line, result_lines
from lvstui.cluster.drill.result import DrillEvent, DrillKind, DrillResult, DrillVerdict
from lvstui.cluster.view import LinkState
from lvstui.report.kept_drills import KeptDrill, KeptDrills
from lvstui.session.session import Session
from lvstui.settings import places
from tests.support.drill_results import A_STOP
from tests.support.telling import NAMES


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(places, "drills_folder", lambda: tmp_path)
    return tmp_path


def told(result: DrillResult, *, as_json: bool = False) -> int:
    return watch_command._tell(result, WatchRequest("seed", None, None, as_json))


WATCHED = replace(A_STOP, kind=DrillKind.WATCH, probe=None, restored=None)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (DrillVerdict.AS_EXPECTED, 0),
        (DrillVerdict.NO_FAILOVER, 0),
        (DrillVerdict.OUTAGE_TOO_LONG, 6),
        (DrillVerdict.TWO_MASTERS, 6),
        (DrillVerdict.TOO_LATE, 6),
    ],
)
def test_the_verdict_gives_the_exit_status(verdict: DrillVerdict, status: int, kept: Path) -> None:
    assert told(replace(WATCHED, verdict=verdict)) == status


def test_a_failover_is_kept_and_summed_up(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(WATCHED)
    said = capsys.readouterr().out
    assert "VI_1 (ens33): director1 to director2, stop" in said
    assert "measured 610 ms ± 4 ms, expected 609 to 659 ms: as expected" in said
    assert "first answer" in said and "not known: no probe was run" in said
    assert f"lvsctl drill show {WATCHED.id}" in said
    assert len(list(kept.rglob("*.json"))) == 1


def test_a_watch_without_a_failover_keeps_nothing(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = replace(WATCHED, failovers=(), events=(), verdict=DrillVerdict.NO_FAILOVER)
    assert told(nothing, as_json=True) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["verdict"], printed["exit_status"], printed["instances"]) == ("no failover", 0, [])
    assert list(kept.iterdir()) == []


def test_what_cannot_be_kept_is_told_and_is_no_success(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept.joinpath("seed").write_text("no folder")
    assert told(WATCHED) == 1
    assert "could not be kept" in capsys.readouterr().err


def test_a_line_of_the_timeline_has_its_time_source_and_uncertainty() -> None:
    [event] = A_STOP.events
    assert event_line(event).endswith("± 2.0 ms  director2    VI_1 MASTER  (log)")
    assert event_line(event)[8:12] == ".610"


def test_no_line_of_the_result_is_longer_than_a_terminal_can_wrap() -> None:
    assert all("\n" not in line for line in result_lines(A_STOP))


class Watch:
    """In the place of a DrillWatch: each one sees what stands next in `results`; None: nothing, until it is ended."""

    results: list[DrillResult | None] = []  # noqa: RUF012
    made = 0
    arms_late = False

    def __init__(self, session: Session, *, cluster: str, max_outage: float | None) -> None:
        self.changed = asyncio.Event()
        self.printed = asyncio.Event()
        self.recogniser = SimpleNamespace(facts=0, new_events=self._new_events)
        self.seen = self.results[Watch.made]
        Watch.made += 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None: ...

    async def armed(self, seconds: float) -> bool:
        if self.arms_late and self.seen is not None:
            await self.changed.wait()
        return True

    async def over(self, after: float) -> None:
        if self.seen is None:
            if Watch.made > 1:
                signal.raise_signal(signal.SIGINT)  # somebody ends it
            await asyncio.Event().wait()
        self.changed.set()
        if not self.arms_late:
            await self.printed.wait()

    def _new_events(self, since: int) -> tuple[DrillEvent, ...]:
        self.printed.set()
        return A_STOP.events[since:]

    def result(self) -> DrillResult:
        return self.seen or replace(WATCHED, failovers=(), events=(), verdict=DrillVerdict.NO_FAILOVER)


async def watched(
    monkeypatch: pytest.MonkeyPatch, seconds: float | None, *results: DrillResult | None, as_json: bool = True
) -> int:
    async def seen(session: object) -> object:
        return SimpleNamespace(directors=[SimpleNamespace(state=LinkState.LIVE, name=name) for name in NAMES])

    monkeypatch.setattr(watch_command, "DrillWatch", Watch)
    monkeypatch.setattr(watch_command, "look", seen)
    monkeypatch.setattr(Watch, "results", list(results))
    monkeypatch.setattr(Watch, "made", 0)
    session = cast(Session, contextlib.nullcontext())
    return await watch_command.watch(session, WatchRequest("seed", seconds, None, as_json))


TWICE = replace(WATCHED, id="2025-11-29T090000Z-watch", verdict=DrillVerdict.TWO_MASTERS)


async def test_where_a_time_is_given_each_failover_is_judged_when_it_is_over_and_the_watch_goes_on(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await watched(monkeypatch, 3600.0, TWICE, WATCHED, None) == 6, "the worst of them"
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["verdict" in one for one in told] == [False, True, False, True], "each one's events before it"
    results = [(one["id"], one["exit_status"]) for one in told if "verdict" in one]
    assert results == [(TWICE.id, 6), (WATCHED.id, 0)], "and nothing is told of a rest in which nothing happened"
    assert Watch.made == 3
    assert [one.result.id for one in KeptDrills(kept).found("seed") if isinstance(one, KeptDrill)] == [
        WATCHED.id,
        TWICE.id,
    ]


async def test_the_time_runs_from_a_failover_on_that_was_over_before_the_watch_was_armed(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Watch, "arms_late", True)
    assert await watched(monkeypatch, 3600.0, WATCHED, None, as_json=False) == 0
    assert capsys.readouterr().out.startswith("Watching director1 and director2 for ")


async def test_where_no_time_is_given_one_failover_ends_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await watched(monkeypatch, None, WATCHED, TWICE) == 0
    assert Watch.made == 1


async def test_it_ends_with_the_time_that_was_given(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await watched(monkeypatch, 0.001, None, as_json=False) == 0
    said = capsys.readouterr().out
    assert said.startswith("Watching director1 and director2 for 1.0 ms; Ctrl-C ends it earlier.")
    assert said.count("No failover") == 1

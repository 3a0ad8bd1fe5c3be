"""`lvsctl drill watch` prints the timeline and the result, keeps it, and ends with the status that docs/lvsctl.md gives."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from lvstui.cli.drill import watch_command
from lvstui.cli.drill.watch_command import WatchRequest, event_line, result_lines
from lvstui.cluster.drill.result import DrillKind, DrillResult, DrillVerdict
from lvstui.settings import places
from tests.support.drill_results import A_STOP


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


async def test_it_ends_with_the_time_that_was_given() -> None:
    begun: list[float] = []

    class Never:
        async def over(self, after: float) -> None:
            begun.append(after)
            await asyncio.Event().wait()

    await watch_command._until_over(Never(), 0.001)  # type: ignore[arg-type]
    assert begun == [], "where a time is given, a failover does not end it"

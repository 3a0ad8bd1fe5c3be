"""A copy has what was recorded in its range, and is refused where that is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.record.recording_copy import export
from lvstui.record.recording_reader import RecordingError, RecordingReader
from tests.support.kept_recordings import write
from tests.support.telling import WALL

HOUR = 3600.0


def spans(path: Path) -> list[tuple[float, float]]:
    """Return the time of each chunk, in seconds since the first began."""
    with RecordingReader(path) as reader:
        return [(began - WALL, ended - WALL) for began, ended in reader.spans()]


@pytest.fixture
def two_minutes(tmp_path: Path) -> Path:
    path = tmp_path / "two-minutes.lvsrec"
    write(path, [(WALL, 0.0, WALL + 60), (WALL + 60, 60.0, WALL + 95)])
    return path


def test_what_ended_before_the_range_is_not_in_it(two_minutes: Path, tmp_path: Path) -> None:
    for since, until in ((WALL + 95, None), (WALL + HOUR, WALL + 2 * HOUR), (None, WALL - 1)):
        with pytest.raises(RecordingError, match="nothing was recorded in that range"):
            export(two_minutes, tmp_path / "copy.lvsrec", since, until)
        assert not (tmp_path / "copy.lvsrec").exists()


@pytest.mark.parametrize(
    ("since", "until", "copied"),
    [
        (None, None, [(0, 60), (60, 95)]),
        (WALL + 94, None, [(60, 95)]),
        (WALL + 10, WALL + 20, [(0, 60)]),
        (WALL + 10, WALL + HOUR, [(0, 60), (60, 95)]),
    ],
)
def test_minutes_that_touch_the_range_are_copied_whole(
    two_minutes: Path, tmp_path: Path, since: float | None, until: float | None, copied: list[tuple[float, float]]
) -> None:
    assert export(two_minutes, tmp_path / "copy.lvsrec", since, until) == len(copied)
    assert spans(tmp_path / "copy.lvsrec") == copied


def test_while_the_machine_slept_or_the_console_was_stopped_nothing_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "slept.lvsrec"
    slept = (WALL, 0.0, WALL + HOUR)  # what came after the sleep was committed with what came before it
    stopped = (WALL + HOUR, 40.0, WALL + 2 * HOUR)  # the monotonic clock went on, as it does while a job is stopped
    write(path, [slept, stopped, (WALL + 2 * HOUR, 40.0 + HOUR, WALL + 2 * HOUR + 5)])
    assert spans(path) == [(0, 40), (HOUR, HOUR + 60), (2 * HOUR, 2 * HOUR + 5)]
    with pytest.raises(RecordingError, match="nothing was recorded in that range"):
        export(path, tmp_path / "copy.lvsrec", WALL + 600, WALL + 1200)


def test_a_clock_that_was_set_back_leaves_the_time_that_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "set-back.lvsrec"
    write(path, [(WALL, 0.0, WALL + 30), (WALL - HOUR, 30.0, WALL - HOUR + 30)])
    assert spans(path) == [(0, 30), (-HOUR, -HOUR + 30)]

"""A moment as an operator writes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from lvstui.cluster.moments import duration, moment

ZONE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 29, 8, 2, 30, 250_000, ZONE)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("now", NOW),
        ("03:12", datetime(2026, 11, 29, 3, 12, tzinfo=ZONE)),
        ("3:12:30", datetime(2026, 11, 29, 3, 12, 30, tzinfo=ZONE)),
        ("08:02", datetime(2026, 11, 29, 8, 2, tzinfo=ZONE)),
        ("23:50", datetime(2026, 11, 28, 23, 50, tzinfo=ZONE)),  # the most recent one
        ("-4h", NOW - timedelta(hours=4)),
        ("3m ago", NOW - timedelta(minutes=3)),
        ("1h30m", NOW - timedelta(minutes=90)),
        ("2d", NOW - timedelta(days=2)),
        ("2026-11-29T03:12:00+02:00", datetime(2026, 11, 29, 3, 12, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-11-29T03:12Z", datetime(2026, 11, 29, 3, 12, tzinfo=UTC)),
        ("2026-11-29 03:12", datetime(2026, 11, 29, 3, 12, tzinfo=ZONE)),
        ("2026-11-29", datetime(2026, 11, 29, tzinfo=ZONE)),
    ],
)
def test_a_moment(written: str, meant: datetime) -> None:
    assert moment(written, NOW, ZONE) == meant


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's zone, with its summer time, by the rule itself: the machine may have no zones' files."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("now", "written", "meant"),
    [
        ("2026-12-01T09:00+01:00", "2026-10-20T03:12", "2026-10-20T03:12+02:00"),
        ("2026-10-25T09:00+01:00", "01:30", "2026-10-25T01:30+02:00"),  # the night in which the clock was set back
        ("2026-10-25T09:00+01:00", "02:30", "2026-10-25T02:30+01:00"),  # which it was twice
        ("2026-10-25T02:40+02:00", "02:30", "2026-10-25T02:30+02:00"),
        ("2026-03-29T09:00+02:00", "23:30", "2026-03-28T23:30+01:00"),
        ("2026-03-29T09:00+02:00", "-10h", "2026-03-28T22:00+01:00"),
    ],
)
@pytest.mark.usefixtures("berlin")
def test_a_time_is_of_the_zone_as_it_was_then(now: str, written: str, meant: str) -> None:
    assert moment(written, datetime.fromisoformat(now)).timestamp() == datetime.fromisoformat(meant).timestamp()


@pytest.mark.parametrize("written", ["", "yesterday", "25:00", "4", "-", "h", "4h3", "1h-2m", "ago", "9" * 30 + "w"])
def test_what_is_no_moment(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        moment(written, NOW, ZONE)


@pytest.mark.usefixtures("berlin")
def test_a_time_before_all_times_of_the_zone_is_none() -> None:
    with pytest.raises(ValueError, match="'0001-01-01' is not a time"):
        moment("0001-01-01", NOW)


def test_durations() -> None:
    assert duration("90s") == duration("1m30s") == 90
    assert duration("0.5h") == 1800
    with pytest.raises(ValueError, match="90s, 5m, 1h30m"):
        duration("5 minutes")

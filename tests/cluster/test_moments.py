"""A moment as an operator writes it."""

from __future__ import annotations

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
    assert moment(written, NOW) == meant


@pytest.mark.parametrize("written", ["", "yesterday", "25:00", "4", "-", "h", "4h3", "1h-2m", "ago", "9" * 30 + "w"])
def test_what_is_no_moment(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        moment(written, NOW)


def test_durations() -> None:
    assert duration("90s") == duration("1m30s") == 90
    assert duration("0.5h") == 1800
    with pytest.raises(ValueError, match="90s, 5m, 1h30m"):
        duration("5 minutes")

"""What the operator chooses to have written otherwise: times in a zone, throughput in a unit. One choice changes no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lvstui.console.look.display import Display, zone_of
from lvstui.console.look.formatting import UNKNOWN

NOW = datetime(2026, 11, 29, 8, 2, 30)


def test_a_time_that_is_not_from_today_has_its_date() -> None:
    def written(at: datetime, *, seconds: bool = True) -> str:
        return Display().moment(at.timestamp(), NOW.timestamp(), seconds=seconds)

    assert written(NOW - timedelta(hours=8)) == "00:02:30"
    assert written(datetime(2026, 11, 25, 5, 43), seconds=False) == "25 Nov 05:43"
    assert written(datetime(2025, 12, 31, 23, 59, 59)) == "2025-12-31 23:59:59"
    assert Display().moment(None, NOW.timestamp()) == Display().clock(None) == UNKNOWN


def test_times_are_those_of_the_zone() -> None:
    wall = datetime(2026, 11, 29, 23, 30, tzinfo=UTC).timestamp()
    east = Display(zone=timezone(timedelta(hours=2)))
    assert Display(zone=UTC).clock(wall) == "23:30:00" and east.clock(wall, seconds=False) == "01:30"
    assert Display(zone=UTC).moment(wall, wall + 3600) == "29 Nov 23:30:00"
    assert east.moment(wall, wall + 3600) == "01:30:00", "it is the same day there"
    assert Display(zone=UTC).zoned(wall) == "23:30:00 UTC" and east.zoned(wall) == "01:30:00 UTC+02:00"


def test_the_time_of_this_machine_is_told_with_its_zone() -> None:
    here = datetime.fromtimestamp(NOW.timestamp()).astimezone().tzname()
    assert Display().zoned(NOW.timestamp()) == f"08:02:30 {here}"
    assert Display(zone=zone_of("utc")).zoned(0.0) == "00:00:00 UTC" and zone_of("local") is None


@pytest.mark.parametrize(("units", "unit", "value"), [("bit", "Mb/s", "800"), ("byte", "MB/s", "100")])
def test_throughput_is_in_the_unit_chosen(units: str, unit: str, value: str) -> None:
    display = Display(units)  # type: ignore[arg-type]  # of a parameter
    assert (display.throughput_unit, display.throughput(8e8)) == (unit, value)
    assert Display("binary").throughput(8 * 2**20) == "1.0" and display.throughput(None) == UNKNOWN


def test_the_time_of_a_drain_comment_has_its_date_where_it_is_not_from_today() -> None:
    written = [
        Display().written(when, NOW.timestamp())
        for when in ("2026-11-29 05:43", "2026-11-25 05:43", "2025-12-31 23:59", "by hand")
    ]
    assert written == ["05:43", "25 Nov 05:43", "2025-12-31 23:59", "by hand"]

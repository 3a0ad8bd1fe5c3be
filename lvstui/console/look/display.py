"""Hold the operator's choices of how facts are written: one frozen value, given to whoever writes some.

Not for: what is chosen (see `live_preferences`), nor how numbers without a choice are written (see `formatting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.console.look.formatting import UNKNOWN, rate
from lvstui.settings.values import Units, Zone

_UNITS: dict[Units, tuple[str, float]] = {"bit": ("Mb/s", 1e6), "byte": ("MB/s", 8e6), "binary": ("MiB/s", 8 * 2**20)}


@dataclass(frozen=True)
class Display:
    """Choose how facts are written on the screen."""

    units: Units = "bit"  # of throughput
    columns: frozenset[str] | None = None  # of figures, by COLUMNS of the settings; None: those that suit the width
    zone: tzinfo | None = None  # of times; None: this machine's
    plotted: PlotRange = PlotRange.MINUTE  # what plots show

    @property
    def throughput_unit(self) -> str:
        """Return the unit that `throughput` is in."""
        return _UNITS[self.units][0]

    def throughput(self, bits_per_s: float | None) -> str:
        """Write a throughput without its unit."""
        return UNKNOWN if bits_per_s is None else rate(bits_per_s / _UNITS[self.units][1])

    def clock(self, wall: float | None, *, seconds: bool = True) -> str:
        """Write the time of day."""
        if wall is None:
            return UNKNOWN
        return self.date_and_time(wall).strftime("%H:%M:%S" if seconds else "%H:%M")

    def zoned(self, wall: float) -> str:
        """Write the time of day with the time zone that every time on the screen is in: "14:02:31 CET"."""
        return f"{self.clock(wall)} {self.zone_name(wall)}"

    def zone_name(self, wall: float) -> str:
        """Return the name of the time zone at that time."""
        return self.date_and_time(wall).astimezone(self.zone).tzname() or ""

    def moment(self, wall: float | None, now: float, *, seconds: bool = True) -> str:
        """Write the time of day, with its date where that is not the day of `now`: "14:02:31", "25 Nov 05:43:10"."""
        if wall is None:
            return UNKNOWN
        at, today = self.date_and_time(wall), self.date_and_time(now)
        if at.date() == today.date():
            return self.clock(wall, seconds=seconds)
        return f"{_date(at, today)} {self.clock(wall, seconds=seconds)}"

    def written(self, when: str, now: float) -> str:
        """Write the time of a drain comment, "2026-11-25 05:43", as `moment` does; it is of the zone of whoever drained."""
        try:
            at = datetime.strptime(when, "%Y-%m-%d %H:%M")
        except ValueError:
            return when  # somebody wrote the comment by hand
        today = self.date_and_time(now)
        return f"{at:%H:%M}" if at.date() == today.date() else f"{_date(at, today)} {at:%H:%M}"

    def whole(self, wall: float) -> str:
        """Write a time with its date, always."""
        return f"{self.date_and_time(wall):%Y-%m-%d %H:%M:%S}"

    def date_and_time(self, wall: float) -> datetime:
        """Return a wall-clock time, in seconds since the epoch, in the operator's time zone."""
        return datetime.fromtimestamp(wall, self.zone)


def _date(at: datetime, today: datetime) -> str:
    return f"{at.day} {at:%b}" if at.year == today.year else f"{at:%Y-%m-%d}"


def zone_of(name: Zone | None) -> tzinfo | None:
    """Return the time zone that the settings name."""
    return UTC if name == "utc" else None

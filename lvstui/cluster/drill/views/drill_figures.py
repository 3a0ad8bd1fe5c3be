"""Write the figures of a drill: lengths with their uncertainty, and moments. What is not known is a dash, never 0."""

from __future__ import annotations

from datetime import datetime, tzinfo

UNKNOWN = "–"


def length(seconds: float | None) -> str:
    """Write a length of time: "4.2 ms", "610 ms", "1.083 s", "12 min"."""
    if seconds is None:
        return UNKNOWN
    size = abs(seconds)
    if size < 0.0095:
        return f"{seconds * 1000:.1f} ms"
    if size < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if size < 120:
        return f"{seconds:.3f} s"
    return f"{seconds / 60:.0f} min" if size < 5400 else f"{seconds / 3600:.1f} h"


def give_or_take(seconds: float | None) -> str:
    """Write an uncertainty: "± 4 ms"."""
    return "" if seconds is None else f"± {length(max(seconds, 0.0001))}"


def sure_to(seconds: float | None, uncertainty: float | None) -> str:
    """Write a length with its uncertainty: "610 ms ± 4 ms"."""
    return UNKNOWN if seconds is None else f"{length(seconds)} {give_or_take(uncertainty)}".rstrip()


def between(least: float, most: float) -> str:
    """Write a range: "2.609 to 3.609 s", "0 to 3.905 s"."""
    first, last = length(least) if least > 0 else "0", length(most)
    unit = last.rpartition(" ")[2]
    return f"{first.removesuffix(f' {unit}')} to {last}"


def offset(seconds: float) -> str:
    """Write a moment as seconds from the picture's zero: "+0.610 s"."""
    return f"{0.0 if abs(seconds) < 0.0005 else seconds:+.3f} s"


def clock(at: float, zone: tzinfo | None) -> str:
    """Write a moment's time of day, to the millisecond."""
    return datetime.fromtimestamp(at, zone).strftime("%H:%M:%S.%f")[:-3]


def whole(at: float, zone: tzinfo | None) -> str:
    """Write a moment with its date and its time zone."""
    when = datetime.fromtimestamp(at, zone).astimezone(zone)
    return f"{when:%Y-%m-%d %H:%M:%S %Z}"

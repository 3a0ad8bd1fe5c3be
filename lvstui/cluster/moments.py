"""Read a moment as an operator writes it: "03:12", "-4h", "3m ago", "now", ISO 8601; for --since and the like.

Pure: the present is given. Not for: how a time is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
FORMS = 'a time ("03:12", "2026-11-29T03:12", "now") or how long ago ("-4h", "1h30m", "3m ago")'


def duration(text: str) -> float:
    """Return the seconds of "90s", "5m", "1h30m", "2d", "1w". Raises ValueError."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration: write it as 90s, 5m, 1h30m or 2d")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def moment(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment that `text` names, in that zone where it names none (docs/lvsctl.md has the forms).

    `zone` None: this machine's, as it was then and not as it is now: it may have another time in summer. A time of day alone is
    the most recent one; a duration alone means that long ago. `now` has a zone. Raises ValueError.
    """
    written = text.strip()
    if written == "now":
        return now
    ago = written.removesuffix("ago").strip().removeprefix("-").replace(" ", "")
    try:
        return now - timedelta(seconds=duration(ago))
    except OverflowError:
        raise ValueError(f"{text!r} is too long ago") from None
    except ValueError:
        pass  # no duration
    if (clock := _CLOCK.fullmatch(written)) is not None:
        hour, minute, second = (int(part or 0) for part in clock.groups())
        today = now.astimezone(zone).replace(hour=hour, minute=minute, second=second, microsecond=0, tzinfo=None)
        return next(found for found in _latest_first(today, zone) if found.timestamp() <= now.timestamp())
    try:
        told = datetime.fromisoformat(written)
        return told if told.tzinfo is not None else _zoned(told, zone)
    except (ValueError, OverflowError, OSError):  # the latter two: too early or too late for the zone
        raise ValueError(f"{text!r} is not a time: give {FORMS}") from None


def _latest_first(day: datetime, zone: tzinfo | None) -> Iterator[datetime]:
    """Give a time of day on that day and on those before; twice where the clock was set back over it."""
    while True:
        yield _zoned(day.replace(fold=1), zone)
        yield _zoned(day, zone)
        day -= timedelta(days=1)


def _zoned(naive: datetime, zone: tzinfo | None) -> datetime:
    return naive.astimezone() if zone is None else naive.replace(tzinfo=zone)

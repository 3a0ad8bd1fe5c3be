"""Read a moment as an operator writes it: "03:12", "-4h", "3m ago", "now", ISO 8601; for --since and the like.

Pure: the present is given. Not for: how a time is shown.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

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


def moment(text: str, now: datetime) -> datetime:
    """Return the moment that `text` names, in the zone of `now` where it names none (docs/lvsctl.md has the forms).

    A time of day alone is the most recent one; a duration alone means that long ago. Raises ValueError.
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
        found = now.replace(hour=hour, minute=minute, second=second, microsecond=0)
        return found if found <= now else found - timedelta(days=1)
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{text!r} is not a time: give {FORMS}") from None
    return told if told.tzinfo is not None else told.replace(tzinfo=now.tzinfo)

"""Numbers, ages and times as they are written on the screen. What is not known is "–", never 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from lvstui.cluster.view import DrainView, RealServerState
from lvstui.settings.facts import Units

UNKNOWN = "–"
_BARS = "▁▂▃▄▅▆▇"  # none as tall as its line: those of two rows do not run into one another


def count(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return str(int(value)) if value < 1_000_000 else f"{value / 1_000_000:.1f}M"


def rate(value: float | None) -> str:
    """Per second."""
    if value is None:
        return UNKNOWN
    if 0 < value < 0.095:  # little is not nothing
        return f"{value:.2f}" if value >= 0.01 else "<.01"
    return f"{value:.1f}" if 0 < value < 9.95 else f"{value:.0f}"


_UNITS: dict[Units, tuple[str, float]] = {"bit": ("Mb/s", 1e6), "byte": ("MB/s", 8e6), "binary": ("MiB/s", 8 * 2**20)}
_unit, _bits = _UNITS["bit"]


def use_units(units: Units) -> None:
    """What throughput is written in from now on: one choice for the whole screen."""
    global _unit, _bits
    _unit, _bits = _UNITS[units]


def throughput_unit() -> str:
    return _unit


def throughput(bits_per_s: float | None) -> str:
    """In the unit of `throughput_unit`."""
    return UNKNOWN if bits_per_s is None else rate(bits_per_s / _bits)


def weight(configured: int | None, kernel: int | None) -> str:
    """One number when file and kernel agree, otherwise file/kernel."""
    if configured == kernel:
        return UNKNOWN if configured is None else str(configured)
    return "/".join(UNKNOWN if one is None else str(one) for one in (configured, kernel))


def age(seconds: float | None) -> str:
    """At most two units: 12s, 4m, 2h05, 4d2h."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < 120:
        return f"{whole}s"
    if whole < 7200:
        return f"{whole // 60}m"
    if whole < 2 * 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}"
    return f"{whole // 86400}d{whole % 86400 // 3600}h"


def clock(wall: float | None, *, seconds: bool = True) -> str:
    if wall is None:
        return UNKNOWN
    return datetime.fromtimestamp(wall).strftime("%H:%M:%S" if seconds else "%H:%M")


def total(values: Iterable[float | None]) -> float | None:
    """Of those that are known; None when none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def largest(values: Iterable[int | None]) -> int | None:
    """Of those that are known: the BACKUP's copy of a connection is not a second one."""
    return max((value for value in values if value is not None), default=None)


def sparkline(values: Sequence[float | None], width: int) -> str:
    """The last `width` values, scaled to their own largest; a gap where one is not known."""
    shown = list(values)[-width:]
    top = max((value for value in shown if value is not None), default=0.0)
    bars = "".join(
        " " if value is None else _BARS[int(value / top * (len(_BARS) - 0.01)) if top > 0 else 0] for value in shown
    )
    return bars.rjust(width)


def span(seconds: float) -> str:
    """A time to go, as roughly as it is known: ~50 s, ~4 m, ~2 h."""
    if seconds < 90:
        return f"~{max(1, round(seconds / 5) * 5 if seconds > 10 else round(seconds))} s"
    return f"~{seconds / 60:.0f} m" if seconds < 5400 else f"~{seconds / 3600:.0f} h"


def left(drain: DrainView) -> str:
    """How much longer a drain will take, or that it is over."""
    if drain.safe:
        return "safe to stop"
    if drain.unknown is not None:
        return f"not known: {drain.unknown}"
    if drain.state is not RealServerState.DRAINING:
        return "drained, safe to stop not known"
    if drain.eta_s is None:
        return "not falling" if drain.per_s == 0 else "watching"
    return f"{span(drain.eta_s)} left" if drain.eta_s else "quiet, one more sample"

"""Write numbers and ages as they are on the screen. What is not known is "–", never 0.

Not for: what the operator chooses to have written otherwise (see `display`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.text import others_send, written_weight
from lvstui.cluster.view import DrainView, RealServerState

UNKNOWN = "–"
_AFTER_POINT = 3  # cells, with the point


def count(value: float | None) -> str:
    """Write a count."""
    if value is None:
        return UNKNOWN
    return str(int(value)) if value < 1_000_000 else f"{value / 1_000_000:.1f}M"


def rate(value: float | None) -> str:
    """Write a number per second."""
    if value is None:
        return UNKNOWN
    if 0 < value < 0.095:  # little is not nothing
        return f"{value:.2f}" if value >= 0.01 else "<.01"
    return f"{value:.1f}" if 0 < value < 9.95 else f"{value:.0f}"


def aligned(text: str, width: int) -> str:
    """Return a rate so that its decimal point stands where those of others do, as far as there is room."""
    whole, point, rest = text.partition(".")
    padded = f"{whole}{point}{rest}" + " " * (_AFTER_POINT - len(rest) - len(point))
    return padded if len(padded) <= width else text


def weight(configured: int | None, kernel: int | None, effective: int | None = None) -> str:
    """Write one number when file and kernel agree, otherwise file/kernel. `0+5`: checkers add 5 to the file's 0."""
    file = UNKNOWN if configured is None else written_weight(configured, effective)
    wanted = configured if configured is None or effective is None else effective
    if wanted == kernel:
        return file
    return f"{file}/{UNKNOWN if kernel is None else kernel}"


def age(seconds: float | None) -> str:
    """Write an age with at most two units: 12s, 4m, 2h05, 4d2h."""
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


def short_time(seconds: float) -> str:
    """Write a short time with its unit: 0.4 ms, 12 ms, 3.25 s, 2h05."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.00995 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 120 else age(seconds)


def clock_offset(offset_s: float, uncertainty_s: float) -> str:
    """Write how far a Director's clock is from this machine's, and how well that is known."""
    within = short_time(uncertainty_s)
    if abs(offset_s) <= uncertainty_s:
        return f"as this machine's, ± {within}"
    return f"{short_time(abs(offset_s))} {'ahead of' if offset_s > 0 else 'behind'} this machine's, ± {within}"


def byte_count(value: float | None) -> str:
    """Write a number of bytes, with the unit."""
    if value is None:
        return UNKNOWN
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def total(values: Iterable[float | None]) -> float | None:
    """Return the sum of the values that are known; None when none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def largest(values: Iterable[int | None]) -> int | None:
    """Return the largest value that is known: the BACKUP's copy of a connection is not a second one."""
    return max((value for value in values if value is not None), default=None)


def span(seconds: float) -> str:
    """Write a time to go, as roughly as it is known: ~50 s, ~4 m, ~2 h."""
    if seconds < 90:
        return f"~{max(1, round(seconds / 5) * 5 if seconds > 10 else round(seconds))} s"
    return f"~{seconds / 60:.0f} m" if seconds < 5400 else f"~{seconds / 3600:.0f} h"


def drain_progress(drain: DrainView) -> str:
    """Say how much longer a drain will take, that it is over, or why neither can be said."""
    if drain.safe:
        return "safe to stop"
    if drain.over and drain.elsewhere:
        return others_send(drain.elsewhere)
    if drain.unknown is not None:
        return f"unknown: {drain.unknown}"
    if drain.sending:
        return f"{' and '.join(drain.sending)} still {'sends' if len(drain.sending) == 1 else 'send'} clients"
    if drain.state not in (RealServerState.DRAINING, RealServerState.DRAINED):
        return f"{drain.state}, not drained"
    if drain.eta_s is None:
        return "not decreasing" if drain.per_s == 0 else "estimating…"
    return f"{span(drain.eta_s)} left" if drain.eta_s else "none left, confirming"

"""The drains in progress: what is left on each Director, how fast it goes, when it will be over, and who drained it.

Not there when there is none. Not for: working any of it out (see `cluster.drain`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.view import DrainView, RealServerState
from lvstui.console import figures
from lvstui.console.marks import REAL_SERVER, SAFE, STYLES

DIM = "$foreground-muted"


class DrainsPanel(Static):
    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self.border_title = "drains in progress"
        self._content: Content | None = None

    def show(self, drains: Sequence[DrainView], wall: float, width: int, *, most: int) -> None:
        """At most so many lines; those that are nearest to their end, the safe ones last."""
        self.display = bool(drains) and most > 0
        if not self.display:
            return
        content = Content("\n").join(lines(drains, wall, width, most))
        if self._content is None or not content.is_same(self._content):
            self._content = content
            self.update(content)


def lines(drains: Sequence[DrainView], wall: float, width: int, most: int) -> list[Content]:
    if most == 1:
        return [summary(drains)]
    waiting = sorted(drains, key=lambda drain: (drain.safe, drain.eta_s is None, drain.eta_s or 0.0))
    shown = waiting if len(waiting) <= most else waiting[: most - 1]
    rows = [line(drain, wall) for drain in shown]
    widths = [max(part.cell_length for part in column) for column in zip(*rows, strict=True)]
    told = [_in_columns(parts, widths, skip=() if width >= 100 else (_SERVER,)) for parts in rows]
    if len(shown) < len(waiting):
        told.append(Content.styled(f"and {len(waiting) - len(shown)} more: / state:drain shows them", DIM))
    return told


def summary(drains: Sequence[DrainView]) -> Content:
    """All of them in one line."""
    safe = sum(drain.safe for drain in drains)
    going = len(drains) - safe
    parts = [f"{going} draining"] if going else []
    parts += [f"{safe} safe to stop"] if safe else []
    etas = [drain.eta_s for drain in drains if drain.eta_s]
    if etas:
        span = figures.span(max(etas))
        parts.append(f"the last in {span}" if going > 1 else f"{span} left")
    glyph, tone = REAL_SERVER[RealServerState.DRAINING if going else RealServerState.DRAINED]
    return Content.styled(f"{glyph} {', '.join(parts)}", STYLES[tone])


_SERVER = 2  # which of its parts names the virtual server


def line(drain: DrainView, wall: float) -> list[Content]:
    """Its parts, one for each column."""
    glyph, tone = SAFE if drain.safe else REAL_SERVER[drain.state]
    left = "  ".join(f"d{number} {figures.count(drain.left[name]):>4}" for number, name in enumerate(drain.left, 1))
    pace = "" if drain.per_s is None or drain.safe else f"{figures.rate(drain.per_s)}/s"
    return [
        Content.styled(glyph, STYLES[tone]),
        Content.styled(drain.real_server, "bold"),
        Content.styled(f"{drain.virtual_server} ", DIM),
        Content(f"{left}  {pace:>6} "),
        Content.styled(f"{figures.left(drain)} ", STYLES[tone]),
        Content.styled(_told(drain, wall), DIM),
    ]


def _in_columns(parts: Sequence[Content], widths: Sequence[int], skip: Sequence[int]) -> Content:
    """Each as wide as the widest of its column."""
    padded = (part.pad_right(width - part.cell_length) for part, width in zip(parts, widths, strict=True))
    return Content(" ").join([part for number, part in enumerate(padded) if number not in skip])


def _told(drain: DrainView, wall: float) -> str:
    if drain.told is None:
        return "weight 0 in the file, without a comment"
    why = f": {drain.told.reason}" if drain.told.reason else ""
    when = drain.told.when.removeprefix(f"{datetime.fromtimestamp(wall):%Y-%m-%d} ")  # of today the time is enough
    return f"since {when} by {drain.told.by}{why}"

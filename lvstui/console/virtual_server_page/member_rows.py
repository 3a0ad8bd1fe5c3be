"""Draw the real servers of a virtual server, a line each, with a plot of new connections per second; all plots have one scale.

A line is drawn when it is looked at: a virtual server may have thousands. Where there are few, the plots are taller. Pure.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import overload

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.view import RealServerState, RealServerView
from lvstui.cluster.views.virtual_server_page import VirtualServerPage
from lvstui.console.look import braille, formatting
from lvstui.console.look.glyphs import REAL_SERVER
from lvstui.console.look.widths import TIGHT
from lvstui.console.widgets.lines import Line

MOST_SCALED = 200  # real servers that are looked through for the scale; of more, the first ones
_STATE = max(len(str(state)) for state in REAL_SERVER)
_EDGE = 1  # cell of the cursor
_MARGIN = 1  # cell at the right
_LEAST_PLOT, _MOST_PLOT = 12, 150  # cells
_TALLEST = 12  # lines
_PARTED = 4  # lines, from which on the last one is left empty


class MemberRows(Sequence[Line]):
    """The lines of the real servers."""

    def __init__(self, page: VirtualServerPage, wall: float, width: int, height: int, over: PlotRange) -> None:
        """Draw the page's real servers into that room, plotted `over` that time; with room to spare, each gets several lines."""
        self._page = page
        self._wall = wall
        self._over = over
        self._reals = () if page.server is None else page.server.real_servers
        self._directors = [side.director.name for side in page.sides]
        self._roomy = width >= TIGHT
        self._name = max((len(one.id) for one in self._reals[:MOST_SCALED]), default=11)
        self.tall = max(1, min(_TALLEST, height // max(1, len(self._reals))))
        room = width - _EDGE - self._fixed - _MARGIN
        if self.tall == 1:
            reason = max((len(why(one, wall)) for one in self._reals[:MOST_SCALED]), default=0)
            room -= min(reason + 2, room // 2)
        self.plot = max(_LEAST_PLOT, min(_MOST_PLOT, room))
        self.top = self._top()
        self._drawn: dict[int, list[Line]] = {}

    @property
    def _fixed(self) -> int:
        """Return the cells of all that is neither the plot nor the reason."""
        return 2 + self._name + 2 + _STATE + 1 + 7 * (2 if self._roomy else 1) + 8 + 8 + 2

    def _top(self) -> float:
        known = [
            value
            for real in self._reals[:MOST_SCALED]
            for value in self._page.rates(real.id, self._over)
            if value is not None
        ]
        return braille.ceiling(max([1.0, *known]))

    def head(self) -> Line:
        """Return the titles of the columns."""
        weights = ["weight d1", "d2"] if self._roomy and len(self._directors) == 2 else ["weight"]
        cells = f"{weights[0]:>9}" + (f"{weights[1]:>5}" if len(weights) > 1 else "")
        cells = f"{cells:>{7 * (2 if self._roomy else 1)}}"
        plot = f"{self._over.label} · to {formatting.rate(self.top)}"
        if len(plot) + 8 <= self.plot:
            plot = f"new/s · {plot}"  # elsewhere the column beside it says so
        text = f"{'':{_EDGE}}{'  real server':<{self._name + 2}}  {'state':<{_STATE}} {cells}{'active':>8}{'new/s':>8}  {plot}"
        return ((text, "dim"),)

    def __len__(self) -> int:
        return len(self._reals) * self.tall

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        number = index // self.tall
        lines = self._drawn.get(number)
        if lines is None:
            lines = self._drawn[number] = self._lines(self._reals[number])
        return lines[index % self.tall]

    def _lines(self, real: RealServerView) -> list[Line]:
        """Return the lines of one: its figures on the first, why it is not UP beneath its name, and the plot on all of them."""
        first, *others = self._plot(real)
        if self.tall == 1:
            return [(*self._first(real, first), (f"  {why(real, self._wall)}", REAL_SERVER[real.state][1]))]
        reason = textwrap.wrap(why(real, self._wall), self._fixed - 4)
        reason += [""] * len(others)
        tone = REAL_SERVER[real.state][1]
        told = zip(reason, others, strict=False)
        beneath = [((f"  {text:<{self._fixed - 2}}", tone), (row, "accent")) for text, row in told]
        return [self._first(real, first), *beneath]

    def _first(self, real: RealServerView, plot: str) -> Line:
        glyph, tone = REAL_SERVER[real.state]
        sides = [real.directors.get(name) for name in self._directors]
        active = formatting.largest(None if one is None else one.active for one in sides)
        rate = formatting.total(None if one is None else one.connections_per_s for one in sides)
        return (
            (f"{glyph} ", tone),
            (f"{real.id:<{self._name}}  ", "plain"),
            (f"{real.state!s:<{_STATE}} ", tone),
            (self._weights(real), "plain"),
            (f"{formatting.count(active):>8}", "plain" if active else "dim"),
            (f"{formatting.rate(rate):>8}  ", "plain" if rate else "dim"),
            (plot, "accent"),
        )

    def _weights(self, real: RealServerView) -> str:
        sides = [real.directors.get(name) for name in self._directors]
        found = [
            formatting.UNKNOWN
            if one is None
            else formatting.weight(one.configured_weight, one.kernel_weight, one.effective_weight)
            for one in sides
        ]
        if self._roomy:
            return "".join(f"{text:>{14 // max(1, len(found))}}" for text in found).rjust(14)
        return f"{found[0] if len(set(found)) == 1 else ' '.join(found):>7}"

    def _plot(self, real: RealServerView) -> list[str]:
        high = self.tall - (self.tall >= _PARTED)
        rates = self._page.rates(real.id, self._over)
        rows = braille.dots([rates], self.plot, high, self.top, self._over.points)
        return [*("".join(run.text for run in row) for row in rows), *[""] * (self.tall - high)]


def why(real: RealServerView, wall: float) -> str:
    """Return why it is not simply UP, and for how long."""
    since = "" if real.since is None or real.state is RealServerState.UP else formatting.age(wall - real.since)
    return " · ".join(part for part in (since, real.reason or "") if part)

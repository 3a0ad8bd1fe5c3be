"""Draw the plots of what is selected side by side or one below the other: active connections, new ones, throughput. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from lvstui.console.look import formatting
from lvstui.console.look.braille import Values
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import DIM
from lvstui.console.widgets.plot import COLOURS, Parts, picture

if TYPE_CHECKING:
    from lvstui.cluster.servers.series import SeriesView

LEAST = 4  # rows of a plot with its title
_NARROWEST = 26  # cells
_BETWEEN = 2  # cells


class Scale(NamedTuple):
    """The tops that the axes have at the least: those of the whole virtual server, so that what is idle looks idle."""

    active: float
    connections_per_s: float
    out_bps: float


class _Drawn(NamedTuple):
    title: str
    lines: list[Values]
    write: Callable[[float], str]
    least: float


def plots(
    series: Mapping[str, SeriesView], scale: Scale, display: Display, width: int, height: int, *, most: int = 3
) -> list[Content]:
    """Return exactly so many lines with as many of the plots as have room; none where there is room for none."""
    if height < LEAST or width < _NARROWEST or not series:
        return []
    unit = display.throughput_unit
    known = list(series.values())
    wanted = [
        _Drawn("active", [one.active for one in known], lambda value: f"{value:,.0f}", max(5, scale.active)),
        _Drawn("new/s", [one.connections_per_s for one in known], formatting.rate, max(1, scale.connections_per_s)),
        _Drawn(f"out {unit}", [one.out_bps for one in known], display.throughput, max(100_000, scale.out_bps)),
    ][:most]
    beside = max(1, min(len(wanted), (width + _BETWEEN) // (_NARROWEST + _BETWEEN)))
    if beside == 1:
        count = max(1, min(len(wanted), height // (LEAST + 2)))
        rows = [height // count + (number < height % count) for number in range(count)]
        below = [_plot(one, known[0], width, tall) for one, tall in zip(wanted, rows, strict=False)]
        return [Content.assemble(*parts) for parts in chain(*below)]
    each = (width - _BETWEEN * (beside - 1)) // beside
    drawn = [_plot(one, known[0], each, height) for one in wanted[:beside]]
    gap = [(" " * _BETWEEN, "")]
    return [
        Content.assemble(*chain(first, *(gap + more for more in others))) for first, *others in zip(*drawn, strict=True)
    ]


def unplotted(real_servers: int, width: int) -> list[Content]:
    """Say why nothing is plotted of a virtual server with so many; nothing where there are plots."""
    return [] if real_servers else [Content.styled("no plots: there is no real server"[:width], DIM)]


def _plot(plot: _Drawn, series: SeriesView, width: int, height: int) -> list[Parts]:
    """Return the lines of a plot, each as wide as it is."""
    legend: Parts = [(plot.title, DIM)]
    for number, (values, colour) in enumerate(zip(plot.lines, COLOURS, strict=False), 1):
        last = values[-1] if values else None
        legend.append((f"  d{number} {formatting.UNKNOWN if last is None else plot.write(last)}", colour))
    drawn = picture(plot.lines, series.step, width, height - 1, plot.write, plot.least, series.points)
    return [_as_wide(legend, width), *drawn]


def _as_wide(parts: Parts, width: int) -> Parts:
    """Return the line in exactly so many cells."""
    left, shown = width, Parts()
    for text, style in parts:
        shown.append((text[:left], style))
        left -= len(shown[-1][0])
    return [*shown, (" " * left, "")]

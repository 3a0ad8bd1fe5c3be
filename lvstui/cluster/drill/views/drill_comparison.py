"""Hold a drill beside earlier ones of its cluster: each figure in a line, and whether the newest is out of their range.

A figure is out of range only beyond the uncertainty of both: "longer" means that it was, not that it may have been.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from statistics import median

from lvstui.cluster.drill.milestones import MilestoneKind
from lvstui.cluster.drill.result import DrillResult, InstanceFailover, TimeWindow
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_figures import length, sure_to
from lvstui.cluster.drill.views.measured_tables import zero_of
from lvstui.cluster.drill.views.report_table import ReportCell, ReportTable, cells, in_ms

LEAST = 2  # earlier figures, of which there is a range
_STEPS = (
    MilestoneKind.SILENCE_NOTICED,
    MilestoneKind.MASTER_ENTERED,
    MilestoneKind.VIP_ADDED,
    MilestoneKind.GRATUITOUS_ARP,
    MilestoneKind.FIRST_ANSWER,
    MilestoneKind.VIP_REMOVED,
)


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of one drill, in seconds."""

    value: float
    uncertainty: float


NONE = ComparedFigure(0.0, 0.0)  # of windows: there was none


class Against(StrEnum):
    """The place of the newest figure among the earlier ones."""

    WITHIN = "as before"
    LONGER = "longer than before"
    SHORTER = "shorter than before"


@dataclass(frozen=True)
class FigureHistory:
    """One figure over several drills, the oldest first; None where a drill has not measured it."""

    name: str
    figures: tuple[ComparedFigure | None, ...]

    @property
    def earlier(self) -> list[ComparedFigure]:
        """Return the earlier ones that are known."""
        return [one for one in self.figures[:-1] if one is not None]

    @property
    def against(self) -> Against | None:
        """Return where the newest is among the earlier ones; None: too few of them are known, or it is not."""
        newest, earlier = self.figures[-1], self.earlier
        if newest is None or len(earlier) < LEAST:
            return None
        if newest.value - newest.uncertainty > max(one.value + one.uncertainty for one in earlier):
            return Against.LONGER
        if newest.value + newest.uncertainty < min(one.value - one.uncertainty for one in earlier):
            return Against.SHORTER
        return Against.WITHIN

    @property
    def trend(self) -> float | None:
        """Return by how many seconds the newest is longer than the median of the earlier ones."""
        newest, earlier = self.figures[-1], self.earlier
        if newest is None or not earlier:
            return None
        return newest.value - median(one.value for one in earlier)


@dataclass(frozen=True)
class DrillComparison:
    """Several drills side by side, the oldest first."""

    drills: tuple[DrillResult, ...]
    histories: tuple[FigureHistory, ...]


def comparison(drills: Sequence[DrillResult]) -> DrillComparison:
    """Return the drills side by side; a figure that none of them has is left out."""
    ordered = tuple(sorted(drills, key=lambda one: one.started))
    measured = [dict(_figures(one)) for one in ordered]
    names = dict.fromkeys(name for some in measured for name in some)
    histories = tuple(FigureHistory(name, tuple(some.get(name) for some in measured)) for name in names)
    return DrillComparison(ordered, histories)


def like(drill: DrillResult, others: Sequence[DrillResult]) -> list[DrillResult]:
    """Return those of the earlier drills that may be held against it: of the same cluster, failed in the same way."""
    return [
        one
        for one in others
        if one.id != drill.id
        and one.started < drill.started
        and (one.cluster, one.cause) == (drill.cluster, drill.cause)
    ]


def _figures(drill: DrillResult) -> Iterator[tuple[str, ComparedFigure]]:
    """Give the figures of a drill; of several instances the slowest."""
    probe = drill.probe
    if probe is not None and not probe.error:
        lengths = [
            _of(drill.ended if one.end is None else one.end, one.start, one.uncertainty) for one in probe.outages
        ]
        yield (
            "outage of clients",
            max(lengths, key=_value, default=ComparedFigure(0.0, 1 / probe.rate if probe.rate else 0.0)),
        )
    moved = drill.failovers
    if not moved:
        return
    yield "without a MASTER", _longest([window for one in moved for window in one.no_master], drill.ended)
    yield "with two MASTERs", _longest([window for one in moved for window in one.two_masters], drill.ended)
    takeovers = [ComparedFigure(one.measured, one.measured_uncertainty) for one in moved if one.measured is not None]
    if takeovers:
        yield "takeover", max(takeovers, key=_value)
    for kind in _STEPS:
        steps = [figure for one in moved if (figure := _step(one, kind)) is not None]
        if steps:
            yield f"to {kind.value}", max(steps, key=_value)


def _value(one: ComparedFigure) -> float:
    return one.value


def _of(end: float, start: float, uncertainty: float) -> ComparedFigure:
    return ComparedFigure(end - start, uncertainty)


def _longest(windows: Sequence[TimeWindow], ended: float) -> ComparedFigure:
    lengths = [_of(ended if one.end is None else one.end, one.start, one.uncertainty) for one in windows]
    return max(lengths, key=_value, default=NONE)


def _step(one: InstanceFailover, kind: MilestoneKind) -> ComparedFigure | None:
    """Return when a step came, from the first that is known of its instance's failover."""
    zero, moment = zero_of((one,)), one.moment(kind)
    if zero is None or moment is None or moment.at == zero:
        return None
    return ComparedFigure(moment.at - zero, moment.uncertainty)


_BLOCKS = "▁▂▃▄▅▆▇█"


def spark(history: FigureHistory) -> str:
    """Draw a figure over the drills: one sign for each, "–" where it is not known."""
    known = [one.value for one in history.figures if one is not None]
    top = max(known, default=0.0)
    return "".join(
        "–" if one is None else _BLOCKS[round(one.value / top * (len(_BLOCKS) - 1)) if top > 0 else 0]
        for one in history.figures
    )


def table(compared: DrillComparison, zone: tzinfo | None, most: int = 4) -> ReportTable:
    """Return the table: a line for each figure, a column for each of the last drills, and what has changed."""
    shown = compared.drills[-most:]
    columns = ("figure", *(_head(one, zone) for one in shown), "over all", "against earlier")
    rows = [
        cells("cause", *(one.cause.value for one in shown), "", ""),
        cells("verdict", *(one.verdict.value for one in shown), "", ""),
        *(
            cells(one.name, *(_cell(figure) for figure in one.figures[-most:]), spark(one), remark(one))
            for one in compared.histories
        ),
    ]
    return ReportTable(
        "comparison",
        f"{len(compared.drills)} drills of {drill_words.listed(one.cluster for one in compared.drills)}",
        columns,
        tuple(rows),
        "Of several instances, the slowest counts. A figure is longer or shorter than before only beyond all uncertainties;"
        " in brackets: the difference from the median of the earlier ones.",
        frozenset(range(1, len(shown) + 1)),
    )


def _head(one: DrillResult, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(one.started, zone):%Y-%m-%d %H:%M}"


def _cell(figure: ComparedFigure | None) -> ReportCell:
    if figure is None:
        return ReportCell("–")
    written = "none" if figure == NONE else sure_to(figure.value, figure.uncertainty)
    return ReportCell(written, in_ms(figure.value))


def remark(history: FigureHistory) -> str:
    """Say where the newest figure is among the earlier ones."""
    if history.figures[-1] is None:
        return "not measured this time"
    if history.trend is None:
        return "not measured before"
    if history.against is None:  # beside one alone there is no range
        known, newest = history.earlier[0], history.figures[-1]
        sure = abs(history.trend) > known.uncertainty + newest.uncertainty
        return f"{_signed(history.trend)}{'' if sure else ', within the uncertainty'}"
    if history.against is Against.WITHIN:
        return f"{history.against.value} ({_signed(history.trend)})"
    edge = max if history.against is Against.LONGER else min
    least = edge(one.value for one in history.earlier)
    return f"{history.against.value}: {'at most' if edge is max else 'at least'} {length(least)} until now"


def _signed(seconds: float) -> str:
    return f"{'-' if seconds < 0 else '+'}{length(abs(seconds))}"

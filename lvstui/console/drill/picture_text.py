"""Draw the picture of a failover in cells: a line for each lane, as many lanes as there is room for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len

from lvstui.cluster.drill.views.drill_figures import length
from lvstui.cluster.drill.views.picture_parts import Bar, BarKind, DrillPicture, Lane, LaneKind, PictureMark, ticks
from lvstui.cluster.text import visible
from lvstui.console.look.cells import fit
from lvstui.console.look.glyphs import BAD, GOOD, UNSURE, VRRP, Tone
from lvstui.console.widgets.lines import Line

_LOOK: dict[BarKind, tuple[str, str, Tone]] = {  # the sign before its word, what it is filled with, its tone
    BarKind.MASTER: (VRRP["MASTER"][0], "█", "good"),
    BarKind.BACKUP: (VRRP["BACKUP"][0], "─", "plain"),
    BarKind.FAULT: (VRRP["FAULT"][0], "×", "bad"),
    BarKind.STOPPED: (BAD, "·", "warn"),
    BarKind.SILENT: (BAD, "·", "warn"),
    BarKind.NO_DATA: (UNSURE, " ", "dim"),
    BarKind.ANSWERED: (GOOD, "▄", "good"),
    BarKind.UNANSWERED: (BAD, "×", "bad"),
}
_LETTERS = {LaneKind.ADVERTS: "a", LaneKind.VIPS: "v", LaneKind.ARP: "g", LaneKind.LOG: "l"}
_STEP, _EVENT = "●", "│"
_LEAST_LABEL, _MOST_LABEL = 10, 24  # cells


@dataclass(frozen=True)
class _DrawnLane:
    """A line of the picture, before it is drawn: each mark has its sign."""

    label: str
    strong: bool
    bars: tuple[Bar, ...] = ()
    marks: tuple[tuple[PictureMark, str], ...] = ()


class _CellRow:
    """A line of cells, each with its style."""

    def __init__(self, width: int) -> None:
        self._cells: list[tuple[str, Tone]] = [(" ", "dim")] * width

    @property
    def width(self) -> int:
        return len(self._cells)

    def put(self, x: int, text: str, tone: Tone) -> None:
        for number, char in enumerate(text):
            if 0 <= x + number < self.width:
                self._cells[x + number] = (char, tone)

    def line(self, label: str, tone: Tone, wide: int) -> Line:
        runs = groupby(self._cells, key=lambda cell: cell[1])
        return [(fit(label, wide - 1) + " ", tone), *(("".join(char for char, _ in run), tone) for tone, run in runs)]


def legend(picture: DrillPicture, height: int) -> str:
    """Say what the signs mean when the picture is drawn in so many lines."""
    lettered = any(sign in _LETTERS.values() for lane in _chosen(picture, height) for _, sign in lane.marks)
    signs = "a advert  v VIP  g gratuitous ARP  l log" if lettered else f"{_STEP} step of the failover  {_EVENT} event"
    return f"{signs}  ├ ┤ uncertainty"


def lines(picture: DrillPicture, width: int, height: int) -> list[Line]:
    """Return the picture in at most so many lines of so many cells: its lanes, the windows and the axis."""
    lanes = _chosen(picture, height)
    wide = min(max([_LEAST_LABEL, *(cell_len(lane.label) + 1 for lane in lanes)]), _MOST_LABEL, max(4, width // 3))
    room = max(1, width - wide)
    drawn = [
        _lane(picture, lane, _CellRow(room)).line(lane.label, "plain" if lane.strong else "dim", wide) for lane in lanes
    ]
    for two in _windows(picture):
        drawn.append(_window(picture, two, _CellRow(room)).line("two MASTERs" if two else "no MASTER", "bad", wide))
    return [*drawn, _axis(picture, _CellRow(room)).line("", "dim", wide)][:height]


def _windows(picture: DrillPicture) -> list[bool]:
    """Return which windows there are: without a MASTER (False), with two (True)."""
    return sorted({window.two for window in picture.windows})


def _chosen(picture: DrillPicture, height: int) -> list[_DrawnLane]:
    """Return the lanes that there is room for: all; or each Director's marks in one lane, as letters; or none of them."""
    room = height - 1 - len(_windows(picture))
    alone = [_DrawnLane(_label(lane), _strong(lane), lane.bars, _signs(lane, lettered=False)) for lane in picture.lanes]
    if len(alone) <= room:
        return alone
    together: list[_DrawnLane] = []
    for _, own in groupby(picture.lanes, key=lambda lane: lane.director):
        lanes = list(own)
        together += [
            _DrawnLane(_label(one), True, one.bars, _signs(one, lettered=False)) for one in lanes if _strong(one)
        ]
        marks = [sign for lane in lanes if not _strong(lane) for sign in _signs(lane, lettered=True)]
        if marks:
            together.append(_DrawnLane("  signals", False, marks=tuple(sorted(marks, key=lambda one: one[0].step))))
    if len(together) <= room:
        return together
    return [lane for lane in together if lane.strong][: max(1, room)]


def _strong(lane: Lane) -> bool:
    return lane.kind in (LaneKind.STATE, LaneKind.CLIENTS)


def _label(lane: Lane) -> str:
    if lane.kind is LaneKind.STATE:
        return visible(f"{lane.director} {lane.name}")
    return f"  {lane.name}" if lane.director else lane.name


def _signs(lane: Lane, *, lettered: bool) -> tuple[tuple[PictureMark, str], ...]:
    """Return the marks of a lane, each with its sign; a step comes last, and is not covered."""
    ordered = sorted(lane.marks, key=lambda mark: mark.step)
    return tuple((mark, _LETTERS[lane.kind] if lettered else _STEP if mark.step else _EVENT) for mark in ordered)


def _lane(picture: DrillPicture, lane: _DrawnLane, row: _CellRow) -> _CellRow:
    spans = [_span(picture, mark, row.width) for mark, _ in lane.marks]
    for bar in lane.bars:
        _bar(picture, bar, row, spans)
    for (mark, sign), (left, right) in zip(lane.marks, spans, strict=True):
        x = _x(picture, mark.at, row.width)
        if left < right:
            if left < x:
                row.put(left, "├" + "─" * (x - left - 1), "accent")
            if right > x:
                row.put(x + 1, "─" * (right - x - 1) + "┤", "accent")
        row.put(x, sign, "accent" if mark.step else "dim")
    return row


def _span(picture: DrillPicture, mark: PictureMark, room: int) -> tuple[int, int]:
    """Return the first and the last cell of a mark with its uncertainty: the same where that is less than a cell."""
    if not mark.step or mark.uncertainty * room < picture.length:
        return (_x(picture, mark.at, room),) * 2
    return _x(picture, mark.at - mark.uncertainty, room), _x(picture, mark.at + mark.uncertainty, room)


def _x(picture: DrillPicture, at: float, room: int) -> int:
    return max(0, min(room - 1, int(picture.place(at) * room)))


def _bar(picture: DrillPicture, bar: Bar, row: _CellRow, spans: Sequence[tuple[int, int]]) -> None:
    """Draw a bar; its word comes after the uncertainty of a step with which it begins."""
    left = _x(picture, bar.start, row.width)
    right = row.width if bar.end >= picture.end else _x(picture, bar.end, row.width)
    sign, fill, tone = _LOOK[bar.kind]
    wide = max(1, right - left)
    row.put(left, fill * wide, tone)
    word = max([left, *(end + 1 for first, end in spans if first < left <= end)])
    named = f"{sign} {bar.kind.value} " if word == left else f" {bar.kind.value} "
    row.put(word, named if len(named) <= left + wide - word else sign if word == left else "", tone)


def _window(picture: DrillPicture, two: bool, row: _CellRow) -> _CellRow:
    for window in picture.windows:
        if window.two is two:
            left, right = _x(picture, window.start, row.width), _x(picture, window.end, row.width)
            row.put(left, "├" + "─" * (right - left - 1) + "┤" if right > left else "│", "bad")
            long = length(window.end - window.start)
            if right - left > len(long) + 4:
                row.put(left + (right - left - len(long)) // 2, f" {long} ", "bad")
            elif right + 2 + len(long) < row.width:
                row.put(right + 2, long, "bad")
    return row


def _axis(picture: DrillPicture, row: _CellRow) -> _CellRow:
    end = 0
    for at, label in ticks(picture, max(2, row.width // 12)):
        x = _x(picture, at, row.width)
        if x >= end and x + len(label) + 1 <= row.width:
            row.put(x, f"╵{label}", "dim")
            end = x + len(label) + 2
    return row

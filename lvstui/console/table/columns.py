"""Choose the table's columns for a width: the cell of each row, and the value to sort by. Pure.

Not for: which rows there are (see `rows`), nor what is in the cells (see `row_cells`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lvstui.console.look import braille
from lvstui.console.look.display import Display
from lvstui.console.look.widths import HUGE, NARROW, TIGHT, WIDE
from lvstui.console.table import row_cells, sorting
from lvstui.console.table.row_cells import CellOf, Sides
from lvstui.console.table.rows import TableRow, Value

GAP = 1
EDGE = 2  # cells before the first column: the cursor and the mark
NOTE = 8  # cells; a note in fewer says nothing


@dataclass(frozen=True)
class Column:
    """A column of the table: its title, its place and what is in it."""

    kind: str  # of COLUMNS of the settings, if it is one of figures
    group: str  # the upper line of the header, written where it changes
    title: str
    width: int
    cell: CellOf
    value: Callable[[TableRow], Value] | None  # to sort real servers by; None: it says nothing of its own
    director: str = ""  # "d1", "d2"; "" if it is of no single one
    right: bool = True
    descending: bool = True  # what is sorted for first: most, gravest, oldest
    gives_way: bool = False  # an empty cell leaves its room to what follows

    @property
    def id(self) -> str:
        """Return its name, the same at every width."""
        return f"{self.kind}-{self.director}" if self.director else self.kind


def columns(sides: Sides, width: int, display: Display, *, flat: bool = False) -> tuple[Column, ...]:
    """Return the columns that fit into so many cells; the note takes the rest."""
    names, wanted = _names(width, flat=flat), display.columns
    chosen = _figures(sides, width if wanted is None else max(width, WIDE), display)
    if wanted is not None:
        chosen = [column for column in chosen if column.kind in wanted]
    while chosen and _taken([*names, *chosen]) > width:
        chosen.pop()
    rest = width - _taken([*names, *chosen])
    if wanted is None or "note" in wanted:
        if rest < NOTE and wanted is None and chosen[-1].kind == "spark":
            rest += chosen.pop().width + GAP  # why a server is not UP is worth more than how it went
        if rest >= NOTE:
            rest -= GAP  # at the right edge, where the scroll bar may be
            chosen.append(
                Column("note", "", "", rest, row_cells.note(rest), sorting.since, right=False, descending=False)
            )
    return (*names, *chosen)


def _taken(chosen: Sequence[Column]) -> int:
    """Return the width of these columns together, in cells."""
    return EDGE + sum(column.width + GAP for column in chosen)


def _figures(sides: Sides, width: int, display: Display) -> list[Column]:
    if width < NARROW:
        return [*_weights(sides), *_narrow(sides), *([_trend(8, 4)] if width >= TIGHT else [])]
    chosen, unit = _weights(sides), display.throughput_unit
    for field in ("active", "inactive", "persistent") if width >= WIDE else ("active",):
        chosen += _counts(sides, field, 6)
    chosen += (
        _each_rate(sides) if width >= HUGE else [replace(_rate(sides), cell=row_cells.unless_down(_rate(sides).cell))]
    )
    for kind, field in (("in", "in_bps"), ("out", "out_bps")) if width >= WIDE else (("out", "out_bps"),):
        cell = row_cells.unless_down(row_cells.throughput(sides, field, display, 6))
        chosen.append(Column(kind, kind, unit, 6, cell, sorting.total(sides, field), gives_way=True))
    chosen.append(_trend(10, 3) if width < WIDE else _trend(10, 6) if width < HUGE else _trend(15, 10))
    return chosen


def _trend(cells: int, each: int) -> Column:
    """Return the column of the plots: in so many cells, two points in each, of so many samples."""
    seconds = cells * braille.COLUMNS * each
    title = f" {seconds // 60} min" if seconds >= 60 else f" {seconds} s"
    return Column(
        "spark", " trend", title, cells + 1, row_cells.sparkline(cells, each), None, right=False, gives_way=True
    )


def _rate(sides: Sides) -> Column:
    rate = sorting.total(sides, "connections_per_s")
    return Column("conns", "new", "conn/s", 7, row_cells.rate(sides, 7), rate, gives_way=True)


def _narrow(sides: Sides) -> list[Column]:
    """Return the columns of a narrow table: both Directors together."""
    active = row_cells.unless_down(row_cells.busiest(sides))
    rate = _rate(sides)
    return [
        Column("active", "conn", "active", 7, active, sorting.most(sides, "active"), gives_way=True),
        replace(rate, cell=row_cells.unless_down(rate.cell)),
    ]


def _names(width: int, *, flat: bool) -> list[Column]:
    state = Column("state", " ", "state", 9, row_cells.state, sorting.gravity, right=False)
    if not flat:
        return [
            _name(
                "virtual and real servers", 25 if width < NARROW else 29 if width < WIDE else 32 if width < HUGE else 40
            ),
            state,
        ]
    first = _name("real server", 24 if width < WIDE else 30)
    if width < NARROW:
        return [first, state]
    room = 20 if width < WIDE else 26
    owner = Column("vs", "", "virtual server", room, row_cells.owner, sorting.owner, right=False, descending=False)
    return [first, owner, state]


def _name(title: str, width: int) -> Column:
    return Column("name", "", title, width, row_cells.name(width), sorting.name, right=False, descending=False)


def _shorts(sides: Sides) -> list[tuple[str, str, bool]]:
    """Return of each Director its short name, its name, and whether its figures are fresh."""
    return [(f"d{number}", name, fresh) for number, (name, fresh) in enumerate(sides, 1)]


def _weights(sides: Sides) -> list[Column]:
    return [
        Column("weight", "weight", short, 5, row_cells.weight(name, fresh=fresh), sorting.weight(name), short)
        for short, name, fresh in _shorts(sides)
    ]


def _counts(sides: Sides, field: str, width: int) -> list[Column]:
    return [
        Column(field, field, short, width, row_cells.count(name, field, fresh=fresh), sorting.field(name, field), short)
        for short, name, fresh in _shorts(sides)
    ]


def _each_rate(sides: Sides) -> list[Column]:
    field = "connections_per_s"
    return [
        Column("conns", "conn/s", short, 8, row_cells.rate([(name, fresh)], 8), sorting.field(name, field), short)
        for short, name, fresh in _shorts(sides)
    ]

"""The table's columns at a width: the cell of each row, and the value to sort by. Pure: rows in, texts and tones out.

Not for: which rows there are (see `console.listing`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lvstui.cluster.view import DrainView, RealServerState
from lvstui.console import figures
from lvstui.console.listing import Key, Row, Value
from lvstui.console.marks import FOLDED, REAL_SERVER, UNFOLDED, Tone
from lvstui.console.trends import Trends
from lvstui.console.widgets import sorting

Cell = tuple[str, Tone]
GAP = 1
EDGE = 2  # cells before the first column: the cursor and the mark
NOTE = 8  # cells; a note in fewer says nothing


class Moment(NamedTuple):
    """What cells are drawn from besides their row."""

    wall: float
    trends: Trends
    drains: Mapping[Key, DrainView] = {}  # a NamedTuple's default, never written to
    folded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Column:
    id: str  # the same at every width
    group: str  # the upper line of the header, written where it changes
    title: str
    width: int
    cell: Callable[[Row, Moment], Cell]
    value: Callable[[Row], Value] | None  # to sort real servers by; None: it says nothing of its own
    right: bool = True
    descending: bool = True  # what is sorted for first: most, gravest, oldest
    gives_way: bool = False  # an empty cell leaves its room to what follows


Sides = Sequence[tuple[str, bool]]  # each Director, and whether its figures are fresh


_wanted: frozenset[str] | None = None


def use_columns(wanted: Collection[str] | None) -> None:
    """The columns of figures that the operator wants, by COLUMNS of the settings; None: those that suit the width."""
    global _wanted
    _wanted = None if wanted is None else frozenset(wanted)


def columns(sides: Sides, width: int, *, flat: bool = False) -> tuple[Column, ...]:
    """What fits into so many cells; the note takes the rest."""
    names = _names(width, flat=flat)
    chosen = _figures(sides, width if _wanted is None else max(width, 160))
    if _wanted is not None:
        chosen = [column for column in chosen if column.id.partition("-")[0] in _wanted]
    while chosen and _taken([*names, *chosen]) > width:
        chosen.pop()
    rest = width - _taken([*names, *chosen])
    if _wanted is None or "note" in _wanted:
        if rest < NOTE and _wanted is None and chosen[-1].id == "spark":
            rest += chosen.pop().width + GAP  # why a server is not UP is worth more than how it went
        if rest >= NOTE:
            chosen.append(Column("note", "", "", rest, _note, sorting.since, right=False, descending=False))
    return (*names, *chosen)


def _taken(chosen: Sequence[Column]) -> int:
    """Cells."""
    return EDGE + sum(column.width + GAP for column in chosen)


def _figures(sides: Sides, width: int) -> list[Column]:
    chosen = _weights(sides)
    unit = figures.throughput_unit()
    if width < 120:
        chosen.append(
            Column(
                "active", "", "active", 7, _unless_down(_busiest(sides)), sorting.most(sides, "active"), gives_way=True
            )
        )
        chosen.append(
            Column(
                "conns",
                "",
                "conn/s",
                7,
                _unless_down(_rate(sides)),
                sorting.total(sides, "connections_per_s"),
                gives_way=True,
            )
        )
    else:
        fields = ("active", "inactive", "persistent") if width >= 160 else ("active", "inactive")
        for field in fields:
            chosen += _counts(sides, field, 5 if width < 160 else 6)
        if width >= 200:
            chosen += _each_rate(sides)
        else:
            chosen.append(Column("conns", "conn", "/s", 6, _rate(sides), sorting.total(sides, "connections_per_s")))
        if width >= 160:
            chosen.append(Column("in", "in", unit, 6, _bits(sides, "in_bps"), sorting.total(sides, "in_bps")))
        chosen.append(Column("out", "out", unit, 6, _bits(sides, "out_bps"), sorting.total(sides, "out_bps")))
        bars, each = (10, 6) if width < 160 else (12, 10) if width < 200 else (30, 10)  # each of so many samples
        title = f"last {bars * each // 60} min"
        chosen.append(Column("spark", "conn/s,", title, bars, _spark(bars, each), None, right=False, gives_way=True))
    return chosen


def _names(width: int, *, flat: bool) -> list[Column]:
    name_width = 25 if width < 120 else 29 if width < 160 else 40
    first = Column(
        "name",
        "",
        "virtual and real servers",
        name_width,
        _name(name_width),
        sorting.name,
        right=False,
        descending=False,
    )
    state = Column("state", " ", "state", 9, _state, sorting.gravity, right=False)
    if not flat:
        return [first, state]
    real_width = 24 if width < 160 else 30
    return [
        Column("name", "", "real server", real_width, _name(real_width), sorting.name, right=False, descending=False),
        *([] if width < 120 else [_owner(20 if width < 160 else 26)]),
        state,
    ]


def _owner(width: int) -> Column:
    return Column("vs", "", "virtual server", width, _owner_cell, sorting.owner, right=False, descending=False)


def _shorts(sides: Sides) -> list[tuple[str, str, bool]]:
    return [(f"d{number}", name, fresh) for number, (name, fresh) in enumerate(sides, 1)]


def _weights(sides: Sides) -> list[Column]:
    return [
        Column(f"weight-{short}", "weight", short, 5, _weight(name, fresh=fresh), sorting.weight(name))
        for short, name, fresh in _shorts(sides)
    ]


def _counts(sides: Sides, field: str, width: int) -> list[Column]:
    return [
        Column(f"{field}-{short}", field, short, width, _count(name, field, fresh=fresh), sorting.field(name, field))
        for short, name, fresh in _shorts(sides)
    ]


def _each_rate(sides: Sides) -> list[Column]:
    return [
        Column(f"conns-{short}", "conn/s", short, 6, _rate([(name, fresh)]), sorting.field(name, "connections_per_s"))
        for short, name, fresh in _shorts(sides)
    ]


# --- cells ---


def _name(width: int) -> Callable[[Row, Moment], Cell]:
    """With the scheduler and the method, as far as there is room for the whole word."""

    def cell(row: Row, moment: Moment) -> Cell:
        if row.real is None:
            glyph = FOLDED if row.virtual.id in moment.folded else UNFOLDED
            text, gap = f"{glyph} {row.virtual.id}", "  "
            for word in filter(None, (row.virtual.scheduler, row.virtual.method)):
                if len(text) + len(gap) + len(word) > width:
                    break
                text, gap = f"{text}{gap}{word}", " "
            return text, "accent"
        glyph, tone = REAL_SERVER[row.real.state]
        return f"  {glyph} {row.real.id}", tone if tone in ("bad", "warn") else "plain"

    return cell


def _owner_cell(row: Row, moment: Moment) -> Cell:
    return row.virtual.id, "dim"


def _state(row: Row, moment: Moment) -> Cell:
    if row.real is None:
        up, total = row.virtual.up, len(row.virtual.real_servers)
        return f"{up}/{total} up", "good" if up == total else "bad" if not up else "warn"
    return str(row.real.state), REAL_SERVER[row.real.state][1]


def _weight(director: str, *, fresh: bool) -> Callable[[Row, Moment], Cell]:
    def cell(row: Row, moment: Moment) -> Cell:
        if row.real is None:
            return "", "dim"
        one = row.real.directors.get(director)
        if one is None:
            return figures.UNKNOWN, "dim"
        text = figures.weight(one.configured_weight, one.kernel_weight)
        return text, "warn" if "/" in text else "dim" if text == figures.UNKNOWN or not fresh else "plain"

    return cell


def _count(director: str, field: str, *, fresh: bool) -> Callable[[Row, Moment], Cell]:
    def cell(row: Row, moment: Moment) -> Cell:
        one = row.figures(director)
        value = None if one is None else getattr(one, field)
        return figures.count(value), "plain" if value and fresh else "dim"

    return cell


def _busiest(sides: Sides) -> Callable[[Row, Moment], Cell]:
    """Of the Director that has most: the other's copies of connections are not more of them."""

    def cell(row: Row, moment: Moment) -> Cell:
        found = [row.figures(name) for name, _ in sides]
        value = figures.largest(None if one is None or one.active is None else int(one.active) for one in found)
        return figures.count(value), "plain" if value else "dim"

    return cell


def _unless_down(other: Callable[[Row, Moment], Cell]) -> Callable[[Row, Moment], Cell]:
    """Nothing where nothing is known because it is DOWN: in a narrow table why it is needs the room."""

    def cell(row: Row, moment: Moment) -> Cell:
        text, tone = other(row, moment)
        down = row.real is not None and row.real.state is RealServerState.DOWN
        return ("" if down and text == figures.UNKNOWN else text), tone

    return cell


def _total(row: Row, sides: Sides, field: str) -> float | None:
    found = [row.figures(name) for name, _ in sides]
    return figures.total(None if one is None else getattr(one, field) for one in found)


def _rate(sides: Sides) -> Callable[[Row, Moment], Cell]:
    def cell(row: Row, moment: Moment) -> Cell:
        value = _total(row, sides, "connections_per_s")
        return figures.rate(value), "plain" if value else "dim"

    return cell


def _bits(sides: Sides, field: str) -> Callable[[Row, Moment], Cell]:
    def cell(row: Row, moment: Moment) -> Cell:
        value = _total(row, sides, field)
        return figures.throughput(value), "plain" if value else "dim"

    return cell


def _spark(bars: int, each: int) -> Callable[[Row, Moment], Cell]:
    """Empty, so that the note gets its room, where nothing flows."""

    def cell(row: Row, moment: Moment) -> Cell:
        course = moment.trends.of(row.key, bars, each)
        flows = any(course) and not (row.real is not None and row.real.state is RealServerState.DOWN)
        return figures.sparkline(course, bars) if flows else "", "dim"

    return cell


def _note(row: Row, moment: Moment) -> Cell:
    """Why it is not simply UP, and for how long; of a drain, how much longer."""
    if row.real is None:
        return _summary(row), "dim"
    state = row.real.state
    if state is RealServerState.UP:
        return "", "dim"
    drain = moment.drains.get(row.key)
    if drain is not None:
        parts = [figures.left(drain), drain.told.reason if drain.told is not None else ""]
    else:
        parts = ["" if row.real.since is None else figures.age(moment.wall - row.real.since), row.real.reason or ""]
    return " · ".join(part for part in parts if part), REAL_SERVER[state][1]


def _summary(row: Row) -> str:
    """What of its real servers is not UP, the gravest first."""
    states = row.virtual.states
    others = [(states.count(state), state) for state in reversed(REAL_SERVER) if state is not RealServerState.UP]
    return " · ".join(f"{count} {state.lower()}" for count, state in others if count)

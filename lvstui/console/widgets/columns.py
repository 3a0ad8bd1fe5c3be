"""The table's columns at a width, and the cells of a virtual or real server. Pure: views in, texts and tones out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lvstui.cluster.view import Figures, RealServerState, RealServerView, VirtualServerView
from lvstui.console import figures
from lvstui.console.marks import REAL_SERVER, Tone

Cell = tuple[str, Tone]
GAP = 1


class Row(NamedTuple):
    """A line of the table: a virtual server (`real` is None) or one of its real servers."""

    virtual: VirtualServerView
    real: RealServerView | None
    history: Sequence[float | None] = ()

    @property
    def key(self) -> tuple[str, str | None]:
        return self.virtual.id, self.real.id if self.real is not None else None

    def figures(self, director: str) -> tuple[Figures, ...]:
        reals = self.virtual.real_servers if self.real is None else (self.real,)
        return tuple(real.directors[director] for real in reals if director in real.directors)


@dataclass(frozen=True)
class Column:
    group: str  # the upper line of the header, written where it changes
    title: str
    width: int
    cell: Callable[[Row, float], Cell]  # of a row, at a wall-clock time
    right: bool = True


def columns(sides: Sequence[tuple[str, bool]], width: int) -> tuple[Column, ...]:
    """What fits into so many cells; the note takes the rest. `sides`: each Director, and whether its figures are fresh."""
    directors = [name for name, _ in sides]
    name_width = 26 if width < 120 else 28 if width < 160 else 40
    chosen = [
        Column("", "virtual and real servers", name_width, _name, right=False),
        Column(" ", "state", 9, _state, right=False),
    ]
    shorts = [(f"d{number}", name, fresh) for number, (name, fresh) in enumerate(sides, 1)]
    chosen += [Column("weight", short, 5, _weight(name, fresh=fresh)) for short, name, fresh in shorts]
    if width < 120:
        chosen += [Column("", "active", 7, _busiest(directors)), Column("", "conn/s", 7, _conn_rate(directors))]
    else:
        for field in ("active", "inactive", "persistent") if width >= 160 else ("active", "inactive"):
            chosen += [
                Column(field, short, 5 if width < 160 else 6, _count(name, field, fresh=fresh))
                for short, name, fresh in shorts
            ]
        chosen.append(Column("conn", "/s", 7, _conn_rate(directors)))
        if width >= 160:
            chosen.append(Column("in", figures.throughput_unit(), 6, _bits(directors, "in_bps")))
        chosen.append(Column("out", figures.throughput_unit(), 6, _bits(directors, "out_bps")))
        if width >= 140:
            spark = 12 if width < 200 else 30
            chosen.append(Column("conn/s,", f"last {spark}", spark, _spark(spark), right=False))
    rest = width - sum(column.width + GAP for column in chosen) - 1
    if rest >= 8:
        chosen.append(Column("", "", rest, _note, right=False))
    return tuple(chosen)


def _name(row: Row, wall: float) -> Cell:
    if row.real is None:
        how = " ".join(part for part in (row.virtual.scheduler, row.virtual.method) if part)
        return f"{row.virtual.id}  {how}".rstrip(), "accent"
    glyph, tone = REAL_SERVER[row.real.state]
    return f" {glyph} {row.real.id}", tone if tone in ("bad", "warn") else "plain"


def _state(row: Row, wall: float) -> Cell:
    if row.real is None:
        total = len(row.virtual.real_servers)
        return (
            f"{row.virtual.up}/{total} up",
            "good" if row.virtual.up == total else "bad" if not row.virtual.up else "warn",
        )
    return str(row.real.state), REAL_SERVER[row.real.state][1]


def _weight(director: str, *, fresh: bool) -> Callable[[Row, float], Cell]:
    def cell(row: Row, wall: float) -> Cell:
        if row.real is None:
            return "", "dim"
        for one in row.figures(director):
            text = figures.weight(one.configured_weight, one.kernel_weight)
            return text, "warn" if "/" in text else "dim" if text == figures.UNKNOWN or not fresh else "plain"
        return figures.UNKNOWN, "dim"

    return cell


def _count(director: str, field: str, *, fresh: bool) -> Callable[[Row, float], Cell]:
    def cell(row: Row, wall: float) -> Cell:
        value = figures.total(getattr(one, field) for one in row.figures(director))
        return figures.count(None if value is None else int(value)), "plain" if value and fresh else "dim"

    return cell


def _busiest(directors: Sequence[str]) -> Callable[[Row, float], Cell]:
    """Of the Director that has most: the other's copies of connections are not more of them."""

    def cell(row: Row, wall: float) -> Cell:
        sums = [figures.total(one.active for one in row.figures(name)) for name in directors]
        value = figures.largest(None if one is None else int(one) for one in sums)
        return figures.count(value), "plain" if value else "dim"

    return cell


def _conn_rate(directors: Sequence[str]) -> Callable[[Row, float], Cell]:
    def cell(row: Row, wall: float) -> Cell:
        value = figures.total(one.connections_per_s for name in directors for one in row.figures(name))
        return figures.rate(value), "plain" if value else "dim"

    return cell


def _bits(directors: Sequence[str], field: str) -> Callable[[Row, float], Cell]:
    def cell(row: Row, wall: float) -> Cell:
        value = figures.total(getattr(one, field) for name in directors for one in row.figures(name))
        return figures.throughput(value), "plain" if value else "dim"

    return cell


def _spark(width: int) -> Callable[[Row, float], Cell]:
    return lambda row, wall: (figures.sparkline(row.history, width), "accent")


def _note(row: Row, wall: float) -> Cell:
    """Why it is not simply UP, and for how long."""
    if row.real is None or row.real.state is RealServerState.UP:
        return "", "dim"
    parts = [] if row.real.since is None else [figures.age(wall - row.real.since)]
    if row.real.reason:
        parts.append(row.real.reason)
    return " · ".join(parts), REAL_SERVER[row.real.state][1]

"""Write the cell of each row of the table: functions that make, of a row and its moment, a text and its tone. Pure.

Not for: which columns there are (see `columns`), nor a sorry server's own cells (see `sorry_cells`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lvstui.cluster.view import ClusterView, DrainView, RealServerState
from lvstui.console.look import braille, formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import FOLDED, REAL_SERVER, UNFOLDED, Toned
from lvstui.console.table import sorry_cells
from lvstui.console.table.rows import Key, TableRow
from lvstui.console.table.trends import Trends

_PART = " · "  # between two parts of a note
Sides = Sequence[tuple[str, bool]]  # each Director, and whether its figures are fresh


class CellContext(NamedTuple):
    """Hold what cells are drawn from, besides their row."""

    wall: float
    trends: Trends
    drains: Mapping[Key, DrainView] = {}  # a NamedTuple's default, never written to
    folded: frozenset[str] = frozenset()

    def at(self, view: ClusterView) -> CellContext:
        """Return the moment of that view."""
        drains: dict[Key, DrainView] = {(drain.virtual_server, drain.real_server): drain for drain in view.drains}
        return self._replace(wall=view.wall, drains=drains)


CellOf = Callable[[TableRow, CellContext], Toned]


def name(width: int) -> CellOf:
    """Write the name, of a virtual server with its scheduler and method as far as there is room for the whole word."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        if row.sorry is not None:
            return sorry_cells.name(row.sorry)
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


def owner(row: TableRow, moment: CellContext) -> Toned:
    """Write the name of the virtual server."""
    return row.virtual.id, "dim"


def state(row: TableRow, moment: CellContext) -> Toned:
    """Write the state; of a virtual server, how many of its real servers are UP."""
    if row.sorry is not None:
        return sorry_cells.state(row.sorry)
    if row.real is None:
        if row.virtual.ignored:
            return "ignored", "warn"
        up, total = row.virtual.up, len(row.virtual.real_servers)
        word = " up" if total < 100 else ""  # else it would be cut
        return f"{up}/{total}{word}", "good" if up == total else "bad" if not up else "warn"
    return str(row.real.state), REAL_SERVER[row.real.state][1]


def weight(director: str, *, fresh: bool) -> CellOf:
    """Write the weight on that Director; its tone says where file and kernel do not agree."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        if row.sorry is not None:
            return sorry_cells.weight(row.sorry, director)
        if row.real is None:
            return "", "dim"
        one = row.real.directors.get(director)
        if one is None:
            return formatting.UNKNOWN, "dim"
        text = formatting.weight(one.configured_weight, one.kernel_weight, one.effective_weight)
        undone = not one.configured_weight and bool(one.kernel_weight)  # by a checker, or by somebody
        odd = "/" in text or undone
        return text, "warn" if odd else "dim" if text == formatting.UNKNOWN or not fresh else "plain"

    return cell


def count(director: str, field: str, *, fresh: bool) -> CellOf:
    """Write a count of that Director, of a field of its figures."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        one = row.figures(director)
        value = None if one is None else getattr(one, field)
        return formatting.count(value), "plain" if value and fresh else "dim"

    return cell


def busiest(sides: Sides) -> CellOf:
    """Write the active connections of the Director that has most: the other's copies are not more of them."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        found = [row.figures(name) for name, _ in sides]
        value = formatting.largest(None if one is None or one.active is None else int(one.active) for one in found)
        return formatting.count(value), "plain" if value else "dim"

    return cell


def unless_down(other: CellOf) -> CellOf:
    """Write nothing where nothing is known because the server is DOWN: in a narrow table the reason needs the room."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        text, tone = other(row, moment)
        down = row.real is not None and row.real.state is RealServerState.DOWN
        return ("" if down and text.strip() == formatting.UNKNOWN else text), tone

    return cell


def _total(row: TableRow, sides: Sides, field: str) -> float | None:
    found = [row.figures(name) for name, _ in sides]
    return formatting.total(None if one is None else getattr(one, field) for one in found)


def rate(sides: Sides, width: int) -> CellOf:
    """Write the new connections per second of these Directors together."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        value = _total(row, sides, "connections_per_s")
        return formatting.aligned(formatting.rate(value), width), "plain" if value else "dim"

    return cell


def throughput(sides: Sides, field: str, display: Display, width: int) -> CellOf:
    """Write the throughput of these Directors together, of a field of their figures."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        value = _total(row, sides, field)
        return formatting.aligned(display.throughput(value), width), "plain" if value else "dim"

    return cell


def sparkline(bars: int, each: int) -> CellOf:
    """Draw the connection rate of the last minutes, at the scale of its virtual server: what is idle is a base line.

    A server that is not UP and has no traffic leaves its room to the note.
    """

    def cell(row: TableRow, moment: CellContext) -> Toned:
        course = moment.trends.of(row.key, bars * braille.COLUMNS, each)
        flows = any(course) and not (row.real is not None and row.real.state is RealServerState.DOWN)
        if not flows and row.real is not None and row.real.state is not RealServerState.UP:
            return "", "dim"
        top = moment.trends.top(row.key, bars * braille.COLUMNS, each)
        [runs] = braille.dots([course], bars, 1, top or 1.0)
        return " " + "".join(run.text for run in runs), "dim"

    return cell


def note(room: int) -> CellOf:
    """Say in so many cells why the server is not simply UP. What has no whole room there stands in the panel below."""

    def cell(row: TableRow, moment: CellContext) -> Toned:
        text, tone = _note(row, moment)
        down = row.real is not None and row.real.state is RealServerState.DOWN  # the reason is what it is all about
        while not down and len(text) > room and _PART in text:
            text = text.rpartition(_PART)[0]
        return text, tone

    return cell


def _note(row: TableRow, moment: CellContext) -> Toned:
    """Say why the server is not simply UP, and for how long; of a drain, how much longer."""
    if row.sorry is not None:
        return sorry_cells.note(row.sorry)
    if row.real is None:
        if row.virtual.ignored:
            return "has no real servers - ignoring", "warn"
        lost = row.virtual.quorum is not None and bool(row.virtual.quorum.lost)
        return _summary(row), "bad" if lost else "dim"
    state = row.real.state
    if state is RealServerState.UP:
        return row.real.reason or "", "warn"
    drain = moment.drains.get(row.key)
    if drain is not None and state in (RealServerState.DRAINING, RealServerState.DRAINED):
        parts = [formatting.drain_progress(drain), *(f"{name}: none left" for name in drain.emptied)]
        parts.append(drain.told.reason if drain.told is not None else "")
    else:
        parts = ["" if row.real.since is None else formatting.age(moment.wall - row.real.since), row.real.reason or ""]
    return _PART.join(part for part in parts if part), REAL_SERVER[state][1]


def _summary(row: TableRow) -> str:
    """Count the real servers that are not UP, the gravest first, and tell the quorum, which comes first where it is lost."""
    states = row.virtual.states
    others = [(states.count(state), state) for state in reversed(REAL_SERVER) if state is not RealServerState.UP]
    parts = [f"{count} {state.lower()}" for count, state in others if count]
    if row.virtual.quorum is not None:
        parts.insert(0 if row.virtual.quorum.lost else len(parts), row.virtual.quorum.brief)
    return _PART.join(parts)

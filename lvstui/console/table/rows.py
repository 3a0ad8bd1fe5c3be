"""List the rows of the table: virtual servers with their real servers, or real servers alone; folded, filtered, in an order.

Built anew with each view, so it does as little as it can: a virtual server whose real servers are all shown as they come is
not walked through, and a line is made when somebody looks at it. An order by figures that move is worked out again only
now and then: lines that jump at each sample cannot be read.

Not for: drawing (see `widgets`), nor the words of a filter (see `cluster.filter`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lvstui.cluster.filter import ALL, Filter
from lvstui.cluster.quorum_view import SorryFigures, SorryServerView
from lvstui.cluster.view import Figures, RealServerView, Sums, VirtualServerView

AGAIN = 2.0  # seconds between two times that an order by figures is worked out

Key = tuple[str, str | None]  # a virtual server's id, and a real server's; None: the virtual server itself
Value = float | tuple[str, ...] | None  # to sort by; None: unknown, and last in either direction


SORRY = "sorry server"  # in the key of its line: no real server is called so


class TableRow(NamedTuple):
    """A line of the table: a virtual server, one of its real servers, or its sorry server."""

    virtual: VirtualServerView
    real: RealServerView | None
    sorry: SorryServerView | None = None

    @property
    def is_virtual(self) -> bool:
        """Return True if it is the row of a virtual server itself."""
        return self.real is None and self.sorry is None

    @property
    def key(self) -> Key:
        """Return the identity of its server."""
        if self.sorry is not None:
            return self.virtual.id, SORRY
        return self.virtual.id, self.real.id if self.real is not None else None

    def figures(self, director: str) -> Figures | Sums | SorryFigures | None:
        """Return the figures of the server, or of all real servers of the virtual server together; None: it is not there."""
        if self.sorry is not None:
            return self.sorry.directors.get(director)
        return self.virtual.sums.get(director) if self.real is None else self.real.directors.get(director)


@dataclass(frozen=True)
class Order:
    """The column that rows are sorted by. Those that are alike stay in the order of the file."""

    column: str
    value: Callable[[TableRow], Value] = field(compare=False)
    descending: bool = False


@dataclass(frozen=True)
class TableChoice:
    """The operator's choice of what the table shows, and how."""

    filter: Filter = ALL
    order: Order | None = None  # None: as in the file
    flat: bool = False  # the real servers of all virtual servers in one list
    folded: frozenset[str] = frozenset()  # virtual servers

    def with_folds(self, virtual_servers: Iterable[str], *, fold: bool) -> TableChoice:
        """Return the choice with these virtual servers folded, or unfolded."""
        these = frozenset(virtual_servers)
        return replace(self, folded=self.folded | these if fold else self.folded - these)


class _Block(NamedTuple):
    """A virtual server's row, if it has one, and the rows under it."""

    head: VirtualServerView | None
    rows: Sequence[TableRow] | None  # of a flat list
    reals: Sequence[RealServerView]
    sorry: SorryServerView | None = None  # beneath them

    def row(self, line: int) -> TableRow:
        if self.rows is not None:
            return self.rows[line]
        assert self.head is not None
        if line > len(self.reals):
            return TableRow(self.head, None, self.sorry)
        return TableRow(self.head, self.reals[line - 1] if line else None)


class RowListing:
    """All rows, each on a line that is numbered from 0."""

    def __init__(self) -> None:
        self.choice = TableChoice()
        self._blocks: list[_Block] = []
        self._starts: list[int] = []
        self._numbers: dict[str, int] = {}  # virtual server -> block
        self._length = 0
        self._orders: dict[
            str, tuple[Sequence[object], list[int]]
        ] = {}  # of a block: the ids it was worked out for, and it
        self._ordered = float("-inf")
        self.matching = 0  # real servers that the filter lets through, folded ones too

    def __len__(self) -> int:
        return self._length

    def show(self, servers: Sequence[VirtualServerView], choice: TableChoice, now: float) -> None:
        """Number the lines of these servers; `now` in seconds, of any clock; in the past it goes back."""
        before = (self.choice.order, self.choice.flat, self.choice.filter.text)
        if before != (choice.order, choice.flat, choice.filter.text) or not 0 <= now - self._ordered < AGAIN:
            self._orders, self._ordered = {}, now
        self.choice = choice
        self._blocks, self._starts, self._numbers, start = [], [], {}, 0
        self.matching = 0
        for block, length in self._flat(servers) if choice.flat else self._grouped(servers):
            if block.head is not None:
                self._numbers[block.head.id] = len(self._blocks)
            self._starts.append(start)
            self._blocks.append(block)
            start += length
        self._length = start

    def row(self, line: int) -> TableRow:
        number = bisect_right(self._starts, line) - 1
        return self._blocks[number].row(line - self._starts[number])

    def line(self, key: Key | None, guess: int = 0) -> int | None:
        """Return the line of that server, looked for at `guess` first; None: it is not in the listing."""
        if key is None:
            return None
        if 0 <= guess < self._length and self.row(guess).key == key:
            return guess
        if self.choice.flat:
            owner, id = key
            rows = enumerate(self._blocks[0].rows or ())
            found = (line for line, row in rows if row.real and row.real.id == id and row.virtual.id == owner)
            return next(found, None)
        number = self._numbers.get(key[0])
        if number is None:
            return None
        if key[1] is None:
            return self._starts[number]
        if key[0] in self.choice.folded:
            return None
        if key[1] == SORRY:
            block = self._blocks[number]
            return None if block.sorry is None else self._starts[number] + len(block.reals) + 1
        under = enumerate(self._blocks[number].reals, self._starts[number] + 1)
        return next((line for line, real in under if real.id == key[1]), None)

    def rows(self, keys: Iterable[Key]) -> tuple[TableRow, ...]:
        """Return those of these servers that are in the listing, in its order."""
        lines = sorted(line for line in (self.line(key) for key in keys) if line is not None)
        return tuple(self.row(line) for line in lines)

    # --- the blocks ---

    def _grouped(self, servers: Sequence[VirtualServerView]) -> Iterable[tuple[_Block, int]]:
        choice = self.choice
        for virtual in servers:
            reals: Sequence[RealServerView] = virtual.real_servers
            if choice.filter:
                reals = [real for real in reals if choice.filter.shows(real)]
                if not reals:
                    continue
            self.matching += len(reals)
            if virtual.id in choice.folded:
                yield _Block(virtual, None, ()), 1
                continue
            if choice.order is not None:
                rows = self._sorted(virtual.id, [TableRow(virtual, real) for real in reals])
                reals = [row.real for row in rows if row.real is not None]
            sorry = None if choice.filter else virtual.sorry_server
            yield _Block(virtual, None, reals, sorry), 1 + len(reals) + (sorry is not None)

    def _flat(self, servers: Sequence[VirtualServerView]) -> Iterable[tuple[_Block, int]]:
        rows = [TableRow(virtual, real) for virtual in servers for real in virtual.real_servers]
        if self.choice.filter:
            shows = self.choice.filter.shows
            rows = [row for row in rows if row.real is not None and shows(row.real)]
        if self.choice.order is not None:
            rows = self._sorted("", rows)
        self.matching = len(rows)
        yield _Block(None, rows, ()), len(rows)

    def _sorted(self, block: str, rows: list[TableRow]) -> list[TableRow]:
        """Return the rows in the order worked out a moment ago, if it is for the same real servers; else work it out."""
        ids = [row.real.id for row in rows if row.real is not None]
        known = self._orders.get(block)
        if known is None or known[0] != ids:
            assert self.choice.order is not None
            known = self._orders[block] = (ids, sort(rows, self.choice.order))
        return [rows[number] for number in known[1]]


def sort(rows: Sequence[TableRow], order: Order) -> list[int]:
    """Return the numbers of the rows in that order: stable in both directions, what is not known last."""
    values = [order.value(row) for row in rows]
    known = [number for number, value in enumerate(values) if value is not None]
    known.sort(key=values.__getitem__, reverse=order.descending)  # type: ignore[arg-type]  # one column, one type
    return known + [number for number, value in enumerate(values) if value is None]

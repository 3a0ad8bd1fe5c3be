"""Keep the marks on real servers, and the range that is being marked. Pure: no Textual.

Marks go by identity: a mark never moves to another server.
"""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.view import VirtualServerView
from lvstui.console.table.rows import Key, RowListing, TableRow


class Selection:
    """The marked real servers, and the range that grows and shrinks with the cursor."""

    def __init__(self) -> None:
        self.keys: frozenset[Key] = frozenset()
        self.anchor: Key | None = None  # where the range began; None: there is none
        self.held = False  # the range goes on with every move, until it is ended
        self._before: frozenset[Key] = frozenset()

    def __contains__(self, key: Key) -> bool:
        return key in self.keys

    def shown(self, listing: RowListing) -> tuple[TableRow, ...]:
        """Return the marked rows of the listing, in its order: none that is filtered out or folded."""
        return listing.rows(self.keys) if self.keys else ()

    def toggle(self, keys: Iterable[Key]) -> None:
        """Mark them all, or none of them when all are marked."""
        these = frozenset(keys)
        self.end()
        self.keys = self.keys - these if these <= self.keys else self.keys | these

    def toggle_row(self, row: TableRow, listing: RowListing) -> None:
        """Toggle a real server; of a virtual server, all its real servers that the filter lets through."""
        if row.real is not None:
            self.toggle([row.key])
        else:
            shows = listing.choice.filter.shows
            self.toggle((row.virtual.id, real.id) for real in row.virtual.real_servers if shows(real))

    def leave(self, at: Key | None, *, mark: bool) -> None:
        """Begin a range at `at`, which the cursor leaves, if it is to `mark`; else end one that is not held."""
        if mark and at is not None:
            self._begin(at)
        elif not self.held:
            self.end()

    def reach(self, line: int, listing: RowListing) -> bool:
        """Let the range reach from its beginning to that line; what it left is as it was before. False: there is none."""
        if self.anchor is None:
            return False
        self.keys = self._before | frozenset(_between(self.anchor, line, listing))
        return True

    def toggle_range(self, at: Key | None, line: int, listing: RowListing) -> None:
        """End the range that is held, or begin one at the cursor that goes on with every move."""
        if self.held:
            self.end()
        elif at is not None:
            self.held = True
            self._begin(at)
            self.reach(line, listing)

    def _begin(self, at: Key) -> None:
        if self.anchor is None:
            self.anchor, self._before = at, self.keys

    def end(self) -> None:
        """End the range, and keep its marks."""
        self.anchor, self.held = None, False

    def clear(self) -> None:
        """Take all marks away."""
        self.end()
        self.keys = frozenset()

    def forget_gone(self, servers: Iterable[VirtualServerView]) -> None:
        """Drop the marks of servers that are not among these any more: should one come back, it is another."""
        if self.keys:
            there = {(real.virtual_server, real.id) for server in servers for real in server.real_servers}
            self._before -= self.keys - there
            self.keys &= there


def _between(anchor: Key, line: int, listing: RowListing) -> list[Key]:
    """Return the real servers from the anchor's line to that line, both included."""
    start = listing.line(anchor)
    if start is None:
        return []
    first, last = sorted((start, line))
    rows = (listing.row(number) for number in range(first, last + 1))
    return [row.key for row in rows if row.real is not None]

"""Keep the table's cursor on its server, wherever that goes in the listing. Pure: no Textual.

Not for: scrolling to the cursor, nor drawing it (see `server_table`).
"""

from __future__ import annotations

from lvstui.console.table.rows import Key, RowListing, TableRow


class Cursor:
    """The cursor: the server that it is on, and that server's line.

    It is on no server once its server has vanished, and stands on the line where that was.
    """

    def __init__(self) -> None:
        self.key: Key | None = None
        self.line = 0
        self.chosen = False  # by the operator, who moved it or changed the listing; until then: the first real server

    def row(self, listing: RowListing) -> TableRow | None:
        """Return the row under the cursor; None when its server has vanished, or is not in the listing."""
        if self.key is None or not 0 <= self.line < len(listing):
            return None
        row = listing.row(self.line)
        return row if row.key == self.key else None

    def is_on(self, line: int) -> bool:
        """Return True if the cursor is on that line, and on a server."""
        return self.key is not None and line == self.line

    def go(self, line: int, listing: RowListing) -> None:
        """Move for the operator to that line, or to the nearest that there is."""
        if len(listing):
            self.chosen = True
            self.line = max(0, min(line, len(listing) - 1))
            self.key = listing.row(self.line).key

    def follow(self, listing: RowListing) -> None:
        """Stay on the server in a listing that is another one now."""
        if not self.chosen:  # the first real server, while the table is still being learnt
            first = min(1, len(listing) - 1)
            if first == 1 and listing.choice.flat:
                first = 0
            self.line = max(0, first)
            self.key = listing.row(self.line).key if len(listing) else None
        elif self.key is not None:
            line = listing.line(self.key, self.line)
            if line is None:
                self.key = None
            else:
                self.line = line

    def stay_near(self, row: TableRow | None, listing: RowListing) -> None:
        """Go to `row` in a listing that the operator has changed; to its virtual server if it is folded, else stay."""
        line = None
        if row is not None:
            line = listing.line(row.key)
            if line is None:
                line = listing.line((row.virtual.id, None))
        self.go(self.line if line is None else line, listing)

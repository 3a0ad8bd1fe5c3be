"""Show the lines of a configuration's file: numbered, coloured, harmless, passwords masked. Lazy: a file may be long.

Not for: what the lines mean (see `keepalived`), nor colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lvstui.cluster.text import visible
from lvstui.keepalived.parsing.syntax import Tree
from lvstui.keepalived.reading.highlight import TokenKind, tokens
from lvstui.keepalived.secrets import Known

__all__ = ["ShownLine", "ShownLines", "TokenKind"]
_KEPT = 2000  # lines that were worked out


class ShownLine(NamedTuple):
    """A line of a file."""

    number: int  # as an editor shows it; the same for the parts of a line that is too long for keepalived
    pieces: tuple[tuple[TokenKind, str], ...]

    @property
    def text(self) -> str:
        """Return the line without its colours."""
        return "".join(text for _, text in self.pieces)


class ShownLines(Sequence[ShownLine]):
    """All lines of one file."""

    def __init__(self, tree: Tree, secrets: Known) -> None:
        self._tree = tree
        self._secrets = secrets
        self._shown: dict[int, ShownLine] = {}

    def __len__(self) -> int:
        return len(self._tree.lines)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # of a Sequence: an index or a slice
        if isinstance(index, slice):
            return tuple(self[one] for one in range(*index.indices(len(self))))
        shown = self._shown.get(index)
        if shown is None:
            line = self._tree.lines[index]
            pieces = tuple((token.kind, visible(token.text)) for token in tokens(line, self._secrets))
            if len(self._shown) >= _KEPT:
                self._shown.clear()
            shown = self._shown[index] = ShownLine(self._tree.number(index), pieces)
        return shown

    def row(self, number: int) -> int:
        """Return the index of the line with that number; of the nearest one where there is none."""
        index = max(0, min(number - 1, len(self) - 1))
        while index < len(self) - 1 and self._tree.number(index) < number:
            index += 1
        return index

    def find(self, wanted: str, start: int, step: int = 1) -> int | None:
        """Return the next row from `start` on that shows `wanted`, whatever its case, going round; None when none does."""
        needle, total = wanted.casefold(), len(self)
        if not needle:
            return None
        for count in range(total):
            index = (start + count * step) % total
            raw = self._tree.lines[index].body.decode(errors="backslashreplace").casefold()
            # The raw text is quick to look at; what is masked must not be found
            if (needle in raw or not raw.isprintable()) and needle in self[index].text.casefold():
                return index
        return None

"""The marks on real servers, and the range that is being marked. By identity: a mark never moves to another server."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from lvstui.console.listing import Key


class Marks:
    def __init__(self) -> None:
        self.keys: frozenset[Key] = frozenset()
        self.anchor: Key | None = None  # where the range began; None: there is none
        self.held = False  # the range goes on with every move, until it is ended
        self._before: frozenset[Key] = frozenset()

    def __contains__(self, key: Key) -> bool:
        return key in self.keys

    def toggle(self, keys: Iterable[Key]) -> None:
        """Mark them all, or none of them when all are marked."""
        these = frozenset(keys)
        self.end()
        self.keys = self.keys - these if these <= self.keys else self.keys | these

    def begin(self, at: Key, *, held: bool) -> None:
        """A range begins at that line, unless one has begun."""
        self.held = self.held or held
        if self.anchor is None:
            self.anchor, self._before = at, self.keys

    def reach(self, between: Callable[[Key], Iterable[Key]]) -> None:
        """The range is now what is between its beginning and the cursor; what it left is as it was before."""
        if self.anchor is not None:
            self.keys = self._before | frozenset(between(self.anchor))

    def end(self) -> None:
        self.anchor, self.held = None, False

    def clear(self) -> None:
        self.end()
        self.keys = frozenset()

    def forget(self, there: Container[Key]) -> None:
        """Marks of servers that are gone go with them: should one come back, it is another."""
        gone = {key for key in self.keys if key not in there}
        if gone:
            self.keys -= gone
            self._before -= gone

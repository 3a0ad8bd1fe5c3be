"""Keep the lines that keepalived takes before the next line of the file: rests, rounds of a repetition, a definition's body.

Not for: what a line says (see `expand`), nor what a name stands for (see `defined_names`).
"""

from __future__ import annotations

from collections.abc import Callable

from lvstui.keepalived.parsing.expansion.definitions import Definition, Repetition, Text


class PendingLines:
    """The lines that wait, in keepalived's order."""

    def __init__(self) -> None:
        self.residue: Text | None = None  # the rest of a line after a brace; it comes first
        self._repetitions: list[tuple[Repetition, int]] = []  # with the number of the next round
        self._repetitions_below = 0  # those that wait until the definition in hand is read
        self._body: list[Text] = []  # the lines to come of a definition
        self._bodies: list[tuple[list[Text], int]] = []  # of those that were interrupted by another

    def next(self, define: Callable[[bytes, Text], None]) -> Text | None:
        """Return the next line; None where none waits. `define` is told what names stand for in this round of a repetition."""
        if (residue := self.residue) is not None:
            self.residue = None
            return residue
        if len(self._repetitions) > self._repetitions_below:
            repetition, number = self._repetitions.pop()
            for name, value in repetition.round(number):
                define(name, Text(value, repetition.text.place))
            if number + 1 < len(repetition.values):
                self._repetitions.append((repetition, number + 1))
            return repetition.text
        if self._body:
            text, self._body = self._body[0], self._body[1:]
            if not self._body:
                self._body, self._repetitions_below = self._bodies.pop() if self._bodies else ([], 0)
            return text
        return None

    def repeat(self, repetition: Repetition) -> None:
        """Take the rounds of a repetition next."""
        self._repetitions.append((repetition, 0))

    def begin(self, definition: Definition) -> None:
        """Take the further lines of a definition next."""
        if self._body:
            self._bodies.append((self._body, self._repetitions_below))
        self._body = definition.lines[1:]
        self._repetitions_below = len(self._repetitions) if self._body else self._repetitions_below

    def clear(self) -> None:
        """Forget all that waits."""
        self._repetitions, self._body, self._bodies, self.residue = [], [], [], None

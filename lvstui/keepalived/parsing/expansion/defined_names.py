"""Keep what each `$NAME` stands for, and replace the names in a line, as far as the file was read.

Not for: how a definition is written (see `definitions`).
"""

from __future__ import annotations

import posixpath

from lvstui.keepalived.parsing.dialect import Dialect
from lvstui.keepalived.parsing.expansion.definitions import Definition, Reference, Text, continued, references
from lvstui.keepalived.parsing.expansion.pending_lines import PendingLines
from lvstui.keepalived.parsing.syntax import BLANK, LINE_LIMIT

SUBSTITUTIONS_LIMIT = 1_000  # in one line: far beyond use, and a definition that stands for itself ends


class DefinedNames:
    """The definitions that were read, and those that keepalived has by itself."""

    def __init__(
        self, dialect: Dialect, config_id: bytes, pending: PendingLines, complaints: list[tuple[int, str]]
    ) -> None:
        """Put the further lines of a definition that is used into `pending`, and what there is to say into `complaints`."""
        self.open: Definition | None = None  # its body goes on with the next line
        self._dialect = dialect
        self._config_id = config_id
        self._pending = pending
        self._complaints = complaints
        self._definitions: dict[bytes, Definition] = {
            name: Definition([Text(sign, 0)])
            for name, sign in ((b"_HASH", b"#"), (b"_BANG", b"!"))
            if name in dialect.built_in
        }

    def set(self, name: bytes, text: Text) -> None:
        """Let the name stand for the text, whatever it stood for before."""
        self._definitions[name] = Definition([text])

    def define(self, name: bytes, value: bytes, place: int) -> None:
        """Take a line `$NAME=value`."""
        value, more = continued(value)
        definition = self._definitions[name] = Definition([Text(value, place)] if value else [], more)
        self.open = definition if more else None

    def define_further(self, definition: Definition, text: Text) -> None:
        """Take a further line of a definition."""
        value, more = continued(text.data)
        if value:
            definition.lines.append(Text(value, text.place))
        if not more:
            self.open = None
            definition.multiline = bool(definition.lines)

    def substitute(self, data: bytes, place: int, path: str) -> tuple[bytes, int, bool]:
        """Return the text with its definitions replaced, the place of what is now there, and whether anything was.

        `path` is that of the file in which it stands.
        """
        changed = False
        start = 0
        for _ in range(SUBSTITUTIONS_LIMIT):
            found = next(((r, d) for r in references(data, start) if (d := self._resolve(r, place, path))), None)
            if found is None:
                return data, place, changed
            reference, definition = found
            if definition.multiline:
                self._pending.begin(definition)
                if not reference.start:
                    place = definition.lines[0].place
            value = definition.first
            new = data[: reference.start] + value + data[reference.end :]
            if len(new) > LINE_LIMIT:
                self._complain(place, "with its definitions replaced this line is too long: not replaced")
                return data, place, False
            data, start, changed = new, reference.start, True
            if value.lstrip(BLANK).startswith(b"~"):
                return data, place, True
        self._complain(place, "a definition stands for itself: keepalived would hang here")
        return b"", place, True

    def _resolve(self, reference: Reference, place: int, path: str) -> Definition | None:
        name = reference.name
        if (definition := self._definitions.get(name)) is not None:
            refused = reference.parameters.strip() or (definition.multiline and not reference.at_end)
            return None if refused else definition
        if name == b"_ENV" and name in self._dialect.built_in and reference.parameters.strip():
            self._complain(place, "what keepalived has in its environment is not known: shown as empty")
            return Definition([])
        if reference.parameters.translate(None, b" 0123456789"):
            return None
        if name == b"_RANDOM":
            self._complain(place, "$_RANDOM is another number at each reading: shown as its least")
            return Definition([Text((reference.parameters.split() or [b"0"])[0], place)])
        if reference.parameters.strip():
            return None
        if name == b"_PWD":
            directory = posixpath.dirname(path)
            if not posixpath.isabs(directory):
                directory = "."  # not known from where; an include is looked for from the file's own folder in any case
            return Definition([Text(directory.encode(errors="surrogateescape"), place)])
        return Definition([Text(self._config_id, place)]) if name == b"_INSTANCE" else None

    def _complain(self, place: int, message: str) -> None:
        self._complaints.append((place, message))

"""From lines to statements: what keepalived makes of a file and all that it includes, in the order it reads them.

A statement is a list of words, or one brace. Each knows its place, the line in which its text stands: of a line that is
repeated (`~SEQ`), of a definition's body or of a file that is included twice, several statements share one place.

Most lines need nothing but a cut at the braces and the blanks; that is done once for equal lines. The others go through
keepalived's own order: `@id`, `$NAME=`, `~SEQ`, `$` substitution, `include`, braces, words.

Not for: what a keyword means, or what belongs to which block (see `nesting`).
"""

from __future__ import annotations

import posixpath
from array import array
from dataclasses import dataclass
from itertools import chain

from lvstui.keepalived.definitions import (
    Definition,
    Malformed,
    Reference,
    Repetition,
    Text,
    continued,
    definition_in,
    listing,
    references,
    sequence,
    sequence_numbers,
)
from lvstui.keepalived.lexical import (
    decomment,
    expand_braces,
    include_in,
    pieces,
    plain_statements,
    text_of,
    unclosed_quote,
    words_of,
)
from lvstui.keepalived.statements import Expansion, Reader, place_of
from lvstui.keepalived.syntax import BLANK, LINE_LIMIT, Tree, parse
from lvstui.keepalived.turns import give_way, in_turns

_GENERATED_LIMIT = 100_000  # statements that one line may make: far beyond use, and an endless definition ends
_SUBSTITUTIONS_LIMIT = 1_000  # in one line, likewise
_RUN = 2_000  # lines, less than a millisecond
_INCLUDES_LIMIT = 10_000  # files opened, those that are included again counted again


@dataclass(slots=True)
class _Frame:
    """A file that is being read."""

    number: int
    tree: Tree
    row: int = 0


def expand(path: str, reader: Reader, config_id: str, like: Expansion | None = None) -> Expansion:
    """All statements of `path` and what it includes. Raises FileNotFoundError for `path` itself alone.

    Lines that are in `like` too, an earlier expansion, are not taken apart again.
    """
    expander = _Expander(reader, config_id.encode(), like)
    expander.open(path)
    expander.run()
    return Expansion(
        expander.words,
        expander.places,
        tuple(expander.trees),
        tuple(dict.fromkeys(expander.patterns)),
        tuple(expander.complaints),
        expander.plain,
    )


class _Expander:
    """keepalived's reading of lines, with what it remembers from one to the next."""

    def __init__(self, reader: Reader, config_id: bytes, like: Expansion | None) -> None:
        self.words: list[list[bytes]] = []
        self.places = array("q")
        self.trees: list[Tree] = []
        self.patterns: list[str] = []
        self.complaints: list[tuple[int, str]] = []
        self.plain: dict[int, list[list[bytes]] | None] = {}  # by id(): equal lines of a tree are one object
        self._statements: list[list[list[list[bytes]] | None]] = []  # of each tree's lines, likewise
        self._earlier = {} if like is None else {tree.path: tree for tree in like.trees}
        self._earlier_plain = {} if like is None else like.plain
        self._reader = reader
        self._config_id = config_id
        self._numbers: dict[str, int] = {}  # normalised path -> file number
        self._frames: list[_Frame] = []
        self._opened = 0
        self._definitions: dict[bytes, Definition] = {
            b"_HASH": Definition([Text(b"#", 0)]),
            b"_BANG": Definition([Text(b"!", 0)]),
        }
        self._defining: Definition | None = None  # its body goes on with the next line
        # What is taken before the next line of the file, first to last:
        self._residue: Text | None = None  # the rest of a line after a brace
        self._repetitions: list[tuple[Repetition, int]] = []  # with the number of the next round
        self._repetitions_below = 0  # those that wait until the definition in hand is read
        self._rest: list[Text] = []  # the lines to come of a definition
        self._rests: list[tuple[list[Text], int]] = []

    # -- files

    def open(self, path: str) -> None:
        """Reads `path` next. Raises FileNotFoundError."""
        key = posixpath.normpath(path)
        number = self._numbers.get(key)
        if number is None:
            tree = parse(self._reader.read(path), path, self._earlier.get(path))
            number = self._numbers[key] = len(self.trees)
            self.trees.append(tree)
            for line in in_turns(tree.known.values()):
                self.plain[id(line)] = self._earlier_plain.get(id(line)) or plain_statements(line)
            self._statements.append(list(map(self.plain.__getitem__, map(id, tree.lines))))
        self._frames.append(_Frame(number, self.trees[number]))

    @staticmethod
    def _key(frame: _Frame) -> str:
        return posixpath.normpath(frame.tree.path)

    def run(self) -> None:
        """Reads until no file is left."""
        while self._frames:
            frame = self._frames[-1]
            lines, base = frame.tree.lines, place_of(frame.number, 0)
            while frame.row < len(lines) and frame is self._frames[-1]:
                if self._defining is None:
                    self._run_plain(frame, base)
                    if frame.row == len(lines):
                        break
                frame.row += 1
                self._take(Text(text_of(lines[frame.row - 1]), base | (frame.row - 1)))
            if frame is self._frames[-1]:
                self._frames.pop()

    def _run_plain(self, frame: _Frame, base: int) -> None:
        """Takes the lines whose meaning depends on nothing before them, up to the first that is not so."""
        statements = self._statements[frame.number]
        try:
            end = statements.index(None, frame.row)
        except ValueError:
            end = len(statements)
        for row in range(frame.row, end, _RUN):
            give_way()
            run = statements[row : min(row + _RUN, end)]
            self.words += chain.from_iterable(filter(None, run))
            self.places.extend([base | at for at, some in enumerate(run, row) if some for _ in some])
        frame.row = end

    def _include(self, pattern: bytes, place: int) -> None:
        directory = posixpath.dirname(self._frames[-1].tree.path)
        found: list[str] = []
        for one in expand_braces(pattern.decode(errors="surrogateescape")):
            absolute = posixpath.join(directory, one)
            self.patterns.append(absolute)
            found += self._reader.glob(absolute)
        shown = pattern.decode(errors="backslashreplace")
        if not found:
            self.complaints.append((place, f"no file matches {shown!r}: nothing is included"))
        for path in reversed(found):
            self._opened += 1
            if self._opened > _INCLUDES_LIMIT or posixpath.normpath(path) in {
                self._key(frame) for frame in self._frames
            }:
                self.complaints.append((place, f"{path!r} includes itself, which never ends: not followed"))
                continue
            try:
                self.open(path)
            except FileNotFoundError:
                self.complaints.append((place, f"{path!r} cannot be read: not included"))

    # -- one line and what it generates

    def _take(self, text: Text | None) -> None:
        limit = len(self.words) + _GENERATED_LIMIT
        rounds = 0
        while text is not None:
            self._read(text)
            rounds += 1
            if rounds > _GENERATED_LIMIT or len(self.words) > limit:
                self.complaints.append((text.place, "this never ends: keepalived would hang here; not read further"))
                self._repetitions, self._rest, self._rests, self._residue = [], [], [], None
                return
            text = self._next()

    def _next(self) -> Text | None:
        """What is waiting, in keepalived's order."""
        if (residue := self._residue) is not None:
            self._residue = None
            return residue
        if len(self._repetitions) > self._repetitions_below:
            repetition, number = self._repetitions.pop()
            for name, value in repetition.round(number):
                self._definitions[name] = Definition([Text(value, repetition.text.place)])
            if number + 1 < len(repetition.values):
                self._repetitions.append((repetition, number + 1))
            return repetition.text
        if self._rest:
            text, self._rest = self._rest[0], self._rest[1:]
            if not self._rest:
                self._rest, self._repetitions_below = self._rests.pop() if self._rests else ([], 0)
            return text
        return None

    def _read(self, text: Text) -> None:
        if self._defining is not None:
            self._define_further(self._defining, text)
            return
        data, place = text.data, text.place
        for _ in range(_SUBSTITUTIONS_LIMIT):
            if data.startswith(b"@"):
                data = self._condition(data)
            if (defined := definition_in(data)) is not None:
                self._define(*defined, place)
                return
            if data.startswith((b"~SEQ", b"~LST")):
                self._repeat(data, place)
                return
            if data.startswith(b"~") or b"$" not in data:
                break
            data, place, changed = self._substitute(data, place)
            if not changed:
                break
            data = decomment(data)
            if not data.startswith(b"@") and b"$" not in data:
                break
        if (include := include_in(data)) is not None:
            self._include(include[1], place)
        elif data:
            self._emit(data, place)

    def _condition(self, data: bytes) -> bytes:
        """What is left of an `@id text` or `@^id text` line on this Director."""
        reverse = data.startswith(b"@^")
        name, blank, rest = data[2 if reverse else 1 :].replace(b"\t", b" ", 1).partition(b" ")
        if not blank or (name == self._config_id) == reverse:
            return b""
        return data[len(data) - len(rest) :].lstrip(BLANK)

    def _emit(self, data: bytes, place: int) -> None:
        cut = pieces(data)
        statement = words_of(cut[0][1])
        if unclosed_quote(cut[0][1]):
            self.complaints.append((place, "a quote is not closed: the rest of the line is not read"))
        if statement:
            self.words.append(statement)
            self.places.append(place)
        if len(cut) > 1:
            self._residue = Text(data[cut[1][0] :].rstrip(BLANK), place)

    # -- definitions and repetitions

    def _define(self, name: bytes, value: bytes, place: int) -> None:
        value, more = continued(value)
        definition = self._definitions[name] = Definition([Text(value, place)] if value else [], more)
        self._defining = definition if more else None

    def _define_further(self, definition: Definition, text: Text) -> None:
        value, more = continued(text.data)
        if value:
            definition.lines.append(Text(value, text.place))
        if not more:
            self._defining = None
            definition.multiline = bool(definition.lines)

    def _substitute(self, data: bytes, place: int) -> tuple[bytes, int, bool]:
        """The text with its definitions replaced, the place of what is now there, and whether anything was."""
        changed = False
        start = 0
        for _ in range(_SUBSTITUTIONS_LIMIT):
            found = next(((r, d) for r in references(data, start) if (d := self._resolve(r, place))), None)
            if found is None:
                return data, place, changed
            reference, definition = found
            if definition.multiline:
                self._begin(definition)
                if not reference.start:
                    place = definition.lines[0].place
            value = definition.first
            new = data[: reference.start] + value + data[reference.end :]
            if len(new) > LINE_LIMIT:
                self.complaints.append((place, "with its definitions replaced this line is too long: not replaced"))
                return data, place, False
            data, start, changed = new, reference.start, True
            if value.lstrip(BLANK).startswith(b"~"):
                return data, place, True
        self.complaints.append((place, "a definition stands for itself: keepalived would hang here"))
        return b"", place, True

    def _begin(self, definition: Definition) -> None:
        """The further lines of a definition come next."""
        if self._rest:
            self._rests.append((self._rest, self._repetitions_below))
        self._rest = definition.lines[1:]
        self._repetitions_below = len(self._repetitions) if self._rest else self._repetitions_below

    def _resolve(self, reference: Reference, place: int) -> Definition | None:
        name = reference.name
        if (definition := self._definitions.get(name)) is not None:
            refused = reference.parameters.strip() or (definition.multiline and not reference.at_end)
            return None if refused else definition
        if name == b"_RANDOM":
            self.complaints.append((place, "$_RANDOM is another number at each reading: shown as its least"))
            return Definition([Text((reference.parameters.split() or [b"0"])[0], place)])
        if reference.parameters.strip():
            return None
        if name == b"_PWD":
            directory = posixpath.dirname(self._frames[-1].tree.path) or "."
            return Definition([Text(directory.encode(errors="surrogateescape"), place)])
        return Definition([Text(self._config_id, place)]) if name == b"_INSTANCE" else None

    def _repeat(self, data: bytes, place: int) -> None:
        try:
            if data.startswith(b"~LST"):
                repetition = listing(data, place)
            else:
                numbers = self._substitute(sequence_numbers(data) or b"", place)[0]
                repetition = sequence(data, numbers, place)
        except Malformed as error:
            self.complaints.append((place, str(error)))
            return
        self._repetitions.append((repetition, 0))

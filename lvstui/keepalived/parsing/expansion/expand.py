"""Make statements of lines: of a file and all that it includes, in the order in which keepalived reads them.

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

from lvstui.keepalived.parsing.cooperative import checkpoint, with_checkpoints
from lvstui.keepalived.parsing.dialect import Dialect, dialect_of
from lvstui.keepalived.parsing.expansion.defined_names import SUBSTITUTIONS_LIMIT, DefinedNames
from lvstui.keepalived.parsing.expansion.definitions import (
    MalformedRepetition,
    Text,
    definition_in,
    listing,
    sequence,
    sequence_numbers,
)
from lvstui.keepalived.parsing.expansion.includes import IncludeChecks
from lvstui.keepalived.parsing.expansion.pending_lines import PendingLines
from lvstui.keepalived.parsing.keywords import stands_among_values
from lvstui.keepalived.parsing.lexical import (
    decomment,
    expand_braces,
    include_in,
    pieces,
    plain_statements,
    text_of,
    unclosed_quote,
    words_of,
)
from lvstui.keepalived.parsing.statements import Expansion, FileReader, place_of
from lvstui.keepalived.parsing.syntax import BLANK, Tree, parse, readable

_GENERATED_LIMIT = 100_000  # statements that one line may make: far beyond use, and an endless definition ends
_RUN = 2_000  # lines, less than a millisecond
_INCLUDES_LIMIT = 10_000  # files opened, those that are included again counted again


@dataclass(slots=True)
class _Frame:
    """A file that is being read."""

    number: int
    tree: Tree
    row: int = 0


def expand(
    path: str, reader: FileReader, config_id: str, like: Expansion | None = None, dialect: Dialect | None = None
) -> Expansion:
    """Return all statements of `path` and what it includes. Raises FileNotFoundError for `path` itself alone.

    Lines that are in `like` too, an earlier expansion, are not taken apart again.
    """
    expander = _Expander(reader, config_id.encode(), like, dialect or dialect_of(None))
    expander.open(path)
    expander.run()
    return Expansion(
        expander.words,
        expander.places,
        tuple(expander.trees),
        tuple(dict.fromkeys(expander.patterns)),
        tuple(expander.complaints),
        expander.plain,
        frozenset(expander.unclosed),
        tuple(expander.fatals),
        expander.dialect,
    )


class _Expander:
    """keepalived's reading of lines, with what it remembers from one to the next."""

    def __init__(self, reader: FileReader, config_id: bytes, like: Expansion | None, dialect: Dialect) -> None:
        self.dialect = dialect
        self.words: list[list[bytes]] = []
        self.places = array("q")
        self.trees: list[Tree] = []
        self.patterns: list[str] = []
        self.complaints: list[tuple[int, str]] = []
        self.fatals: list[tuple[int, str]] = []
        self.unclosed: set[int] = set()
        self._checks = IncludeChecks()
        self.plain: dict[int, list[list[bytes]] | None] = {}  # by id(): equal lines of a tree are one object
        self._statements: list[list[list[list[bytes]] | None]] = []  # of each tree's lines, likewise
        self._earlier = {} if like is None else {tree.path: tree for tree in like.trees}
        self._earlier_plain = {} if like is None or like.dialect != dialect else like.plain
        self._reader = reader
        self._config_id = config_id
        self._numbers: dict[str, int] = {}  # normalised path -> file number
        self._frames: list[_Frame] = []
        self._opened = 0
        self._pending = PendingLines()
        self._names = DefinedNames(dialect, config_id, self._pending, self.complaints)

    # -- files

    def open(self, path: str) -> None:
        """Read `path` next. Raises FileNotFoundError."""
        key = posixpath.normpath(path)
        number = self._numbers.get(key)
        if number is None:
            tree = parse(self._reader.read(path), path, self._earlier.get(path))
            number = self._numbers[key] = len(self.trees)
            self.trees.append(tree)
            for line in with_checkpoints(tree.known.values()):
                self.plain[id(line)] = self._earlier_plain.get(id(line)) or plain_statements(line, self.dialect)
            self._statements.append(list(map(self.plain.__getitem__, map(id, tree.lines))))
        self._frames.append(_Frame(number, self.trees[number]))

    @staticmethod
    def _key(frame: _Frame) -> str:
        return posixpath.normpath(frame.tree.path)

    def run(self) -> None:
        """Read until no file is left."""
        while self._frames:
            frame = self._frames[-1]
            lines, base = frame.tree.lines, place_of(frame.number, 0)
            while frame.row < len(lines) and frame is self._frames[-1]:
                if self._names.open is None:
                    self._run_plain(frame, base)
                    if frame.row == len(lines):
                        break
                frame.row += 1
                self._take(Text(text_of(lines[frame.row - 1], self.dialect), base | (frame.row - 1)))
            if frame is self._frames[-1]:
                self._frames.pop()

    def _run_plain(self, frame: _Frame, base: int) -> None:
        """Take the lines whose meaning depends on nothing before them, up to the first that is not so."""
        statements = self._statements[frame.number]
        try:
            end = statements.index(None, frame.row)
        except ValueError:
            end = len(statements)
        for row in range(frame.row, end, _RUN):
            checkpoint()
            run = statements[row : min(row + _RUN, end)]
            self.words += chain.from_iterable(filter(None, run))
            self.places.extend([base | at for at, some in enumerate(run, row) if some for _ in some])
        frame.row = end

    def _include(self, kind: str, pattern: bytes, place: int) -> None:
        directory = posixpath.dirname(self._frames[-1].tree.path)
        found: list[str] = []
        alternatives: list[tuple[str, bool]] = []
        for one in expand_braces(pattern.decode(errors="surrogateescape")):
            absolute = posixpath.join(directory, one)
            self.patterns.append(absolute)
            matched = self._reader.glob(absolute)
            alternatives.append((one, bool(matched)))
            found += [path if ".." in path else posixpath.normpath(path) for path in matched]
        if (fault := self._checks.fault(kind, readable(pattern), alternatives)) is not None:
            self.fatals.append((place, f"{fault}, and this include asks for one: keepalived does not start"))
        shown = readable(pattern)
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
                self._pending.clear()
                return
            text = self._pending.next(self._names.set)

    def _read(self, text: Text) -> None:
        if self._names.open is not None:
            self._names.define_further(self._names.open, text)
            return
        data, place = text.data, text.place
        for _ in range(SUBSTITUTIONS_LIMIT):
            if data.startswith(b"@"):
                data = self._condition(data)
            if (defined := definition_in(data)) is not None:
                self._names.define(*defined, place)
                return
            if data.startswith(self.dialect.repetitions) and (
                self.dialect.repeats_lines or not stands_among_values(self.words)
            ):
                self._repeat(data, place)
                return
            if data.startswith(b"~") or b"$" not in data:
                break
            data, place, changed = self._names.substitute(data, place, self._frames[-1].tree.path)
            if not changed:
                break
            data = decomment(data, self.dialect)
            if not self.dialect.looks_again or (not data.startswith(b"@") and b"$" not in data):
                break
        if (include := include_in(data, self.dialect)) is not None:
            self._include(*include, place)
        elif data:
            self._emit(data, place)

    def _condition(self, data: bytes) -> bytes:
        """Return what is left of an `@id text` or `@^id text` line on this Director."""
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
            self.unclosed.add(len(self.words))
        if statement:
            self.words.append(statement)
            self.places.append(place)
            if statement[0] == b"include_check" and self.dialect.includes_checked:
                self._checks.statement(statement)
        if len(cut) > 1:
            self._pending.residue = Text(data[cut[1][0] :].rstrip(BLANK), place)

    def _repeat(self, data: bytes, place: int) -> None:
        if not self.dialect.repeats_lines and len(cut := pieces(data)) > 1:
            self._pending.residue = Text(data[cut[1][0] :].rstrip(BLANK), place)
            data = data[: cut[1][0]].rstrip(BLANK)
        try:
            if data.startswith(b"~LST"):
                repetition = listing(data, place)
            else:
                numbers = sequence_numbers(data) or b""
                if self.dialect.sequences_defined:
                    numbers = self._names.substitute(numbers, place, self._frames[-1].tree.path)[0]
                repetition = sequence(data, numbers, place)
                if repetition.hexadecimal and not self.dialect.sequences_defined:
                    raise MalformedRepetition("there is no ~SEQx before keepalived 2.1.0")
        except MalformedRepetition as error:
            self.complaints.append((place, str(error)))
            return
        self._pending.repeat(repetition)

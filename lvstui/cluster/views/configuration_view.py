"""Show each Director's configuration: its files, what we say of their lines, and why there is none.

Not for: what differs between two of them (see `drift`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lvstui.cluster.observed.director import Director
from lvstui.cluster.text import plain
from lvstui.cluster.views.file_lines import ShownLines
from lvstui.keepalived import Configuration, Tree, parse
from lvstui.keepalived.reading.highlight import secrets_of
from lvstui.keepalived.secrets import masked_text, values_in


@dataclass(frozen=True)
class Remark:
    """Something that keepalived would complain of, or that it reads otherwise than it looks."""

    line: int
    column: int
    text: str
    fatal: bool  # keepalived would end there


@dataclass(frozen=True)
class ShownFile:
    """A file of a Director."""

    path: str
    listing: ShownLines = field(repr=False, compare=False)
    remarks: tuple[Remark, ...]  # in the order of the lines
    modified: float | None  # operator's wall clock
    error: str | None  # why it could not be read


@dataclass(frozen=True)
class ShownConfiguration:
    """All files of a Director."""

    director: str
    files: tuple[ShownFile, ...]  # the main one first
    error: str | None  # why it is not known, or not whole
    pending: bool | None  # the files hold what keepalived has not loaded
    generation: int  # changes with the files

    @property
    def remarks(self) -> int:
        """Return how many remarks there are on all files."""
        return sum(len(file.remarks) for file in self.files)


class Configurations:
    """The configurations as they were last shown: a huge file is taken apart once, not at every look."""

    def __init__(self) -> None:
        self._shown: dict[str, ShownConfiguration] = {}

    def show(self, director: Director) -> ShownConfiguration:
        """Return the Director's configuration, as far as it is known."""
        director.read_configuration()
        loaded, known = director.loaded, self._shown.get(director.name)
        if known is not None and (known.generation, known.pending, known.error) == (
            loaded.generation,
            director.pending,
            loaded.error and plain(loaded.error),
        ):
            return known
        shown = self._shown[director.name] = _show(director)
        return shown


def _show(director: Director) -> ShownConfiguration:
    configuration = director.loaded.configuration
    files = _files(director, configuration)
    error = director.loaded.error
    generation = director.loaded.generation
    return ShownConfiguration(director.name, files, plain(error) if error else None, director.pending, generation)


def _files(director: Director, configuration: Configuration | None) -> tuple[ShownFile, ...]:
    known = {} if director.files is None else {file.path: file for file in director.files.files}
    read: dict[str, Tree] = {}
    if configuration is not None:
        read = {tree.path: tree for tree in configuration.expansion.trees}
    trees = {**read, **{path: parse(file.data, path) for path, file in known.items() if path not in read}}
    main = director.files.main if director.files is not None else ""
    secrets = secrets_of(trees.values())
    shown = []
    for path in sorted(trees, key=lambda path: (path != main, path)):
        file = known.get(path)
        error = file.error if file is not None else None
        modified = director.wall(file.mtime) if file is not None and file.error is None else None
        shown.append(
            ShownFile(
                plain(path),
                ShownLines(trees[path], secrets),
                _remarks(configuration, path),
                modified,
                plain(error) if error else None,
            )
        )
    return tuple(shown)


def _remarks(configuration: Configuration | None, path: str) -> tuple[Remark, ...]:
    if configuration is None:
        return ()
    found = [one for one in configuration.diagnostics if one.path == path]
    if not found:
        return ()
    data = next((source.data for source in configuration.files if source.path == path), b"")
    lines = data.split(b"\n")
    concerned = [line for one in found for line in lines[one.line - 1 : one.line]]
    values = values_in((source.data for source in configuration.files), concerned)
    return tuple(
        Remark(one.line, one.column, plain(masked_text(one.message, values)), one == configuration.fatal)
        for one in found
    )

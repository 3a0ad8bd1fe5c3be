"""A change taken back: the old bytes of exactly the lines that it changed, wherever they stand now.

What else was changed in the files since is left as it is. Refused (EditRefused, with file, line and reason) when the lines
are not what the change left, or when the reading afterwards would differ in anything but what was meant.

Not for: which change (see the history of `cluster`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvstui.keepalived.diff import split
from lvstui.keepalived.edit import Edit, FileChange
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.load import again
from lvstui.keepalived.model import Configuration
from lvstui.keepalived.patch import Block, FilePatch, parse
from lvstui.keepalived.proof import Weighed, undone
from lvstui.keepalived.sites import EditRefused

_BY_HAND = "Change it by hand."
_FUZZ = (3, 2, 1, 0)  # lines of context that must agree, above and below
_LEAST_WITHOUT_LINES = 2  # where nothing but the context tells the place
_TRIES = 8  # places that are read anew and compared before giving up


@dataclass(frozen=True, slots=True)
class Taken:
    """What the change to be taken back did to one real server's weight; None: it was not there, or is not there now."""

    virtual_server: str
    real_server: RealServerKey
    before: int | None
    after: int | None


def undo(configuration: Configuration, diff: str, changes: Sequence[Taken], summary: str) -> Edit:
    """The files with the change of that diff taken back. Raises EditRefused."""
    for one in changes:
        _still(configuration, one)
    try:
        patches = parse(diff.encode(errors="surrogateescape"))
    except ValueError as error:
        raise EditRefused(f"the change's diff cannot be read: {error}", configuration.path, 1, _BY_HAND) from error
    data = {source.path: source.data for source in configuration.files}
    for patch in patches:
        if patch.path not in data:
            raise EditRefused("this file is no part of the configuration any more", patch.path, 1, _BY_HAND)
    wanted = [Weighed(one.virtual_server, one.real_server, one.before) for one in changes]
    for attempt in range(_TRIES):
        after = {patch.path: _taken_back(patch, data[patch.path], attempt) for patch in patches}
        if None in after.values():
            break
        made = {path: found for path, found in after.items() if found is not None}
        if undone(configuration, again(configuration, made), wanted):
            files = (FileChange(path, data[path], found) for path, found in made.items() if found != data[path])
            return Edit(tuple(files), summary)
    first = patches[0]
    line = first.blocks[0].row + 1
    raise EditRefused(
        "with the old lines back something else would be read differently, too", first.path, line, _BY_HAND
    )


def _still(configuration: Configuration, change: Taken) -> None:
    """Refuse when the real server is not what the change left."""
    server = configuration.virtual_server(change.virtual_server)
    real = server.real_server(change.real_server) if server is not None else None
    found = real.weight if real is not None else None
    if found == change.after:
        return
    path, line = (configuration.path, 1) if server is None else (server.path, server.line)
    if real is not None:
        path, line = real.path, real.line
    left, now = (f"weight {w}" if w is not None else "not there" for w in (change.after, found))
    raise EditRefused(
        f"{change.real_server} in {change.virtual_server} has been changed since: the change left it {left}, and it is {now}",
        path,
        line,
        _BY_HAND,
    )


def _taken_back(patch: FilePatch, data: bytes, attempt: int) -> bytes | None:
    """The file's bytes with the old lines; None when there is no such further place. Raises EditRefused.

    The lines may have moved: the first attempt takes the nearest place of each, later ones a next nearest for the first.
    """
    lines = split(data)
    parts: list[bytes] = []
    end = shift = 0
    for number, block in enumerate(patch.blocks):
        places = _places(block, lines, end, block.row + shift)
        row = next((place for n, place in enumerate(places) if number or n == attempt), None)
        if row is None and number == 0 and attempt:
            return None
        if row is None:
            raise _changed_since(patch, block, lines, block.row + shift)
        parts += [*lines[end:row], *block.old]
        end, shift = row + len(block.new), row - block.row
    return b"".join((*parts, *lines[end:]))


def _places(block: Block, lines: list[bytes], first: int, expected: int) -> Iterator[int]:
    """Where the block's lines stand at or below `first`: the most context first, then the nearest to `expected`."""
    told: set[int] = set()
    for fuzz in _FUZZ:
        if not block.new and fuzz < _LEAST_WITHOUT_LINES:
            return
        above = list(block.before[len(block.before) - min(fuzz, len(block.before)) :])
        pattern = [*above, *block.new, *block.after[:fuzz]]
        if not pattern:
            return
        found = [row + len(above) for row in _matches(pattern, lines)]
        for row in sorted(found, key=lambda row: abs(row - expected)):
            if row >= first and row not in told:
                told.add(row)
                yield row


def _matches(pattern: list[bytes], lines: list[bytes]) -> Iterator[int]:
    head, length = pattern[0], len(pattern)
    for row, line in enumerate(lines):
        if line == head and lines[row : row + length] == pattern:
            yield row


def _changed_since(patch: FilePatch, block: Block, lines: list[bytes], expected: int) -> EditRefused:
    left = block.new[0] if block.new else b"".join(block.before[-1:])
    text = left.decode(errors="backslashreplace").strip()
    row = min(max(expected, 0), max(len(lines) - 1, 0))
    reason = f"the lines have been changed since: {text!r} is not here any more"
    return EditRefused(reason, patch.path, row + 1, _BY_HAND)

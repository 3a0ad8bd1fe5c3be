"""Take a change back: put the old bytes of exactly the lines that it changed where those stand now.

What else was changed in the files since is left as it is (decision 0010). Refused (EditRefused, with file, line and reason)
when the lines are not what the change left, or when the reading afterwards would differ in anything but what was meant.

Not for: which change (see the history of `cluster`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvstui.keepalived.editing.clashes import refuse_clash
from lvstui.keepalived.editing.diff import split
from lvstui.keepalived.editing.edit import Edit, FileChange
from lvstui.keepalived.editing.locations import BY_HAND, EditRefused
from lvstui.keepalived.editing.patch import FilePatch, ReplacedLines, parse
from lvstui.keepalived.editing.proof import MeantPriority, WantedWeight, undone
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.reading.load import again
from lvstui.keepalived.reading.model import Configuration
from lvstui.keepalived.secrets import has_mask

_FUZZ = (3, 2, 1, 0)  # lines of context that must agree, above and below
_LEAST_WITHOUT_LINES = 2  # where nothing but the context tells the place
_TRIES = 8  # places that are read anew and compared before giving up


@dataclass(frozen=True, slots=True)
class Taken:
    """Name what the change to be taken back did to one real server's weight; None: it was not there, or is not there now."""

    virtual_server: str
    real_server: RealServerKey
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class TakenPriority:
    """Name what the change to be taken back did to one instance's priority."""

    instance: str
    before: int
    after: int


def undo(
    configuration: Configuration,
    diff: str,
    changes: Sequence[Taken],
    summary: str,
    priorities: Sequence[TakenPriority] = (),
) -> Edit:
    """Return the files with the change of that diff taken back. Raises EditRefused."""
    for one in changes:
        _still(configuration, one)
    for priority in priorities:
        _still_prioritised(configuration, priority)
    if has_mask(diff):
        raise EditRefused(
            "the record of the change holds no passwords, so the old lines are not known",
            configuration.path,
            1,
            BY_HAND,
        )
    try:
        patches = parse(diff.encode(errors="surrogateescape"))
    except ValueError as error:
        raise EditRefused(f"the change's diff cannot be read: {error}", configuration.path, 1, BY_HAND) from error
    data = {source.path: source.data for source in configuration.files}
    for patch in patches:
        if patch.path not in data:
            raise EditRefused("this file is no part of the configuration any more", patch.path, 1, BY_HAND)
    wanted = [WantedWeight(_name(configuration, one), one.real_server, one.before) for one in changes]
    meant = [MeantPriority(one.instance, one.before) for one in priorities]
    for attempt in range(_TRIES):
        after = {patch.path: _taken_back(patch, data[patch.path], attempt) for patch in patches}
        if None in after.values():
            break
        made = {path: found for path, found in after.items() if found is not None}
        if undone(configuration, again(configuration, made), wanted, meant):
            files = (FileChange(path, data[path], found) for path, found in made.items() if found != data[path])
            return Edit(tuple(files), summary)
    first = patches[0]
    line = first.blocks[0].row + 1
    raise EditRefused(
        "with the old lines back something else would be read differently, too", first.path, line, BY_HAND
    )


def _name(configuration: Configuration, change: Taken) -> str:
    """Return what the virtual server is called now: another protocol may share its group since, or no longer."""
    server = configuration.virtual_server(change.virtual_server)
    return change.virtual_server if server is None else server.id


def _still(configuration: Configuration, change: Taken) -> None:
    """Refuse when the real server is not what the change left."""
    server = configuration.virtual_server(change.virtual_server)
    real = server.real_server(change.real_server) if server is not None else None
    found = real.weight if real is not None else None
    if server is not None and real is not None:
        refuse_clash(configuration, server, real)
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
        BY_HAND,
    )


def _still_prioritised(configuration: Configuration, change: TakenPriority) -> None:
    """Refuse when the instance's priority is not what the change left."""
    instance = next((one for one in configuration.vrrp if one.name == change.instance), None)
    if instance is not None and instance.priority == change.after:
        return
    path, line = (configuration.path, 1) if instance is None else (instance.path, instance.line)
    now = "it is not there" if instance is None else f"it is {instance.priority}"
    text = f"the priority of {change.instance} has been changed since: the change left it {change.after}, and {now}"
    raise EditRefused(text, path, line, BY_HAND)


def _taken_back(patch: FilePatch, data: bytes, attempt: int) -> bytes | None:
    """Return the file's bytes with the old lines; None when there is no such further place. Raises EditRefused.

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


def _places(block: ReplacedLines, lines: list[bytes], first: int, expected: int) -> Iterator[int]:
    """Give where the block's lines stand at or below `first`: the most context first, then the nearest to `expected`."""
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


def _changed_since(patch: FilePatch, block: ReplacedLines, lines: list[bytes], expected: int) -> EditRefused:
    left = block.new[0] if block.new else b"".join(block.before[-1:])
    text = readable(left).strip()
    row = min(max(expected, 0), max(len(lines) - 1, 0))
    reason = f"the lines have been changed since: {text!r} is not here any more"
    return EditRefused(reason, patch.path, row + 1, BY_HAND)

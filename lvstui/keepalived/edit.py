"""Changes of a configuration: drain, restore, set a weight, add or remove a real server. Bytes in, bytes out.

Each touches only the lines concerned, in the file that holds them, and is proved before it is given: either the changed
lines by themselves say exactly what was meant, or the whole configuration is read anew and compared. What cannot be
done without changing something else is refused (EditRefused), with the line and with what to do instead.

Not for: whether it is wise (see the guards of `cluster`), nor writing files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lvstui.keepalived.changes import Add, Change, Drain, Remove, Restore, SetWeight, weight_zero_fault
from lvstui.keepalived.diff import unified
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.load import again
from lvstui.keepalived.model import Configuration
from lvstui.keepalived.proof import Meant, proved
from lvstui.keepalived.sites import EditRefused, Splice, refusal
from lvstui.keepalived.syntax import Tree

__all__ = [
    "Add",
    "Change",
    "Drain",
    "Edit",
    "EditRefused",
    "FileChange",
    "Remove",
    "Restore",
    "SetWeight",
    "add",
    "diff",
    "drain",
    "make",
    "remove",
    "restore",
    "set_weight",
    "weight_zero_fault",
]

_BY_HAND = "Change it by hand."


@dataclass(frozen=True, slots=True)
class FileChange:
    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """The files that a change gives, whole. `summary` says it in a line for the operator."""

    files: tuple[FileChange, ...]
    summary: str

    def apply(self, configuration: Configuration) -> Configuration:
        """The configuration with this edit made, read anew, so that the next edit builds on it."""
        return again(configuration, {change.path: change.after for change in self.files})


def make(configuration: Configuration, changes: Sequence[Change]) -> Edit:
    """All the changes as one edit, or none: raises EditRefused for the first that cannot be made."""
    if configuration.fatal is not None:
        fatal = configuration.fatal
        raise EditRefused(
            fatal.message, fatal.path, fatal.line, "Mend this line first; a reload now would end keepalived."
        )
    planned = [(change, *change.splice(configuration)) for change in changes]
    later: list[Change] = []
    taken: list[tuple[Change, Splice, Meant]] = []
    for change, splice, meant in sorted(planned, key=lambda p: (p[1].file, p[1].first, p[1].last)):
        before = taken[-1][1] if taken else None
        if before is not None and before.file == splice.file and splice.first < max(before.last, before.first + 1):
            later.append(change)  # the same lines again: it builds on what the others made
        else:
            taken.append((change, splice, meant))
    after = _files(configuration, [splice for _, splice, _ in taken])
    _prove(configuration, taken, after)
    summary = ", ".join(str(change) for change in changes)
    if later:
        second = make(again(configuration, after), later)
        after |= {change.path: change.after for change in second.files}
    return Edit(
        tuple(
            FileChange(source.path, source.data, after[source.path])
            for source in configuration.files
            if after.get(source.path, source.data) != source.data
        ),
        summary,
    )


def _files(configuration: Configuration, splices: Sequence[Splice]) -> dict[str, bytes]:
    """The changed files' bytes; the splices are in order and do not overlap."""
    after: dict[str, bytes] = {}
    for number in {splice.file for splice in splices}:
        tree, data = configuration.expansion.trees[number], configuration.files[number].data
        parts: list[bytes] = []
        position = row = 0
        for splice in (one for one in splices if one.file == number):
            first = _further(tree, data, position, row, splice.first)
            parts += [data[position:first], splice.data]
            position, row = _further(tree, data, first, splice.first, splice.last), splice.last
        after[tree.path] = b"".join((*parts, data[position:]))
    return after


def _further(tree: Tree, data: bytes, position: int, first: int, row: int) -> int:
    """Where line `row` begins in the bytes of its file; line `first`, not after it, begins at `position`."""
    if tree.broken or row == len(tree.lines):
        return position + sum(len(line.raw) for line in tree.lines[first:row])
    for _ in range(first, row):
        position = data.index(b"\n", position) + 1
    return position


def _prove(
    configuration: Configuration, taken: Sequence[tuple[Change, Splice, Meant]], after: dict[str, bytes]
) -> None:
    wrong = proved(configuration, [(splice, meant) for _, splice, meant in taken], after)
    if wrong is not None:
        server = configuration.virtual_server(wrong.virtual_server)
        index = server.span[0] if server is not None else 0
        raise refusal(
            configuration,
            index,
            f"keepalived would not read {wrong.real_server} of {wrong.virtual_server} as meant, or something else differently",
            _BY_HAND,
        )


def drain(
    configuration: Configuration, virtual_server: str, real: RealServerKey, *, by: str, when: datetime, reason: str = ""
) -> Edit:
    """Weight 0, the weight remembered on its line. Raises EditRefused."""
    return make(configuration, [Drain(virtual_server, real, by, when, reason)])


def restore(configuration: Configuration, virtual_server: str, real: RealServerKey) -> Edit:
    """The line as it was before the drain, byte for byte. Raises EditRefused."""
    return make(configuration, [Restore(virtual_server, real)])


def set_weight(configuration: Configuration, virtual_server: str, real: RealServerKey, weight: int) -> Edit:
    """Another weight; a drained one is no longer remembered. Raises EditRefused."""
    return make(configuration, [SetWeight(virtual_server, real, weight)])


def add(
    configuration: Configuration,
    virtual_server: str,
    real: RealServerKey,
    *,
    weight: int | None = None,
    like: RealServerKey | None = None,
) -> Edit:
    """One more real server, modelled on a sibling. Raises EditRefused."""
    return make(configuration, [Add(virtual_server, real, weight, like)])


def remove(configuration: Configuration, virtual_server: str, real: RealServerKey) -> Edit:
    """One real server less, with the comment above that belongs to it. Raises EditRefused."""
    return make(configuration, [Remove(virtual_server, real)])


def diff(edit: Edit) -> str:
    """A unified diff that `patch --binary -p0` applies byte for byte, once it is encoded with `surrogateescape`."""
    changed = b"".join(unified(change.path, change.before, change.after) for change in edit.files)
    return changed.decode(errors="surrogateescape")

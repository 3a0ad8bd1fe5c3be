"""Drain, restore, weigh, add and remove real servers, hand instances over: make changes of a configuration. Bytes in, bytes out.

Each touches only the lines concerned, in the file that holds them, and is proved before it is given: either the changed
lines by themselves say exactly what was meant, or the whole configuration is read anew and compared. What cannot be
done without changing something else is refused (EditRefused), with the line and with what to do instead.

Not for: whether it is wise (see the guards of `cluster`), nor writing files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lvstui.keepalived import secrets
from lvstui.keepalived.editing.changes import (
    MAX_WEIGHT,
    AddRealServer,
    Change,
    DrainRealServer,
    RemoveRealServer,
    RestoreRealServer,
    SetWeight,
    weight_zero_fault,
)
from lvstui.keepalived.editing.diff import split, unified
from lvstui.keepalived.editing.handover import HandOver, TakeBack
from lvstui.keepalived.editing.locations import BY_HAND, EditRefused, Splice, refusal
from lvstui.keepalived.editing.proof import Meant, MeantPriority, proved
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.parsing.syntax import Tree
from lvstui.keepalived.reading.load import again
from lvstui.keepalived.reading.model import Configuration

__all__ = [
    "MAX_WEIGHT",
    "AddRealServer",
    "Change",
    "DrainRealServer",
    "Edit",
    "EditRefused",
    "FileChange",
    "HandOver",
    "RemoveRealServer",
    "RestoreRealServer",
    "SetWeight",
    "TakeBack",
    "add",
    "diff",
    "drain",
    "make",
    "patch",
    "refuse_if_fatal",
    "remove",
    "restore",
    "set_weight",
    "weight_zero_fault",
]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file's bytes before and after."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """The files that a change gives, whole. `summary` says it in a line for the operator."""

    files: tuple[FileChange, ...]
    summary: str
    secrets: secrets.Known = secrets.NOTHING_KNOWN  # what all the files say of each other's, other files too

    def apply(self, configuration: Configuration) -> Configuration:
        """Return the configuration with this edit made, read anew, so that the next edit builds on it."""
        return again(configuration, {change.path: change.after for change in self.files})


def make(configuration: Configuration, changes: Sequence[Change]) -> Edit:
    """Make all the changes as one edit, or none: raises EditRefused for the first that cannot be made."""
    refuse_if_fatal(configuration)
    planned = [(change, *change.splice(configuration)) for change in changes]
    later: list[Change] = []
    taken: list[tuple[Change, Splice, Meant | MeantPriority]] = []
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
        secrets.known(source.data for source in configuration.files),
    )


def refuse_if_fatal(configuration: Configuration) -> None:
    """Raise EditRefused if keepalived would end when it reads this configuration."""
    if (fatal := configuration.fatal) is not None:
        todo = "Mend this line first; a reload now would end keepalived."
        raise EditRefused(fatal.message, fatal.path, fatal.line, todo)


def _files(configuration: Configuration, splices: Sequence[Splice]) -> dict[str, bytes]:
    """Return the changed files' bytes; the splices are in order and do not overlap."""
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
    """Return where line `row` begins in the bytes of its file; line `first`, not after it, begins at `position`."""
    if tree.broken or row == len(tree.lines):
        return position + sum(len(line.raw) for line in tree.lines[first:row])
    for _ in range(first, row):
        position = data.index(b"\n", position) + 1
    return position


def _prove(
    configuration: Configuration,
    taken: Sequence[tuple[Change, Splice, Meant | MeantPriority]],
    after: dict[str, bytes],
) -> None:
    wrong = proved(configuration, [(splice, meant) for _, splice, meant in taken], after)
    if isinstance(wrong, MeantPriority):
        index = next((one.span[0] for one in configuration.vrrp if one.name == wrong.instance), 0)
        text = f"keepalived would not read the priority of {wrong.instance} as meant, or something else differently"
        raise refusal(configuration, index, text, BY_HAND)
    if wrong is not None:
        server = configuration.virtual_server(wrong.virtual_server)
        index = server.span[0] if server is not None else 0
        raise refusal(
            configuration,
            index,
            f"keepalived would not read {wrong.real_server} of {wrong.virtual_server} as meant, or something else differently",
            BY_HAND,
        )


def drain(
    configuration: Configuration, virtual_server: str, real: RealServerKey, *, by: str, when: datetime, reason: str = ""
) -> Edit:
    """Set the weight to 0 and remember it on its line. Raises EditRefused."""
    return make(configuration, [DrainRealServer(virtual_server, real, by, when, reason)])


def restore(configuration: Configuration, virtual_server: str, real: RealServerKey) -> Edit:
    """Put the line back as it was before the drain, byte for byte. Raises EditRefused."""
    return make(configuration, [RestoreRealServer(virtual_server, real)])


def set_weight(configuration: Configuration, virtual_server: str, real: RealServerKey, weight: int) -> Edit:
    """Set another weight; a drained one is no longer remembered. Raises EditRefused."""
    return make(configuration, [SetWeight(virtual_server, real, weight)])


def add(
    configuration: Configuration,
    virtual_server: str,
    real: RealServerKey,
    *,
    weight: int | None = None,
    like: RealServerKey | None = None,
) -> Edit:
    """Add one more real server, modelled on a sibling. Raises EditRefused."""
    return make(configuration, [AddRealServer(virtual_server, real, weight, like)])


def remove(configuration: Configuration, virtual_server: str, real: RealServerKey) -> Edit:
    """Remove a real server, with the comment above that belongs to it. Raises EditRefused."""
    return make(configuration, [RemoveRealServer(virtual_server, real)])


def diff(edit: Edit) -> str:
    """Return a unified diff to show and to keep, once it is encoded with `surrogateescape`. It holds no secrets.

    A line that holds one is never among the context; where it changed itself, the secret is masked.
    """
    others = _known(edit)
    return secrets.masked(_unified(edit, others), others).decode(errors="surrogateescape")


def patch(edit: Edit) -> str:
    """Return the diff, such that `patch --binary -p0` applies it byte for byte. Raises EditRefused."""
    others = _known(edit)
    whole = _unified(edit, others)
    if secrets.masked(whole, others) != whole:
        first = edit.files[0]
        rows = (number for number, line in enumerate(split(first.before), 1) if secrets.spans(line, others))
        row = next(rows, 1)
        todo = "Make this change in the file, or on the Directors themselves."
        raise EditRefused("the diff would have to show a password or a key", first.path, row, todo)
    return whole.decode(errors="surrogateescape")


def _known(edit: Edit) -> secrets.Known:
    return edit.secrets.and_of(data for change in edit.files for data in (change.before, change.after))


def _unified(edit: Edit, others: secrets.Known) -> bytes:
    def hidden(line: bytes) -> bool:
        return bool(secrets.spans(line, others))

    return b"".join(unified(change.path, change.before, change.after, hidden) for change in edit.files)

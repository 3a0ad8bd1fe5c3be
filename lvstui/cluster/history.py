"""The changes that were made from this machine: who, from where, when, why, the diff, and how each Director was left.

A record is what the audit log keeps and what an undo works from. Pure: the file is `lvstui.history`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from lvstui.cluster.intent import Action, Intent, Target

if TYPE_CHECKING:
    from datetime import datetime

    from lvstui.cluster.outcome import Outcome
    from lvstui.cluster.plan import Plan


@dataclass(frozen=True)
class Weighed:
    """A real server's weight in a Director's file, before and after the change. None: it was, or is, not there."""

    virtual_server: str
    real_server: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class DirectorRecord:
    name: str
    diff: str  # of all its files; bytes that are no UTF-8 as surrogate escapes
    weights: tuple[Weighed, ...]
    left: str  # how the Director was left


@dataclass(frozen=True)
class Record:
    """One change. A real server that was added at weight 0 and then raised is one change too: `diff` is that of both."""

    id: str
    wall: float  # seconds since the epoch, on the operator's machine, when it ended
    by: str  # "ana"
    host: str  # "ops1": where from
    action: Action | Literal["settle"]
    title: str
    reason: str
    targets: tuple[Target, ...]
    overrides: tuple[str, ...]  # the guards that were overridden
    outcome: str  # "done", "refused", "unreachable", "rolled back", "undecided"
    text: str
    directors: tuple[DirectorRecord, ...]


def record(
    plan: Plan, outcome: Outcome, *, id: str, wall: float, overrides: frozenset[str], raised: Plan | None = None
) -> Record:
    """The record of a plan that was carried out. `raised` is the second half of an add, when it was done."""
    by, _, host = plan.intent.by.rpartition("@")
    later = {} if raised is None else {one.name: one for one in raised.directors}
    return Record(
        id=id,
        wall=wall,
        by=by or host,
        host=host if by else "",
        action=plan.intent.action,
        title=plan.title,
        reason=plan.intent.reason,
        targets=plan.intent.targets,
        overrides=tuple(sorted(overrides & {guard.name for guard in plan.guards if guard.level == "ask"})),
        outcome=outcome.kind,
        text=outcome.text,
        directors=tuple(
            DirectorRecord(
                one.name,
                one.followed_by(later[one.name]) if one.name in later else one.diff,
                _weights(one.weights, later[one.name].weights if one.name in later else ()),
                outcome.directors.get(one.name, ""),
            )
            for one in plan.directors
        ),
    )


def settled(director: str, keep: bool, outcome: Outcome, *, id: str, wall: float, by: str) -> Record:
    """The record of a change that was left unfinished on a Director, and was settled there."""
    who, _, host = by.rpartition("@")
    how = "keep what lies there" if keep else "put the old files back"
    left = DirectorRecord(director, "", (), outcome.directors.get(director, outcome.text))
    title = f"Settle on {director}: {how}"
    return Record(id, wall, who, host, "settle", title, "", (), (), outcome.kind, outcome.text, (left,))


def _weights(first: Sequence[Weighed], second: Sequence[Weighed]) -> tuple[Weighed, ...]:
    last = {(one.virtual_server, one.real_server): one.after for one in second}
    return tuple(
        Weighed(
            one.virtual_server, one.real_server, one.before, last.get((one.virtual_server, one.real_server), one.after)
        )
        for one in first
    )


def latest(records: Iterable[Record]) -> tuple[Record, ...]:
    """Each change once, as it was told of last: one that has two halves is told of after each."""
    return tuple({one.id: one for one in records}.values())


def last_change(records: Sequence[Record]) -> Record | None:
    """What an undo takes back: the last change that is in force. `records` oldest first."""
    return next((one for one in reversed(records) if one.outcome == "done" and one.action != "settle"), None)


def undo_of(record: Record, by: str, when: datetime, reason: str = "") -> Intent:
    """The intent that takes a change back."""
    return Intent("undo", record.targets, None, by, when, reason, undo=record)


def undo_title(record: Record) -> str:
    """An undo of an undo does it again."""
    verb = "Redo" if record.title.startswith("Undo: ") else "Undo"
    return f"{verb}: {record.title.removeprefix('Undo: ').removeprefix('Redo: ')}"


def to_json(record: Record) -> dict[str, object]:
    """As it stands in the audit log, and in `lvsctl history --json`."""
    return asdict(record)


def from_json(data: Mapping[str, Any]) -> Record:
    """The record of such an object. Raises ValueError, KeyError or TypeError where it is none."""
    told = dict(data)
    directors = tuple(
        DirectorRecord(one["name"], one["diff"], tuple(Weighed(**weight) for weight in one["weights"]), one["left"])
        for one in told.pop("directors")
    )
    targets = tuple(Target(**target) for target in told.pop("targets"))
    return Record(**{**told, "targets": targets, "overrides": tuple(told["overrides"]), "directors": directors})

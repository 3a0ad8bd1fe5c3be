"""The changes that were made from this machine, as the audit log keeps them and as an undo finds them.

Pure: the file is `lvstui.history`'s. Not for: the record of a plan that is carried out (see `plan`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lvstui.cluster.intent import DirectorRecord, Record, Target, Weighed
from lvstui.cluster.outcome import Outcome


def settled(director: str, keep: bool, outcome: Outcome, *, id: str, wall: float, by: str) -> Record:
    """The record of a change that was left unfinished on a Director, and was settled there."""
    who, _, host = by.rpartition("@")
    how = "keep what lies there" if keep else "put the old files back"
    left = DirectorRecord(director, "", (), outcome.directors.get(director, outcome.text))
    title = f"Settle on {director}: {how}"
    return Record(id, wall, who, host, "settle", title, "", (), (), outcome.kind, outcome.text, (left,))


def latest(records: Iterable[Record]) -> tuple[Record, ...]:
    """Each change once, as it was told of last: one that has two halves is told of after each."""
    return tuple({one.id: one for one in records}.values())


def last_change(records: Sequence[Record]) -> Record | None:
    """What an undo takes back: the last change that is in force. `records` oldest first."""
    return next((one for one in reversed(records) if one.outcome == "done" and one.action != "settle"), None)


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

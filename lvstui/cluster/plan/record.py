"""Find among the changes that were made from this machine what an undo takes back; and put them into JSON.

Pure: the file is `lvstui.session.audit_log`'s. Not for: the record of a plan that is carried out (see `change.plan_record`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.plan.intent import ChangeRecord, DirectorRecord, PriorityChange, WeightChange
from lvstui.cluster.plan.outcome import Outcome


def settled(director: str, keep: bool, outcome: Outcome, *, id: str, wall: float, by: str) -> ChangeRecord:
    """Return the record of a change that was left unfinished on a Director, and was settled there."""
    who, _, host = by.rpartition("@")
    how = "keep the current files" if keep else "put the old files back"
    left = DirectorRecord(director, "", (), outcome.directors.get(director, outcome.text))
    title = f"Settle on {director}: {how}"
    return ChangeRecord(id, wall, who, host, "settle", title, "", (), (), outcome.kind, outcome.text, (left,))


def latest(records: Iterable[ChangeRecord]) -> tuple[ChangeRecord, ...]:
    """Return each change once, as it was written last: one that has two halves is written after each."""
    return tuple({one.id: one for one in records}.values())


def last_change(records: Sequence[ChangeRecord]) -> ChangeRecord | None:
    """Return what an undo takes back: the last change that is in force. `records` oldest first."""
    return next(
        (one for one in reversed(records) if one.outcome == "done" and one.action not in ("settle", "drill")), None
    )


def installed(records: Sequence[ChangeRecord], director: str) -> Installed | None:
    """Return what was last verified to be loaded on a Director. `records` oldest first."""
    found = (one.installed for record in reversed(records) for one in record.directors if one.name == director)
    return next((one for one in found if one is not None), None)


def _installed(data: Mapping[str, Any] | None) -> Installed | None:
    if data is None:
        return None
    return Installed(int(data["pid"]), float(data["started"]), tuple((path, digest) for path, digest in data["files"]))


def to_json(record: ChangeRecord) -> dict[str, object]:
    """Return the record as it stands in the audit log, and in `lvsctl history --json`."""
    return asdict(record)


def from_json(data: Mapping[str, Any]) -> ChangeRecord:
    """Return the record of such an object. Raises ValueError, KeyError or TypeError where it is none."""
    told = dict(data)
    directors = tuple(
        DirectorRecord(
            one["name"],
            one["diff"],
            tuple(WeightChange(**weight) for weight in one["weights"]),
            one["left"],
            _installed(one.get("installed")),
            tuple(PriorityChange(**priority) for priority in one.get("priorities", ())),
        )
        for one in told.pop("directors")
    )
    targets = tuple(Target(**target) for target in told.pop("targets"))
    return ChangeRecord(**{**told, "targets": targets, "overrides": tuple(told["overrides"]), "directors": directors})

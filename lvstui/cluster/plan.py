"""An operator's intent -> one edit per Director -> diffs -> guards -> a plan that can be applied, or a refusal.

The only door through which anything is ever written: `change.Change` takes nothing but a `Plan`, and only `make` makes one.
Pure: it reads facts, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster import edits, raising
from lvstui.cluster.edits import Edited, EditFailed
from lvstui.cluster.facts import Facts, KernelKey, find, kernel_keys
from lvstui.cluster.guards import Guard, check, check_directors
from lvstui.cluster.intent import DirectorRecord, Intent, Record, Target, Weighed
from lvstui.cluster.outcome import Outcome
from lvstui.cluster.pending import unloaded
from lvstui.cluster.raising import FollowUp
from lvstui.cluster.summary import summary, title
from lvstui.director.messages import Replacement
from lvstui.keepalived import FileChange, edit
from lvstui.keepalived.edit import Edit


@dataclass(frozen=True)
class Prediction:
    """What a kernel will show of one target when the change is done. None: not in the kernel, or not known."""

    virtual_server: str
    real_server: str
    weight_before: int | None
    weight_after: int | None


@dataclass(frozen=True)
class DirectorPlan:
    name: str
    role: str | None
    replacements: tuple[Replacement, ...]
    unchanged: tuple[Replacement, ...]  # the configuration's other files, which must still be what was read
    diff: str
    predictions: tuple[Prediction, ...]
    expected: tuple[tuple[KernelKey, int | None], ...]  # the kernel's rows that change, and their weights; None: gone
    files: tuple[FileChange, ...] = ()  # what `diff` is of
    weights: tuple[Weighed, ...] = ()  # of the targets, in the files
    pending: str = ""  # the diff of what the reload brings along, as far as it is known
    tolerated: frozenset[KernelKey] = frozenset()  # rows whose weight the reload itself may change

    def followed_by(self, later: DirectorPlan) -> str:
        """The diff of this change and a later one of the same files together."""
        after = {change.path: change.after for change in later.files}
        both = (FileChange(one.path, one.before, after.get(one.path, one.after)) for one in self.files)
        return edit.diff(Edit(tuple(both), ""))


@dataclass(frozen=True)
class Plan:
    """Ready to be shown, and, when nothing blocks it, applied. `directors` in the order of installation: BACKUP first."""

    intent: Intent
    title: str
    summary: tuple[str, ...]
    directors: tuple[DirectorPlan, ...]
    guards: tuple[Guard, ...]
    follow_up: FollowUp | None = None  # what is done after it, as a change of its own

    def blocking(self, overrides: frozenset[str] = frozenset()) -> tuple[Guard, ...]:
        """The guards that keep it from being applied: those that refuse, and those that ask and are not overridden."""
        return tuple(
            guard
            for guard in self.guards
            if guard.level == "refuse" or (guard.level == "ask" and guard.name not in overrides)
        )


class PlanRefused(Exception):
    """There is nothing that could be applied; nothing was changed. `exit_code` is that of cli.md: 1 refused, 3 unreachable."""

    def __init__(self, reason: str, guard: Guard | None = None, exit_code: int = 1) -> None:
        super().__init__(reason)
        self.guard = guard
        self.exit_code = exit_code


def make(intent: Intent, directors: Sequence[Facts], *, read_only: str | None = None) -> Plan:
    """The plan of an intent for these Directors. Raises PlanRefused."""
    if read_only is not None:
        raise PlanRefused(f"read-only: {read_only}")
    for refusal in check_directors(intent, directors):
        raise PlanRefused(refusal.text, refusal, exit_code=3 if refusal.name == "unreachable" else 1)
    ordered = sorted(directors, key=lambda facts: facts.role in ("MASTER", "mixed"))
    try:
        made = edits.make(intent, ordered)
    except EditFailed as failed:
        raise PlanRefused(str(failed)) from failed
    follow_up = raising.follow_up(intent, made)
    return Plan(
        intent,
        title(intent),
        summary(intent, made, follow_up),
        tuple(_director_plan(intent, one) for one in made),
        check(intent, made),
        follow_up,
    )


def _director_plan(intent: Intent, edited: Edited) -> DirectorPlan:
    facts = edited.facts
    assert facts.files is not None  # check_directors refuses without them
    hashes = {file.path: file.sha256 for file in facts.files.files}
    changed = {change.path for change in edited.edit.files}
    expected: list[tuple[KernelKey, int | None]] = []
    predictions = [_predict(edited, target, expected) for target in intent.targets]
    return DirectorPlan(
        name=facts.name,
        role=facts.role,
        replacements=tuple(Replacement(change.path, hashes[change.path], change.after) for change in edited.edit.files),
        unchanged=tuple(
            Replacement(path, sha256, b"")
            for path, sha256 in hashes.items()
            if path not in changed and any(source.path == path for source in edited.before.files)
        ),
        diff=edit.diff(edited.edit),
        predictions=tuple(predictions),
        expected=tuple(expected),
        files=edited.edit.files,
        weights=edits.weights(edited, intent.targets),
        pending=(unloaded(facts) or "") if facts.pending else "",
        tolerated=frozenset(
            key
            for server in edited.after.virtual_servers
            for real in server.misc_dynamic
            for key in kernel_keys(server, real)
        ),
    )


def _predict(edited: Edited, target: Target, expected: list[tuple[KernelKey, int | None]]) -> Prediction:
    """What the kernel will show of a target; its rows go into `expected`."""
    old, new = find(edited.before, target), find(edited.after, target)
    found = new or old
    if found is None:
        raise PlanRefused(f"{edited.facts.name}: the edit would lose {target.real_server} in {target.virtual_server}")
    server, real = found
    weights = edited.facts.weights or {}
    keys = kernel_keys(server, real)
    present = [key for key in keys if key in weights]
    before = weights[present[0]] if present else None
    after: int | None = None
    if new is None:
        expected += [(key, None) for key in present]
    elif old is None:
        after = real.weight
        expected += [(key, after) for key in keys]
    elif present:
        alive = edited.facts.alive.get((target.virtual_server, target.real_server), True)
        after = 0 if real.inhibit_on_failure and not alive else real.weight
        expected += [(key, after) for key in present]
    return Prediction(target.virtual_server, target.real_server, before, after)


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


def _weights(first: Sequence[Weighed], second: Sequence[Weighed]) -> tuple[Weighed, ...]:
    last = {(one.virtual_server, one.real_server): one.after for one in second}
    return tuple(
        Weighed(
            one.virtual_server, one.real_server, one.before, last.get((one.virtual_server, one.real_server), one.after)
        )
        for one in first
    )

"""Make of an operator's intent an edit for each Director, its diff and its guards: a plan that can be applied, or a refusal.

The only door through which anything is ever written: `change.coordinator.Coordinator` takes nothing but a `Plan`, and only `make`
makes one. Pure: it reads facts, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from lvstui.cluster.identity.kernel_key import KernelKey, kernel_keys
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.plan import edits, kernel_start, mastership, planned_follow_up
from lvstui.cluster.plan.absence import Absence, absent, explain
from lvstui.cluster.plan.edits import DirectorEdit, EditFailed
from lvstui.cluster.plan.facts import Facts, effective_weight
from lvstui.cluster.plan.guards import Guard, GuardKind, check, check_directors, twins
from lvstui.cluster.plan.guards.brought_along import BroughtAlong, brought_along
from lvstui.cluster.plan.guards.live_weight import waits_for_quorum
from lvstui.cluster.plan.intent import Intent, PriorityChange, WeightChange
from lvstui.cluster.plan.mastership import ExpectedMaster
from lvstui.cluster.plan.planned_follow_up import FollowUp
from lvstui.cluster.plan.unloaded import unloaded
from lvstui.cluster.plan.wording import SummaryLine, summary, takeover_summary, title
from lvstui.director.protocol.change_messages import Replacement
from lvstui.keepalived import Configuration, FileChange, VrrpKey
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.edit import Edit


@dataclass(frozen=True)
class Prediction:
    """Predict what a kernel will show of one target when the change is done. None: not in the kernel, or not known."""

    virtual_server: str
    real_server: str
    weight_before: int | None
    weight_after: int | None


@dataclass(frozen=True)
class ExpectedInstance:
    """Predict what a VRRP instance will be when the change is done; as MASTER it has all its VIPs, else none."""

    key: VrrpKey
    name: str
    state: str  # "MASTER", "BACKUP"


@dataclass(frozen=True)
class DirectorPlan:
    """Name what is done on a Director. Without `replacements` it is locked, tested and verified, but not written to."""

    name: str
    role: str | None
    replacements: tuple[Replacement, ...]
    unchanged: tuple[Replacement, ...]  # the configuration's other files, which must still be what was read
    diff: str
    predictions: tuple[Prediction, ...]
    expected: tuple[tuple[KernelKey, int | None], ...]  # the kernel's rows that change, and their weights; None: gone
    files: tuple[FileChange, ...] = ()  # what `diff` is of
    weights: tuple[WeightChange, ...] = ()  # of the targets, in the files
    pending: str = ""  # the diff of what the reload brings along, as far as it is known
    tolerated: frozenset[KernelKey] = frozenset()  # rows whose weight the reload itself may change
    possible: tuple[
        tuple[KernelKey, int], ...
    ] = ()  # rows that are out for now, and with what weight keepalived may put them in
    process: tuple[int, float] = (0, 0.0)  # keepalived's pid, and when it was started
    instances: tuple[ExpectedInstance, ...] = ()  # where the change is about who is MASTER
    priorities: tuple[PriorityChange, ...] = ()
    restarts: bool = False  # keepalived is restarted, not reloaded
    configurations: tuple[Configuration, Configuration] | None = field(default=None, repr=False, compare=False)
    # before and after: to judge it again before it is installed

    @property
    def loads(self) -> bool:
        """Return True if keepalived reads its files there, and stays the same process."""
        return bool(self.replacements) and not self.restarts

    def installed(self) -> Installed:
        """Return what is loaded when the change is done."""
        files = [(one.path, sha256(one.data).hexdigest()) for one in self.replacements]
        files += [(one.path, one.sha256) for one in self.unchanged]
        return Installed(*self.process, tuple(sorted(files)))

    def followed_by(self, later: DirectorPlan) -> str:
        """Return the diff of this change and a later one of the same files together."""
        after = {change.path: change.after for change in later.files}
        both = (FileChange(one.path, one.before, after.get(one.path, one.after)) for one in self.files)
        return edit.diff(Edit(tuple(both), ""))


@dataclass(frozen=True)
class Plan:
    """Ready to be shown, and, when nothing blocks it, applied. `directors` in the order of installation: BACKUP first."""

    intent: Intent
    title: str
    summary: tuple[SummaryLine, ...]
    directors: tuple[DirectorPlan, ...]
    guards: tuple[Guard, ...]
    follow_up: FollowUp | None = None  # what is done after it, as a change of its own
    takeovers: tuple[ExpectedMaster, ...] = ()  # what becomes of each virtual router, where priorities change

    @property
    def takeover_s(self) -> float:
        """Return the seconds after the reload until every instance is where it will be."""
        return max((one.seconds for one in self.takeovers), default=0.0)

    def blocking(self, overrides: frozenset[str] = frozenset()) -> tuple[Guard, ...]:
        """Return the guards that keep it from being applied: those that refuse, and those that ask and are not overridden."""
        return tuple(
            guard
            for guard in self.guards
            if guard.level == "refuse" or (guard.level == "ask" and guard.kind not in overrides)
        )


class PlanRefused(Exception):
    """Nothing can be applied, and nothing was changed. `exit_code` is as in docs/lvsctl.md: 1 refused, 3 unreachable."""

    def __init__(self, reason: str, guard: Guard | None = None, exit_code: int = 1) -> None:
        super().__init__(reason)
        self.guard = guard
        self.exit_code = exit_code


def make(intent: Intent, directors: Sequence[Facts], *, read_only: str | None = None) -> Plan:
    """Return the plan of an intent for these Directors. Raises PlanRefused."""
    if read_only is not None:
        raise PlanRefused(f"read-only: {read_only}")
    for refusal in check_directors(intent, directors):
        raise PlanRefused(refusal.text, refusal, exit_code=3 if refusal.kind is GuardKind.UNREACHABLE else 1)
    ordered = sorted(directors, key=lambda facts: facts.role in ("MASTER", "mixed"))
    try:
        made = edits.make(intent, ordered)
    except EditFailed as failed:
        raise PlanRefused(str(failed)) from failed
    follow_up = planned_follow_up.follow_up(intent, made)
    takeovers: tuple[ExpectedMaster, ...] = ()
    if any(edits.priorities(one) for one in made):
        stopped = intent.director if intent.by_stop else None
        takeovers = mastership.takeovers([(one.facts, one.after) for one in made], stopped)
    brought = [brought_along(one, intent.targets) for one in made]
    return Plan(
        intent,
        title(intent),
        takeover_summary(made, takeovers) if takeovers else summary(intent, made, follow_up),
        tuple(_director_plan(intent, one, takeovers, along) for one, along in zip(made, brought, strict=True)),
        check(intent, made, takeovers, [tuple(along.unforeseen) for along in brought]),
        follow_up,
        takeovers,
    )


def _director_plan(
    intent: Intent, edited: DirectorEdit, takeovers: Sequence[ExpectedMaster], brought: BroughtAlong
) -> DirectorPlan:
    facts = edited.facts
    assert facts.files is not None  # check_directors refuses without them
    hashes = {file.path: file.sha256 for file in facts.files.files}
    changed = {change.path for change in edited.edit.files}
    expected: list[tuple[KernelKey, int | None]] = []
    pending = unloaded(facts) if facts.pending and edited.edit.files else None
    possible = list(twins.brought_in(edited))
    predictions = [_predict(edited, target, expected, possible) for target in intent.targets]
    expected += brought.expected
    possible += brought.possible
    predictions += [Prediction(*name, *weights) for name, weights in brought.shown.items()]
    restarts = intent.by_stop and bool(edited.edit.files)
    tolerated = _tolerated(edited, intent.targets)
    if restarts:
        possible += kernel_start.brought_in(edited)
        tolerated |= kernel_start.weighed_anew(edited)
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
        possible=tuple(possible),
        files=edited.edit.files,
        weights=edits.weights(edited, intent.targets),
        pending=pending.diff if pending is not None else "",
        process=(0, 0.0) if facts.keepalived is None else (facts.keepalived.pid, facts.keepalived.started),
        tolerated=tolerated,
        instances=tuple(_expected(facts.name, takeovers)),
        priorities=edits.priorities(edited),
        restarts=restarts,
        configurations=(edited.before, edited.after),
    )


def _expected(name: str, takeovers: Sequence[ExpectedMaster]) -> Iterator[ExpectedInstance]:
    """Return what the Director's instances will be, of those virtual routers whose MASTER is known."""
    for takeover in takeovers:
        mine = takeover.of(name)
        if mine is not None and mine.able and takeover.after is not None:
            yield ExpectedInstance(mine.key, mine.name, "MASTER" if takeover.after == name else "BACKUP")


def _tolerated(edited: DirectorEdit, targets: Sequence[Target]) -> frozenset[KernelKey]:
    """Return the rows whose weight a script or a tracked file may make another, but for what is itself to change."""
    found = [find(edited.before, target) for target in targets]
    meant = {(one[0].id, str(one[1].key)) for one in found if one is not None}
    return frozenset(
        key
        for server in edited.after.virtual_servers
        for real in server.weighed
        if real.misc_dynamic or (server.id, str(real.key)) not in meant
        for key in kernel_keys(server, real)
    )


def _predict(
    edited: DirectorEdit,
    target: Target,
    expected: list[tuple[KernelKey, int | None]],
    possible: list[tuple[KernelKey, int]],
) -> Prediction:
    """Return what the kernel will show of a target. Its rows go into `expected`, and those that may come into `possible`."""
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
    if not edited.edit.files:  # nothing is reloaded there
        return Prediction(target.virtual_server, target.real_server, before, before)
    if new is None:
        expected += [(key, None) for key in present]
    elif old is None:
        after = real.weight
        expected += [(key, after) for key in keys]
    else:
        weight = effective_weight(edited.facts, server, real)
        alive = edited.facts.alive.get((target.virtual_server, target.real_server), True)
        out = absent(edited.facts, *old)
        if out and explain(edited.facts, *old) is Absence.NOT_LOADED and not real.alpha:
            after = weight  # the reload brings it in
            expected += [(key, after) for key in keys]
        elif present and not before and waits_for_quorum(edited.facts, *new):
            after = 0  # as it is; or its weight, when its checkers bring the quorum back meanwhile
        elif present:
            after = 0 if real.inhibit_on_failure and not alive else weight
            expected += [(key, after) for key in present]
        possible += [(key, weight) for key in out]
    return Prediction(target.virtual_server, target.real_server, before, after)

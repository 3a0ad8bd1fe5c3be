"""An operator's intent -> one edit per Director -> diffs -> guards -> a plan that can be applied, or a refusal.

The only door through which anything is ever written: `change.Change` takes nothing but a `Plan`, and only `make` makes one.
Pure: it reads facts, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster.facts import Facts, KernelKey, kernel_keys
from lvstui.cluster.guards import Guard, check, check_directors
from lvstui.cluster.intent import Intent, Target
from lvstui.director.messages import Replacement
from lvstui.keepalived import Configuration, RealServerKey, edit
from lvstui.keepalived.edit import Edit, EditRefused


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
    expected: tuple[tuple[KernelKey, int], ...]  # the kernel's rows that change, and their weights afterwards


@dataclass(frozen=True)
class Plan:
    """Ready to be shown, and, when nothing blocks it, applied. `directors` in the order of installation: BACKUP first."""

    intent: Intent
    title: str
    summary: tuple[str, ...]
    directors: tuple[DirectorPlan, ...]
    guards: tuple[Guard, ...]

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
    plans = []
    results: list[tuple[Facts, Configuration]] = []
    for facts in ordered:
        assert facts.configuration is not None  # check_directors refuses without one
        edited = _edit(intent, facts, facts.configuration)
        after = edited.apply(facts.configuration)
        results.append((facts, after))
        plans.append(_director_plan(intent, facts, edited, after))
    return Plan(intent, _title(intent), _summary(intent, ordered), tuple(plans), check(intent, results))


def _edit(intent: Intent, facts: Facts, configuration: Configuration) -> Edit:
    try:
        return edit.make(configuration, [_change(intent, target) for target in intent.targets])
    except EditRefused as refused:
        raise PlanRefused(f"{facts.name}: {refused}") from refused


def _change(intent: Intent, target: Target) -> edit.Change:
    real = RealServerKey.parse(target.real_server)
    if intent.action == "drain":
        return edit.Drain(target.virtual_server, real, intent.by, intent.when, intent.reason)
    if intent.action == "restore":
        return edit.Restore(target.virtual_server, real)
    assert intent.weight is not None  # check_directors refuses a weight that is none
    return edit.SetWeight(target.virtual_server, real, intent.weight)


def _director_plan(intent: Intent, facts: Facts, edited: Edit, after: Configuration) -> DirectorPlan:
    assert facts.configuration is not None
    assert facts.files is not None
    hashes = {file.path: file.sha256 for file in facts.files.files}
    changed = {change.path for change in edited.files}
    predictions = []
    expected: list[tuple[KernelKey, int]] = []
    for target in intent.targets:
        predictions.append(_predict(facts, after, target, expected))
    return DirectorPlan(
        name=facts.name,
        role=facts.role,
        replacements=tuple(Replacement(change.path, hashes[change.path], change.after) for change in edited.files),
        unchanged=tuple(
            Replacement(path, sha256, b"")
            for path, sha256 in hashes.items()
            if path not in changed and any(source.path == path for source in facts.configuration.files)
        ),
        diff=edit.diff(edited),
        predictions=tuple(predictions),
        expected=tuple(expected),
    )


def _predict(facts: Facts, after: Configuration, target: Target, expected: list[tuple[KernelKey, int]]) -> Prediction:
    server = after.virtual_server(target.virtual_server)
    real = server.real_server(RealServerKey.parse(target.real_server)) if server else None
    if server is None or real is None:
        raise PlanRefused(f"{facts.name}: the edit would lose {target.real_server} in {target.virtual_server}")
    weights = facts.weights or {}
    present = [key for key in kernel_keys(server, real) if key in weights]
    alive = facts.alive.get((target.virtual_server, target.real_server), True)
    held_at_zero = real.inhibit_on_failure and not alive
    weight = 0 if held_at_zero else real.weight
    expected += [(key, weight) for key in present]
    before = weights[present[0]] if present else None
    return Prediction(target.virtual_server, target.real_server, before, weight if present else None)


_VERBS = {"drain": "Drain", "restore": "Restore", "weight": "Set the weight of"}


def _title(intent: Intent) -> str:
    reals = sorted({target.real_server for target in intent.targets})
    servers = sorted({target.virtual_server for target in intent.targets})
    what = reals[0] if len(reals) == 1 else f"{len(reals)} real servers"
    where = servers[0] if len(servers) == 1 else f"{len(servers)} virtual servers"
    to = f" to {intent.weight}" if intent.action == "weight" else ""
    return f"{_VERBS[intent.action]} {what} in {where}{to}"


def _summary(intent: Intent, directors: Sequence[Facts]) -> tuple[str, ...]:
    """What an operator wants to know before reading the diff: connections on the targets, and who takes the new ones."""
    lines = []
    for target in intent.targets:
        facts = next((one for one in directors if one.role == "MASTER"), directors[-1])
        server = facts.configuration.virtual_server(target.virtual_server) if facts.configuration else None
        real = server.real_server(RealServerKey.parse(target.real_server)) if server else None
        if server is None or real is None:
            continue
        active = [facts.active[key] for key in kernel_keys(server, real) if key in facts.active]
        now = f"{sum(active)} active connections" if active else "not in the kernel"
        others = sum(
            1
            for other in server.real_servers
            if other.key != real.key
            and any((facts.weights or {}).get(key, 0) > 0 for key in kernel_keys(server, other))
        )
        text = f"{target.real_server} in {target.virtual_server}: {now} on {facts.name}"
        if intent.action == "drain":
            text += f"; new ones will go to {others} other {'server' if others == 1 else 'servers'}"
        lines.append(text)
    return tuple(lines)

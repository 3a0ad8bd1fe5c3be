"""Turn an intent into an edit of each Director's own files. Real servers that come in do so at weight 0, to be raised later.

keepalived sends clients to a new real server at once, before any check, so it is written with weight 0 and the mark of a
drain; a restore, as a change of its own, gives it the weight that was meant when its checkers have seen it alive. With
`alpha` keepalived itself keeps it out until then, and it goes in as it is to stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan import mastership
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import Intent, PriorityChange, WeightChange
from lvstui.keepalived import Configuration, ConfiguredRealServer, FileChange, RealServerKey
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.edit import Edit, EditRefused, weight_zero_fault
from lvstui.keepalived.editing.undo import Taken, TakenPriority, undo
from lvstui.keepalived.secrets import masked_text

_ADDED = "added; raised when its checkers see it alive"


class EditFailed(Exception):
    """A Director's files cannot be edited so; the text says which Director's, and why. Nothing was changed."""


@dataclass(frozen=True)
class DirectorEdit:
    """One Director's edit, and what is configured before and after it."""

    facts: Facts
    before: Configuration
    after: Configuration
    edit: Edit
    raised: tuple[Target, ...]  # in at weight 0, to be restored
    kept: tuple[Target, ...] = ()  # of which the files say already what is wanted: no line of them changes


def make(intent: Intent, directors: Sequence[Facts]) -> tuple[DirectorEdit, ...]:
    """Return the edits of all Directors. Raises EditFailed."""
    finals = []
    for facts in directors:
        assert facts.configuration is not None  # the guards refuse without one
        with _of(facts):
            made = _edit(intent, facts, directors)
            finals.append((facts, facts.configuration, made, made.apply(facts.configuration)))
    raised = [
        target
        for target in intent.targets
        if any(_comes_in_unchecked(before, after, target) for _, before, _, after in finals)
    ]
    done = []
    for final in finals:
        with _of(final[0]):
            made_here = _at_zero(intent, raised, *final)
        done.append(replace(made_here, kept=_kept(intent, final[0], directors)))
    return tuple(done)


@contextmanager
def _of(facts: Facts) -> Iterator[None]:
    try:
        yield
    except (EditRefused, ValueError) as refused:
        raise EditFailed(f"{facts.name}: {masked_text(str(refused))}") from refused


def weights(edited: DirectorEdit, targets: Sequence[Target]) -> tuple[WeightChange, ...]:
    """Return what the edit makes of each target's configured weight."""
    found = []
    for target in targets:
        old, new = find(edited.before, target), find(edited.after, target)
        found.append(
            WeightChange(
                target.virtual_server,
                target.real_server,
                old[1].weight if old else None,
                new[1].weight if new else None,
            )
        )
    return tuple(found)


def priorities(edited: DirectorEdit) -> tuple[PriorityChange, ...]:
    """Return the instances whose priority the edit changes."""
    after = {one.name: one.priority for one in edited.after.vrrp}
    return tuple(
        PriorityChange(one.name, one.priority, after[one.name])
        for one in edited.before.vrrp
        if one.name in after and (after[one.name] != one.priority or _marked(edited, one.name))
    )


def _marked(edited: DirectorEdit, instance: str) -> bool:
    """Return True if the edit gives the instance the mark of a handover, or takes it away: the least priority stays the same."""
    marks = [
        next((one.handed_over for one in some.vrrp if one.name == instance), None)
        for some in (edited.before, edited.after)
    ]
    return marks[0] != marks[1]


def _edit(intent: Intent, facts: Facts, directors: Sequence[Facts]) -> Edit:
    assert facts.configuration is not None
    if intent.action == "undo":
        return _undo(intent, facts, facts.configuration)
    if intent.of_instances:
        mine = facts.name == intent.director
        return edit.make(facts.configuration, _of_instances(intent, facts, directors) if mine else [])
    kept = _kept(intent, facts, directors)
    return edit.make(facts.configuration, [_change(intent, target) for target in intent.targets if target not in kept])


def _kept(intent: Intent, facts: Facts, directors: Sequence[Facts]) -> tuple[Target, ...]:
    """Return the targets that are as wanted in the Director's files, and not in those of every Director.

    Where they are on every Director, the edit is made all the same: it says why there is nothing to do.
    """
    if intent.action not in ("drain", "restore", "weight"):
        return ()
    found = [{one.name: _as_wanted(intent, target, one, directors) for one in directors} for target in intent.targets]
    return tuple(
        target
        for target, wanted in zip(intent.targets, found, strict=True)
        if wanted[facts.name] and not all(wanted.values())
    )


def _as_wanted(intent: Intent, target: Target, facts: Facts, directors: Sequence[Facts]) -> bool:
    """Return True if a Director's files say of a target what the change would make of it.

    A restore makes of it what the drains of the others remember: another weight than that is not what is wanted.
    """
    real = _real(facts, target)
    if real is None:
        return False
    if intent.action == "drain":
        return real.weight == 0
    if real.drained is not None:
        return False
    if intent.action == "weight":
        return real.weight == intent.weight
    others = [one.drained for one in (_real(other, target) for other in directors) if one is not None]
    return {drained.weight for drained in others if drained is not None} == {real.weight}


def _real(facts: Facts, target: Target) -> ConfiguredRealServer | None:
    found = None if facts.configuration is None else find(facts.configuration, target)
    return None if found is None else found[1]


def _of_instances(intent: Intent, facts: Facts, directors: Sequence[Facts]) -> list[edit.Change]:
    """Return the changes of the Director's instances."""
    assert facts.configuration is not None
    if intent.action == "takeback":
        return [edit.TakeBack(one.name) for one in facts.configuration.vrrp if one.handed_over is not None]
    known = mastership.routers([(one, one.configuration) for one in directors])
    wanted = mastership.lowered(facts.name, known)
    return [edit.HandOver(name, priority, intent.by, intent.when, intent.reason) for name, priority in wanted.items()]


def _change(intent: Intent, target: Target) -> edit.Change:
    server, real = target.virtual_server, RealServerKey.parse(target.real_server)
    if intent.action == "drain":
        return edit.DrainRealServer(server, real, intent.by, intent.when, intent.reason)
    if intent.action == "restore":
        return edit.RestoreRealServer(server, real)
    if intent.action == "add":
        like = None if intent.like is None else RealServerKey.parse(intent.like)
        return edit.AddRealServer(server, real, intent.weight, like)
    if intent.action == "remove":
        return edit.RemoveRealServer(server, real)
    assert intent.weight is not None  # the guards refuse a weight that is none
    return edit.SetWeight(server, real, intent.weight)


def _undo(intent: Intent, facts: Facts, configuration: Configuration) -> Edit:
    assert intent.undo is not None  # the guards refuse an undo of nothing
    told = next((one for one in intent.undo.directors if one.name == facts.name), None)
    if told is None:
        raise EditRefused("the change was not made on this Director", configuration.path, 1, "Change it by hand.")
    changes = [
        Taken(one.virtual_server, RealServerKey.parse(one.real_server), one.before, one.after) for one in told.weights
    ]
    instances = [TakenPriority(one.instance, one.before, one.after) for one in told.priorities]
    return undo(configuration, told.diff, changes, f"undo: {intent.undo.title}", instances)


def _comes_in_unchecked(before: Configuration, after: Configuration, target: Target) -> bool:
    """Return True if keepalived would send clients to it before its checker has run."""
    new = find(after, target)
    return find(before, target) is None and new is not None and new[1].weight > 0 and not new[1].alpha


def _at_zero(
    intent: Intent, raised: Sequence[Target], facts: Facts, before: Configuration, made: Edit, after: Configuration
) -> DirectorEdit:
    mine = [target for target in raised if (new := find(after, target)) is not None and new[1].weight > 0]
    if not mine:
        return DirectorEdit(facts, before, after, made, ())
    if (why := weight_zero_fault(before.version)) is not None:
        new = find(after, mine[0])
        assert new is not None
        raise EditRefused(
            f"a new real server starts at weight 0 until it has been seen alive, and {why}",
            new[1].path,
            new[1].line,
            "With `alpha` in its virtual server, or in the real server it is modelled on, keepalived itself waits for the check.",
        )
    reason = f"{intent.reason}: {_ADDED}" if intent.reason else _ADDED
    drains = [
        edit.DrainRealServer(one.virtual_server, RealServerKey.parse(one.real_server), intent.by, intent.when, reason)
        for one in mine
    ]
    drained = edit.make(after, drains)
    return DirectorEdit(facts, before, drained.apply(after), _both(before, made, drained), tuple(mine))


def _both(configuration: Configuration, first: Edit, second: Edit) -> Edit:
    """Return two edits, the one after the other, as one."""
    after = {change.path: change.after for one in (first, second) for change in one.files}
    files = tuple(
        FileChange(source.path, source.data, after[source.path])
        for source in configuration.files
        if after.get(source.path, source.data) != source.data
    )
    return Edit(files, first.summary, first.secrets.and_of(change.after for change in second.files))

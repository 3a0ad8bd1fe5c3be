"""An intent -> the edit of each Director's own files. Real servers that come in do so at weight 0, to be raised later.

keepalived sends clients to a new real server at once, before any check, so it is written with weight 0 and the mark of a
drain; a restore, as a change of its own, gives it the weight that was meant when its checkers have seen it alive. With
`alpha` keepalived itself keeps it out until then, and it goes in as it is to stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from lvstui.cluster.facts import Facts, find
from lvstui.cluster.intent import Intent, Target, Weighed
from lvstui.keepalived import Configuration, FileChange, RealServerKey, edit
from lvstui.keepalived.edit import Edit, EditRefused, weight_zero_fault
from lvstui.keepalived.undo import Taken, undo

_ADDED = "added; raised when its checkers see it alive"


class EditFailed(Exception):
    """A Director's files cannot be edited so; the text says which Director's, and why. Nothing was changed."""


@dataclass(frozen=True)
class Edited:
    """One Director's edit, and what is configured before and after it."""

    facts: Facts
    before: Configuration
    after: Configuration
    edit: Edit
    raised: tuple[Target, ...]  # in at weight 0, to be restored


def make(intent: Intent, directors: Sequence[Facts]) -> tuple[Edited, ...]:
    """The edits of all Directors. Raises EditFailed."""
    finals = []
    for facts in directors:
        assert facts.configuration is not None  # the guards refuse without one
        with _of(facts):
            made = _edit(intent, facts)
            finals.append((facts, facts.configuration, made, made.apply(facts.configuration)))
    raised = [
        target
        for target in intent.targets
        if any(_comes_in_unchecked(before, after, target) for _, before, _, after in finals)
    ]
    done = []
    for final in finals:
        with _of(final[0]):
            done.append(_at_zero(intent, raised, *final))
    return tuple(done)


@contextmanager
def _of(facts: Facts) -> Iterator[None]:
    try:
        yield
    except (EditRefused, ValueError) as refused:
        raise EditFailed(f"{facts.name}: {refused}") from refused


def weights(edited: Edited, targets: Sequence[Target]) -> tuple[Weighed, ...]:
    """What the edit makes of each target's configured weight."""
    found = []
    for target in targets:
        old, new = find(edited.before, target), find(edited.after, target)
        found.append(
            Weighed(
                target.virtual_server,
                target.real_server,
                old[1].weight if old else None,
                new[1].weight if new else None,
            )
        )
    return tuple(found)


def _edit(intent: Intent, facts: Facts) -> Edit:
    assert facts.configuration is not None
    if intent.action == "undo":
        return _undo(intent, facts, facts.configuration)
    return edit.make(facts.configuration, [_change(intent, target) for target in intent.targets])


def _change(intent: Intent, target: Target) -> edit.Change:
    server, real = target.virtual_server, RealServerKey.parse(target.real_server)
    if intent.action == "drain":
        return edit.Drain(server, real, intent.by, intent.when, intent.reason)
    if intent.action == "restore":
        return edit.Restore(server, real)
    if intent.action == "add":
        like = None if intent.like is None else RealServerKey.parse(intent.like)
        return edit.Add(server, real, intent.weight, like)
    if intent.action == "remove":
        return edit.Remove(server, real)
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
    return undo(configuration, told.diff, changes, f"undo: {intent.undo.title}")


def _comes_in_unchecked(before: Configuration, after: Configuration, target: Target) -> bool:
    """Would keepalived send clients to it before its checker has run?"""
    new = find(after, target)
    return find(before, target) is None and new is not None and new[1].weight > 0 and not new[1].alpha


def _at_zero(
    intent: Intent, raised: Sequence[Target], facts: Facts, before: Configuration, made: Edit, after: Configuration
) -> Edited:
    mine = [target for target in raised if (new := find(after, target)) is not None and new[1].weight > 0]
    if not mine:
        return Edited(facts, before, after, made, ())
    if (why := weight_zero_fault(before.version)) is not None:
        new = find(after, mine[0])
        assert new is not None
        raise EditRefused(
            f"a new real server goes in at weight 0 until it was seen alive, and {why}",
            new[1].path,
            new[1].line,
            "With `alpha` in its virtual server, or in the real server it is modelled on, keepalived itself waits for the check.",
        )
    reason = f"{intent.reason}: {_ADDED}" if intent.reason else _ADDED
    drains = [
        edit.Drain(one.virtual_server, RealServerKey.parse(one.real_server), intent.by, intent.when, reason)
        for one in mine
    ]
    drained = edit.make(after, drains)
    return Edited(facts, before, drained.apply(after), _both(before, made, drained), tuple(mine))


def _both(configuration: Configuration, first: Edit, second: Edit) -> Edit:
    """Two edits, the one after the other, as one."""
    after = {change.path: change.after for one in (first, second) for change in one.files}
    files = tuple(
        FileChange(source.path, source.data, after[source.path])
        for source in configuration.files
        if after.get(source.path, source.data) != source.data
    )
    return Edit(files, first.summary)

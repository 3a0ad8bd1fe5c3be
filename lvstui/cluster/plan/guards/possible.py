"""Refuse a plan that is impossible: nothing can be edited, nothing could be verified, or a change is unfinished there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.identity.target import find
from lvstui.cluster.observed.files.absent_interfaces import said
from lvstui.cluster.observed.hung_processes import Hung
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards import takeover
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.text import unfinished_change
from lvstui.keepalived.editing.edit import MAX_WEIGHT, weight_zero_fault

ENDS = "a reload would end keepalived"


def check_directors(intent: Intent, directors: Sequence[Facts]) -> Iterator[Guard]:
    """Return the refusals."""
    if intent.action == "undo":
        yield from _undoable(intent, directors)
    if intent.action in ("handover", "takeback"):
        yield from takeover.possible(intent, directors)
    elif not intent.targets and not intent.of_instances:
        yield Guard(GuardKind.NOTHING, "refuse", "no real server was named")
    needed = intent.action == "weight" or (intent.action == "add" and intent.weight is not None)
    if needed and not (intent.weight is not None and 0 <= intent.weight <= MAX_WEIGHT):
        yield Guard(GuardKind.WEIGHT, "refuse", f"a weight must be a number from 0 to {MAX_WEIGHT}")
    for facts in directors:
        if not facts.live:
            why = facts.error or "no figures from it yet"
            text = f"it cannot be reached ({why}); a change is made on both Directors or on neither"
            yield Guard(GuardKind.UNREACHABLE, "refuse", text, facts.name)
    for facts in directors:
        yield from _writable(facts)
    for target in intent.targets if intent.action not in ("add", "undo") else ():  # their edits say what is amiss
        for facts in directors:
            if facts.configuration is not None and find(facts.configuration, target) is None:
                text = f"{facts.configuration.path} has no {target.real_server} in {target.virtual_server}"
                yield Guard(GuardKind.UNKNOWN, "refuse", text, facts.name)
    for facts in directors:
        yield from _version(intent, facts)


def _undoable(intent: Intent, directors: Sequence[Facts]) -> Iterator[Guard]:
    if intent.undo is None:
        yield Guard(GuardKind.NOTHING, "refuse", "no change to undo was made from this machine")
    elif intent.undo.outcome != "done":
        yield Guard(
            GuardKind.NOTHING, "refuse", f"{intent.undo.title}: it ended {intent.undo.outcome}, so it cannot be undone"
        )
    elif {one.name for one in intent.undo.directors} != {facts.name for facts in directors}:
        names = ", ".join(one.name for one in intent.undo.directors)
        yield Guard(GuardKind.NOTHING, "refuse", f"{intent.undo.title}: it was made on {names}, not on these Directors")


def _writable(facts: Facts) -> Iterator[Guard]:
    def refuse(kind: GuardKind, why: str) -> Guard:
        return Guard(kind, "refuse", why, facts.name)

    if facts.cannot_write is not None:
        yield refuse(GuardKind.PRIVILEGE, facts.cannot_write)
    if facts.unfinished is not None:
        left = facts.unfinished
        which = unfinished_change(left.transaction, left.title, left.by)
        yield refuse(GuardKind.UNFINISHED, f"{which} was left unfinished there; settle it first")
    if facts.keepalived is None:
        yield refuse(GuardKind.STOPPED, "whether keepalived is running there is not known yet; try again in a moment")
    elif not facts.keepalived.running:
        yield refuse(
            GuardKind.STOPPED, "keepalived is not running there, so a change could not be verified; start it first"
        )
    elif facts.hung:
        yield from (refuse(GuardKind.HUNG, _hung(process)) for process in facts.hung)
    elif not facts.keepalived.version:
        yield refuse(GuardKind.VERSION, "the version of keepalived there is not known yet; try again in a moment")
    loaded = ", which is not loaded yet" if facts.pending else ""
    if facts.configuration is None or facts.files is None:
        yield refuse(GuardKind.CONFIGURATION, "its configuration has not been read")
    elif facts.configuration.fatal is not None:
        fatal = facts.configuration.fatal
        yield refuse(
            GuardKind.FATAL, f"{ENDS}: {fatal.path} line {fatal.line}{loaded}: {fatal.message}; correct it first"
        )
    elif facts.absent:
        yield refuse(GuardKind.FATAL, f"{ENDS}: {said(facts.absent[0], loaded)}; correct it first")
    if facts.weights is None:
        yield refuse(GuardKind.KERNEL, "its IPVS table cannot be read, so a change could not be verified")


def _hung(process: Hung) -> str:
    """Say what a process that hangs keeps from being done; the parent passes the reload on, the others read the files."""
    wake = f"`kill -CONT {process.pid}`, or restart keepalived" if process.deaf_s is None else "restart keepalived"
    return f"keepalived's {process.name} {process.condition}: it would not carry out the change; {wake} there first"


def _version(intent: Intent, facts: Facts) -> Iterator[Guard]:
    """Refuse 2.2.0 and 2.2.1, which take no changed weight to the kernel; a weight of 0 is judged where it is written."""
    version = facts.configuration.version if facts.configuration else None
    zero = intent.action == "drain" or (intent.action == "weight" and intent.weight == 0)
    if (zero or (version is not None and (2, 2, 0) <= version < (2, 2, 2))) and (why := weight_zero_fault(version)):
        yield Guard(GuardKind.VERSION, "refuse", why, facts.name)

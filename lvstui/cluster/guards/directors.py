"""What makes a plan impossible: nothing can be edited, nothing could be verified, or a change is unfinished there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.facts import Facts, find
from lvstui.cluster.guards.guard import Guard
from lvstui.cluster.intent import Intent
from lvstui.cluster.unfinished import named
from lvstui.keepalived.edit import weight_zero_fault

MAX_WEIGHT = 65535  # what every keepalived since 2.0 takes; IPVS itself could hold more


def check_directors(intent: Intent, directors: Sequence[Facts]) -> Iterator[Guard]:
    """All of them refuse."""
    if intent.action == "undo":
        yield from _undoable(intent, directors)
    if not intent.targets:
        yield Guard("nothing", "refuse", "no real server was named")
    needed = intent.action == "weight" or (intent.action == "add" and intent.weight is not None)
    if needed and not (intent.weight is not None and 0 <= intent.weight <= MAX_WEIGHT):
        yield Guard("weight", "refuse", f"a weight is a number from 0 to {MAX_WEIGHT}")
    for facts in directors:
        if not facts.live:
            why = facts.error or "there are no figures of it yet"
            text = f"{facts.name} cannot be reached ({why}); a change is made on every Director or on none"
            yield Guard("unreachable", "refuse", text, facts.name)
    for facts in directors:
        yield from _writable(facts)
    for target in intent.targets if intent.action not in ("add", "undo") else ():  # their edits say what is amiss
        for facts in directors:
            if facts.configuration is not None and find(facts.configuration, target) is None:
                text = (
                    f"{facts.name}: {facts.configuration.path} has no {target.real_server} in {target.virtual_server}"
                )
                yield Guard("unknown", "refuse", text, facts.name)
    for facts in directors:
        yield from _version(intent, facts)


def _undoable(intent: Intent, directors: Sequence[Facts]) -> Iterator[Guard]:
    if intent.undo is None:
        yield Guard("nothing", "refuse", "no change was made from this machine that could be undone")
    elif intent.undo.outcome != "done":
        yield Guard("nothing", "refuse", f"{intent.undo.title}: it ended {intent.undo.outcome}, so it is not undone")
    elif {one.name for one in intent.undo.directors} != {facts.name for facts in directors}:
        names = ", ".join(one.name for one in intent.undo.directors)
        yield Guard("nothing", "refuse", f"{intent.undo.title}: it was made on {names}, not on these Directors")


def _writable(facts: Facts) -> Iterator[Guard]:
    def refuse(name: str, why: str) -> Guard:
        return Guard(name, "refuse", f"{facts.name}: {why}", facts.name)

    if facts.cannot_write is not None:
        yield refuse("privilege", facts.cannot_write)
    if facts.unfinished is not None:
        yield refuse("unfinished", f"{named(facts.unfinished)} was left unfinished there; settle it first")
    if facts.keepalived is None:
        yield refuse("stopped", "it is not known yet whether keepalived runs there; look again in a moment")
    elif not facts.keepalived.running:
        yield refuse("stopped", "keepalived does not run there, so a change could not be verified; start it first")
    elif not facts.keepalived.version:
        yield refuse("version", "it is not known yet which keepalived runs there; look again in a moment")
    if facts.configuration is None or facts.files is None:
        yield refuse("configuration", "its configuration has not been read")
    elif facts.configuration.fatal is not None:
        fatal = facts.configuration.fatal
        yield refuse("configuration", f"{fatal.path} line {fatal.line}: {fatal.message}; mend it first")
    if facts.weights is None:
        yield refuse("kernel", "its IPVS table cannot be read, so a change could not be verified")


def _version(intent: Intent, facts: Facts) -> Iterator[Guard]:
    """keepalived 2.2.0 and 2.2.1 take no changed weight to the kernel; a weight of 0 is judged where it is written."""
    version = facts.configuration.version if facts.configuration else None
    zero = intent.action == "drain" or (intent.action == "weight" and intent.weight == 0)
    if (zero or (version is not None and (2, 2, 0) <= version < (2, 2, 2))) and (why := weight_zero_fault(version)):
        yield Guard("version", "refuse", f"{facts.name}: {why}", facts.name)

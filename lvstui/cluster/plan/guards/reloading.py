"""Judge what the reload does beside the change: what was not loaded comes along, adverts pause, some weights are forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.observed.vrrp.virtual_routers import configured, matched
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.guards.live_weight import live_weight, needed
from lvstui.cluster.plan.unloaded import revived, unloaded
from lvstui.cluster.text import counted, shortened

_ROW = 0.001  # seconds that a reload takes for a row of the IPVS table, where none was measured
_MANY = 3  # names that are told


def check(edited: DirectorEdit, unforeseen: Sequence[str], others: Sequence[Facts]) -> Iterator[Guard]:
    """Judge the reload; `unforeseen` is of what it cannot be foreseen what becomes of it, by name."""
    yield from _pending(edited.facts, unforeseen)
    yield from _revived(edited)
    yield from _forgotten(edited)
    yield from _too_long(edited.facts, others)


def _pending(facts: Facts, unforeseen: Sequence[str]) -> Iterator[Guard]:
    """Ask about what comes along; refuse what it cannot be foreseen of, for the change could not be verified then."""
    if facts.pending is None:
        text = "whether keepalived has loaded all of its files is unknown; the reload loads them"
        yield Guard(GuardKind.PENDING, "note", text, facts.name)
    if not facts.pending:
        return
    found = unloaded(facts)
    head = "the files have changes that keepalived has not loaded"
    more = "" if facts.links_known else ". Whether the interfaces in them are there is not known"
    if unforeseen:
        why = (
            "They were made before lvstui connected, and the kernel shows something else of" if found is None else "Of"
        )
        so = f"{why} {shortened(unforeseen)}" + (
            "" if found is None else ", what the kernel would show cannot be foreseen"
        )
        text = (
            f"{head}; the reload also loads them. {so}: the change could not be verified; reload keepalived there first"
        )
        yield Guard(GuardKind.PENDING, "refuse", text, facts.name)
    elif found is None:
        text = f"{head}; the reload also loads them. They cannot be shown: they were made before lvstui connected{more}"
        yield Guard(GuardKind.PENDING, "ask", text, facts.name)
    elif found.diff:
        text = (
            f"{head}; the reload also loads them: {counted(found.added, 'line')} added, {found.removed} removed{more}"
        )
        yield Guard(GuardKind.PENDING, "ask", text, facts.name)
    else:
        yield Guard(GuardKind.PENDING, "note", f"{head}, without effect on the configuration", facts.name)


def _revived(edited: DirectorEdit) -> Iterator[Guard]:
    """Ask where keepalived puts a server that is down back in, until its next check, for its checker is another."""
    for server, real in revived(edited.facts, edited.before, edited.after):
        text = f"{real} in {server} is down, and its checker changes: it gets clients until it fails again"
        yield Guard(GuardKind.REVIVED, "ask", text, edited.facts.name)


def _forgotten(edited: DirectorEdit) -> Iterator[Guard]:
    """Ask where any reload sets the weight to 0 until the script's exit status changes (misc_dynamic)."""
    found = [str(real.key) for server in edited.after.virtual_servers for real in server.misc_dynamic]
    if found:
        names = ", ".join(dict.fromkeys(found[:_MANY])) + (
            f" and {len(found) - _MANY} more" if len(found) > _MANY else ""
        )
        text = (
            f"any reload sets the weight of {names} to 0 until the exit status of its MISC_CHECK's script "
            "changes (misc_dynamic)"
        )
        yield Guard(GuardKind.MISC_DYNAMIC, "ask", f"{text}{_under_quorum(edited)}", edited.facts.name)


def _under_quorum(edited: DirectorEdit) -> str:
    """Say which virtual servers lose their quorum while those weights are 0."""
    short = []
    for server in edited.after.virtual_servers:
        forgotten = {real.key for real in server.misc_dynamic}
        left = live_weight(edited.facts, server, without=forgotten) if forgotten else 0
        if forgotten and left < needed(server):
            short.append(f"{server.id} ({left} of {needed(server)})")
    return f"; until then the live weight is below the quorum of {', '.join(short[:_MANY])}" if short else ""


def _too_long(facts: Facts, others: Sequence[Facts]) -> Iterator[Guard]:
    """Ask where the reload may take too long: meanwhile keepalived sends no adverts, and the other Director takes over."""
    if "MASTER" not in facts.vrrp.values():
        return
    waits = [seconds for other in others for seconds in _waits(facts, other)]
    seconds = facts.reload_s if facts.reload_s is not None else _ROW * len(facts.weights or ())
    if waits and seconds >= min(waits):
        how = "its last reload took" if facts.reload_s is not None else "judging by its table, a reload takes about"
        text = f"{how} {seconds:.1f} s, and the other Director takes over after {min(waits):.1f} s without adverts"
        yield Guard(GuardKind.RELOAD_TIME, "ask", text, facts.name)


def _waits(facts: Facts, other: Facts) -> Iterator[float]:
    """Return for how long the other Director waits for adverts of each instance that this one is MASTER of."""
    backups = {} if other.configuration is None else {configured(one): one for one in other.configuration.vrrp}
    for mine, theirs in matched([facts.instances, tuple(backups)], lambda one: one):
        if mine is not None and theirs is not None and facts.vrrp.get(mine.key) == "MASTER":
            yield backups[theirs].master_down

"""Judge whether the kernel has what is to be changed: what it lacks, keepalived cannot change, and nothing could be verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.identity.kernel_key import kernel_keys
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.absence import Absence, absent, explain, held_at_zero, shown_otherwise
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts, effective_weight
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.text import shortened
from lvstui.keepalived import ConfiguredRealServer, VirtualServer

_NOT_PUT_BACK = "keepalived does not restore what someone else has removed, so the change could not be verified"


def check(edited: DirectorEdit, targets: Sequence[Target]) -> Iterator[Guard]:
    """Refuse what could not be verified: a service or a row that is missing without an explanation."""
    facts = edited.facts
    told: set[str] = set()
    for target in targets:
        before = find(edited.before, target)
        found = before or find(edited.after, target)
        if found is None:
            continue
        server, real = found
        if server.id in told:
            continue
        missing = _services(facts, server, real)
        if missing and edited.before.virtual_server(server.id) is not None and _loaded(facts, server):
            told.add(server.id)
            text = f"{', '.join(missing)} is not in its kernel: {_NOT_PUT_BACK}; restart keepalived there first"
            yield Guard(GuardKind.KERNEL, "refuse", text, facts.name)
        elif before is not None and not missing and find(edited.after, target) is not None:
            yield from _row(facts, server, real)


def _row(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> Iterator[Guard]:
    out, why = absent(facts, server, real), explain(facts, server, real)
    if not out and not (why is Absence.NO_QUORUM and held_at_zero(facts, server, real)):
        return
    where = f"{real.key} is {'not' if out else 'at weight 0'} in its kernel for {server.id}"
    if why is Absence.UNEXPLAINED:
        alive = facts.alive.get((server.id, str(real.key)))
        though = ", though its checkers see it alive" if alive else ", for no known reason"
        text = f"{where}{though}: {_NOT_PUT_BACK}; restart keepalived there first"
        yield Guard(GuardKind.KERNEL, "refuse", text, facts.name)
    elif why is Absence.NO_QUORUM:
        text = f"{where}: its quorum is lost and the sorry server serves; the change takes effect when it is regained"
        yield Guard(GuardKind.KERNEL, "note", text, facts.name)


def check_kept(edited: DirectorEdit) -> Iterator[Guard]:
    """Tell what the files say already, and refuse where the kernel shows another weight: nothing would make it that one."""
    if not edited.kept:
        return
    facts = edited.facts
    if not edited.edit.files:
        yield from check(edited, edited.kept)
    for target in edited.kept:
        found = find(edited.after, target)
        if found is not None and not (edited.edit.files and facts.pending):
            yield from _unlike(facts, *found)
    names = shortened([f"{one.real_server} in {one.virtual_server}" for one in edited.kept])
    are = "is" if len(edited.kept) == 1 else "are"
    what = "no line of it changes there" if edited.edit.files else "nothing is written or reloaded there"
    text = f"{names} {are} as wanted in its files already: {what}"
    yield Guard(GuardKind.NOTHING, "note", text, facts.name)


def _unlike(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> Iterator[Guard]:
    """Refuse where the kernel's rows have another weight than the files give, or are still to be loaded."""
    shown = shown_otherwise(facts, server, real)
    unloaded = absent(facts, server, real) and explain(facts, server, real) is Absence.NOT_LOADED
    if shown is None and not unloaded:
        return
    weight = effective_weight(facts, server, real)
    first = "restart keepalived there first" if facts.pending is False else "reload keepalived there first"
    has = "does not have it" if shown is None else f"has {shown}"
    text = f"its files give {real.key} in {server.id} weight {weight} already, but its kernel {has}: {first}"
    yield Guard(GuardKind.KERNEL, "refuse", text, facts.name)


def _services(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> list[str]:
    """Return the names of the services that the kernel should have for it, and has not."""
    if facts.services is None:
        return []
    keys = kernel_keys(server, real)
    return [str(service) for service, (id, _) in zip(server.services, keys, strict=False) if id not in facts.services]


def _loaded(facts: Facts, server: VirtualServer) -> bool:
    """Return True if keepalived has the virtual server, by what its checkers tell, or by the files where they tell nothing."""
    if any((server.id, str(real.key)) in facts.alive for real in server.real_servers):
        return True
    return not facts.alive and facts.pending is False

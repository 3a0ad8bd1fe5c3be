"""What the reload does beside the change: what was not loaded yet comes along, adverts pause, some weights are forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.edits import Edited
from lvstui.cluster.facts import Facts
from lvstui.cluster.guards.guard import Guard
from lvstui.cluster.pending import revived, unloaded
from lvstui.keepalived import VrrpInstance

_ROW = 0.001  # seconds that a reload takes for a row of the IPVS table, where none was measured
_MANY = 3  # names that are told


def check(edited: Edited, others: Sequence[Facts]) -> Iterator[Guard]:
    yield from _pending(edited.facts)
    yield from _revived(edited)
    yield from _forgotten(edited)
    yield from _too_long(edited.facts, others)


def _pending(facts: Facts) -> Iterator[Guard]:
    if not facts.pending:
        return
    diff = unloaded(facts)
    head = f"{facts.name}: the file was changed after keepalived last read it"
    if diff is None:
        text = f"{head}; the reload brings those changes along. What they are is not known here: they are older than this look"
        yield Guard("pending", "ask", text, facts.name)
    elif diff:
        lines = diff.splitlines()
        added, gone = (sum(line.startswith(sign) and line[:3] != sign * 3 for line in lines) for sign in "+-")
        text = f"{head}; the reload brings those changes along: {added} lines more, {gone} less"
        yield Guard("pending", "ask", text, facts.name)
    else:
        yield Guard("pending", "note", f"{head}, but says the same", facts.name)


def _revived(edited: Edited) -> Iterator[Guard]:
    """keepalived puts a server that is down back in, until its next check, when its checker is another."""
    for server, real in revived(edited.facts, edited.before, edited.after):
        text = f"{edited.facts.name}: {real} in {server} is down, and its checker changes: it gets clients until it fails again"
        yield Guard("revived", "ask", text, edited.facts.name)


def _forgotten(edited: Edited) -> Iterator[Guard]:
    """misc_dynamic: any reload sets the weight to 0 until the script's exit status changes."""
    found = [str(real.key) for server in edited.after.virtual_servers for real in server.misc_dynamic]
    if found:
        names = ", ".join(dict.fromkeys(found[:_MANY])) + (
            f" and {len(found) - _MANY} more" if len(found) > _MANY else ""
        )
        text = (
            f"{edited.facts.name}: any reload sets the weight of {names} to 0 until the exit status of its MISC_CHECK's script "
            "changes (misc_dynamic)"
        )
        yield Guard("misc-dynamic", "ask", text, edited.facts.name)


def _too_long(facts: Facts, others: Sequence[Facts]) -> Iterator[Guard]:
    """While keepalived reads its files it sends no adverts; the other Director waits for so long, and takes over."""
    if "MASTER" not in facts.vrrp.values():
        return
    waits = [
        master_down(instance)
        for other in others
        if other.configuration is not None
        for instance in other.configuration.vrrp
        if facts.vrrp.get(instance.name) == "MASTER"
    ]
    seconds = facts.reload_s if facts.reload_s is not None else _ROW * len(facts.weights or ())
    if waits and seconds >= min(waits):
        how = "its last reload took" if facts.reload_s is not None else "by the size of its table a reload takes about"
        text = f"{facts.name}: {how} {seconds:.1f} s, and the other Director takes over after {min(waits):.1f} s without adverts"
        yield Guard("reload-time", "ask", text, facts.name)


def master_down(instance: VrrpInstance) -> float:
    """Seconds without an advert after which this BACKUP becomes MASTER."""
    skew = (256 - instance.priority) / 256 * (instance.advert_int if instance.version == 3 else 1.0)
    return 3 * instance.advert_int + skew

"""Does a weight of 0 do what an operator expects of it: no new clients, none of them refused, and it lasts?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.edits import Edited
from lvstui.cluster.facts import Facts, find, kernel_keys
from lvstui.cluster.guards.guard import Guard
from lvstui.cluster.intent import Target
from lvstui.keepalived import RealServer, VirtualServer

QUIESCENT = "net.ipv4.vs.expire_quiescent_template"


def check(edited: Edited, targets: Sequence[Target]) -> Iterator[Guard]:
    for target in targets:
        before, after = find(edited.before, target), find(edited.after, target)
        if before is None or after is None or after[1].weight != 0 or before[1].weight == 0:
            continue
        yield from _hash(edited.facts, after[0])
        yield from _persistence(edited.facts, *after)
        yield from _misc_dynamic(edited.facts, after[1])


def _hash(facts: Facts, server: VirtualServer) -> Iterator[Guard]:
    """sh, mh and dh keep their buckets for a server of weight 0."""
    scheduler = server.scheduler
    if scheduler in ("sh", "mh") and f"{scheduler}-fallback" not in server.flags:
        text = (
            f"{server.id}: {scheduler} without {scheduler}-fallback refuses the clients that hash to the drained server "
            "instead of sending them to another"
        )
        yield Guard("hash", "ask", text, facts.name)
    if scheduler == "dh":
        yield Guard("hash", "ask", f"{server.id}: dh refuses the clients that hash to the drained server", facts.name)


def _persistence(facts: Facts, server: VirtualServer, real: RealServer) -> Iterator[Guard]:
    """A template sends its client's new connections to a server of weight 0, unless the kernel lets it expire."""
    if server.persistence_timeout is None:
        return
    held = sum(facts.persistent.get(key, 0) for key in kernel_keys(server, real))
    setting = facts.sysctls.get(QUIESCENT)
    persistent = f"{server.id} is persistent ({server.persistence_timeout} s)"
    if setting is None:
        text = (
            f"{persistent}: known clients may go on opening connections to the drained server, unless {QUIESCENT} is 1"
        )
        yield Guard("persistence", "note", text, facts.name)
    elif setting != "0":
        text = f"{facts.name}: {persistent}, and {QUIESCENT} is 1: known clients go elsewhere"
        yield Guard("persistence", "ok", text, facts.name)
    elif held:
        text = (
            f"{facts.name}: {persistent}, and {QUIESCENT} is 0: the {held} clients that {real.key} has now go on opening "
            "connections to it, and each starts its time anew"
        )
        yield Guard("persistence", "ask", text, facts.name)
    else:
        text = f"{facts.name}: {persistent}, and {QUIESCENT} is 0; {real.key} has no known client now"
        yield Guard("persistence", "note", text, facts.name)


def _misc_dynamic(facts: Facts, real: RealServer) -> Iterator[Guard]:
    if real.misc_dynamic:
        text = f"{real.key}: its MISC_CHECK has misc_dynamic, so its script's exit status sets the weight and may end the drain"
        yield Guard("misc-dynamic", "ask", text, facts.name)

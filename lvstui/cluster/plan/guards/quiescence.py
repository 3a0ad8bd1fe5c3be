"""Judge whether a weight of 0 does what an operator expects of it: no new clients, none of them refused, and it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.identity.kernel_key import kernel_keys
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.keepalived import ConfiguredRealServer, VirtualServer

QUIESCENT = "net.ipv4.vs.expire_quiescent_template"


def check(edited: DirectorEdit, targets: Sequence[Target]) -> Iterator[Guard]:
    for target in targets:
        before, after = find(edited.before, target), find(edited.after, target)
        if before is None or after is None or after[1].weight != 0 or before[1].weight == 0:
            continue
        yield from _hash(edited.facts, after[0])
        yield from _persistence(edited.facts, *after)
        yield from _misc_dynamic(edited.facts, after[1])
        yield from _tracked_files(edited.facts, *after)


def _hash(facts: Facts, server: VirtualServer) -> Iterator[Guard]:
    """Ask where the scheduler is sh, mh or dh: they keep their buckets for a server of weight 0."""
    scheduler = server.scheduler
    if scheduler in ("sh", "mh") and not {f"{scheduler}-fallback", "flag-1"} & set(server.flags):  # one flag, two names
        text = (
            f"{server.id}: {scheduler} without {scheduler}-fallback refuses the clients that hash to the drained server "
            "instead of sending them to another"
        )
        yield Guard(GuardKind.HASH, "ask", text, facts.name)
    if scheduler == "dh":
        yield Guard(
            GuardKind.HASH, "ask", f"{server.id}: dh refuses the clients that hash to the drained server", facts.name
        )


def _persistence(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> Iterator[Guard]:
    """Judge persistence: a template sends its client's new connections to a weight of 0, unless the kernel lets it expire."""
    if server.persistence_timeout is None:
        return
    held = sum(facts.persistent.get(key, 0) for key in kernel_keys(server, real))
    setting = facts.sysctls.get(QUIESCENT)
    persistent = f"{server.id} is persistent ({server.persistence_timeout} s)"
    if setting is None:
        text = f"{persistent}: known clients may continue to open connections to the drained server, unless {QUIESCENT} is 1"
        yield Guard(GuardKind.PERSISTENCE, "note", text, facts.name)
    elif setting != "0":
        text = f"{persistent}, and {QUIESCENT} is 1: known clients go elsewhere"
        yield Guard(GuardKind.PERSISTENCE, "ok", text, facts.name)
    elif held:
        text = (
            f"{persistent}, and {QUIESCENT} is 0: the {held} clients of {real.key} continue to open "
            "connections to it, and each restarts the timeout"
        )
        yield Guard(GuardKind.PERSISTENCE, "ask", text, facts.name)
    else:
        text = f"{persistent}, and {QUIESCENT} is 0; {real.key} has no known client now"
        yield Guard(GuardKind.PERSISTENCE, "note", text, facts.name)


def _misc_dynamic(facts: Facts, real: ConfiguredRealServer) -> Iterator[Guard]:
    if real.misc_dynamic:
        text = f"{real.key}: its MISC_CHECK has misc_dynamic, so its script's exit status sets the weight and may end the drain"
        yield Guard(GuardKind.MISC_DYNAMIC, "ask", text, facts.name)


def _tracked_files(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> Iterator[Guard]:
    """Judge tracked files: keepalived adds what they say to the weight: 0 and 5 is 5 in the kernel, and clients go there."""
    if not real.file_checks:
        return
    names = ", ".join(dict.fromkeys(f"track_file {checker.track_file}" for checker in real.file_checks))
    todo = f"Set the number in {names} to 0 to drain it"
    if facts.added is None:
        text = f"what {names} adds to the weight of {real.key} is not known; it may continue to get clients. {todo}"
        yield Guard(GuardKind.FILE_WEIGHT, "ask", text, facts.name)
    elif (added := facts.added.get((server.id, str(real.key)), 0)) > 0:
        text = (
            f"{names} adds {added} to the weight of {real.key}: with 0 in keepalived.conf the kernel has {added}, "
            f"and it continues to get clients. {todo}"
        )
        yield Guard(GuardKind.FILE_WEIGHT, "ask", text, facts.name)
    else:
        text = f"{names} adds nothing to the weight of {real.key} now; another number there may end the drain"
        yield Guard(GuardKind.FILE_WEIGHT, "note", text, facts.name)

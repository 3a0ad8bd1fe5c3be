"""What could go wrong with a change, each with a name, a verdict and a reason. Reads facts, decides nothing else.

Facts about keepalived are those of its sources and of runs of it: which versions mishandle a weight of 0, what a quorum
with a sorry server does, which schedulers keep their buckets for a server of weight 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lvstui.cluster.edits import Edited, find
from lvstui.cluster.facts import Facts, kernel_keys
from lvstui.cluster.intent import Intent
from lvstui.keepalived import Configuration, RealServer, RealServerKey, VirtualServer
from lvstui.keepalived.edit import weight_zero_fault

Level = Literal["ok", "note", "ask", "refuse"]
MAX_WEIGHT = 65535  # what every keepalived since 2.0 takes; IPVS itself could hold more


@dataclass(frozen=True)
class Guard:
    """A verdict. "ask" stops the change until its name is given (`--override NAME`, or typed); "refuse" stops it for good."""

    name: str
    level: Level
    text: str
    director: str | None = None


def check_directors(intent: Intent, directors: Sequence[Facts]) -> Iterator[Guard]:
    """What makes a plan impossible: nothing can be edited, or nothing could be verified."""
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
            yield Guard(
                "unreachable",
                "refuse",
                f"{facts.name} cannot be reached ({why}); a change is made on every Director or on none",
                facts.name,
            )
    for facts in directors:
        yield from _writable(facts)
    for target in intent.targets if intent.action not in ("add", "undo") else ():  # their edits say what is amiss
        for facts in directors:
            if facts.configuration is not None and find(facts.configuration, target) is None:
                yield Guard(
                    "unknown",
                    "refuse",
                    f"{facts.name}: {facts.configuration.path} has no {target.real_server} in {target.virtual_server}",
                    facts.name,
                )
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


def check(intent: Intent, edited: Sequence[Edited]) -> tuple[Guard, ...]:
    """The verdicts on edits that are possible."""
    guards: list[Guard] = []
    servers = sorted({target.virtual_server for target in intent.targets})
    results = [(one.facts, one.after) for one in edited]
    for facts, after in results:
        guards += _only_what_was_meant(intent, facts, after)
        guards += _pending(facts)
        for id in servers:
            server = after.virtual_server(id)
            if server is not None:
                guards += _live_weight(facts, server)
                guards += _quiescence(intent, facts, server)
    for one in edited:
        guards += _coming_and_going(one, intent)
    guards += _agreement(servers, results)
    return tuple(guards)


def _only_what_was_meant(intent: Intent, facts: Facts, after: Configuration) -> Iterator[Guard]:
    """Our own reading of the new files differs from that of the old ones in the meant weights, and in nothing else."""
    assert facts.configuration is not None
    meant = {(target.virtual_server, target.real_server) for target in intent.targets}
    before, now = _weights(facts.configuration), _weights(after)
    strange = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key) and key not in meant)
    if strange or not _complaints(after) <= _complaints(facts.configuration):
        what = ", ".join(f"{real} in {server}" for server, real in strange) or "its diagnostics"
        yield Guard("edit", "refuse", f"{facts.name}: the edit would also change {what}", facts.name)


def _weights(configuration: Configuration) -> dict[tuple[str, str], int]:
    return {(vs.id, str(rs.key)): rs.weight for vs in configuration.virtual_servers for rs in vs.real_servers}


def _complaints(configuration: Configuration) -> frozenset[str]:
    """Each once, for a copied line is complained of as its model is; those of the quorum have a guard of their own."""
    return frozenset(one.message for one in configuration.diagnostics if "quorum" not in one.message)


def _pending(facts: Facts) -> Iterator[Guard]:
    if facts.pending:
        yield Guard(
            "pending",
            "ask",
            f"{facts.name}: the file was changed after keepalived last read it; the reload brings those changes along",
            facts.name,
        )


def _live_weight(facts: Facts, server: VirtualServer) -> Iterator[Guard]:
    """Does enough weight stay on servers that are alive? keepalived wants 1 at least, and its quorum less the hysteresis.

    It lowers a quorum that the configured weights cannot reach (`server.quorum`); the operator's own may be higher.
    """
    live = 0
    for real in server.real_servers:
        alive = facts.alive.get((server.id, str(real.key)))
        if alive is None:
            alive = any(key in (facts.weights or {}) for key in kernel_keys(server, real))
        live += real.weight if alive else 0
    need = max(1, server.quorum - server.hysteresis)
    wanted = max(need, server.configured_quorum - server.hysteresis)
    short = f"{facts.name}: the live weight of {server.id} would be {live}, under its quorum of {wanted}"
    if live < need and server.sorry_server is not None:
        text = (
            f"{short}: keepalived would remove every live server at once, with their connections, for the sorry server "
            f"{server.sorry_server.key}"
        )
        yield Guard("quorum", "refuse", text, facts.name)
    elif live == 0:
        text = f"{facts.name}: {server.id} would have no live server with a weight: every new client is refused"
        yield Guard("last-server", "ask", text, facts.name)
    elif live < wanted:
        yield Guard("quorum", "ask", short, facts.name)
    else:
        text = f"{facts.name}: quorum kept in {server.id} (live weight {live} of {wanted})"
        yield Guard("quorum", "ok", text, facts.name)


def _quiescence(intent: Intent, facts: Facts, server: VirtualServer) -> Iterator[Guard]:
    if intent.action == "restore" or (intent.action == "weight" and intent.weight):
        return
    if server.scheduler in ("sh", "mh") and f"{server.scheduler}-fallback" not in server.flags:
        yield Guard(
            "hash",
            "ask",
            f"{server.id}: {server.scheduler} without {server.scheduler}-fallback refuses the clients that hash to the "
            "drained server instead of sending them to another",
            facts.name,
        )
    if server.scheduler == "dh":
        yield Guard("hash", "ask", f"{server.id}: dh refuses the clients that hash to the drained server", facts.name)
    if server.persistence_timeout is not None:
        yield Guard(
            "persistence",
            "note",
            f"{server.id} is persistent ({server.persistence_timeout} s): known clients may go on opening connections to "
            "the drained server, unless net.ipv4.vs.expire_quiescent_template is 1",
            facts.name,
        )
    for real in server.real_servers:
        if any(RealServerKey.parse(target.real_server) == real.key for target in intent.targets):
            yield from _misc_dynamic(facts, real)


def _misc_dynamic(facts: Facts, real: RealServer) -> Iterator[Guard]:
    if any("misc_dynamic" in option.split() for checker in real.checkers for option in checker.options):
        yield Guard(
            "misc-dynamic",
            "ask",
            f"{real.key}: its MISC_CHECK has misc_dynamic, so its script's exit status sets the weight and may end the drain",
            facts.name,
        )


def _coming_and_going(edited: Edited, intent: Intent) -> Iterator[Guard]:
    """Real servers that are new to keepalived, and those that it will forget."""
    facts = edited.facts
    for target in intent.targets:
        old, new = find(edited.before, target), find(edited.after, target)
        if old is None and new is not None and not new[1].checkers:
            text = f"{target.real_server} has no checker: it is raised without having been seen alive"
            yield Guard("checker", "note", text, facts.name)
        if old is not None and new is None:
            keys = kernel_keys(*old)
            held = sum(facts.active.get(key, 0) + facts.inactive.get(key, 0) for key in keys)
            if held:
                text = f"{facts.name}: {held} connections are on {target.real_server}, and end when it is removed; drain it first"
                yield Guard("connections", "ask", text, facts.name)


def _agreement(servers: Sequence[str], results: Sequence[tuple[Facts, Configuration]]) -> Iterator[Guard]:
    (first, first_after), *others = results
    for facts, after in others:
        for id in servers:
            mine, theirs = (_shape(one.virtual_server(id)) for one in (first_after, after))
            if mine != theirs:
                text = f"{first.name} and {facts.name} do not agree on the real servers of {id}, or on their weights"
                yield Guard("disagree", "ask", text)
    if others and not any(
        _shape(first_after.virtual_server(id)) != _shape(after.virtual_server(id))
        for id in servers
        for _, after in others
    ):
        yield Guard("disagree", "ok", "the Directors' configurations agree")


def _shape(server: VirtualServer | None) -> frozenset[tuple[str, int]]:
    return frozenset((str(real.key), real.weight) for real in server.real_servers) if server else frozenset()

"""Take an agent's messages into what is known of its Director, one function for each message.

Not for: what follows from them (see `director`), nor when they come (see `link_state`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from lvstui.cluster.identity.vips import Addresses
from lvstui.cluster.observed import log_wording
from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.observed.clock_tolerances import WHOLE_SECONDS
from lvstui.cluster.observed.daemon_life import in_same_life
from lvstui.cluster.observed.files.configuration import given_fwmarks
from lvstui.cluster.observed.invalidation import Invalidation
from lvstui.cluster.observed.ipvs_table import Destination, KernelTable
from lvstui.cluster.observed.rates import Rates
from lvstui.cluster.observed.vrrp.vrrp_evidence import told
from lvstui.cluster.text import plain
from lvstui.director.protocol.change_messages import Unfinished
from lvstui.director.protocol.checker_messages import Checkers, CheckersUnchanged
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.host_messages import Host, Network, Sysctls
from lvstui.director.protocol.ipvs_messages import Ipvs, SyncDaemons
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration, Log, LogLine
from lvstui.director.protocol.link_messages import Goodbye, Hello, Pong
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.sighting_messages import Sightings
from lvstui.director.protocol.vrrp_messages import Adverts, Vrrp, VrrpInstance

if TYPE_CHECKING:
    from lvstui.cluster.observed.director import Director


def _hello(director: Director, hello: Hello, now: float, wall: float) -> Invalidation:
    director.hello = hello
    director.connections += 1
    director.clock.forget(hello.wall - hello.at)
    director.clock_shift = wall - hello.wall
    director.vrrp = director.vrrp_before = director.checkers = director.host_before = director.goodbye = None
    director.several = False
    director.network = None
    director.adverts.forget()
    director.instances.forget()
    director.last_transitions.hello(hello)
    director.verdicts.clear()
    director.quorums.clear()
    director.daemon_awaited = True
    director.sample_awaited = True
    return Invalidation(everything=True)


def _ipvs(director: Director, sample: Ipvs, now: float, wall: float) -> Invalidation:
    director.sampled = now
    failed = director.table.error
    if director.sample_awaited and sample.error is None:  # nothing is known of the time since an earlier link
        director.sample_awaited, failed = False, "an earlier link"
        director.table, director.rates = KernelTable(), Rates()
    weights = director.table.weights
    changes = director.table.apply(sample)
    settled: list[Destination] = []
    if sample.error is None and sample.counters:
        settled = director.rates.apply(changes, sample.at, director.table.gap)
    other = director.table.error != failed
    same = not other and director.table.weights is weights
    return Invalidation(tuple(changes), tuple(settled), everything=other, figures_alone=same)


def _network(director: Director, network: Network, now: float, wall: float) -> Invalidation:
    first = director.network is None
    director.network = network
    if network.error is None:
        director.addresses = Addresses(network)
        _know_instances(director, now, wall)
        moved = min(wall, director.wall(network.at + director.clock.boot))
        director.instances.see(director.addresses, now, moved, first=first)
    return Invalidation()


def _keepalived(director: Director, known: Keepalived, now: float, wall: float) -> Invalidation:
    before, director.keepalived = director.keepalived, known
    same = before is not None and before.running is known.running and in_same_life(before.pid, before.started, known)
    first, director.daemon_awaited = director.daemon_awaited, False
    if not same and not first:  # what came before the first one of a link is of the same daemon
        director.vrrp = director.vrrp_before = director.checkers = None
        director.instances.forget()
        director.verdicts.clear()
        director.quorums.clear()
        if known.running:
            _tell_again(director, now)
    director.last_transitions.daemon(known)
    _know_instances(director, now, wall)
    return Invalidation(context=before is not None and before.loaded != known.loaded, everything=not same)


def _loaded_copy(director: Director, copy: LoadedConfiguration, now: float, wall: float) -> Invalidation:
    director.loaded_copy = copy
    return Invalidation()


def _vrrp(director: Director, dump: Vrrp, now: float, wall: float) -> Invalidation:
    before = {} if director.vrrp is None else {one.name: _counts(one) for one in director.vrrp.instances}
    if dump.error is None and director.vrrp is not None and director.vrrp.error is None:
        director.vrrp_before = director.vrrp
    director.vrrp = dump
    _know_instances(director, now, wall)
    for one in dump.instances:
        instance = director.instances.named(one.name)
        if instance is not None:
            since = director.last_transitions.since(one, instance.vips, director.addresses, director.reloads.seconds)
            stayed = before.get(one.name) == _counts(one)
            instance.dumped(one.state, now, None if since is None else director.wall(since), stayed=stayed)
    return Invalidation()


def _adverts(director: Director, heard: Adverts, now: float, wall: float) -> Invalidation:
    return Invalidation(figures_alone=director.adverts.tell(heard, now, wall))


def _checkers(director: Director, dump: Checkers, now: float, wall: float, at: float | None = None) -> Invalidation:
    before, director.checkers = director.checkers, dump
    if dump.error is not None:
        return Invalidation()
    director.checkers_read = now
    asked = (dump.at if at is None else at) + director.clock.boot
    verdicts = director.verdicts.dump(dump.real_servers, now, wall, asked=asked)
    quorums = director.quorums.dump(dump.virtual_servers, now, wall) | {key[0] for key in verdicts}
    first = before is None or before.error is not None
    context = first or given_fwmarks(before) != given_fwmarks(dump)
    return Invalidation(verdicts=frozenset(verdicts), quorums=frozenset(quorums), context=context)


def _checkers_unchanged(director: Director, unchanged: CheckersUnchanged, now: float, wall: float) -> Invalidation:
    if director.checkers is None or director.checkers.error is not None:
        return Invalidation()
    # It holds again, whatever the log has said meanwhile.
    return _checkers(director, director.checkers, now, wall, unchanged.at)


def _files(director: Director, files: Files, now: float, wall: float) -> Invalidation:
    director.files = files
    _know_instances(director, now, wall)
    return Invalidation(context=True)


def _log(director: Director, log: Log, now: float, wall: float) -> Invalidation:
    director.log = log
    director.log_tail.receive(log)
    verdicts: set[ServerKey] = set()
    quorums: set[str] = set()
    for line in _of_this_life(director, log.lines):
        if log_wording.reads_files(line.text):
            director.logged_load = line.wall
            director.last_transitions.files_read(line.wall)
            director.verdicts.files_read(line.wall + (WHOLE_SECONDS if line.wall.is_integer() else 0.0))
        director.reloads.line(line)
        fact = log_wording.fact(line.text)
        if isinstance(fact, log_wording.Entered):
            instance = director.instances.named(fact.instance)
            at = now - max(0.0, wall - director.wall(line.wall)) if log.history else now
            if instance is not None:
                instance.entered(fact.state, fact.reason, at, director.wall(line.wall))
        elif isinstance(fact, log_wording.QuorumChange):
            quorums |= director.quorums.line(fact, director.wall(line.wall), now, history=log.history)
        elif fact is not None:
            verdicts |= director.verdicts.line(fact, director.wall(line.wall), now, history=log.history)
    return Invalidation(verdicts=frozenset(verdicts), quorums=frozenset(quorums.union(key[0] for key in verdicts)))


def _of_this_life(director: Director, lines: Sequence[LogLine]) -> Iterator[LogLine]:
    """Yield the lines that the daemon has written that runs now."""
    started = 0.0 if director.keepalived is None else director.keepalived.started - WHOLE_SECONDS
    begins = [number for number, line in enumerate(lines) if log_wording.starts(line.text)]
    return (line for line in islice(lines, begins[-1] if begins else 0, None) if line.wall >= started)


def _tell_again(director: Director, now: float) -> None:
    """Take in once more what the log of a daemon that is new here says of real servers and quorums: it may have come first."""
    for line in _of_this_life(director, director.log_tail.lines):
        fact = log_wording.fact(line.text)
        if isinstance(fact, log_wording.QuorumChange):
            director.quorums.line(fact, director.wall(line.wall), now, history=True)
        elif fact is not None and not isinstance(fact, log_wording.Entered):
            director.verdicts.line(fact, director.wall(line.wall), now, history=True)


def _sysctls(director: Director, sysctls: Sysctls, now: float, wall: float) -> Invalidation:
    director.sysctls = sysctls
    return Invalidation()


def _sync_daemons(director: Director, daemons: SyncDaemons, now: float, wall: float) -> Invalidation:
    director.sync_daemons = daemons
    return Invalidation()


def _host(director: Director, host: Host, now: float, wall: float) -> Invalidation:
    director.host_before, director.host = director.host, host
    return Invalidation(figures_alone=director.host_before is not None and director.host_before.error == host.error)


def _sightings(director: Director, seen: Sightings, now: float, wall: float) -> Invalidation:
    director.sightings = seen
    return Invalidation()


def _unfinished(director: Director, left: Unfinished, now: float, wall: float) -> Invalidation:
    director.unfinished = left
    director.undone = left.undone or director.undone
    return Invalidation()


def _goodbye(director: Director, goodbye: Goodbye, now: float, wall: float) -> Invalidation:
    director.goodbye = plain(goodbye.reason)
    director.several = bool(goodbye.daemons)
    return Invalidation()


def _know_instances(director: Director, now: float, wall: float) -> None:
    """Take in which instances there are."""
    spoken = director.vrrp is not None and director.vrrp.error is None
    configuration = director.loaded.configuration if spoken else director.configuration
    known = told(director.vrrp, configuration, director.addresses)
    if known is not None and director.instances.know(known):
        director.instances.see(director.addresses, now, wall, first=True)


def _counts(told: VrrpInstance) -> tuple[int, int]:
    """Return how often it became MASTER, and gave that up, by keepalived's own count."""
    return told.become_master, told.release_master


def _pong(director: Director, pong: Pong, now: float, wall: float) -> Invalidation:
    director.link.latency = max(0.0, now - pong.sent - (pong.at - pong.received))
    director.clock.receive(pong, now)
    known = director.clock.of_wall(now, wall)
    if known is not None and abs(known[0] + director.clock_shift) > known[1]:  # it stays while it may be right
        director.clock_shift = -known[0]
    return Invalidation(figures_alone=True)


_RECEIVERS: dict[type, Callable[..., Invalidation]] = {
    Hello: _hello,
    Ipvs: _ipvs,
    Network: _network,
    Keepalived: _keepalived,
    Vrrp: _vrrp,
    Adverts: _adverts,
    Checkers: _checkers,
    CheckersUnchanged: _checkers_unchanged,
    Files: _files,
    LoadedConfiguration: _loaded_copy,
    Log: _log,
    Host: _host,
    Sysctls: _sysctls,
    Sightings: _sightings,
    SyncDaemons: _sync_daemons,
    Unfinished: _unfinished,
    Pong: _pong,
    Goodbye: _goodbye,
}


def receive(director: Director, message: FromAgent, now: float, wall: float) -> Invalidation:
    """Take one message in, received at `now`, `wall`, and return what it changed."""
    receiver = _RECEIVERS.get(type(message))
    return Invalidation() if receiver is None else receiver(director, message, now, wall)

"""All that is known of one Director: its agent's messages, put in order.

Times in messages are the Director's own; here they become the console's: `now` is its monotonic clock at receipt, `wall`
the operator's wall clock, into which the Director's is shifted by what Hello showed.

Not for: what it means together with the other Director (see `rows`, `problems`), nor how it is shown (see `directors`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from lvstui import keepalived
from lvstui.cluster import log_lines
from lvstui.cluster.adverts import HeardAdverts
from lvstui.cluster.configuration import Loaded, Reading
from lvstui.cluster.facts import find, kernel_keys
from lvstui.cluster.intent import Target
from lvstui.cluster.link import LinkStatus
from lvstui.cluster.rates import Rates
from lvstui.cluster.reloads import Reloads
from lvstui.cluster.roles import Instance
from lvstui.cluster.table import Change, Destination, Table
from lvstui.cluster.text import plain
from lvstui.cluster.verdicts import SeenAlive, ServerKey, Verdicts
from lvstui.director.messages import (
    Adverts,
    Checkers,
    Files,
    FromAgent,
    Goodbye,
    Hello,
    Host,
    Ipvs,
    Keepalived,
    Log,
    Network,
    Sysctls,
    Unfinished,
    Vrrp,
    VrrpInstance,
)

_READS = re.compile(r"Reloading|Starting Keepalived|Got SIGHUP")
_STARTS = re.compile(r"Starting Keepalived v")  # with its version, the first line of each life of the daemon
_WHOLE_SECONDS = 1.0  # a load time read from a log with whole seconds may be that much too early


@dataclass(frozen=True, slots=True)
class Changed:
    """What one message changed, for those who keep something worked out from it."""

    rows: tuple[Change, ...] = ()
    settled: tuple[Destination, ...] = ()  # rows whose rate became nothing
    verdicts: frozenset[ServerKey] = frozenset()
    ground: bool = False  # of this Director: what its rows stand on, for all but those that are UP in any case
    everything: bool = False  # likewise, for all its rows


class Director:
    def __init__(self, name: str, interval: float) -> None:
        self.name = name
        self.link = LinkStatus(interval)
        self.hello: Hello | None = None
        self.table = Table()
        self.rates = Rates()
        self.network: Network | None = None
        self.addresses: frozenset[str] = frozenset()
        self.keepalived: Keepalived | None = None
        self.vrrp: Vrrp | None = None
        self.vrrp_before: Vrrp | None = None  # the dump before that, of the same daemon: for rates
        self.instances: dict[str, Instance] = {}
        self.adverts = HeardAdverts()
        self.sampled = float("-inf")  # when the last sample came: what was heard until then is told
        self.checkers: Checkers | None = None
        self.verdicts = Verdicts()
        self.files: Files | None = None
        self.loaded_files: Files | None = None  # as they were when keepalived last read them; None: not known
        self.loaded = Loaded()
        self.reloads = Reloads()
        self.sysctls: Sysctls | None = None
        self.host: Host | None = None
        self.host_before: Host | None = None
        self.log: Log | None = None
        self.unfinished: Unfinished | None = None
        self._logged_load = 0.0  # wall of the Director, of the last line that says that files are read
        self.goodbye: str | None = None
        self.connections = 0  # agents that said hello
        self._first_sample = True
        self._shift = 0.0  # the operator's wall clock less the Director's
        self._receivers: dict[type, Callable[..., Changed]] = {
            Hello: self._hello,
            Ipvs: self._ipvs,
            Network: self._network,
            Keepalived: self._keepalived,
            Vrrp: self._vrrp,
            Adverts: self._adverts,
            Checkers: self._checkers,
            Files: self._files,
            Log: self._log,
            Host: self._host,
            Sysctls: self._sysctls,
            Unfinished: self._unfinished,
            Goodbye: self._goodbye,
        }

    def receive(self, message: FromAgent, now: float, wall: float) -> Changed:
        """Take one message in, received at `now`, `wall`."""
        self.link.message(now)
        receiver = self._receivers.get(type(message))
        changed = Changed() if receiver is None else receiver(message, now, wall)
        if isinstance(message, (Files, Keepalived, Log)) and self.pending is False:
            self.loaded_files = self.files
        return changed

    @property
    def configuration(self) -> keepalived.Configuration | None:
        """The configuration on the Director's disk, when all of it could be read. May take long the first time."""
        self.read_configuration()
        return self.loaded.whole

    @property
    def partial_configuration(self) -> keepalived.Configuration | None:
        """As far as it could be read: its include patterns say what must still be asked for."""
        self.read_configuration()
        return self.loaded.configuration

    @property
    def running(self) -> bool | None:
        """Does keepalived run; None: not known."""
        return None if self.keepalived is None or self.keepalived.error is not None else self.keepalived.running

    @property
    def pending(self) -> bool | None:
        """Is a file newer than what keepalived has loaded; None: not known."""
        known, files = self.keepalived, self.files
        if files is None or files.error is not None or not self.running or known is None or known.loaded == 0.0:
            return None
        if self.log is None:
            return None  # the log may tell of a later reload than the daemon's start
        loaded = max(known.loaded, self._logged_load)  # the log's lines come before the daemon's new figures
        slack = _WHOLE_SECONDS if loaded.is_integer() else 0.0
        return any(file.mtime > loaded + slack for file in files.files)

    def alive(self) -> Mapping[ServerKey, bool]:
        """Every verdict; without a dump, none that the kernel's table belies.

        The log's lines of before are only history; and keepalived leaves no server that is down in the kernel's table with a
        weight.
        """
        told = self.verdicts.alive()
        if self.checkers is not None and self.checkers.error is None:
            return told
        belied = set(filter(self._sends, self.verdicts.remembered_down()))
        return {key: up for key, up in told.items() if key not in belied} if belied else told

    def _sends(self, key: ServerKey) -> bool:
        found = None if self.configuration is None else find(self.configuration, Target(*key))
        weights = self.table.weights
        return found is not None and any(weights.get(one, 0) for one in kernel_keys(*found))

    def seen_alive(self) -> Container[ServerKey]:
        """The real servers all of whose checkers have run and found them up, by keepalived's last dump."""
        known = () if self.checkers is None or self.checkers.error is not None else self.checkers.real_servers
        return SeenAlive(known, self.alive())

    @property
    def dump_awaited(self) -> bool:
        """keepalived runs, and its first VRRP dump is still to come."""
        return self.vrrp is None and self.running is not False

    def wall(self, director_wall: float) -> float:
        """A time of the Director's wall clock, on the operator's."""
        return director_wall + self._shift

    def read_configuration(self) -> None:
        """Read the configuration's files, unless that was done already."""
        if self.files is not None and self.keepalived is not None:
            self.loaded.update(self.files, self.keepalived.config_id, self.keepalived.version)

    def reading(self, message: FromAgent) -> Reading | None:
        """What would have to be read of the configuration when that message is received; None: nothing."""
        files = message if isinstance(message, Files) else self.files
        known = message if isinstance(message, Keepalived) else self.keepalived
        if files is None or known is None or not isinstance(message, (Files, Keepalived)):
            return None
        return self.loaded.ahead(files, known.config_id, known.version)

    def _hello(self, hello: Hello, now: float, wall: float) -> Changed:
        self.hello = hello
        self.connections += 1
        self._shift = wall - hello.wall
        self.vrrp = self.vrrp_before = self.checkers = self.host_before = self.goodbye = None
        self.network = None
        self.adverts.forget()
        for instance in self.instances.values():
            instance.forget()
        self.verdicts.clear()
        self._first_sample = True
        return Changed(everything=True)

    def _ipvs(self, sample: Ipvs, now: float, wall: float) -> Changed:
        self.sampled = now
        failed = self.table.error
        if self._first_sample and sample.error is None:  # nothing is known of the time since an earlier link
            self._first_sample, failed = False, "an earlier link"
            self.table, self.rates = Table(), Rates()
        changes = self.table.apply(sample)
        settled: list[Destination] = []
        if sample.error is None and sample.counters:
            settled = self.rates.apply(changes, sample.at, self.table.gap)
        return Changed(tuple(changes), tuple(settled), everything=self.table.error != failed)

    def _network(self, network: Network, now: float, wall: float) -> Changed:
        first = self.network is None
        self.network = network
        if network.error is None:
            self.addresses = frozenset(address.address for address in network.addresses)
            for instance in self.instances.values():
                instance.addresses(self.addresses, now, wall, first=first)
        return Changed()

    def _keepalived(self, known: Keepalived, now: float, wall: float) -> Changed:
        before, self.keepalived = self.keepalived, known
        same = before is not None and (before.running, before.pid, before.started) == (
            known.running,
            known.pid,
            known.started,
        )
        if not same:
            self.vrrp = self.vrrp_before = None
            for instance in self.instances.values():
                instance.forget()
            self.verdicts.clear()
        self._know_instances(now, wall)
        return Changed(ground=before is not None and before.loaded != known.loaded, everything=not same)

    def _vrrp(self, dump: Vrrp, now: float, wall: float) -> Changed:
        before = {} if self.vrrp is None else {told.name: _transitions(told) for told in self.vrrp.instances}
        if dump.error is None and self.vrrp is not None and self.vrrp.error is None:
            self.vrrp_before = self.vrrp
        self.vrrp = dump
        self._know_instances(now, wall)
        for told in dump.instances:
            since = self.wall(told.last_transition) if told.last_transition else None
            stayed = before.get(told.name) == _transitions(told)
            self.instances[told.name].dumped(told.state, now, since, stayed=stayed)
        return Changed()

    def _adverts(self, heard: Adverts, now: float, wall: float) -> Changed:
        self.adverts.tell(heard, now, wall)
        return Changed()

    def _checkers(self, dump: Checkers, now: float, wall: float) -> Changed:
        self.checkers = dump
        if dump.error is not None:
            return Changed()
        return Changed(verdicts=frozenset(self.verdicts.dump(dump.real_servers, now, wall)))

    def _files(self, files: Files, now: float, wall: float) -> Changed:
        self.files = files
        self._know_instances(now, wall)
        return Changed(ground=True)

    def _log(self, log: Log, now: float, wall: float) -> Changed:
        self.log = log
        verdicts: set[ServerKey] = set()
        started = 0.0 if self.keepalived is None else self.keepalived.started - _WHOLE_SECONDS
        begins = [number for number, line in enumerate(log.lines) if _STARTS.match(line.text)]
        for line in log.lines[begins[-1] if begins else 0 :]:
            if line.wall < started:
                continue  # of another life of the daemon
            if _READS.search(line.text):
                self._logged_load = line.wall
            self.reloads.line(line)
            told = log_lines.fact(line.text)
            if isinstance(told, log_lines.Entered):
                instance = self.instances.get(told.instance)
                at = now - max(0.0, wall - self.wall(line.wall)) if log.history else now
                if instance is not None:
                    instance.entered(told.state, told.reason, at, self.wall(line.wall))
            elif told is not None:
                verdicts |= self.verdicts.line(told, self.wall(line.wall), now, history=log.history)
        return Changed(verdicts=frozenset(verdicts))

    def _sysctls(self, sysctls: Sysctls, now: float, wall: float) -> Changed:
        self.sysctls = sysctls
        return Changed()

    def _host(self, host: Host, now: float, wall: float) -> Changed:
        self.host_before, self.host = self.host, host
        return Changed()

    def _unfinished(self, left: Unfinished, now: float, wall: float) -> Changed:
        self.unfinished = left
        return Changed()

    def _goodbye(self, goodbye: Goodbye, now: float, wall: float) -> Changed:
        self.goodbye = plain(goodbye.reason)
        return Changed()

    def _know_instances(self, now: float, wall: float) -> None:
        """The instances are those that keepalived has told of; those of the file until then, and when it does not run."""
        vips = self._configured_vips()
        if vips is None or {name: known.vips for name, known in self.instances.items()} == vips:
            return
        known = self.instances
        self.instances = {
            name: known[name] if name in known and known[name].vips == addresses else Instance(addresses)
            for name, addresses in vips.items()
        }
        if self.network is not None and self.network.error is None:
            for instance in self.instances.values():
                instance.addresses(self.addresses, now, wall, first=True)

    def _configured_vips(self) -> dict[str, tuple[str, ...]] | None:
        if self.vrrp is not None and self.vrrp.error is None:
            return {told.name: told.vips for told in self.vrrp.instances}
        configuration = self.configuration
        return None if configuration is None else {told.name: told.vips for told in configuration.vrrp}

    def dumped(self, name: str) -> VrrpInstance | None:
        """The instance in keepalived's last dump."""
        return next((told for told in self.vrrp.instances if told.name == name), None) if self.vrrp else None

    def holds(self, address: str) -> bool | None:
        """Is the address on an interface; None: not known."""
        return None if self.network is None or self.network.error is not None else address in self.addresses


def _transitions(told: VrrpInstance) -> tuple[int, int]:
    return told.become_master, told.release_master

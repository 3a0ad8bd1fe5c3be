"""Hold all that is known of one Director, and answer what follows from it.

Times in messages are the Director's own; here they become the console's: `now` is its monotonic clock at receipt, `wall`
the operator's wall clock, into which the Director's is shifted by what round trips show, and until the first one by Hello.

Not for: what it means together with the other Director (see `servers`, `checks`), nor how it is shown (see `director_view`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from lvstui import keepalived
from lvstui.cluster.identity.kernel_key import kernel_keys
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.identity.vips import Addresses, Vip
from lvstui.cluster.observed.checkers.quorums import Quorums
from lvstui.cluster.observed.checkers.verdicts import SeenAlive, ServerKey, Suspended, Verdicts
from lvstui.cluster.observed.clock_offset import ClockOffset
from lvstui.cluster.observed.files.configuration import Loaded, Reading, given_fwmarks
from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.observed.files.loaded_configuration import Evidence, InForce
from lvstui.cluster.observed.files.reload_times import Reloads
from lvstui.cluster.observed.invalidation import Invalidation
from lvstui.cluster.observed.ipvs_table import KernelTable
from lvstui.cluster.observed.link_state import LinkStatus
from lvstui.cluster.observed.log_tail import LogTail
from lvstui.cluster.observed.rates import Rates
from lvstui.cluster.observed.receiving import receive
from lvstui.cluster.observed.vrrp.adverts import AdvertSenders
from lvstui.cluster.observed.vrrp.last_transition import LastTransitions
from lvstui.cluster.observed.vrrp.vrrp_evidence import VrrpInstances
from lvstui.cluster.view import LinkState
from lvstui.director.protocol.change_messages import LeftChange, Unfinished
from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.host_messages import Host, Network, Sysctls
from lvstui.director.protocol.ipvs_messages import SyncDaemons
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration, Log
from lvstui.director.protocol.link_messages import Hello, Pong
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.sighting_messages import Sightings
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.keepalived import ConfiguredRealServer

_TELL_WHAT_IS_LOADED = (Files, Keepalived, LoadedConfiguration, Log, Checkers, Vrrp)


class Director:
    """One Director, by its agent's messages."""

    def __init__(self, name: str, interval: float) -> None:
        self.name = name
        self.link = LinkStatus(interval)
        self.hello: Hello | None = None
        self.table = KernelTable()
        self.rates = Rates()
        self.network: Network | None = None
        self.addresses = Addresses()  # the last that is known
        self.keepalived: Keepalived | None = None
        self.vrrp: Vrrp | None = None
        self.vrrp_before: Vrrp | None = None  # the dump before that, of the same daemon: for rates
        self.instances = VrrpInstances()
        self.last_transitions = LastTransitions()
        self.adverts = AdvertSenders()
        self.sampled = float("-inf")  # when the last sample came: what was heard until then is told
        self.checkers: Checkers | None = None
        self.checkers_read = 0.0  # when it was last told that it is so, by the console's monotonic clock
        self.verdicts = Verdicts()
        self.quorums = Quorums()
        self.files: Files | None = None
        self.loaded_copy: LoadedConfiguration | None = None
        self.in_force = InForce()
        self.loaded = Loaded()
        self.reloads = Reloads()
        self.sysctls: Sysctls | None = None
        self.sync_daemons: SyncDaemons | None = None
        self.host: Host | None = None
        self.host_before: Host | None = None
        self.sightings: Sightings | None = None
        self.log: Log | None = None
        self.log_tail = LogTail()
        self.unfinished: Unfinished | None = None
        self.undone: LeftChange | None = None  # the last drill that was undone without its console
        self.logged_load = 0.0  # wall of the Director, of the last line that says that files are read
        self.goodbye: str | None = None
        self.several = False  # keepalived daemons run there, and which is meant was not said
        self.connections = 0  # agents that said hello
        self.sample_awaited = True  # of this link: the figures are still those of an earlier one
        self.daemon_awaited = True  # of this link: what came before it is of the same daemon
        self.clock = ClockOffset()
        self.clock_shift = 0.0  # the operator's wall clock less the Director's

    def receive(self, message: FromAgent, now: float, wall: float) -> Invalidation:
        """Take one message in, received at `now`, `wall`."""
        if not isinstance(message, Pong):  # an agent that only answers shows figures that age
            self.link.message(now)
        changed = receive(self, message, now, wall)
        if isinstance(message, _TELL_WHAT_IS_LOADED) and self.in_force.update(self._evidence(message)):
            return replace(changed, context=True)
        return changed

    @property
    def configuration(self) -> keepalived.Configuration | None:
        """Return the configuration on the Director's disk, when all of it could be read. May take long the first time."""
        self.read_configuration()
        return self.loaded.whole

    @property
    def partial_configuration(self) -> keepalived.Configuration | None:
        """Return it as far as it could be read: its include patterns say what must still be asked for."""
        self.read_configuration()
        return self.loaded.configuration

    @property
    def running(self) -> bool | None:
        """Return True if keepalived runs; None: not known."""
        return None if self.keepalived is None or self.keepalived.error is not None else self.keepalived.running

    @property
    def fresh(self) -> bool:
        """Return True if its figures are of now: the link is live, and the table was read since it is."""
        return self.link.state is LinkState.LIVE and not self.sample_awaited

    @property
    def pending(self) -> bool | None:
        """Return True if there is something in the files that keepalived has not loaded; None: not known."""
        return self.in_force.pending

    @property
    def loaded_files(self) -> Files | None:
        """Return the files as keepalived has loaded them; None: not known."""
        return self.in_force.files

    def pending_server(self, key: ServerKey, configured: ConfiguredRealServer | None) -> bool | None:
        """Return True if what the files say of it is not loaded yet; `configured` None: they say nothing of it."""
        dumped = self.verdicts.get(key) if self.checkers is not None and self.checkers.error is None else None
        return self.in_force.pending_server(key, configured, self.loaded.whole, dumped)

    def remember(self, installed: Installed | None) -> Invalidation:
        """Take in what was verified to be loaded by a change that was made from this machine."""
        self.in_force.installed = installed
        return Invalidation(context=self.in_force.update(self._evidence(None)))

    def _evidence(self, message: FromAgent | None) -> Evidence:
        if not isinstance(message, Log):
            self.read_configuration()
        return Evidence(
            self.keepalived,
            self.files,
            self.loaded.whole,
            self.loaded_copy,
            self.log is not None,
            self.logged_load,
            self.checkers,
            self.vrrp,
        )

    def alive(self) -> Mapping[ServerKey, bool]:
        """Return every verdict; without a dump, none that the kernel's table belies.

        The log's lines of before are only history; and keepalived leaves no server that is down in the kernel's table with a
        weight.
        """
        known = self.verdicts.alive()
        if self.checkers is not None and self.checkers.error is None:
            return known
        belied = set(filter(self._sends, self.verdicts.remembered_down()))
        return {key: up for key, up in known.items() if key not in belied} if belied else known

    def _sends(self, key: ServerKey) -> bool:
        found = None if self.configuration is None else find(self.configuration, Target(*key))
        weights = self.table.weights
        return found is not None and any(weights.get(one, 0) for one in kernel_keys(*found))

    def seen_alive(self, *, succeeded: bool = False) -> Container[ServerKey]:
        """Return the real servers all of whose checkers have run and found them up, by keepalived's last dump.

        `succeeded`: only where none of them may still fail its first check.
        """
        known = () if self.checkers is None or self.checkers.error is not None else self.checkers.real_servers
        return SeenAlive(known, self.alive(), succeeded=succeeded)

    def added_weights(self) -> Mapping[ServerKey, int] | None:
        """Return what checkers add to the configured weights, where that is not 0; None: keepalived does not tell."""
        return None if self.checkers is None or self.checkers.error is not None else self.verdicts.added()

    def suspended(self) -> Container[ServerKey]:
        """Return the real servers that it does not check, by keepalived's last dump."""
        return Suspended(() if self.checkers is None else self.checkers.real_servers)

    @property
    def dump_awaited(self) -> bool:
        """Return True if keepalived runs, and its first VRRP dump is still to come."""
        return self.vrrp is None and self.running is not False

    def wall(self, director_wall: float) -> float:
        """Convert a time of the Director's wall clock to the operator's."""
        return director_wall + self.clock_shift

    def read_configuration(self) -> None:
        """Read the configuration's files, unless that was done already."""
        if self.files is not None and self.keepalived is not None:
            self.loaded.update(
                self.files, self.keepalived.config_id, self.keepalived.version, given_fwmarks(self.checkers)
            )

    def reading(self, message: FromAgent) -> Reading | None:
        """Return what would have to be read of the configuration when that message is received; None: nothing."""
        files = message if isinstance(message, Files) else self.files
        known = message if isinstance(message, Keepalived) else self.keepalived
        if files is None or known is None or not isinstance(message, (Files, Keepalived)):
            return None
        return self.loaded.ahead(files, known.config_id, known.version, given_fwmarks(self.checkers))

    def holds(self, vip: Vip) -> bool | None:
        """Return True if it has the VIP, where a VIP of its own counts; None: not known."""
        known = self.network is not None and self.network.error is None
        return self.addresses.holds(vip, self.instances.vips) if known else None

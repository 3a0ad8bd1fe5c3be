"""Define the port: what the agent needs of a machine.

`linux.linux_system` has the real one; the demo has a simulated one. Reads give messages ready to be sent; a read that cannot
know raises `Unavailable` or fills the message's `error`, it never invents. Writes raise `Refused` with nothing changed.
"""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Protocol, Tuple, Union

from .journal import JournalEntry, LeftJournal, StartedBy
from .protocol.change_messages import Replacement, Tested
from .protocol.checker_messages import Checkers
from .protocol.file_messages import Files
from .protocol.host_messages import Host, Network, Sysctls
from .protocol.ipvs_messages import Connections, RealServer, SampleConnections, Service, SyncDaemons
from .protocol.keepalived_messages import FoundDaemon, Keepalived, LoadedConfiguration, Log
from .protocol.link_messages import Hello
from .protocol.sighting_messages import Sightings
from .protocol.vrrp_messages import Adverts, Vrrp


class Unavailable(Exception):
    """A figure cannot be read; the text says why, for the operator."""


class Ambiguous(Exception):
    """Several keepalived run here, and the operator has not said which is meant."""

    def __init__(self, daemons: Tuple[FoundDaemon, ...]) -> None:
        super().__init__(f"{len(daemons)} keepalived daemons run here: {'; '.join(map(describe_daemon, daemons))}")
        self.daemons = daemons


def describe_daemon(daemon: FoundDaemon) -> str:
    """Describe a daemon in words, with each name that it can be called by."""
    names = [
        f"instance {daemon.instance}" if daemon.instance else "",
        f"network namespace {daemon.namespace}" if daemon.namespace else "",
        daemon.unit,
    ]
    return ", ".join([daemon.config, *filter(None, names), f"process {daemon.pid}"])


class NamespaceChanged(Exception):
    """keepalived runs in another network namespace than this agent: another agent has to begin there."""


class Refused(Exception):
    """A write was not made. The text says why, and that nothing was changed or exactly what was."""


class NotRunning(Refused):
    """There is no keepalived to do it."""


class IpvsTable(NamedTuple):
    """The whole table at one moment, in the kernel's order."""

    services: Tuple[Tuple[Service, Tuple[RealServer, ...]], ...]
    counters: bool  # False: only weights, active and inactive are known


class ReadAgain(NamedTuple):
    """A hint to read again: "keepalived" (a process of it came or went, or its version is known), "vrrp" or "checkers"."""

    what: str


Event = Union[Network, Adverts, Log, Sightings, ReadAgain]


class System(Protocol):
    """A Director's machine. Synchronous reads take milliseconds; what can take longer is async."""

    def hello(self) -> Hello:
        """Return the first message of this machine."""

    def read_ipvs(self) -> IpvsTable:
        """Return the whole table. Raises Unavailable."""

    def read_host(self) -> Host: ...

    def read_sysctls(self) -> Sysctls: ...

    def read_sync_daemons(self) -> SyncDaemons:
        """Return the daemons that synchronise connections; after `read_ipvs`."""

    def read_keepalived(self) -> Keepalived: ...

    def read_loaded(self) -> Optional[LoadedConfiguration]:
        """Return keepalived's own copy of what it has loaded, as of `read_keepalived`; None while there is none to send."""

    async def read_vrrp(self) -> Vrrp:
        """Ask keepalived for its JSON dump and wait until it is there, at most a few seconds."""

    def read_adverts(self) -> Optional[Adverts]:
        """Return all that was heard until now; None: it does not listen yet. `watch` tells of what is new in it, too."""

    async def read_checkers(self) -> Checkers:
        """Ask keepalived for its checker dump, likewise."""

    def read_files(self, patterns: Tuple[str, ...]) -> Files:
        """Return the main file and all that the patterns match. Cheap when nothing changed (stat)."""

    async def sample_connections(self, wanted: SampleConnections) -> Connections:
        """Read the connection table once, yielding to everything else; it ends in the time that it was given."""

    async def watch(self, tell: Callable[[Event], None]) -> None:
        """Tell of events until cancelled: the network's whole state first and whenever it changes, the log, adverts, changes."""

    def watch_packets(self, seconds: float) -> None:
        """Have `watch` tell of adverts that are sent and of neighbour packets, too, for so many seconds from now."""

    async def lock(self) -> None:
        """Exclude every other lvstui from writing on this Director. Ends with the agent's process. Raises Refused: by whom."""

    def unlock(self) -> None: ...

    def left(self) -> Optional[LeftJournal]:
        """Return the journal of another agent, whether it still runs or not. Raises Refused: it cannot be read."""

    def write_journal(self, entry: Optional[JournalEntry]) -> None:
        """Write the journal, on the disk when this returns; None removes it. Raises Refused with the old one still there."""

    def stage(self, replacement: Replacement, *, write: bool) -> None:
        """Check that the file is what was read, and with `write` put the candidate next to it. Raises Refused."""

    async def test(self, transaction: str, replacements: Tuple[Replacement, ...]) -> Tested:
        """Run `keepalived -t` on the staged files and on those in force. Raises Refused."""

    def install(self, replacement: Replacement) -> None:
        """Keep the old file, put the staged one in its place, atomically. Raises Refused."""

    def put_back(self, path: str, sha256: str) -> None:
        """Put the kept old file back in the place of the new one, atomically. Raises Refused, saying where the old file is."""

    def discard(self, path: str) -> None:
        """Remove the candidate and the kept old file, where there are any. Raises Refused: what could not be removed."""

    async def reload(self, limit: float, *, undo: bool) -> str:
        """Make keepalived read its files, and wait until it has. Returns what is worth saying of it, or "".

        With `undo` a daemon that the change has ended is started again, where there is somebody to do it. Raises Refused:
        what happened instead.
        """

    async def restart(self, limit: float) -> str:
        """Stop keepalived, start it again, and wait until it runs. Returns what is worth saying of it. Raises Refused."""

    def how_started(self) -> StartedBy:
        """Return how keepalived is started again. Raises Refused where it cannot be, or where somebody else would do it."""

    async def guard(self, limit: float) -> None:
        """Start the process that undoes what the journal tells of, when this one ends or hangs for `limit` seconds.

        It outlives this process and its session. It is at its post when this returns. Raises Refused.
        """

    def dismiss_guard(self) -> None:
        """Let it go, if there is one."""

    async def halt(self, how: str, start: StartedBy) -> None:
        """Stop keepalived ("stop") or kill all its processes ("kill"), and wait until they are gone. Raises Refused."""

    async def start_again(self, start: StartedBy) -> str:
        """Start keepalived unless it runs, and wait until it does. Return what was done. Raises Refused."""

    def log(self, line: str) -> None:
        """Write one line to the Director's syslog, best effort."""

    def close(self) -> None: ...

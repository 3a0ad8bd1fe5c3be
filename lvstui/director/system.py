"""The port: what the agent needs of a machine.

`linux.LinuxSystem` is the real one; the demo has a simulated one. Reads give messages ready to be sent; a read that cannot
know raises `Unavailable` or fills the message's `error`, it never invents. Writes raise `Refused` with nothing changed.
"""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Protocol, Tuple, Union

from .journal import Entry, Left
from .messages import (
    Adverts,
    Checkers,
    Connections,
    Files,
    Hello,
    Host,
    Keepalived,
    Log,
    Network,
    RealServer,
    Replacement,
    SampleConnections,
    Service,
    Sysctls,
    Tested,
    Vrrp,
)


class Unavailable(Exception):
    """A figure that cannot be read, and why, for the operator."""


class Refused(Exception):
    """A write that was not made. The text says why, and that nothing was changed or exactly what was."""


class NotRunning(Refused):
    """There is no keepalived to do it."""


class IpvsTable(NamedTuple):
    """The whole table at one moment, in the kernel's order."""

    services: Tuple[Tuple[Service, Tuple[RealServer, ...]], ...]
    counters: bool  # False: only weights, active and inactive are known


class Changed(NamedTuple):
    """Something to read again: "keepalived" (a process came or went), "files", "vrrp" or "checkers"."""

    what: str


Event = Union[Network, Adverts, Log, Changed]


class System(Protocol):
    """A Director's machine. Synchronous reads take milliseconds; what can take longer is async."""

    def hello(self) -> Hello: ...

    def read_ipvs(self) -> IpvsTable:
        """Raises Unavailable."""

    def read_host(self) -> Host: ...

    def read_sysctls(self) -> Sysctls: ...

    def read_keepalived(self) -> Keepalived: ...

    async def read_vrrp(self) -> Vrrp:
        """From keepalived's JSON dump: asks for it and waits until it is there, at most a few seconds."""

    def read_adverts(self) -> Optional[Adverts]:
        """All that was heard until now; None: it does not listen yet. What is new in it is told by `watch`, too."""

    async def read_checkers(self) -> Checkers:
        """From keepalived's checker dump, likewise."""

    def read_files(self, patterns: Tuple[str, ...]) -> Files:
        """The main file and all that the patterns match. Cheap when nothing changed (stat)."""

    async def sample_connections(self, wanted: SampleConnections) -> Connections:
        """Read the connection table once, giving way to everything else; it ends in the time that it was given."""

    async def watch(self, tell: Callable[[Event], None]) -> None:
        """Tell of events until cancelled: the network's whole state first and whenever it changes, the log, adverts, changes."""

    async def lock(self) -> None:
        """Exclude every other lvstui from writing on this Director. Ends with the agent's process. Raises Refused: by whom."""

    def unlock(self) -> None: ...

    def left(self) -> Optional[Left]:
        """The journal of another agent, whether it still runs or not. Raises Refused: it cannot be read."""

    def write_journal(self, entry: Optional[Entry]) -> None:
        """On the disk when this returns; None removes it. Raises Refused with the old one still there."""

    def stage(self, replacement: Replacement, *, write: bool) -> None:
        """Check that the file is what was read, and with `write` put the candidate beside it. Raises Refused."""

    async def test(self, transaction: str, replacements: Tuple[Replacement, ...]) -> Tested:
        """`keepalived -t` on the staged files and on those in force. Raises Refused."""

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

    def log(self, line: str) -> None:
        """One line to the Director's syslog, best effort."""

    def close(self) -> None: ...

"""Follow the processes of the keepalived that this agent serves. Not for finding it among others (see `daemon_search`).

Which child does what is told by its pid file; where that lies elsewhere, by the signals that it reads: the VRRP process alone
reads SIGUSR2, in every version.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..process import ProcessIdentity, contents, look, started, waits_for_signal
from .daemon_search import DEFAULT_CONFIG, Parent, choose, is_keepalived, parents, pid_in, role_files

__all__ = ["DEFAULT_CONFIG", "Daemon", "alive", "children", "find"]
_DELETED = " (deleted)"
_BEGINNING = 5.0  # seconds in which a child sets up its signals and writes its pid file; it takes milliseconds
_ROLES = (("vrrp", "vrrp_pid"), ("checkers", "checkers_pid"), ("bfd", "bfd_pid"))


class Daemon(NamedTuple):
    """The keepalived that is served, with its children of now."""

    parent: Parent
    vrrp: int  # pids of its children; 0: there is none, or which it is cannot be told
    checkers: int
    known: Tuple[ProcessIdentity, ...]  # all children, whatever they do
    settled: bool = False  # none of them had only just begun when it was told what they do

    @property
    def process(self) -> ProcessIdentity:
        """Return its first process."""
        return self.parent.process

    @property
    def config(self) -> str:
        return self.parent.config

    @property
    def config_id(self) -> str:
        return self.parent.config_id

    @property
    def unit(self) -> str:
        return self.parent.unit

    def option(self, name: str) -> Optional[str]:
        """Return the value of an option of its command line, by the long name; None where it was not given."""
        return dict(self.parent.options).get(name)

    @property
    def on_disk(self) -> Optional[str]:
        """Return where its program is on the disk, by a name that other namespaces have too; None: it no longer exists.

        Its package may have been upgraded meanwhile.
        """
        try:
            path = os.readlink(self.program)
        except OSError:
            return None
        path = path[: -len(_DELETED)] if path.endswith(_DELETED) else path
        return path if os.access(path, os.X_OK) else None

    @property
    def program(self) -> str:
        """Return the very program that runs, even when its package was upgraded meanwhile."""
        return f"/proc/{self.process.pid}/exe"


def find(wanted: str = "", config: str = "", before: Optional[Daemon] = None) -> Optional[Daemon]:
    """Return the daemon that is meant (see `daemon_search.choose`), or None. Raises Ambiguous."""
    found = choose(
        parents(() if before is None else before.known), wanted, config, None if before is None else before.parent
    )
    return None if found is None else children(Daemon(found, 0, 0, ()))


def alive(daemon: Daemon) -> bool:
    """Return True if the parent is still the same process."""
    try:
        return look(daemon.process.pid) == daemon.process
    except OSError:
        return False


def children(daemon: Daemon) -> Daemon:
    """Return the same daemon with its children of now."""
    now = _children(daemon)
    if now == daemon.known and daemon.settled and (daemon.vrrp or daemon.checkers or not now):
        return daemon
    # A child begins with its parent's signals, and without its pid file: what it does cannot be told from either yet.
    settled = all(time.time() - started(one) > _BEGINNING for one in now)
    roles = _roles(daemon, [one.pid for one in now])
    return Daemon(daemon.parent, roles.get("vrrp", 0), roles.get("checkers", 0), now, settled)


def _children(daemon: Daemon) -> Tuple[ProcessIdentity, ...]:
    pid = daemon.process.pid
    try:
        pids: Sequence[int] = [int(word) for word in contents(f"/proc/{pid}/task/{pid}/children").split()]
    except OSError:  # a kernel without CONFIG_PROC_CHILDREN
        known = tuple(one for one in daemon.known if _still(one))
        if known and len(known) == len(daemon.known):
            return known
        pids = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    found: List[ProcessIdentity] = []
    for one in pids:
        try:
            process = look(one)
        except OSError:
            continue
        if process.parent == pid and is_keepalived(one):
            found.append(process)
    return tuple(found)


def _still(process: ProcessIdentity) -> bool:
    try:
        return look(process.pid) == process
    except OSError:
        return False


def _roles(daemon: Daemon, pids: Sequence[int]) -> Dict[str, int]:
    """Return the pid of each role. keepalived starts the checkers first, then VRRP, then BFD."""
    root = f"/proc/{daemon.process.pid}/root"
    found: Dict[str, int] = {}
    for role, option in _ROLES:
        given = daemon.option(option)
        paths = [root + given] if given and given.startswith("/") else []
        if len(pids) > len(found):
            paths += role_files(role, root)
        pid = next((pid for pid in map(pid_in, paths) if pid in pids), 0)
        if pid:
            found[role] = pid
    left = [pid for pid in pids if pid not in found.values()]
    for pid in left:
        role = "vrrp" if waits_for_signal(pid, signal.SIGUSR2) else "checkers"
        found.setdefault(role, pid)
    return found

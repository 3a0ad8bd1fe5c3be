"""Find every keepalived of this machine, whatever its pid files are called, and choose the one that is meant.

All processes are looked at: a daemon is a process that runs keepalived, is no child of another one, and does not only test a
configuration. One with another root or in another PID namespace is a container's, and not this machine's.
"""

from __future__ import annotations

import glob
import os
import re
import socket
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ...protocol.keepalived_messages import FoundDaemon
from ...system import Ambiguous
from ..namespaces import namespace_name, network_of
from ..process import ProcessIdentity, command_line, contents, look, namespace, started
from .command_line import options_of, runs_once
from .loaded_copy import LoadedCopy
from .placement import placement

DEFAULT_CONFIG = "/etc/keepalived/keepalived.conf"
# Its program, a build of one version, or one whose package was upgraded meanwhile; not keepalived-exporter and the like.
_PROGRAM = re.compile(r"keepalived(?:[-_.]?\d[\w.]*)?(?: \(deleted\))?")
_PID_FOLDERS = ("/run", "/var/run", "/run/keepalived", "/run/keepalived/*")
_UNIT = re.compile(r"/([^/]*keepalived[^/]*\.service)(?:/|$)")


class Parent(NamedTuple):
    """A daemon's first process, and how it was started."""

    process: ProcessIdentity
    options: Tuple[Tuple[str, str], ...]  # long names, with their values
    config: str
    config_id: str
    unit: str  # the systemd unit that it runs under, or ""
    instance: str  # its `instance`, or ""
    network: str  # the identity of its network namespace; "" not known
    # What it puts behind its name in its log, and before the extension of a log file: its namespace and its instance.
    suffix: Optional[str]  # None: not known

    @property
    def namespace(self) -> str:
        """Return the name of its network namespace where that is not the one of this machine's first process."""
        if not self.network or self.network == network_of("1"):
            return ""
        return namespace_name(self.network) or self.network

    def is_called(self, wanted: str) -> bool:
        """Return True if it is the one that an operator means by `wanted`."""
        given = dict(self.options).get("config-id", "")
        return wanted in (self.config, self.instance, self.namespace, self.unit, given, self.unit[: -len(".service")])

    def found_daemon(self) -> FoundDaemon:
        """Return it as the console is sent it."""
        return FoundDaemon(self.process.pid, self.config, self.instance, self.namespace, self.unit)


def parents(left: Sequence[ProcessIdentity] = ()) -> Tuple[Parent, ...]:
    """Return every daemon of this machine, the first one first.

    `left` are children of a daemon that may have died: what they leave behind while they end is no daemon.
    """
    found: List[Parent] = []
    for pid in _pids():
        try:
            process = look(pid)
            if is_keepalived(process.parent) or not _is_here(pid) or _is_orphan(process, left):
                continue
            options = options_of(command_line(pid))
            if not runs_once(options):
                found.append(parent(process))
        except OSError:
            continue  # it ended while it was looked at
    return tuple(sorted(found, key=lambda one: one.process.start))


def _is_orphan(process: ProcessIdentity, left: Sequence[ProcessIdentity]) -> bool:
    """Return True if it is what a killed daemon left: one of `left`, or a child that wrote its role's pid file.

    The children end by themselves when their parent dies, but not at once: they first take virtual servers and VIPs away.
    """
    if any((one.pid, one.start) == (process.pid, process.start) for one in left):
        return True
    written = started(process) - 2  # a file of a process of before, whose pid was given again, is older
    for path in role_files("*"):
        try:
            if os.stat(path).st_mtime >= written and pid_in(path) == process.pid:
                return True
        except OSError:
            continue
    return False


def role_files(role: str, root: str = "") -> List[str]:
    """Return the pid files of children with that role ("vrrp", "checkers", "bfd", or "*") in the usual folders."""
    roles = ("vrrp", "checkers", "bfd") if role == "*" else (role,)
    return [
        path for one in roles for folder in _PID_FOLDERS for path in sorted(glob.glob(f"{root}{folder}/*{one}*.pid"))
    ]


def pid_in(path: str) -> int:
    """Return the process id that a pid file holds, 0 if it holds none."""
    try:
        with open(path, "rb") as file:
            return int(file.read(32))
    except (OSError, ValueError):
        return 0


def choose(found: Sequence[Parent], wanted: str, config: str, before: Optional[Parent]) -> Optional[Parent]:
    """Return the one that is called `wanted`; without a name the only one. Raises Ambiguous.

    Of several the one that ran before is meant, or the one whose main file is `config`. Without a name, one that ran before is
    followed by its like alone: another daemon of the machine is not taken for it, though it is the only one that is left.
    """
    meant = [one for one in found if not wanted or one.is_called(wanted)]
    if before is not None and not wanted:
        meant = [one for one in meant if _succeeds(one, before)]
    if len(meant) > 1 and before is not None:
        meant = [one for one in meant if _alike(one, before)] or meant
    if len(meant) > 1 and config:
        meant = [one for one in meant if one.config == config] or meant
    if len(meant) > 1:
        raise Ambiguous(tuple(one.found_daemon() for one in meant))
    return meant[0] if meant else None


def _succeeds(one: Parent, before: Parent) -> bool:
    """Return True if it may be what ran before: its unit may start it with another file now, and others may start it by hand."""
    named = (one.config, one.config_id, one.instance) == (before.config, before.config_id, before.instance)
    return named or (one.unit != "" and one.unit == before.unit)


def _alike(one: Parent, other: Parent) -> bool:
    return (one.config, one.config_id, one.instance, one.unit) == (
        other.config,
        other.config_id,
        other.instance,
        other.unit,
    )


def parent(process: ProcessIdentity) -> Parent:
    """Return how a daemon was started. Raises OSError."""
    options = options_of(command_line(process.pid))
    placed = placement(LoadedCopy().read(process))
    config = options.get("use-file") or placed.main or DEFAULT_CONFIG
    try:
        config = os.path.join(os.readlink(f"/proc/{process.pid}/cwd"), config)
    except OSError:
        pass  # without root only an absolute path can be known
    config_id = options.get("config-id") or socket.gethostname().partition(".")[0]
    network = network_of(str(process.pid))
    suffix = "".join(f"_{one}" for one in (options.get("namespace") or placed.namespace, placed.instance) if one)
    known_suffix = (
        suffix if placed.main or suffix else None
    )  # without its copy only what the command line says is known
    return Parent(
        process, tuple(options.items()), config, config_id, _unit(process.pid), placed.instance, network, known_suffix
    )


def is_keepalived(pid: int) -> bool:
    """Return True if the process runs keepalived, as far as that may be known."""
    try:
        return _PROGRAM.fullmatch(os.path.basename(os.readlink(f"/proc/{pid}/exe"))) is not None
    except PermissionError:
        try:
            return _PROGRAM.fullmatch(os.path.basename(command_line(pid)[0])) is not None
        except OSError:
            return False
    except OSError:
        return False


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit() and is_keepalived(int(name)))


def _is_here(pid: int) -> bool:
    if namespace(str(pid), "pid") not in (namespace("self", "pid"), ""):
        return False
    try:
        ours, theirs = os.stat("/"), os.stat(f"/proc/{pid}/root/")
    except OSError:
        return True  # without root that cannot be known
    return (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino)


def _unit(pid: int) -> str:
    if not os.path.isdir("/run/systemd/system"):
        return ""
    try:
        found = _UNIT.search(contents(f"/proc/{pid}/cgroup").decode().replace("\n", "/\n"))
    except (OSError, ValueError):
        return ""
    return found.group(1) if found else ""

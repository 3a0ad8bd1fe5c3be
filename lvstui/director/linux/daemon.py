"""Which keepalived runs here, and how it was started: from pid files, /proc, and its own command line."""

from __future__ import annotations

import os
import re
import socket
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from .process import Process, command_line, look, namespace

DEFAULT_CONFIG = "/etc/keepalived/keepalived.conf"
_PID_FOLDERS = ("/run", "/var/run", "/run/keepalived", "/var/run/keepalived")
_WITH_VALUE = {
    "f": "use-file",
    "p": "pid",
    "r": "vrrp_pid",
    "c": "checkers_pid",
    "b": "bfd_pid",
    "i": "config-id",
    "s": "namespace",
    "S": "log-facility",
    "u": "umask",
    "A": "snmp-agent-socket",
}
_MAY_HAVE_VALUE = {"g": "log-file", "t": "config-test", "M": "core-dump-pattern"}
_UNIT = re.compile(r"/([^/]*keepalived[^/]*\.service)(?:/|$)")


class Daemon(NamedTuple):
    process: Process  # the parent
    vrrp: int  # pids of its children; 0: there is none, or which it is cannot be told
    checkers: int
    options: Tuple[Tuple[str, str], ...]  # long names, with their values
    config: str
    config_id: str
    unit: str  # the systemd unit that it runs under, or ""

    def option(self, name: str) -> Optional[str]:
        return dict(self.options).get(name)

    @property
    def program(self) -> str:
        """The very program that runs, even when its package was upgraded meanwhile."""
        return f"/proc/{self.process.pid}/exe"


def options_of(argv: List[str]) -> Dict[str, str]:
    """keepalived's own options, as getopt_long(3) reads them."""
    options: Dict[str, str] = {}
    words = iter(argv[1:])
    for word in words:
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            options[name] = value if equals or name not in _WITH_VALUE.values() else next(words, "")
        elif word.startswith("-"):
            _short(word[1:], words, options)
    return options


def _short(letters: str, words: Iterator[str], options: Dict[str, str]) -> None:
    for index, letter in enumerate(letters):
        rest = letters[index + 1 :]
        if letter in _WITH_VALUE:
            options[_WITH_VALUE[letter]] = rest or next(words, "")
            return
        if letter in _MAY_HAVE_VALUE:
            options[_MAY_HAVE_VALUE[letter]] = rest
            return
        options[letter] = ""


def find(scan: bool) -> Optional[Daemon]:
    """The daemon of this network, or None. With `scan`, all processes are looked at when no pid file leads to it."""
    pids = [_pid_in(f"{folder}/keepalived.pid") for folder in _PID_FOLDERS]
    if scan and not any(pid and _is_keepalived(pid) for pid in pids):
        ours = namespace("self", "net")
        everyone = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        pids = [pid for pid in everyone if _is_keepalived(pid) and namespace(str(pid), "net") in (ours, "")]
    for pid in pids:
        try:
            if pid and _is_keepalived(pid):
                process = look(pid)
                if not _is_keepalived(process.parent):
                    return _daemon(process)
        except OSError:
            continue  # it ended while it was looked at
    return None


def alive(daemon: Daemon) -> bool:
    """Is the parent still the same process?"""
    try:
        return look(daemon.process.pid) == daemon.process
    except OSError:
        return False


def children(daemon: Daemon) -> Daemon:
    """The same daemon with its children of now."""
    return daemon._replace(
        vrrp=_child(daemon, "vrrp", daemon.option("vrrp_pid")),
        checkers=_child(daemon, "checkers", daemon.option("checkers_pid")),
    )


def _daemon(process: Process) -> Daemon:
    options = options_of(command_line(process.pid))
    config = options.get("use-file") or DEFAULT_CONFIG
    try:
        config = os.path.join(os.readlink(f"/proc/{process.pid}/cwd"), config)
    except OSError:
        pass  # without root only an absolute path can be known
    config_id = options.get("config-id") or socket.gethostname().partition(".")[0]
    daemon = Daemon(process, 0, 0, tuple(options.items()), config, config_id, _unit(process.pid))
    return children(daemon)


def _child(daemon: Daemon, name: str, given: Optional[str]) -> int:
    folders = [given] if given else [f"{folder}/{name}.pid" for folder in _PID_FOLDERS]
    folders += [f"{folder}/keepalived_{name}.pid" for folder in _PID_FOLDERS]
    for path in folders:
        pid = _pid_in(path)
        try:
            if pid and look(pid).parent == daemon.process.pid:
                return pid
        except OSError:
            continue
    return 0


def _pid_in(path: str) -> int:
    try:
        with open(path, "rb") as file:
            return int(file.read(32))
    except (OSError, ValueError):
        return 0


def _is_keepalived(pid: int) -> bool:
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe")).startswith("keepalived")
    except PermissionError:
        try:
            return os.path.basename(command_line(pid)[0]).startswith("keepalived")
        except OSError:
            return False
    except OSError:
        return False


def _unit(pid: int) -> str:
    if not os.path.isdir("/run/systemd/system"):
        return ""
    try:
        with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
            found = _UNIT.search(file.read().replace("\n", "/\n"))
    except (OSError, ValueError):
        return ""
    return found.group(1) if found else ""

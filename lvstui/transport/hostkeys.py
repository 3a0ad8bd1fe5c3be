"""Tell an unknown host from one whose key has changed, and remember a new one, as OpenSSH does it.

asyncssh alone raises the same error for both, and lets `UserKnownHostsFile none` switch the check off: here it never is. Nor does
it know the site's files, where ssh_config(5) has some by default.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Container, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from asyncssh.config import SSHConfig

USERS = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")  # where the configuration names none: ssh_config(5)
Stamp = tuple[str, int, int]  # a file, when it was changed (ns), and its size in bytes
SITES = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")  # likewise


@dataclass(frozen=True)
class SeenKey:
    """The key that a server showed and that is not among the known ones."""

    host: str
    address: str
    port: int
    key: asyncssh.SSHKey

    @property
    def fingerprint(self) -> str:
        return self.key.get_fingerprint()

    @property
    def key_type(self) -> str:
        return self.key.get_algorithm().removeprefix("ssh-")


class HostKeyClient(asyncssh.SSHClient):
    """A client that keeps the key that was not known. It trusts none by itself: that is the operator's to say."""

    def __init__(self, by_key: dict[str, str], accepted: Container[SeenKey]) -> None:
        """`by_key`: the hosts whose own key counts, as no authority vouches for them, and why.

        `accepted`: what the operator has said is right, also where no file keeps it (`UserKnownHostsFile /dev/null`).
        """
        self.seen: SeenKey | None = None
        self.host = ""  # that is being dialled: the Director, or a jump host on the way
        self.files: list[str] = []  # its known_hosts files, whether they exist or not
        self.by_key = by_key
        self._accepted = accepted

    def known(self) -> asyncssh.SSHKnownHosts:
        """Read what is known of the host."""
        return known(tuple(map(_stamp, self.files)), authorities=self.host not in self.by_key)

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.seen = SeenKey(host, addr, port, key)
        return self.seen in self._accepted


def files(config: SSHConfig) -> list[str]:
    """Return the known_hosts files, whether they exist or not: the user's before the site's. New keys go into the first.

    There is always one of the user's; of the site's there is none if the configuration says so.
    """
    sites = config.get("GlobalKnownHostsFile")
    named = [*(_named(config.get("UserKnownHostsFile")) or USERS), *(SITES if sites is None else _named(sites))]
    return [os.path.expanduser(name) for name in named]


def _named(setting: object) -> list[str]:
    names = [str(name) for name in setting] if isinstance(setting, (list, tuple)) else []
    return [name for name in names if name != "none"]


def _stamp(name: str) -> Stamp:
    try:
        found = os.stat(name)
    except OSError:
        return name, 0, 0
    return name, found.st_mtime_ns, found.st_size


@functools.lru_cache(maxsize=8)
def known(files: tuple[Stamp, ...], *, authorities: bool) -> asyncssh.SSHKnownHosts:
    """Read the known hosts, with or without the authorities whose certificates count. What cannot be read is passed over.

    ssh does so too: with a file that is not there or not to be read, and with a line that is none. Files that did not change are
    not read again: a site's may have thousands of lines, and a Director that is down is dialled every few seconds.
    """
    hosts = asyncssh.import_known_hosts("")
    for name, _, _ in files:
        for line in _lines(name):
            if authorities or not line.startswith("@cert-authority"):
                with suppress(ValueError):
                    hosts.load(line)
    return hosts


def _lines(name: str) -> list[str]:
    if not os.path.isfile(name):
        return []
    try:
        return [line.strip() for line in Path(name).read_text(errors="replace").splitlines()]
    except OSError:
        return []


def conflicting_line(names: Sequence[str], seen: SeenKey) -> str | None:
    """Return "FILE line N" where the host is known with another key, one of that type if there is any; None: it is not known."""
    found = [
        (seen.key.get_algorithm() not in line.split(), f"{name} line {number}")
        for name in names
        for number, line in enumerate(_lines(name), 1)
        if line and not line.startswith(("#", "@")) and _is_of(line, seen)
    ]
    return min(found, key=lambda one: one[0])[1] if found else None


def _is_of(line: str, seen: SeenKey) -> bool:
    try:
        hosts = asyncssh.import_known_hosts(line + "\n")
        return bool(asyncssh.match_known_hosts(hosts, seen.host, seen.address, seen.port)[0])
    except ValueError:
        return False


def remember(names: Sequence[str], seen: SeenKey) -> Path:
    """Add the key to the first file, which is the user's, and return the file. Raises OSError."""
    path = Path(names[0])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    host = seen.host if seen.port == 22 else f"[{seen.host}]:{seen.port}"
    line = f"{host} {seen.key.export_public_key('openssh').decode().strip()}\n".encode()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
    return path

"""Tell an unknown host from one whose key has changed, and remember a new one, as OpenSSH does it.

asyncssh alone raises the same error for both, and lets `UserKnownHostsFile none` switch the check off: here it never is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import asyncssh

DEFAULT = Path("~/.ssh/known_hosts")


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
    """A client that keeps the key that was not known. It never trusts one: that is the operator's to say."""

    seen: SeenKey | None = None
    host = ""  # that is being dialled: the Director, or a jump host on the way
    configured: object = ()  # its known_hosts files, as the configuration names them

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.seen = SeenKey(host, addr, port, key)
        return False


def files(configured: object) -> list[str]:
    """Return the known_hosts files that exist, of those that the configuration names (none, or "none": the default one)."""
    return [name for name in _named(configured) if os.path.isfile(name)]


def _named(configured: object) -> list[str]:
    names = [str(name) for name in configured] if isinstance(configured, (list, tuple)) else []
    return [os.path.expanduser(name) for name in names if name != "none"] or [str(DEFAULT.expanduser())]


def conflicting_line(known: list[str], seen: SeenKey) -> str | None:
    """Return "FILE line N" where the host is known with another key; None when it is not known at all."""
    for name in known:
        lines = Path(name).read_text(errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith(("#", "@")) and _is_of(line, seen):
                return f"{name} line {number}"
    return None


def _is_of(line: str, seen: SeenKey) -> bool:
    try:
        hosts = asyncssh.import_known_hosts(line + "\n")
        return bool(asyncssh.match_known_hosts(hosts, seen.host, seen.address, seen.port)[0])
    except ValueError:
        return False


def remember(configured: object, seen: SeenKey) -> Path:
    """Add the key to the first file that is configured, and return the file. Raises OSError."""
    path = Path(_named(configured)[0])
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

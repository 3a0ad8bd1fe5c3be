"""Make the few system calls that the guest needs and Python 3.9 does not offer: mounts and namespaces, without a fork."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

NEWNS = 0x00020000
NEWCGROUP = 0x02000000
NEWUTS = 0x04000000
NEWIPC = 0x08000000
NEWPID = 0x20000000
NEWNET = 0x40000000

MS_RDONLY = 1
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2
_PIVOT_ROOT = 155  # x86-64, the only architecture that User Mode Linux is packaged for


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Call mount(2); raises OSError with the target in its text."""
    arguments = (source.encode(), target.encode(), kind.encode() or None, flags, data.encode() or None)
    _checked(_libc.mount(*arguments), f"mount {kind or source} on {target}")


def detach(target: str) -> None:
    """Call the lazy umount2(2)."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def unshare(flags: int) -> None:
    """Call unshare(2): new namespaces for the calling thread."""
    _checked(_libc.unshare(flags), "unshare")


def enter_network(path: str) -> None:
    """Move the calling thread, and it alone, into the network namespace at `path`."""
    fd = os.open(path, os.O_RDONLY)
    try:
        _checked(_libc.setns(fd, NEWNET), f"enter {path}")
    finally:
        os.close(fd)


def pivot_root(new_root: str) -> None:
    """Make `new_root` the root of this mount namespace and drop the old one."""
    os.chdir(new_root)
    _checked(_libc.syscall(_PIVOT_ROOT, b".", b"."), f"pivot_root {new_root}")
    detach(".")
    os.chdir("/")


def write(path: str, content: str | bytes, mode: int = 0o644) -> None:
    """Write a whole file, its folders made, with exactly this mode."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)
    target.chmod(mode)

"""Find out in which network namespace a process is and what that is called, and enter it.

keepalived with `net_namespace` or `-s` is in another one than whoever logs in. The kernel shows IPVS, addresses, adverts and
sysctls of the namespace that one is in, so the agent enters keepalived's before it opens anything. Not for mount namespaces:
files are read through `/proc/PID/root`.
"""

from __future__ import annotations

import contextlib
import os
from typing import Iterator

from .process import namespace

_NAMED = ("/run/netns", "/var/run/netns")  # where ip-netns(8) keeps them
_CLONE_NEWNET = 0x40000000


def network_of(pid: str) -> str:
    """Return the identity of the network namespace of a process, as in net:[4026531840]; "" when it may not be known."""
    return namespace(pid, "net")


def namespace_name(identity: str) -> str:
    """Return the name that ip-netns(8) has for a namespace; "" where it has none."""
    number = identity.partition("[")[2].rstrip("]")
    for folder in _NAMED:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            try:
                if number and str(os.stat(f"{folder}/{name}").st_ino) == number:
                    return name
            except OSError:
                continue
    return ""


def path_of(name: str) -> str:
    """Return where the namespace of that name is; "" means the first process's, as in keepalived's net_namespace_ipvs."""
    return f"{_NAMED[1]}/{name}" if name else "/proc/1/ns/net"


def enter(path: str) -> None:
    """Move this thread there, and so all that it opens or starts from now on. Raises OSError."""
    import ctypes  # not before it is needed: it takes a busy Director long

    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(descriptor, _CLONE_NEWNET) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def within(path: str) -> Iterator[None]:
    """Enter a namespace for the block; with "" stay. Nothing in the block may wait. Raises OSError."""
    if not path:
        yield
        return
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(path)
        try:
            yield
        finally:
            enter(f"/proc/self/fd/{here}")
    finally:
        os.close(here)

"""Fetch the guest's kernel: that of Debian 14, whatever the host runs, with the C library that it was built for.

Linux 7.2, as User Mode Linux, catches the system calls of a guest's process by seccomp instead of ptrace, where it is started
with `seccomp=on`: each system call and page fault takes about half the processor time. Debian's build has no tables of iptables;
the lab does without (docs/decisions/0018).
"""

from __future__ import annotations

import shutil
import struct
import tarfile
from dataclasses import dataclass
from pathlib import Path

from lvstui.lab.debian import debian_store
from lvstui.lab.errors import LabError

RELEASE = "forky"
PROGRAM = "linux.uml"
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
_LOADER = f"{_LIBRARIES}/ld-linux-x86-64.so.2"
_WANTED = ("usr/bin/linux.uml", _LOADER, f"{_LIBRARIES}/libc.so.6", "usr/lib/uml/modules/")


@dataclass(frozen=True)
class GuestKernel:
    """The kernel that a lab's guest runs, in its folder."""

    folder: Path

    @property
    def argv(self) -> list[str]:
        """Return the command that runs it, without its options: only it may load its C library, not what starts it."""
        return ["env", f"LD_LIBRARY_PATH={self.folder / _LIBRARIES}", str(self.folder / PROGRAM)]

    @property
    def modules(self) -> Path:
        """Return the folder that has its modules, by its version."""
        return self.folder / "usr/lib/uml/modules"


def kernel_path() -> Path:
    """Return the folder of the store in which the kernel is, or will be."""
    return debian_store.store() / f"kernel-{RELEASE}"


def ensure_kernel() -> GuestKernel:
    """Return the kernel, fetched first if it is not there (about 10 s); raises LabError."""
    return GuestKernel(debian_store.kept(kernel_path(), _fetch))


def _fetch(fresh: Path) -> None:
    packages = fresh.with_name("packages.tar")
    options = [
        "--variant=extract",
        "--format=tar",
        "--include=user-mode-linux",
        '--aptopt=Acquire::Check-Valid-Until "false"',
    ]
    debian_store.mmdebstrap(options, RELEASE, packages, target=str(packages))
    try:
        _unpack(packages, fresh)
    except (OSError, ValueError, tarfile.TarError) as error:
        raise LabError(
            f"user-mode-linux of Debian {RELEASE} could not be unpacked; nothing was kept: {error}"
        ) from error


def _unpack(packages: Path, fresh: Path) -> None:
    with tarfile.open(packages) as archive:
        wanted = [one for one in archive if one.name.removeprefix("./").startswith(_WANTED)]
        archive.extractall(fresh, wanted, filter="data")
    program = fresh / PROGRAM
    program.write_bytes(with_loader(fresh.joinpath("usr/bin/linux.uml").read_bytes(), str(kernel_path() / _LOADER)))
    program.chmod(0o755)
    shutil.rmtree(fresh / "usr/bin")


def with_loader(program: bytes, loader: str) -> bytes:
    """Return an ELF program (of 64 bits, little-endian) that is loaded by that loader; raises ValueError if by none until now.

    The name of the loader, which the kernel reads from the file (PT_INTERP), is put at the file's end: nothing moves in memory,
    and this program is bound to its addresses (docs/decisions/0017).
    """
    made = bytearray(program)
    headers, size, number = struct.unpack_from("<32xQ14xHH", made)
    for at in range(headers, headers + size * number, size):
        if struct.unpack_from("<I", made, at) == (3,):  # PT_INTERP
            name = loader.encode() + b"\0"
            struct.pack_into("<Q", made, at + 8, len(made))  # p_offset
            struct.pack_into("<QQ", made, at + 32, len(name), len(name))  # p_filesz, p_memsz
            return bytes(made) + name
    raise ValueError("a program without a loader")

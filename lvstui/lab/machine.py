"""Start, find again and end the guest's processes on the host: its kernel and its network program.

Knows nothing of Directors. Every process has the lab's folder on its command line: that is how a process id
that was written down is known to be still the same process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from lvstui.lab.debian import guest_kernel
from lvstui.lab.errors import LabError

_PACKAGE_OF = {"slirp4netns": "slirp4netns", "mmdebstrap": "mmdebstrap"}
_ALSO_FOR_A_USER = {"newuidmap": "uidmap"}  # mmdebstrap makes a root's files with the user's subordinate ids
_START_LIMIT_S, _END_LIMIT_S = 120.0, 60.0  # what never comes, not what is late on a busy machine
_INIT = "mount -t hostfs none /mnt -o $lab && cd /mnt && exec python3 -Bu -m guest.init >>/mnt/guest.log 2>&1"


def missing_packages() -> list[str]:
    """Return the Debian packages that the host lacks."""
    needed = _PACKAGE_OF if os.geteuid() == 0 else {**_PACKAGE_OF, **_ALSO_FOR_A_USER}
    return sorted(package for program, package in needed.items() if shutil.which(program) is None)


def require_packages() -> None:
    """Check that nothing is missing; raises LabError with the one command that installs what is."""
    missing = missing_packages()
    if missing:
        raise LabError(f"The lab needs: sudo apt install {' '.join(missing)}")


def start_network(directory: Path) -> subprocess.Popen[bytes]:
    """Start the network program; it waits for the guest on a socket in the folder."""
    argv = ["slirp4netns", "--target-type=bess", "--disable-host-loopback", "--disable-dns"]
    argv += [f"--api-socket={directory}/api", f"{directory}/bess"]
    process = _start(argv, directory / "network.log")
    _until(lambda: (directory / "bess").exists(), process, "slirp4netns", directory / "network.log")
    return process


def start_kernel(
    directory: Path, kernel: guest_kernel.GuestKernel, images: list[Path], memory_mib: int
) -> subprocess.Popen[bytes]:
    """Start the kernel on the first image, the others with it as ubdb, ...; all shared and read-only.

    On one processor of the host: it runs one thing at a time, and hands over between its own process and the guest's at
    every page fault and system call, which takes twice as long from one processor to another.
    """
    argv = [
        "taskset",
        "--cpu-list",
        str(_quietest_processor()),
        *kernel.argv,
        f"mem={memory_mib}M",
        "umid=k",
        f"uml_dir={directory}/",
        "root=/dev/ubda",
        "ro",
    ]
    argv += [f"ubd{number}rc={image}" for number, image in enumerate(images)]
    argv += ["rootfstype=ext4", "con=null", "quiet", "random.trust_cpu=on", "seccomp=on"]
    argv += [f"vec0:transport=bess,dst={directory}/bess", f"lab={directory}", "init=/bin/sh", "--", "-c", f'"{_INIT}"']
    return _start(argv, directory / "kernel.log")


def start_share(directory: Path, kernel: subprocess.Popen[bytes], share: float) -> subprocess.Popen[bytes]:
    """Start the process that holds the guest to that share of a processor; it ends with the guest."""
    argv = [sys.executable, "-m", "lvstui.lab.processor_share", str(kernel.pid), str(share), str(directory)]
    return _start(argv, directory / "share.log")


def _quietest_processor() -> int:
    """Return the one with the fewest kernels of labs, of those that this process may use."""
    kernels = dict.fromkeys(sorted(os.sched_getaffinity(0)), 0)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            program = (folder / "cmdline").read_bytes().partition(b"\0")[0]
            if program.endswith(f"/{guest_kernel.PROGRAM}".encode()) and os.getsid(int(folder.name)) == int(
                folder.name
            ):
                for processor in os.sched_getaffinity(int(folder.name)) & kernels.keys():
                    kernels[processor] += 1
        except OSError:
            continue  # it has ended
    return min(kernels, key=lambda processor: kernels[processor])


def _start(argv: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True, cwd="/"
        )


def _until(true: Callable[[], bool], process: subprocess.Popen[bytes], name: str, *logs: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not true():
        if process.poll() is not None:
            raise LabError(f"{name} ended at once: {_tail(*logs)}")
        if time.monotonic() > deadline:
            raise LabError(f"{name} was not ready within {_START_LIMIT_S:g} s: {_tail(*logs)}")
        time.sleep(0.02)


def _tail(*logs: Path) -> str:
    """Return the end of the first of them that has anything."""
    said = (log.read_text(errors="replace").splitlines()[-5:] for log in logs if log.exists())
    return next((" | ".join(lines) for lines in said if lines), "it gave no output")


def forward(
    directory: Path,
    network: subprocess.Popen[bytes],
    kernel: subprocess.Popen[bytes],
    wanted: Mapping[str, tuple[str, int]],
) -> dict[str, int]:
    """Forward free loopback ports of the host to these addresses and ports of the guest; return them by the same names.

    Waits until the guest has connected.
    """
    logs = directory / "guest.log", directory / "kernel.log"
    api = directory / "api"
    _until(api.exists, kernel, "the guest's kernel", *logs)
    _until(lambda: _answers(api), network, "slirp4netns", directory / "network.log")
    return {name: _forward_one(api, *target) for name, target in wanted.items()}


def _answers(api: Path) -> bool:
    """Return True once slirp4netns takes requests: its socket is a file a moment before anyone listens on it."""
    try:
        _api_call(api, {"execute": "list_hostfwd"})
    except ConnectionRefusedError:
        return False
    return True


def _forward_one(api: Path, guest_address: str, guest_port: int) -> int:
    for _ in range(20):
        host_port = _free_port()
        arguments = {"proto": "tcp", "host_addr": "127.0.0.1", "host_port": host_port}
        request = {
            "execute": "add_hostfwd",
            "arguments": {**arguments, "guest_addr": guest_address, "guest_port": guest_port},
        }
        if "error" not in _api_call(api, request):
            return host_port
    raise LabError("no free port of 127.0.0.1 could be forwarded into the guest.")


def _api_call(api: Path, request: Mapping[str, object]) -> dict[str, object]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(api))
        connection.sendall(json.dumps(request).encode())
        connection.shutdown(socket.SHUT_WR)
        answer = json.loads(connection.recv(65536))
    return answer if isinstance(answer, dict) else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int, directory: Path) -> bool:
    """Return True if that process runs and is one of this lab's."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return stat != "Z" and os.fsencode(directory) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def end(pids: list[int], directory: Path) -> None:
    """Kill these sessions of processes if they are this lab's, and wait until they are gone; raises LabError."""
    groups = [pid for pid in pids if alive(pid, directory)]
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass  # ended by itself meanwhile
    deadline = time.monotonic() + _END_LIMIT_S
    while left := [group for group in groups if _members(group)]:
        if time.monotonic() > deadline:
            raise LabError(f"processes of the lab could not be ended: process groups {left}.")
        _reap(left)
        time.sleep(0.02)


def _reap(pids: list[int]) -> None:
    """Collect those that are this process's own children; the others have been adopted by init."""
    for pid in pids:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            pass


def _members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True

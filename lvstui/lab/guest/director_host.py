"""Boot one Director: a whole Debian system on an overlay of its image, in namespaces of its own.

With systemd as PID 1 and the packaged keepalived.service, or plain: this process stays as PID 1 and starts
keepalived and sshd itself. Configures nothing that a Director of the seed would not have.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from . import addresses, syscalls
from .networks import namespace_path

_MERGED = "/tmp/merged"
CONFIG_DIRECTORY = "/etc/keepalived"
CONFIG_SIZE = "64m"
_ENDING_S = 20.0  # for all processes of a Director
_PROGRAM = "/usr/sbin/keepalived"
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}

# All that a Director of the lab needs of what Debian starts by itself; the rest would set up hardware, disks and
# consoles that are not there, and each process costs 0.1 to 0.3 s in the guest.
_KEPT_UNITS = frozenset(
    {"systemd-journald.service", "systemd-journald.socket", "systemd-journald-dev-log.socket", "dbus.socket"}
)
_TARGETS = ("sysinit", "basic", "local-fs", "sockets", "timers", "paths", "slices", "swap")
_UNIT_FOLDERS = ("/lib/systemd/system", "/etc/systemd/system")
_ALSO_MASKED = ("network-online.target", "systemd-user-sessions.service", "systemd-logind.service")

_TARGET = """[Unit]
Description=A Director of the lab
Requires=basic.target
Wants=keepalived.service ssh.service dbus.socket
After=basic.target
AllowIsolate=yes
"""

_SSHD = """HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/lab_authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
PrintMotd no
MaxStartups 100
MaxSessions 100
"""


# A build may be made without systemd's library, and so never say that it is ready.
_BUILD = f"""[Service]
Type=simple
ExecStart=
ExecStart={_PROGRAM} --dont-fork -f {CONFIG_DIRECTORY}/keepalived.conf
"""


class DirectorHost(NamedTuple):
    """The parts of one Director; `device` is the block device of its image, None for the guest's own root."""

    name: str
    init: str
    device: str | None
    config: str
    host_key: str
    authorized_keys: str
    build: str = ""  # where on the host another build of keepalived was installed; "": the release's own


def start(plan: DirectorHost) -> int:
    """Boot it; return the process id of its PID 1, as the guest's first namespace sees it. Raises RuntimeError.

    Comes back when the Director's root is complete and its PID 1 is about to run.
    """
    cgroup = Path("/sys/fs/cgroup", plan.name)
    cgroup.mkdir(exist_ok=True)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _in_child(plan, cgroup, write_end)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer.isdigit():
        raise RuntimeError(f"{plan.name} could not be started: {answer}")
    return int(answer)


def end(name: str, pid: int) -> None:
    """End every process of a Director, as when it is switched off, and wait until they are gone. Its networks stay."""
    os.kill(pid, signal.SIGKILL)  # of a namespace's first process: the kernel ends all others in it
    cgroup = Path("/sys/fs/cgroup", name)
    deadline = time.monotonic() + _ENDING_S
    while "populated 1" in (cgroup / "cgroup.events").read_text():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not end within {_ENDING_S:.0f} s")
        time.sleep(0.05)
    for folder in sorted((path for path in cgroup.rglob("*") if path.is_dir()), reverse=True):
        folder.rmdir()
    cgroup.rmdir()


def _in_child(plan: DirectorHost, cgroup: Path, report: int) -> None:
    """Become the Director, and never return: a failure here must not run on as a second copy of the guest's init."""
    try:
        (cgroup / "cgroup.procs").write_text(str(os.getpid()))
        syscalls.enter_network(namespace_path(plan.name))
        syscalls.unshare(syscalls.NEWNS | syscalls.NEWUTS | syscalls.NEWIPC | syscalls.NEWPID | syscalls.NEWCGROUP)
        first = os.fork()
        if first == 0:
            _become_director(plan, report)
        os.write(report, str(first).encode())
    except BaseException as error:  # noqa: BLE001 - the process ends here either way; its parent gets the reason
        os.write(report, repr(error).encode())
    finally:
        os._exit(0)


def _become_director(plan: DirectorHost, report: int) -> None:
    os.setsid()
    _mount_root(plan)
    if plan.build:
        _lay_build(plan)
    _mount_system(_MERGED)
    _write_identity(plan)
    syscalls.pivot_root(_MERGED)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    if plan.init == "systemd":
        argv = ["/lib/systemd/systemd", "--system", "--unit=lab.target"]
        os.execve(argv[0], argv, {**ENVIRONMENT, "container": "uml"})  # closes `report`
    os.close(report)
    _run_plain()


def _mount_root(plan: DirectorHost) -> None:
    """Mount an overlay of the image, everything written kept in memory; the image itself is never written."""
    syscalls.mount("none", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    lower = "/"
    syscalls.mount("tmpfs", "/tmp", "tmpfs")
    if plan.device:
        lower = "/tmp/lower"
        os.mkdir(lower)
        syscalls.mount(plan.device, lower, "ext4", syscalls.MS_RDONLY)
    for name in ("/tmp/upper", "/tmp/work", _MERGED):
        os.makedirs(name)
    syscalls.mount("overlay", _MERGED, "overlay", data=f"lowerdir={lower},upperdir=/tmp/upper,workdir=/tmp/work")


def _lay_build(plan: DirectorHost) -> None:
    """Put another keepalived in the place of the packaged one. A library that the system has itself is left as it is."""
    staged = Path.cwd() / "builds" / plan.name
    for source in staged.rglob("*"):
        place = Path(_MERGED) / source.relative_to(staged)
        if source.is_file() and (place == Path(_MERGED + _PROGRAM) or not place.exists()):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, place)
    own = Path(f"{_MERGED}{plan.build}{CONFIG_DIRECTORY}")  # a prefix of its own: what it reads without -f
    own.parent.mkdir(parents=True, exist_ok=True)
    own.symlink_to(CONFIG_DIRECTORY)


def _mount_system(root: str) -> None:
    syscalls.mount("proc", f"{root}/proc", "proc")
    syscalls.mount("sysfs", f"{root}/sys", "sysfs")
    syscalls.mount("cgroup2", f"{root}/sys/fs/cgroup", "cgroup2")
    for name in ("run", "tmp", "dev"):
        syscalls.mount("tmpfs", f"{root}/{name}", "tmpfs", data="mode=1777" if name == "tmp" else "mode=755")
    _mount_config(Path(root + CONFIG_DIRECTORY))
    _make_devices(f"{root}/dev")


def _mount_config(folder: Path) -> None:
    """Mount a file system of its own under the configuration, so that a full or a read-only disk can be had for real."""
    packaged = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    syscalls.mount("tmpfs", str(folder), "tmpfs", data=f"mode=755,size={CONFIG_SIZE}")
    for path, data in packaged.items():
        path.write_bytes(data)  # keepalived 2.3 does not start without its list of build options


def _make_devices(dev: str) -> None:
    for name, major, minor in (
        ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0),
    ):  # fmt: skip
        os.mknod(f"{dev}/{name}", 0o20666, os.makedev(major, minor))
        os.chmod(f"{dev}/{name}", 0o666)
    os.mknod(f"{dev}/console", 0o20600, os.makedev(1, 3))  # nobody sits at it
    for name in ("pts", "shm"):
        os.mkdir(f"{dev}/{name}")
    syscalls.mount("devpts", f"{dev}/pts", "devpts", data="newinstance,ptmxmode=0666,mode=620,gid=5")
    syscalls.mount("tmpfs", f"{dev}/shm", "tmpfs")
    for name, target in {"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "/proc/self/fd/0",
                         "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}.items():  # fmt: skip
        os.symlink(target, f"{dev}/{name}")


def _write_identity(plan: DirectorHost) -> None:
    socket.sethostname(plan.name)
    hosts = "".join(f"{addresses.service_address(name)} {name}\n" for name in addresses.DIRECTORS)
    files: dict[str, tuple[str, int]] = {
        "/etc/hostname": (plan.name + "\n", 0o644),
        "/etc/hosts": ("127.0.0.1 localhost\n" + hosts, 0o644),
        "/etc/fstab": ("", 0o644),
        "/etc/machine-id": (f"{addresses.LAST_BYTE[plan.name]:032x}\n", 0o444),
        "/etc/keepalived/keepalived.conf": (plan.config, 0o644),
        "/etc/ssh/ssh_host_ed25519_key": (plan.host_key, 0o600),
        "/etc/ssh/lab_authorized_keys": (plan.authorized_keys, 0o644),
        "/etc/ssh/sshd_config.d/lab.conf": (_SSHD, 0o644),
    }
    if plan.init == "systemd":
        files["/etc/systemd/system/lab.target"] = (_TARGET, 0o644)
        # The packaged unit tests its own configuration before each start: half a second in the guest.
        files["/etc/systemd/system/ssh.service.d/lab.conf"] = ("[Service]\nExecStartPre=\n", 0o644)
        # Tests start it again and again; a unit that is given up after the fifth time would fail them all.
        files["/etc/systemd/system/keepalived.service.d/lab.conf"] = ("[Unit]\nStartLimitIntervalSec=0\n", 0o644)
        if plan.build:
            files["/etc/systemd/system/keepalived.service.d/build.conf"] = (_BUILD, 0o644)
        _mask_the_rest()
    for name, (content, mode) in files.items():
        syscalls.write(_MERGED + name, content, mode)


def _mask_the_rest() -> None:
    masked = set(_ALSO_MASKED)
    for folder in _UNIT_FOLDERS:
        for target in _TARGETS:
            wants = Path(f"{_MERGED}{folder}/{target}.target.wants")
            masked |= {path.name for path in wants.iterdir()} if wants.is_dir() else set()
    for unit in masked - _KEPT_UNITS:
        _replace_by_link(f"{_MERGED}/etc/systemd/system/{unit}")
    for generator in Path(f"{_MERGED}/lib/systemd/system-generators").iterdir():
        _replace_by_link(f"{_MERGED}/etc/systemd/system-generators/{generator.name}")


def _replace_by_link(path: str) -> None:
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.symlink_to("/dev/null")


def _run_plain() -> None:
    """Be PID 1 of a Director without systemd: start its daemons, then collect what ends, for ever.

    syslogd leaves /proc/kmsg alone: the other Director's reads the same kernel's messages, and the one that comes second to a
    message stands in read() until the next, with every daemon that logs waiting for it.
    """
    os.makedirs("/run/sshd", exist_ok=True)
    for daemon in (["/usr/sbin/syslogd", "--no-klog"], ["/usr/sbin/sshd"], [_PROGRAM]):
        subprocess.run(daemon, env=ENVIRONMENT, check=True)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            time.sleep(1)  # every daemon has been killed: whoever starts one again is adopted here

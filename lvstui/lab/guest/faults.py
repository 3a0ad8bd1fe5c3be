"""Make things fail in the lab, and put them right again. Each fault is real: the kernel's or the daemon's own.

Knows nothing of who asks, and remembers nothing: the guest keeps the list of what is in force.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from . import addresses, host_status, web
from . import networks as network
from .director_host import CONFIG_DIRECTORY, CONFIG_SIZE


class FaultTarget(NamedTuple):
    """A Director that a fault is for, or a web server by its port; `seconds` is the delay of a slow one."""

    host: str = ""
    pid: int = 0
    init: str = ""
    enter: tuple[str, ...] = ()
    port: int = 0
    seconds: float = 0.0


class Fault(NamedTuple):
    """The beginning and the end of one kind of fault."""

    begin: Callable[[FaultTarget], None]
    lift: Callable[[FaultTarget], None]


def _run(argv: list[str], standard_input: str = "") -> None:
    done = subprocess.run(argv, input=standard_input, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()}")


def _kill_keepalived(target: FaultTarget) -> None:
    found = host_status.keepalived_pids(target.pid)
    if not found:
        return
    parent, *children = found
    # The parent must neither start its children again nor, by dying first, tell them to give the VIPs away.
    os.kill(parent, signal.SIGSTOP)
    for pid in [*children, parent]:
        os.kill(pid, signal.SIGKILL)


def stop_keepalived(target: FaultTarget) -> None:
    """Stop it as its operator would, and wait until it has ended; raises RuntimeError if it does not within a minute."""
    if target.init == "systemd":
        _run([*target.enter, "systemctl", "stop", "keepalived"])
        return
    for pid in host_status.keepalived_pids(target.pid)[:1]:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 60
    while host_status.keepalived_pids(target.pid):
        if time.monotonic() > deadline:
            raise RuntimeError(f"keepalived on {target.host} did not end within a minute of SIGTERM")
        time.sleep(0.02)


def start_keepalived(target: FaultTarget) -> None:
    """Start it unless it runs; raises RuntimeError with what it said."""
    if target.init != "systemd":
        if not host_status.keepalived_pids(target.pid):
            _run([*target.enter, "/usr/sbin/keepalived"])
        return
    # One process for both: a unit that was killed may have to be forgiven first.
    _run([*target.enter, "sh", "-c", "systemctl reset-failed keepalived; systemctl start keepalived"])


def _cut(networks: tuple[str, ...]) -> Fault:
    """Return silence: the port leaves the switch. The Director's own link stays up, as when a switch in between dies."""

    def begin(target: FaultTarget) -> None:
        network.ip([f"link set {network.port_of(target.host, name)} nomaster" for name in networks])

    def lift(target: FaultTarget) -> None:
        ports = [(network.port_of(target.host, name), network.BRIDGES[name]) for name in networks]
        network.ip([f"link set {port} master {bridge}" for port, bridge in ports])

    return Fault(begin, lift)


def _unplug(name: str) -> Fault:
    """Return a pulled cable: the Director's interface loses its carrier, and keepalived notices."""
    return Fault(
        lambda target: network.ip([f"link set {network.port_of(target.host, name)} down"]),
        lambda target: network.ip([f"link set {network.port_of(target.host, name)} up"]),
    )


def _freeze(target: FaultTarget) -> None:
    Path("/sys/fs/cgroup", target.host, "cgroup.freeze").write_text("1")


def _thaw(target: FaultTarget) -> None:
    Path("/sys/fs/cgroup", target.host, "cgroup.freeze").write_text("0")


def _remount_config(target: FaultTarget, options: str) -> None:
    _run([*target.enter, "mount", "-o", f"remount,{options}", CONFIG_DIRECTORY])


def _fill_disk(target: FaultTarget) -> None:
    # Shrunk to what is in use: every new block is refused, and no strange file lies about.
    usage = os.statvfs(f"/proc/{target.pid}/root{CONFIG_DIRECTORY}")
    _remount_config(target, f"size={(usage.f_blocks - usage.f_bfree) * usage.f_frsize}")


def _block_adverts() -> Fault:
    """Return a Director that drops the adverts which come to it: it hears no other, and is heard itself."""

    def apply(target: FaultTarget, action: str) -> None:
        argv = ["ip", "netns", "exec", target.host, "iptables-restore", "--noflush"]
        _run(argv, f"*filter\n{action} INPUT -p 112 -j DROP\nCOMMIT\n")

    return Fault(lambda target: apply(target, "-A"), lambda target: apply(target, "-D"))


def _firewall(rule: str) -> Fault:
    """Return a rule on the real server for new connections to the port; those that are open go on."""

    def apply(target: FaultTarget, action: str) -> None:
        line = f"{action} INPUT -p tcp --dport {target.port} --syn -j {rule}"
        argv = ["ip", "netns", "exec", addresses.REAL_SERVER, "iptables-restore", "--noflush"]
        _run(argv, f"*filter\n{line}\nCOMMIT\n")

    return Fault(lambda target: apply(target, "-A"), lambda target: apply(target, "-D"))


_slow: dict[int, float] = {}


def _set_slow(port: int, seconds: float) -> None:
    """Delay every packet that the web server sends, from the answer to the SYN on."""
    _slow[port] = seconds
    interface = addresses.NAT_INTERFACE
    # Back to nothing first, by "replace": "del" is an error when nothing is there.
    lines = [f"qdisc replace dev {interface} root pfifo_fast"]
    if any(_slow.values()):
        lines.append(f"qdisc replace dev {interface} root handle 1: prio bands {3 + len(addresses.WEB_PORTS)}")
    for band, number in enumerate(addresses.WEB_PORTS, start=4):
        if delay := _slow.get(number, 0.0):
            lines.append(f"qdisc add dev {interface} parent 1:{band} netem delay {delay * 1000:.0f}ms limit 10000")
            match = f"match ip sport {number} 0xffff"
            lines.append(f"filter add dev {interface} parent 1: protocol ip prio {band} u32 {match} flowid 1:{band}")
    _run(["tc", "-n", addresses.REAL_SERVER, "-batch", "-"], "\n".join([*lines, ""]))


DIRECTOR_FAULTS: dict[str, Fault] = {
    "keepalived-killed": Fault(_kill_keepalived, start_keepalived),
    "keepalived-stopped": Fault(stop_keepalived, start_keepalived),
    "cut-off": _cut(("service", "nat")),
    "cut-service": _cut(("service",)),
    "cut-nat": _cut(("nat",)),
    "unplugged-service": _unplug("service"),
    "unplugged-nat": _unplug("nat"),
    "adverts-blocked": _block_adverts(),
    "frozen": Fault(_freeze, _thaw),
    "disk-full": Fault(_fill_disk, lambda target: _remount_config(target, f"size={CONFIG_SIZE}")),
    "disk-read-only": Fault(lambda target: _remount_config(target, "ro"), lambda target: _remount_config(target, "rw")),
}
WEB_FAULTS: dict[str, Fault] = {
    "web-stopped": Fault(lambda target: web.stop(target.port), lambda target: web.start(target.port)),
    "web-refusing": _firewall("REJECT --reject-with tcp-reset"),
    "web-silent": _firewall("DROP"),
    "web-slow": Fault(
        lambda target: _set_slow(target.port, target.seconds), lambda target: _set_slow(target.port, 0.0)
    ),
}

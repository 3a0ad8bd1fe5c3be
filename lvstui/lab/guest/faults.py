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

_VRRP = "0x70"  # the number of its protocol; tc reads none but hexadecimal ones


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


def _run(argv: list[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
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


def _filtered(filters: Callable[[FaultTarget], dict[str, str]]) -> Fault:
    """Return filters of `tc` on a Director, or on the real server."""

    def put(target: FaultTarget, on: bool) -> None:
        network.set_filters(filters(target), on, target.host or addresses.REAL_SERVER)

    return Fault(lambda target: put(target, True), lambda target: put(target, False))


def _no_adverts(_target: FaultTarget) -> dict[str, str]:
    """Return what drops the adverts that come: the Director hears no other, and is heard itself."""
    return {
        f"dev {one} ingress protocol ip pref 1": f"flower ip_proto {_VRRP} action drop"
        for one in addresses.NETWORKS.values()
    }


def _no_answer(target: FaultTarget) -> dict[str, str]:
    """Return what drops a request for a connection to the port; those that are open go on."""
    return {_where("ingress", "silent", target.port): f"{_request(target.port)} action drop"}


def _refusal(target: FaultTarget) -> dict[str, str]:
    """Return what gives a request for a connection to a port where nobody listens, and sends the refusal back as the port's."""
    rewrite = "action pedit ex munge tcp {} set {} pipe action csum tcp"
    closed = target.port + 10_000
    return {
        _where("ingress", "refusing", target.port): f"{_request(target.port)} {rewrite.format('dport', closed)}",
        _where("egress", "refusing", target.port): f"flower ip_proto tcp src_port {closed} "
        + rewrite.format("sport", target.port),
    }


def _where(way: str, kind: str, port: int) -> str:
    pref = 1 + addresses.WEB_PORTS.index(port) + (100 if kind == "refusing" else 0)
    return f"dev {addresses.NAT_INTERFACE} {way} protocol ip pref {pref}"


def _request(port: int) -> str:
    """Return the match for a SYN without an ACK, a FIN or a RST, as --syn of iptables is."""
    return f"flower ip_proto tcp dst_port {port} tcp_flags 0x2/0x17"


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
    network.traffic_control(lines, addresses.REAL_SERVER)


DIRECTOR_FAULTS: dict[str, Fault] = {
    "keepalived-killed": Fault(_kill_keepalived, start_keepalived),
    "keepalived-stopped": Fault(stop_keepalived, start_keepalived),
    "cut-off": _cut(("service", "nat")),
    "cut-service": _cut(("service",)),
    "cut-nat": _cut(("nat",)),
    "unplugged-service": _unplug("service"),
    "unplugged-nat": _unplug("nat"),
    "adverts-blocked": _filtered(_no_adverts),
    "frozen": Fault(_freeze, _thaw),
    "disk-full": Fault(_fill_disk, lambda target: _remount_config(target, f"size={CONFIG_SIZE}")),
    "disk-read-only": Fault(lambda target: _remount_config(target, "ro"), lambda target: _remount_config(target, "rw")),
}
WEB_FAULTS: dict[str, Fault] = {
    "web-stopped": Fault(lambda target: web.stop(target.port), lambda target: web.start(target.port)),
    "web-refusing": _filtered(_refusal),
    "web-silent": _filtered(_no_answer),
    "web-slow": Fault(
        lambda target: _set_slow(target.port, target.seconds), lambda target: _set_slow(target.port, 0.0)
    ),
}

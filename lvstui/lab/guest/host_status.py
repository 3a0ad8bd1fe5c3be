"""Read the state of the Directors and real servers from /proc, without a fork (but for a large table).

This is the lab's own view, for readiness and tests: it must not share code with the product that it tests.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import addresses as topology
from . import web


def keepalived_pids(director: int) -> list[int]:
    """Return the processes of keepalived in the Director whose PID 1 is `director`, oldest first (the parent)."""
    namespace = os.readlink(f"/proc/{director}/ns/pid")
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit() and _is_keepalived(name, namespace))


def _is_keepalived(pid: str, namespace: str) -> bool:
    """Return True if that process runs keepalived there; False for a zombie. A link is one system call, a file six."""
    try:
        program = os.readlink(f"/proc/{pid}/exe").replace(" (deleted)", "")
        return program.endswith("/keepalived") and os.readlink(f"/proc/{pid}/ns/pid") == namespace
    except OSError:
        return False  # of the kernel, ended meanwhile, or a zombie


_parents: dict[int, int] = {}  # keepalived's, by Director, as they were when they were last looked for


def keepalived_parent(director: int) -> int | None:
    """Return the first process of keepalived. Looks at all processes where the one of before is gone: tests ask on and on."""
    known = _parents.get(director)
    if known is None or not _is_keepalived(str(known), os.readlink(f"/proc/{director}/ns/pid")):
        found = keepalived_pids(director)
        if not found:
            _parents.pop(director, None)
            return None
        known = _parents[director] = found[0]
    return known


def vips(director: int) -> list[str]:
    """Return those of the pair's VIPs that are in the Director's kernel."""
    trie = Path(f"/proc/{director}/net/fib_trie").read_text()
    local = set(re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", trie))
    return [vip for vip in (topology.SERVICE_VIP, topology.NAT_VIP) if vip in local]


Table = dict[str, dict[str, int]]  # "TCP address:port" -> real server -> weight
# In one page the kernel tells its table whole. Beyond that it goes on at a service's number, which it counts among those of all
# network namespaces in one place and among its own in the other (ip_vs_info_seq_next, ip_vs_info_array): of two Directors in
# one kernel, half is left out.
_ONE_PAGE = 3500  # bytes
_LINE = re.compile(r"(TCP|UDP|SCTP) +(\S+:\S+) |FWM +(\S+) |  -> (\S+:\S+) +\S+ +(\d+) ")


def table(director: int) -> Table:
    """Return the IPVS table in the Director's kernel."""
    try:
        text = Path(f"/proc/{director}/net/ip_vs").read_text()
    except FileNotFoundError:
        return {}
    if len(text) < _ONE_PAGE:
        return _read(text, _plain)
    inside = ["nsenter", "-t", str(director), "-n", "-m", "ipvsadm", "-Ln"]
    return _read(subprocess.run(inside, capture_output=True, text=True, check=True).stdout, str)


def _read(text: str, name: Callable[[str], str]) -> Table:
    found: Table = {}
    inside: dict[str, int] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None or "RemoteAddress" in line:
            continue
        protocol, service, mark, real, weight = match.groups()
        if real is None:
            inside = found.setdefault(f"{protocol} {name(service)}" if service else f"FWM {mark}", {})
        else:
            inside[name(real)] = int(weight)
    return found


def _plain(hexadecimal: str) -> str:
    """Return "0A0A0014:0050" as "10.10.0.20:80"; an IPv6 address stays as it is."""
    address, _, port = hexadecimal.rpartition(":")
    if len(address) == 8:
        address = ".".join(str(int(address[at : at + 2], 16)) for at in range(0, 8, 2))
    return f"{address}:{int(port, 16)}"


def listens_for_ssh(director: int) -> bool:
    """Return True if something listens on port 22: asking it would make sshd fork, tenths of a second each time."""
    table = Path(f"/proc/{director}/net/tcp").read_text()
    return re.search(r": 00000000:0016 00000000:0000 0A ", table) is not None


def of_director(pid: int) -> dict[str, Any]:
    """Return all of the above as plain data; a Director that has ended has nothing of it."""
    try:
        daemon, addresses, services = keepalived_parent(pid), vips(pid), table(pid)
    except FileNotFoundError:
        return {"running": False, "ssh": False, "keepalived_pid": None, "vips": [], "services": 0, "real_servers": {}}
    return {
        "running": True,
        "ssh": listens_for_ssh(pid),
        "keepalived_pid": daemon,
        "vips": addresses,
        "services": len(services),
        "real_servers": services.get(f"TCP {topology.SERVICE_VIP}:{topology.SERVICE_PORT}", {}),
    }


def of_web() -> dict[str, bool]:
    """Return which web servers run, by port."""
    return {str(port): web.running(port) for port in topology.WEB_PORTS}

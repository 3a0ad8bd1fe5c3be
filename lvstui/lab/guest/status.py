"""What the guest itself sees of its Directors and real servers, read from /proc without a fork.

This is the lab's own view, for readiness and tests: it must not share code with the product that it tests.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from . import topology, web


def keepalived_pids(director: int) -> list[int]:
    """The processes of keepalived in the Director whose PID 1 is `director`, oldest first (the parent)."""
    namespace = os.readlink(f"/proc/{director}/ns/pid")
    found: list[int] = []
    for name in os.listdir("/proc"):
        try:
            if not name.isdigit() or Path("/proc", name, "comm").read_text() != "keepalived\n":
                continue
            if os.readlink(f"/proc/{name}/ns/pid") == namespace and os.readlink(f"/proc/{name}/exe"):
                found.append(int(name))
        except OSError:
            continue  # ended meanwhile, or a zombie
    return sorted(found)


def vips(director: int) -> list[str]:
    """Those of the pair's VIPs that are in the Director's kernel."""
    trie = Path(f"/proc/{director}/net/fib_trie").read_text()
    local = set(re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", trie))
    return [vip for vip in (topology.SERVICE_VIP, topology.NAT_VIP) if vip in local]


def real_servers(director: int) -> dict[str, int]:
    """Weight of each real server of the seed's virtual server in the Director's kernel, by "address:port"."""
    try:
        lines = Path(f"/proc/{director}/net/ip_vs").read_text().splitlines()
    except FileNotFoundError:
        return {}
    wanted = f"{_hexadecimal(topology.SERVICE_VIP)}:{topology.SERVICE_PORT:04X}"
    found: dict[str, int] = {}
    inside = False
    for line in lines:
        words = line.split()
        if words[0] in ("TCP", "UDP", "SCTP", "FWM"):
            inside = words[:2] == ["TCP", wanted]
        elif inside and words[0] == "->":
            address, port = words[1].split(":")
            plain = ".".join(str(int(address[at : at + 2], 16)) for at in range(0, 8, 2))
            found[f"{plain}:{int(port, 16)}"] = int(words[3])
    return found


def services(director: int) -> int:
    """How many virtual servers are in the Director's kernel."""
    try:
        table = Path(f"/proc/{director}/net/ip_vs").read_text()
    except FileNotFoundError:
        return 0
    return len(re.findall(r"^(?:TCP|UDP|SCTP|FWM) ", table, re.MULTILINE))


def _hexadecimal(address: str) -> str:
    return "".join(f"{int(part):02X}" for part in address.split("."))


def listens_for_ssh(director: int) -> bool:
    """Whether something listens on port 22: asking it would make sshd fork, tenths of a second each time."""
    table = Path(f"/proc/{director}/net/tcp").read_text()
    return re.search(r": 00000000:0016 00000000:0000 0A ", table) is not None


def of_director(pid: int) -> dict[str, Any]:
    """All of the above as plain data; a Director that has ended has nothing of it."""
    try:
        daemon, addresses = keepalived_pids(pid), vips(pid)
    except FileNotFoundError:
        return {"running": False, "ssh": False, "keepalived_pid": None, "vips": [], "services": 0, "real_servers": {}}
    return {
        "running": True,
        "ssh": listens_for_ssh(pid),
        "keepalived_pid": daemon[0] if daemon else None,
        "vips": addresses,
        "services": services(pid),
        "real_servers": real_servers(pid),
    }


def of_web() -> dict[str, bool]:
    """Which web servers run, by port."""
    return {str(port): web.running(port) for port in topology.WEB_PORTS}

"""The seed's pair as facts: what a plan and a change are made from, without a Director."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lvstui.cluster.identity.kernel_key import KernelKey, kernel_keys
from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.vrrp.virtual_routers import configured
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import Intent
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.keepalived import VrrpKey, load

PATH = "/etc/keepalived/keepalived.conf"
SERVICE = "tcp/10.10.0.20:80"
REAL = "192.168.211.13:8082"
VI_1 = VrrpKey("ens33", 51, "inet")
WHEN = datetime(2026, 11, 22, 14, 1)

_REAL_SERVER = """
    real_server 192.168.211.13 {port} {{
        weight 1
        TCP_CHECK {{
            connect_timeout 3
        }}
    }}
"""


def text(state: str = "MASTER", priority: int = 100, extra: str = "", ports: Sequence[int] = (8081, 8082, 8083)) -> str:
    """A keepalived.conf like the seed's; `extra` goes into the virtual server."""
    reals = "".join(_REAL_SERVER.format(port=port) for port in ports)
    return f"""vrrp_instance VI_1 {{
    state {state}
    interface ens33
    virtual_router_id 51
    priority {priority}
    virtual_ipaddress {{
        10.10.0.20 # Service Network VIP
    }}
}}

virtual_server 10.10.0.20 80 {{
    lb_algo rr
    lb_kind NAT
    protocol TCP
    {extra}
{reals}}}
"""


class OneFile:
    """A FileReader of a single file."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def glob(self, pattern: str) -> Sequence[str]:
        return [PATH] if pattern == PATH else []

    def read(self, path: str) -> bytes:
        if path != PATH:
            raise FileNotFoundError(path)
        return self.data


def facts(name: str, role: str, config: str | None = None, version: str = "2.2.7") -> Facts:
    """A Director on which everything is up and as configured."""
    data = (config if config is not None else text(role, 100 if role == "MASTER" else 50)).encode()
    numbers = tuple(int(part) for part in version.split("."))
    configuration = load(PATH, OneFile(data), name, (numbers[0], numbers[1], numbers[2]))
    weights: dict[KernelKey, int] = {
        key: real.weight
        for server in configuration.virtual_servers
        for real in server.real_servers
        for key in kernel_keys(server, real)
    }
    file = File(PATH, data, hashlib.sha256(data).hexdigest(), 1.0, 0, 0, 0o644, None)
    return Facts(
        name=name,
        live=True,
        error=None,
        role=role,
        cannot_write=None,
        keepalived=Keepalived(1.0, True, 100, 101, 102, 5.0, version, PATH, name, "systemd", 5.0, None),
        files=Files(1.0, PATH, (file,), (), None),
        configuration=configuration,
        pending=False,
        weights=weights,
        active=dict.fromkeys(weights, 7),
        alive={(vs.id, str(rs.key)): True for vs in configuration.virtual_servers for rs in vs.real_servers},
        vrrp={one.key: role for one in configuration.vrrp},
        instances=tuple(map(configured, configuration.vrrp)),
    )


def pair(**both: object) -> list[Facts]:
    """The MASTER and the BACKUP, in the operator's order."""
    return [replace(facts("director1", "MASTER"), **both), replace(facts("director2", "BACKUP"), **both)]  # type: ignore[arg-type]


def drain(*reals: str, reason: str = "") -> Intent:
    return Intent("drain", tuple(Target(SERVICE, real) for real in reals or (REAL,)), None, "ana@ops1", WHEN, reason)

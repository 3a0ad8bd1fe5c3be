"""Compare the kernel settings that LVS depends on with what this Director's configuration needs.

Not for: reporting a problem (see `checks.return_path`), nor the words in which it is explained.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from lvstui.cluster.observed.director import Director
from lvstui.cluster.text import plain
from lvstui.keepalived import Configuration

Why = Literal[
    "nat", "no nat", "removed servers", "persistence", "no persistence", "reused ports", "netfilter", "lost state",
    "per interface",
]  # fmt: skip
_FORWARDING = {"net.ipv4.ip_forward": "inet", "net.ipv6.conf.all.forwarding": "inet6"}
_OTHERS: Mapping[str, Why] = {
    "net.ipv4.vs.conn_reuse_mode": "reused ports",
    "net.ipv4.vs.conntrack": "netfilter",
    "net.ipv4.vs.sloppy_tcp": "lost state",
}


class KernelSetting(NamedTuple):
    """One setting, as it is and as it should be."""

    name: str
    value: str | None  # None: not told
    wanted: str | None  # None: either will do, or it is not known what is needed
    why: Why
    other: tuple[str, str] | None  # a Director that has another value, and that value

    @property
    def good(self) -> bool | None:
        """Return False if it should be otherwise; None: not known, or either will do."""
        return None if self.value is None or self.wanted is None else self.value == self.wanted


def settings(director: Director, others: tuple[Director, ...]) -> tuple[KernelSetting, ...]:
    """Return the settings of a Director, beside those of the others."""
    configuration = director.loaded.configuration
    told = _values(director)
    beside = [(one.name, _values(one)) for one in others]
    wanted: dict[str, tuple[str | None, Why]] = {
        name: _forwarding(configuration, family) for name, family in _FORWARDING.items()
    }
    wanted["net.ipv4.vs.expire_nodest_conn"] = ("1", "removed servers")
    wanted["net.ipv4.vs.expire_quiescent_template"] = _templates(configuration)
    wanted |= {name: (None, why) for name, why in _OTHERS.items()}
    own: dict[str, tuple[str | None, Why]] = {name: (None, "per interface") for name in told if name not in wanted}
    found = []
    for name, (value, why) in {**wanted, **own}.items():
        differs = next(
            ((other, plain(values[name], 20)) for other, values in beside if name in values and name in told
             and values[name] != told[name]), None
        )  # fmt: skip
        is_told = plain(told[name], 20) if name in told else None
        found.append(KernelSetting(plain(name, 80), is_told, value, why, differs))
    return tuple(found)


def _values(director: Director) -> dict[str, str]:
    return {} if director.sysctls is None else dict(director.sysctls.values)


def _forwarding(configuration: Configuration | None, family: str) -> tuple[str | None, Why]:
    """Tell whether it forwards, which NAT needs: requests and answers both go through the Director."""
    servers = () if configuration is None else configuration.virtual_servers
    nat = any(
        real.method == "NAT" and (":" in real.key.address) == (family == "inet6")
        for server in servers
        for real in server.real_servers
    )
    return ("1", "nat") if nat else (None, "no nat")


def _templates(configuration: Configuration | None) -> tuple[str | None, Why]:
    servers = () if configuration is None else configuration.virtual_servers
    persistent = any(server.persistence_timeout is not None for server in servers)
    return ("1", "persistence") if persistent else (None, "no persistence")

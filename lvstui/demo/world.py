"""Simulate an LVS-NAT pair: two Directors, their kernels, VRRP and checkers. Deterministic: everything follows from the clock.

No I/O and no clock of its own: `advance(now)` moves it. What should be so at a moment follows from the moment alone, so that
a clock that jumps (a laptop that slept) leads to the right state, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from lvstui.director.protocol.keepalived_messages import LogLine
from lvstui.keepalived import Configuration, RealServerKey, ServiceKey, load

PATH = "/etc/keepalived/keepalived.conf"
STARTED_AGO = 4 * 86400.0 + 7200  # seconds
_CYCLE = 150.0  # seconds of the story: a failure, its end, a failover, and back
_FAILS_AT, _RECOVERS_AT = 20.0, 50.0
_LINK_DOWN_AT, _LINK_UP_AT = 80.0, 115.0
_ADVERTS_MISSED = {"director1": 3.6, "director2": 3.8}  # seconds without adverts until one takes over: 3 and the skew
_SERVICE_LINK = "ens33"
_FAILING = RealServerKey("192.168.211.13", 8083)
_KERNEL_REFRESH = 2.0  # seconds; the kernel's estimator shows counters anew this often
_LIFETIME = 14.0  # seconds, mean, of a connection
_BYTES_IN, _BYTES_OUT = 900.0, 14000.0  # of a connection

_VIRTUAL = """
virtual_server 10.10.0.20 {port} {{
    delay_loop 6
    lb_algo {algo}
    lb_kind NAT
    protocol {protocol}
{reals}}}
"""
_REAL = """
    real_server 192.168.211.{host} {port} {{
        weight {weight}
        TCP_CHECK {{
            connect_timeout 3
            nb_get_retry 3
            delay_before_retry 3
        }}
    }}
"""


def config(state: str, priority: int, number: int) -> bytes:
    """Return the keepalived.conf of one Director: like the other's but for state, priority and router_id."""
    instances = "".join(
        f"""
vrrp_instance {name} {{
    state {state}
    interface {interface}
    virtual_router_id {vrid}
    priority {priority}
    advert_int 1
    virtual_ipaddress {{
        {vip} # {what}
    }}
}}
"""
        for name, interface, vrid, vip, what in (
            ("VI_1", "ens33", 51, "10.10.0.20", "Service Network VIP"),
            ("VI_2", "ens36", 61, "192.168.211.20", "LVS-NAT Network VIP"),
        )
    )
    web = "".join(_REAL.format(host=13, port=port, weight=1) for port in (8081, 8082, 8083))
    api = "".join(_REAL.format(host=host, port=8443, weight=weight) for host, weight in ((14, 3), (15, 3), (16, 2)))
    group = "\nvrrp_sync_group VG_1 {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"
    return (
        f"global_defs {{\n    router_id LVS_NAT{number}\n}}\n{group}{instances}"
        + _VIRTUAL.format(port=80, algo="rr", protocol="TCP", reals=web)
        + _VIRTUAL.format(port=443, algo="wlc", protocol="TCP", reals=api)
    ).encode()


@dataclass
class SimulatedRow:
    """A real server in a simulated kernel."""

    weight: int
    active: float = 0.0
    inactive: float = 0.0
    connections: float = 0.0
    shown: tuple[int, int, int] = (0, 0, 0)  # connections, bytes in and out, as the kernel last refreshed them


@dataclass
class SimulatedMachine:
    """One machine of the world."""

    name: str
    data: bytes
    loaded: float
    configuration: Configuration
    state: str  # "MASTER", "BACKUP" or "FAULT": of both instances, which the sync group keeps together
    since: float
    locked: bool = False  # an agent is writing here
    passed: float = 0.0  # connections that came through its networks, of rows that are gone too
    rows: dict[tuple[ServiceKey, RealServerKey], SimulatedRow] = field(default_factory=dict)
    log: list[LogLine] = field(default_factory=list)

    @property
    def master(self) -> bool:
        return self.state == "MASTER"

    @property
    def priority(self) -> int:
        return self.configuration.vrrp[0].priority


class World:
    """Both Directors. `now` is seconds of the wall clock."""

    def __init__(self, now: float) -> None:
        self.began = self._now = now
        self.down: set[RealServerKey] = set()
        self._refreshed = now
        self._settled_at = now  # from then on, whoever has the higher priority is MASTER
        self.directors = {
            name: self._director(name, number, now) for number, name in enumerate(("director1", "director2"), 1)
        }
        self._flow(30.0, now)

    def _director(self, name: str, number: int, now: float) -> SimulatedMachine:
        state, priority = ("MASTER", 100) if number == 1 else ("BACKUP", 50)
        data = config(state, priority, number)
        began = now - STARTED_AGO
        director = SimulatedMachine(name, data, began, _read(name, data), state, began)
        for server in director.configuration.virtual_servers:
            for real in server.real_servers:
                director.rows[server.services[0], real.key] = SimulatedRow(real.weight)
        return director

    # --- time ---

    def advance(self, now: float) -> None:
        """Move the world to `now`. A clock that went back is waited for."""
        seconds = now - self._now
        if seconds <= 0:
            return
        self._now = now
        phase = (now - self.began) % _CYCLE
        if (_FAILS_AT <= phase < _RECOVERS_AT) != (_FAILING in self.down):
            self._check(now, failing=_FAILING not in self.down)
        first, second = self.directors.values()
        states = _states(phase)
        if first.priority < second.priority:
            states = "FAULT" if states[0] == "FAULT" else "BACKUP", "MASTER"
        for director, state in zip(self.directors.values(), states, strict=True):
            if director.state != state and (now >= self._settled_at or "FAULT" in states):
                self._enter(director, state, now)
        self._flow(seconds, now)

    def _flow(self, seconds: float, now: float) -> None:
        """Bring connections to the MASTER's rows by weight, and take some away from all rows."""
        leaves = 1 - math.exp(-seconds / _LIFETIME)
        for director in self.directors.values():
            for server in director.configuration.virtual_servers:
                rows = [(key, row) for key, row in director.rows.items() if key[0] in server.services]
                total = sum(row.weight for _, row in rows)
                rate = _rate(server.services[0].port, now) if director.master else 0.0
                for _, row in rows:
                    new = rate * seconds * row.weight / total if total else 0.0
                    gone = row.active * leaves
                    row.active += new * _LIFETIME * leaves / max(seconds, 1e-9) - gone
                    row.inactive += gone * 0.6 - row.inactive * leaves
                    row.connections += new
                    director.passed += new
                    if row.weight == 0 and row.active < 0.5:
                        row.active = 0.0
        if now - self._refreshed >= _KERNEL_REFRESH or seconds > _KERNEL_REFRESH:
            self._refreshed = now
            for director in self.directors.values():
                for row in director.rows.values():
                    row.shown = (
                        int(row.connections),
                        int(row.connections * _BYTES_IN),
                        int(row.connections * _BYTES_OUT),
                    )

    # --- the story ---

    def _check(self, now: float, *, failing: bool) -> None:
        if failing:
            self.down.add(_FAILING)
            reason = f"TCP_CHECK on service {_tcp(_FAILING)} failed after 3 retries."
        else:
            self.down.discard(_FAILING)
            reason = f"TCP connection to {_tcp(_FAILING)} success."
        for director in self.directors.values():
            self._checker_log(director, now, reason, *(("Removing", "from") if failing else ("Adding", "to")))
            self._drop_or_add(director)

    def _checker_log(self, director: SimulatedMachine, now: float, reason: str, verb: str, preposition: str) -> None:
        for server in director.configuration.virtual_servers:
            if any(real.key == _FAILING for real in server.real_servers):
                service = server.services[0]
                there = f"[{service.address}]:{service.protocol}:{service.port}"
                self._say(director, now, "Keepalived_healthcheckers", reason)
                line = f"{verb} service {_tcp(_FAILING)} {preposition} VS {there}"
                self._say(director, now, "Keepalived_healthcheckers", line)

    def _enter(self, director: SimulatedMachine, state: str, now: float) -> None:
        before, director.state, director.since = director.state, state, now
        first, *others = (one.name for one in director.configuration.vrrp)
        if state == "MASTER":
            why = f"({first}) Receive advertisement timeout"
        elif "FAULT" in (state, before):
            why = f"Netlink reports {_SERVICE_LINK} {'down' if state == 'FAULT' else 'up'}"
        else:
            name, priority = self.peer(director.name).name, self.peer(director.name).priority
            heard = f"from 10.10.0.1{name[-1]} with higher priority {priority}"
            why = f"({first}) Master received advert {heard}, ours {director.priority}"
        lines = [why, f"({first}) Entering {state} STATE", f"VRRP_Group(VG_1) Syncing instances to {state} state"]
        for line in lines + [f"({name}) Entering {state} STATE" for name in others]:
            self._say(director, now, "Keepalived_vrrp", line)

    def peer(self, name: str) -> SimulatedMachine:
        """Return the other Director."""
        [other] = (director for director in self.directors.values() if director.name != name)
        return other

    @staticmethod
    def _say(director: SimulatedMachine, now: float, identifier: str, text: str) -> None:
        director.log.append(LogLine(now, identifier, text))

    # --- the configuration ---

    def reload(self, name: str, now: float) -> None:
        """Read a Director's file anew and put it into its kernel, as keepalived does."""
        director = self.directors[name]
        before, director.configuration = director.priority, _read(name, director.data)
        if before != director.priority:
            self._settled_at = now + _ADVERTS_MISSED[self.peer(name).name]
        director.loaded = now
        self._say(director, now, "Keepalived", "Reloading ...")
        self._drop_or_add(director)
        for server in director.configuration.virtual_servers:
            for real in server.real_servers:
                row = director.rows.get((server.services[0], real.key))
                if row is not None and row.weight != real.weight:
                    service = server.services[0]
                    text = (
                        f"Changing weight from {row.weight} to {real.weight} for active service {_tcp(real.key)} of VS "
                        f"[{service.address}]:{service.protocol}:{service.port}"
                    )
                    self._say(director, now, "Keepalived_healthcheckers", text)
                    row.weight = real.weight

    def _drop_or_add(self, director: SimulatedMachine) -> None:
        configured = {
            (server.services[0], real.key): real.weight
            for server in director.configuration.virtual_servers
            for real in server.real_servers
            if real.key not in self.down
        }
        for key in [key for key in director.rows if key not in configured]:
            del director.rows[key]
        for key, weight in configured.items():
            director.rows.setdefault(key, SimulatedRow(weight))


class _File:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def glob(self, pattern: str) -> list[str]:
        return [PATH] if pattern == PATH else []

    def read(self, path: str) -> bytes:
        if path != PATH:
            raise FileNotFoundError(path)
        return self._data


def _read(name: str, data: bytes) -> Configuration:
    return load(PATH, _File(data), name, (2, 2, 7))


def _tcp(key: RealServerKey) -> str:
    return f"[{key.address}]:tcp:{key.port}"


def _states(phase: float) -> tuple[str, str]:
    """Return the VRRP states of director1 and director2; in every cycle director1's service network fails for a while."""
    back = _LINK_UP_AT + _ADVERTS_MISSED["director1"]
    first = "FAULT" if _LINK_DOWN_AT <= phase < _LINK_UP_AT else "BACKUP" if _LINK_UP_AT <= phase < back else "MASTER"
    return first, "MASTER" if _LINK_DOWN_AT + _ADVERTS_MISSED["director2"] <= phase < back else "BACKUP"


def _rate(port: int, now: float) -> float:
    """Return the new connections per second of a service, which rise and fall with time."""
    base = 24.0 if port == 80 else 9.0
    return base * (1 + 0.35 * math.sin(now / 17 + port) + 0.1 * math.sin(now / 3.7))

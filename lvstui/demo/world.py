"""Simulate an LVS-NAT pair: two Directors, their kernels, VRRP and checkers. Deterministic: everything follows from the clock.

No I/O and no clock of its own: `advance(now)` moves it. What should be so at a moment follows from the moment alone, so that
a clock that jumps (a laptop that slept) leads to the right state, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from lvstui.demo.pair_config import config
from lvstui.demo.simulated_machine import SimulatedMachine, SimulatedRow
from lvstui.demo.simulated_vrrp import SimulatedVrrp
from lvstui.keepalived import Configuration, RealServerKey, load

PATH = "/etc/keepalived/keepalived.conf"
STARTED_AGO = 4 * 86400.0 + 7199.4  # seconds
_CYCLE = 150.0  # seconds of the story: a failure, its end, a failover, and back
_FAILS_AT, _RECOVERS_AT = 20.0, 50.0
_LINK_DOWN_AT, _LINK_UP_AT = 80.0, 115.0
_REMEMBERED = 2  # cycles: of more, through which the machine slept, nothing happened
_FAILING = RealServerKey("192.168.211.13", 8083)
_KERNEL_REFRESH = 2.0  # seconds; the kernel's estimator shows counters anew this often
_LIFETIME = 14.0  # seconds, mean, of a connection
_BYTES_IN, _BYTES_OUT = 900.0, 14000.0  # of a connection


class World:
    """Both Directors. `now` is seconds of the wall clock."""

    def __init__(self, now: float) -> None:
        self.began = self._now = now
        self.down: set[RealServerKey] = set()
        self._refreshed = now
        self.directors = {
            name: self._director(name, number, now) for number, name in enumerate(("director1", "director2"), 1)
        }
        self.vrrp = SimulatedVrrp(tuple(self.directors.values()))
        self._flow(30.0, now)

    def _director(self, name: str, number: int, now: float) -> SimulatedMachine:
        state, priority = ("MASTER", 100) if number == 1 else ("BACKUP", 50)
        data = config(state, priority, number)
        began = now - STARTED_AGO
        timer = began + math.ceil(now - began) if state == "MASTER" else now + 4.0
        director = SimulatedMachine(name, data, began, _read(name, data), state, began, timer)
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
        slept = max(0.0, seconds // _CYCLE - _REMEMBERED) * _CYCLE
        self.vrrp.postpone(slept)
        for at, happens in self._story(self._now + slept, now):
            self.vrrp.run(at)
            self._happen(happens, at)
        self.vrrp.run(now)
        self._now = now
        self._flow(seconds, now)

    def _story(self, since: float, until: float) -> Iterator[tuple[float, float]]:
        """Give each moment of the story in that time, and which one of a cycle it is."""
        first, last = (math.floor((at - self.began) / _CYCLE) for at in (since, until))
        for cycle in range(first, last + 1):
            for phase in (_FAILS_AT, _RECOVERS_AT, _LINK_DOWN_AT, _LINK_UP_AT):
                at = self.began + cycle * _CYCLE + phase
                if since < at <= until:
                    yield at, phase

    def _happen(self, phase: float, at: float) -> None:
        first = self.directors["director1"]
        if phase == _LINK_DOWN_AT:
            self.vrrp.link_down(first, at)
        elif phase == _LINK_UP_AT:
            self.vrrp.link_up(first, at)
        else:
            self._check(at, failing=phase == _FAILS_AT)

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
                director.say(now, "Keepalived_healthcheckers", reason)
                line = f"{verb} service {_tcp(_FAILING)} {preposition} VS {there}"
                director.say(now, "Keepalived_healthcheckers", line)

    def peer(self, name: str) -> SimulatedMachine:
        """Return the other Director."""
        [other] = (director for director in self.directors.values() if director.name != name)
        return other

    # --- the configuration ---

    def reload(self, name: str, now: float) -> None:
        """Read a Director's file anew and put it into its kernel, as keepalived does."""
        self.advance(now)
        director = self.directors[name]
        director.configuration, director.loaded = _read(name, director.data), now
        self.vrrp.reloaded(director, now)
        director.say(now, "Keepalived", "Reloading ...")
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
                    director.say(now, "Keepalived_healthcheckers", text)
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


def _rate(port: int, now: float) -> float:
    """Return the new connections per second of a service, which rise and fall with time."""
    base = 24.0 if port == 80 else 9.0
    return base * (1 + 0.35 * math.sin(now / 17 + port) + 0.1 * math.sin(now / 3.7))

"""What one Director's checkers say of its real servers: from keepalived's checker dump and the newer lines of its log.

Not for: what that makes of a real server (see `health`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lvstui.cluster import log_lines
from lvstui.director.messages import CheckedRealServer

ServerKey = tuple[str, str]  # virtual server, real server

# A dump may have been written just before a line that overtook it on the way here. The agent reads it again 1 s later.
EDGE_HOLDS = 0.5  # seconds
_REASON_AGE = 120.0  # seconds; a failed check belongs to a verdict no longer than all its retries could take


class Verdict(NamedTuple):
    alive: bool
    since: float | None  # operator's wall clock; None: before anything that is known
    reason: str | None  # why it is down
    edge: float  # when a line of the log last told, by the console's monotonic clock; 0.0 never
    weight: int | None = None  # as keepalived has loaded it
    effective: int | None = None  # and as its checkers have made it


class Verdicts:
    def __init__(self) -> None:
        self._verdicts: dict[ServerKey, Verdict] = {}
        self._alive: dict[ServerKey, bool] | None = None
        self._failures: dict[str, tuple[float, str]] = {}  # real server -> operator's wall clock, reason

    def get(self, key: ServerKey) -> Verdict | None:
        return self._verdicts.get(key)

    def failure(self, real_server: str) -> tuple[float, str] | None:
        """When a check of it last failed, by the operator's wall clock, and how: in whichever virtual server."""
        return self._failures.get(real_server)

    def alive(self) -> Mapping[ServerKey, bool]:
        """Every verdict: the same object for as long as none is another."""
        if self._alive is None:
            self._alive = {key: verdict.alive for key, verdict in self._verdicts.items()}
        return self._alive

    def remembered_down(self) -> Iterator[ServerKey]:
        """Those down by nothing but the log's lines of before: no dump has told them, and no line since."""
        return (key for key, one in self._verdicts.items() if not one.alive and one.weight is None and not one.edge)

    def clear(self) -> None:
        """Forget all: the daemon that gave them is gone."""
        self._verdicts.clear()
        self._alive = None
        self._failures.clear()

    def dump(self, servers: tuple[CheckedRealServer, ...], now: float, wall: float) -> set[ServerKey]:
        """A whole dump, received at `now`; the keys whose verdict it changed."""
        old = self._verdicts
        new: dict[ServerKey, Verdict] = {}
        changed: set[ServerKey] = set()
        for server in servers:
            virtual_server, address, port, weight, effective, alive = server[:6]
            key = (log_lines.dumped_virtual_server(virtual_server), log_lines.real_server_id(address, port))
            known = old.get(key)
            if known is not None and (known.alive, known.weight, known.effective) == (alive, weight, effective):
                new[key] = known
            else:
                new[key] = _dumped(known, server, now, wall)
                changed.add(key)
        changed |= old.keys() - new.keys()
        self._verdicts = new
        if changed:
            self._alive = None
        return changed

    def line(
        self, told: log_lines.Failure | log_lines.Verdict, wall: float, now: float, *, history: bool
    ) -> set[ServerKey]:
        """A line of the log, of operator's time `wall`; the keys whose verdict it changed.

        One of the `history`, older than the dump, explains what the dump says and does not contradict it.
        """
        if isinstance(told, log_lines.Failure):
            self._failures[told.real_server] = (wall, told.reason)
            return set()
        key = (told.virtual_server, told.real_server)
        known = self._verdicts.get(key)
        if known is None or known.alive != told.up:
            self._alive = None
        reason = None if told.up else self._reason(told.real_server, wall)
        if known is not None and history:
            if known.alive != told.up:
                return set()
            self._verdicts[key] = known._replace(since=wall, reason=reason)
        elif known is not None and known.alive == told.up:
            self._verdicts[key] = known._replace(reason=reason or known.reason, edge=now)
        else:
            weights = (None, None) if known is None else (known.weight, known.effective)
            self._verdicts[key] = Verdict(told.up, wall, reason, 0.0 if history else now, *weights)
        return {key}

    def _reason(self, real_server: str, wall: float) -> str | None:
        at, reason = self._failures.get(real_server, (0.0, ""))
        return reason if reason and wall - at <= _REASON_AGE else None


def _dumped(known: Verdict | None, server: CheckedRealServer, now: float, wall: float) -> Verdict:
    weights = (server.weight, server.effective_weight)
    if known is None:
        return Verdict(server.alive, None, None, 0.0, *weights)
    if known.alive == server.alive or now - known.edge < EDGE_HOLDS:
        return known._replace(weight=weights[0], effective=weights[1])
    return Verdict(server.alive, wall, None, 0.0, *weights)


class SeenAlive(Container[ServerKey]):
    """The real servers all of whose checkers have run and found them up, by a dump; which takes time, and is seldom asked.

    `alive` are the verdicts of now: a line of the log may be newer than the dump.
    """

    def __init__(self, dumped: Sequence[CheckedRealServer], alive: Mapping[ServerKey, bool]) -> None:
        self._dumped = dumped
        self._alive = alive

    def __contains__(self, key: object) -> bool:
        return key in self._seen and self._alive.get(key, True)

    @cached_property
    def _seen(self) -> frozenset[ServerKey]:
        return frozenset(
            (log_lines.dumped_virtual_server(one.virtual_server), log_lines.real_server_id(one.address, one.port))
            for one in self._dumped
            if one.alive and one.checks and all(check.up and check.has_run for check in one.checks)
        )

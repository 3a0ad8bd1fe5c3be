"""Follow what one Director's checkers say of its real servers: keepalived's checker dump and the newer lines of its log.

Not for: what that makes of a real server (see `servers.states`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lvstui.cluster.identity import server_names
from lvstui.cluster.observed import log_wording
from lvstui.cluster.observed.clock_tolerances import EDGE_HOLDS
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer

ServerKey = tuple[str, str]  # virtual server, real server

_WITHOUT_RETRIES = ("FILE_CHECK", "BFD_CHECK")  # what they are told is so at once
_REASON_AGE = 120.0  # seconds; a failed check belongs to a verdict no longer than all its retries could take


class Verdict(NamedTuple):
    """The word of all checkers of a real server."""

    alive: bool
    since: float | None  # operator's wall clock; None: before anything that is known
    reason: str | None  # why it is down
    edge: float  # when a line of the log last told, by the console's monotonic clock; 0.0 never
    weight: int | None = None  # the configured one, as keepalived has loaded it
    effective: int | None = None  # with what its checkers add: what the kernel gets
    added: int | None = None  # what they add, which counts further below 0 than the kernel's weight goes


class Verdicts:
    """The verdicts of one Director."""

    def __init__(self) -> None:
        self._verdicts: dict[ServerKey, Verdict] = {}
        self._alive: dict[ServerKey, bool] | None = None
        self._added: dict[ServerKey, int] | None = None
        self._live: dict[str, int] = {}  # virtual server -> the weight of its live real servers, once a dump has told
        self._failures: dict[str, tuple[float, str]] = {}  # real server -> operator's wall clock, reason
        self._files_read = self._asked = float("-inf")  # the Director's wall clock: by its log, and for the last dump

    def get(self, key: ServerKey) -> Verdict | None:
        """Return what is known of a real server."""
        return self._verdicts.get(key)

    def failure(self, real_server: str) -> tuple[float, str] | None:
        """Return when a check of it last failed, by the operator's wall clock, and how: in whichever virtual server."""
        return self._failures.get(real_server)

    def alive(self) -> Mapping[ServerKey, bool]:
        """Return every verdict: the same object for as long as none is another."""
        if self._alive is None:
            self._alive = {key: verdict.alive for key, verdict in self._verdicts.items()}
        return self._alive

    def added(self) -> Mapping[ServerKey, int]:
        """Return what checkers add to each weight, where that is not 0: the same object for as long as none is another."""
        if self._added is None:
            self._added = {key: verdict.added for key, verdict in self._verdicts.items() if verdict.added}
        return self._added

    def live_weight(self, virtual_server: str) -> int | None:
        """Return the sum that keepalived compares with the quorum; None: not known."""
        return self._live.get(virtual_server)

    def remembered_down(self) -> Iterator[ServerKey]:
        """Return those down by nothing but the log's lines of before: no dump has told them, and no line since."""
        return (key for key, one in self._verdicts.items() if not one.alive and one.weight is None and not one.edge)

    def clear(self) -> None:
        """Forget all: the daemon that gave them is gone."""
        self._verdicts.clear()
        self._alive = self._added = None
        self._live.clear()
        self._failures.clear()

    def files_read(self, at: float) -> None:
        """Note that keepalived has read its files, by a line of its log of then, by the Director's wall clock."""
        self._files_read = at

    def dump(self, servers: tuple[CheckedRealServer, ...], now: float, wall: float, *, asked: float) -> set[ServerKey]:
        """Take in a whole dump, received at `now`, and return the keys whose verdict it changed.

        `asked`: when keepalived was asked for it, by the Director's wall clock.
        """
        self._asked = asked
        old = self._verdicts
        new: dict[ServerKey, Verdict] = {}
        changed: set[ServerKey] = set()
        live: dict[str, int] = {}
        for server in servers:
            name = server_names.real_server_id(server.address, server.port)
            for one in server_names.dumped_virtual_servers(server.virtual_server):
                key, told, more = (one, name), server, _added(server)
                if (first := new.get(key)) is not None:  # two virtual servers bring it into one service
                    if told.alive or not first.alive:
                        continue
                    told = told._replace(weight=first.weight or 0, effective_weight=first.effective or 0)
                    more = first.added or 0
                known = old.get(key)
                if (
                    known is not None
                    and known.added == more
                    and known.weight == told.weight
                    and known.effective == told.effective_weight
                    and known.alive == told.alive
                ):
                    new[key] = known
                    changed.discard(key)
                else:
                    new[key] = _dumped(known, told, more, now, wall)
                    changed.add(key)
        changed |= old.keys() - new.keys()
        for (virtual_server, _), verdict in new.items():
            live[virtual_server] = live.get(virtual_server, 0) + (verdict.effective or 0 if verdict.alive else 0)
        self._verdicts, self._live = new, live
        if changed:
            self._alive = self._added = None
        return changed

    def line(
        self,
        told: log_wording.Failure | log_wording.VerdictChange | log_wording.EffectiveWeightChange,
        wall: float,
        now: float,
        *,
        history: bool,
    ) -> set[ServerKey]:
        """Take in a line of the log, of operator's time `wall`, and return the keys whose verdict it changed.

        One of the `history`, older than the dump, explains what the dump says and does not contradict it.
        """
        if isinstance(told, log_wording.Failure):
            self._failures[told.real_server] = (wall, told.reason)
            return set()
        changed: set[ServerKey] = set()
        for one in told.virtual_servers:
            key = (one, told.real_server)
            if isinstance(told, log_wording.EffectiveWeightChange):
                changed |= set() if history else self._weigh(key, told.weight)
            else:
                changed |= self._tell(key, told, wall, now, history=history)
        return changed

    def _weigh(self, key: ServerKey, weight: int) -> set[ServerKey]:
        known = self._verdicts.get(key)
        if known is None or known.weight is None or known.effective in (None, weight):
            return set()  # a dump that is still to come tells it
        if self._files_read >= self._asked:  # it tells of the weight in the files too, which the next dump tells
            self._put(key, known._replace(effective=weight))
        else:
            self._added = None
            self._put(key, known._replace(effective=weight, added=weight - known.weight))
        return {key}

    def _tell(
        self, key: ServerKey, told: log_wording.VerdictChange, wall: float, now: float, *, history: bool
    ) -> set[ServerKey]:
        known = self._verdicts.get(key)
        if known is None or known.alive != told.up:
            self._alive = None
        reason = None if told.up else self._reason(told.real_server, wall)
        if known is not None and history:
            if known.alive != told.up:
                return set()
            self._put(key, known._replace(since=wall, reason=reason))
        elif known is not None and known.alive == told.up:
            self._put(key, known._replace(reason=reason or known.reason, edge=now))
        else:
            weights = (None, None, None) if known is None else (known.weight, known.effective, known.added)
            self._put(key, Verdict(told.up, wall, reason, 0.0 if history else now, *weights))
        return {key}

    def _put(self, key: ServerKey, verdict: Verdict) -> None:
        known = self._verdicts.get(key)
        if key[0] in self._live:
            before = 0 if known is None or not known.alive else known.effective or 0
            self._live[key[0]] += (verdict.effective or 0 if verdict.alive else 0) - before
        self._verdicts[key] = verdict

    def _reason(self, real_server: str, wall: float) -> str | None:
        at, reason = self._failures.get(real_server, (0.0, ""))
        return reason if reason and wall - at <= _REASON_AGE else None


def _dumped(known: Verdict | None, server: CheckedRealServer, added: int, now: float, wall: float) -> Verdict:
    weights = (server.weight, server.effective_weight, added)
    if known is None:
        return Verdict(server.alive, None, None, 0.0, *weights)
    if known.alive == server.alive or now - known.edge < EDGE_HOLDS:
        return known._replace(weight=weights[0], effective=weights[1], added=added)
    return Verdict(server.alive, wall, None, 0.0, *weights)


def _added(server: CheckedRealServer) -> int:
    """Return what its checkers add, by what each one adds where the version tells that: no weight of the kernel is below 0."""
    added = 0
    for check in server.checks:
        if check.weight is None:
            return server.effective_weight - server.weight
        added += check.weight
    return added if server.checks else server.effective_weight - server.weight


class Suspended(Container[ServerKey]):
    """The real servers that are not checked now, by a dump: `ha_suspend`, and the address is not on that Director."""

    def __init__(self, dumped: Sequence[CheckedRealServer]) -> None:
        self._dumped = dumped

    def __contains__(self, key: object) -> bool:
        return key in self._found

    @cached_property
    def _found(self) -> frozenset[ServerKey]:
        return frozenset(
            (id, server_names.real_server_id(one.address, one.port))
            for one in self._dumped
            if any(not check.enabled for check in one.checks)
            for id in server_names.dumped_virtual_servers(one.virtual_server)
        )


class SeenAlive(Container[ServerKey]):
    """The real servers all of whose checkers have run and found them up, by a dump; which takes time, and is seldom asked.

    `alive` are the verdicts of now: a line of the log may be newer than the dump. `succeeded`: only those whose last checks have
    all succeeded, which a checker that has run and is up may not have: its first check has failed, and is tried again.
    """

    def __init__(
        self, dumped: Sequence[CheckedRealServer], alive: Mapping[ServerKey, bool], *, succeeded: bool = False
    ) -> None:
        self._dumped = dumped
        self._alive = alive
        self._succeeded = succeeded

    def __contains__(self, key: object) -> bool:
        return key in self._seen and self._alive.get(key, True)

    @cached_property
    def _seen(self) -> frozenset[ServerKey]:
        seen: set[ServerKey] = set()
        others: set[ServerKey] = set()
        for one in self._dumped:
            checked = one.alive and one.checks and all(map(self._checked, one.checks))
            name = server_names.real_server_id(one.address, one.port)
            (seen if checked else others).update(
                (id, name) for id in server_names.dumped_virtual_servers(one.virtual_server)
            )
        return frozenset(seen - others)

    def _checked(self, check: Check) -> bool:
        succeeded = check.retries == 0 or check.method in _WITHOUT_RETRIES
        return check.up and check.has_run and (succeeded or not self._succeeded)

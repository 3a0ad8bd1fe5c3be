"""Recognise failovers in the messages of a pair's agents, by themselves and whatever their cause, and measure them. Sans-IO.

    recogniser = Recogniser(names, now, wall)
    recogniser.know(view, now)                      with each view: the instances, their VIPs and states
    recogniser.receive(name, message, now)          each message;  recogniser.lose(name, now) when a link is gone
    recogniser.result(now)                          all that was found out until now

It works on a recording as well: the same messages with the clocks of then. Where a MASTER died with its agent, what the other
Director's agent tells is enough. Not for: causing a failover, nor asking for answers as a client does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lvstui.cluster.drill.drill_context import described, event
from lvstui.cluster.drill.drill_facts import DrillClock, Fact, FactKind, StampClock
from lvstui.cluster.drill.drill_notes import notes
from lvstui.cluster.drill.drill_routers import DrillRouter, DrillRouters, InstanceTimers
from lvstui.cluster.drill.drill_sources import DirectorSource, LastAdvert
from lvstui.cluster.drill.drill_verdict import CountedViews, judged
from lvstui.cluster.drill.failover_measure import DrillAim, abandoned, measure, missing
from lvstui.cluster.drill.failover_steps import DrillSurroundings
from lvstui.cluster.drill.milestones import MilestoneKind, MomentSource
from lvstui.cluster.drill.result import (
    DrillCause,
    DrillEvent,
    DrillKind,
    DrillResult,
    DrillVerdict,
    InstanceFailover,
    NoteOn,
)
from lvstui.cluster.drill.takeovers import TOGETHER, stints_of, takeovers
from lvstui.cluster.observed.director import Director
from lvstui.cluster.view import ClusterView
from lvstui.director.protocol.message_registry import FromAgent

SETTLED = 3.0  # seconds after a failover's last fact in which the last of what it shows has come
_LOG_PATIENCE = 8.0  # seconds that the log of a keepalived which was started is given, on a busy Director
_MOST = 5000  # facts
_NO_STEPS = (
    FactKind.LINK_FOUND,
    FactKind.NEIGHBOUR,
)  # of two MASTERs each answers the other's adverts with gratuitous ARP


class Recogniser:
    """Hold what a drill has seen so far."""

    def __init__(
        self,
        names: Sequence[str],
        now: float,
        wall: float,
        *,
        kind: DrillKind = DrillKind.WATCH,
        cluster: str = "",
        max_outage: float | None = None,
        probed: bool = False,
    ) -> None:
        self.names = tuple(names)
        self.clock = DrillClock(now, wall)
        self._began = now
        self._kind, self._cluster, self._max_outage, self._probed = kind, cluster or "+".join(names), max_outage, probed
        self._sources = {name: DirectorSource(name, self._whose) for name in names}
        self._routers = DrillRouters()
        self._facts: list[Fact] = []
        self._told = 0  # facts, with those that are not kept any more
        self._timers: Mapping[tuple[str, str], InstanceTimers] = {}
        self._view: ClusterView | None = None
        self._counts = CountedViews(self.clock)
        self._settled = 0  # failovers whose last adverts are kept for good
        self._measured: tuple[int, tuple[InstanceFailover, ...], bool] | None = None  # when so much was taken in

    # --- in ---

    def begin(self, known: Director) -> None:
        """Take in what was known of a Director before the drill began."""
        self._sources[known.name].begin(known)

    def know(self, view: ClusterView, now: float) -> None:
        """Take in a view: the instances, their VIPs and states."""
        self._view = view
        for name, side in self._routers.know(view):
            source = self._sources[name]
            if side.state is not None and not source.watched and not source.log_source:
                seen = Fact(
                    FactKind.STATE, name, now, StampClock.CONSOLE, 1.0, MomentSource.DUMP, now,
                    instance=side.name, state=side.state,
                )  # fmt: skip
                self._add([seen])
        self._counts.know(view, now, still=self._look()[2])
        if self.settled(now):
            self._counts.settle()
            if len(self._failovers()) != self._settled:  # fewer, where old facts are forgotten
                self._settled = len(self._failovers())
                for source in self._sources.values():
                    source.keep_lasts()

    def know_timers(self, timers: Mapping[tuple[str, str], InstanceTimers]) -> None:
        """Take in what the files say of each instance's timers, by Director and the instance's name."""
        if timers != self._timers:
            self._timers, self._measured = timers, None

    def receive(self, name: str, message: FromAgent, now: float) -> None:
        """Take in a message of a Director's agent, received at `now` by the console's monotonic clock."""
        source = self._sources.get(name)
        if source is not None:
            self._add(source.receive(message, now))

    def lose(self, name: str, now: float) -> None:
        """Take in that the link to a Director is gone."""
        if name in self._sources:
            self._add(self._sources[name].lose(now))

    def _add(self, facts: Sequence[Fact]) -> None:
        self._facts += facts
        self._told += len(facts)
        del self._facts[:-_MOST]

    def _whose(self, asker: str, address: str) -> str:
        """Return the Director that sends from this address, as another one hears it; the address itself of a stranger."""
        others = [name for name in self.names if name != asker]
        known = [name for name in others if address in self._sources[name].addresses]
        if known:
            return known[0]
        unknown = [name for name in others if not self._sources[name].addresses]
        return unknown[0] if len(unknown) == 1 and len(others) == 1 else address

    def _of_the_drill(self) -> list[Fact]:
        """Return the facts of the time since it began."""
        return [one for one in self._facts if not self._is_before(one)]

    def _is_before(self, fact: Fact) -> bool:
        """Return True if a fact is of the time before it began: an agent that is new tells of packets of just now.

        A line of a log's past is dated when the clock is known. Anything else must be so by all that the clocks allow.
        """
        at, uncertainty = fact.console_time()
        if fact.history:
            return not fact.dated or at < self._began
        return fact.scale is not StampClock.CONSOLE and at + uncertainty < self._began

    # --- out ---

    @property
    def facts(self) -> int:
        """Return how many facts were seen: while it stays, nothing is new."""
        return self._told

    @property
    def taken(self) -> int:
        """Return a number that grows with all that is judged by: with facts, and with last adverts, which are told in no fact."""
        return self._told + sum(one.told_lasts for one in self._sources.values())

    def armed(self) -> bool:
        """Return True if the packets of every Director are watched, or the reason is known why they are not."""
        return all(
            bool(one.watched) or one.packets_error is not None or not one.linked for one in self._sources.values()
        ) and any(one.linked for one in self._sources.values())

    def heard(self) -> int:
        """Return of how many senders and instances an advert was heard by the other Director since it began."""
        since = [
            last
            for source in self._sources.values()
            for last in source.lasts
            if last.sender != last.director and last.fact.console_time()[0] >= self._began
        ]
        return len({(last.sender, last.interface, last.family, last.vrid) for last in since})

    def last_step(self) -> float | None:
        """Return when the last step of a failover was, by the console's monotonic clock; None: there was none."""
        if not self._failovers():
            return None
        return max((fact.received for fact in self._of_the_drill() if fact.kind not in _NO_STEPS), default=None)

    def end_hold(self) -> None:
        """Take in that a run undoes now what it began: connections after the failover are those of before that."""
        if self._failovers():
            self._counts.settle(anew=True)

    def moved(self) -> tuple[int, int]:
        """Return how many instances have failed over, and failed back, until now."""
        homes = self._homes()
        back = sum(homes.get(one.id) == one.new for one in self._failovers())
        return len(self._failovers()) - back, back

    def away(self, director: str) -> frozenset[str]:
        """Return the instances that a Director was MASTER of at first, and that were seen to leave it and not to return."""
        found = []
        for router in self._routers.routers:
            ids = {router.id(name) for name in router.sides}
            moved = [one for one in self._failovers() if one.id in ids]
            if moved and _home(router, director) and moved[-1].new != director:
                found.append(router.sides[director].name)
        return frozenset(found)

    def _homes(self) -> dict[str, str]:
        """Return which Director was MASTER of each instance when the drill began, by what tells an instance from others."""
        routers = self._routers.routers
        return {router.id(name): name for router in routers for name in router.sides if _home(router, name)}

    def settled(self, now: float, after: float = SETTLED) -> bool:
        """Return True if there was a failover, and nothing more was seen of it for so many seconds."""
        last = self.last_step()
        return last is not None and now - last >= (max(after, _LOG_PATIENCE) if self._log_awaited() else after)

    def _log_awaited(self) -> bool:
        """Return True if a new MASTER's log, which is followed, has not said yet that it became MASTER then."""
        last = {(one.director, one.instance): one for one in self._facts if one.state == "MASTER"}
        sources = [(one, self._sources[one.new]) for one in self._failovers() if one.new is not None]
        followed = [one for one, source in sources if source.log_source and source.linked]
        return any(not self._is_since(last.get((one.new or "", one.name)), one) for one in followed)

    def _is_since(self, fact: Fact | None, one: InstanceFailover) -> bool:
        entered = one.moment(MilestoneKind.MASTER_ENTERED)
        latest = 0.0 if fact is None else self.clock.of(sum(fact.console_time()))
        return entered is not None and latest >= entered.at - TOGETHER

    def events(self) -> tuple[DrillEvent, ...]:
        """Return the timeline of both Directors, oldest first."""
        return tuple(sorted((self._event(fact) for fact in self._of_the_drill()), key=lambda one: one.at))

    def new_events(self, since: int) -> list[DrillEvent]:
        """Return the events of the facts from number `since` on, in the order in which they were."""
        kept = min(self._told - since, len(self._facts))
        new = [fact for fact in self._facts[len(self._facts) - kept :] if not self._is_before(fact)]
        return sorted((self._event(fact) for fact in new), key=lambda one: one.at)

    def _event(self, fact: Fact) -> DrillEvent:
        return event(fact, self._routers.routers, self.clock)

    def _failovers(self) -> tuple[InstanceFailover, ...]:
        return self._look()[1]

    def _look(self) -> tuple[int, tuple[InstanceFailover, ...], bool]:
        """Return what was taken in, the failovers, and whether each instance still has its MASTER, which is linked."""
        taken = self.taken
        if self._measured is None or self._measured[0] != taken:
            lasts: list[LastAdvert] = [last for one in self._sources.values() for last in one.all_lasts()]
            facts = self._of_the_drill()
            begun = [one for one in facts if one.first]
            around = DrillSurroundings(
                self.clock, self._routers.routers, self._sources, lasts, self._timers, self._probed, begun
            )  # fmt: skip
            mine = [(router, self._routers.facts(router, facts)) for router in self._routers.routers]
            found = [one for router, some in mine for one in takeovers(router, some, lasts)]
            found.sort(key=lambda one: one.new.start)
            still = not found and all(self._stands(router, some) for router, some in mine)
            self._measured = (taken, tuple(measure(one, around) for one in found), still)
        return self._measured

    def _stands(self, router: DrillRouter, facts: Sequence[Fact]) -> bool:
        stints = stints_of(router, facts)
        return not stints or any(one.end is None and self._sources[one.director].linked for one in stints)

    def result(
        self, now: float, more: Sequence[NoteOn] = (), aim: DrillAim | None = None, **told: object
    ) -> DrillResult:
        """Return all that was found out until now. A run that is over has an `aim`, `more` notes, and in `told` other fields."""
        moved = self._failovers()
        home = self._homes()
        failbacks = tuple(one for one in moved if home.get(one.id) == one.new)
        seen = tuple(one for one in moved if one not in failbacks)
        facts = self._of_the_drill()
        watched = abandoned(moved, self._routers, facts, self.clock) if self._kind is DrillKind.WATCH else ()
        failovers = (*seen, *(watched if aim is None else missing(aim, seen, self._routers, facts, self.clock)))
        first = failovers[0] if failovers else None
        ended = self.clock.of(now)
        stamp = datetime.fromtimestamp(self.clock.began, UTC).strftime("%Y-%m-%dT%H%M%SZ")
        result = DrillResult(
            id=f"{stamp}-{self._kind}",
            cluster=self._cluster,
            kind=self._kind,
            cause=DrillCause.UNKNOWN if first is None else first.cause,
            director=None if first is None else first.old,
            started=self.clock.began,
            ended=ended,
            directors=tuple(described(one, self._view, self.clock, now) for one in self._sources.values()),
            failovers=failovers,
            failbacks=failbacks,
            notes=(*notes(seen, self._routers.routers, self._sources, self._view), *more),
            before=self._counts.before,
            after=self._counts.after,
            probe=None,
            events=self.events(),
            max_outage=self._max_outage,
            verdict=DrillVerdict.NO_FAILOVER,
        )
        return judged(replace(result, **told))  # type: ignore[arg-type]  # the caller names fields of the result


def _home(router: DrillRouter, name: str) -> bool:
    return router.initial.get(name) == "MASTER"

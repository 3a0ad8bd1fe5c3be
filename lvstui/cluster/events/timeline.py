"""Tell what happened, once, from what changed in what is known, whichever source told first; in the order in which it happened.

Nothing is told of the time before the first figures: that is how things are, not something that happened.

Not for: what lasts (see `problems`), nor when something happened (see `event_times`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.events.event_times import Clocks, EventTime
from lvstui.cluster.events.wire_events import SeenEvent, WireEvents
from lvstui.cluster.identity.target import Target
from lvstui.cluster.identity.vips import Addresses, Vip, of_one_link
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vrrp.vrrp_state import JudgedState
from lvstui.cluster.servers.entry import Transition
from lvstui.cluster.servers.server_quorum import QuorumTransition
from lvstui.cluster.text import others_send, plain
from lvstui.cluster.view import DrainView, EventView, LinkState, RealServerState, ServerTurn, Severity
from lvstui.cluster.views.handover_view import handed_over
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.keepalived import VrrpKey

KEPT, KEPT_PAST = 5000, 1000  # events; for a moment of the past they are read anew with each view
_CLOCK_SET = 0.5  # seconds; an NTP daemon that starts sets a clock by less
INFO, WARNING, ERROR, CRITICAL = Severity.INFO, Severity.WARNING, Severity.ERROR, Severity.CRITICAL
_VRRP = {"MASTER": WARNING, "BACKUP": INFO, "INIT": INFO, "FAULT": ERROR}


class Events:
    """The log of events."""

    def __init__(self, directors: Sequence[Director]) -> None:
        self._directors = directors
        self._wire = WireEvents(self._see)
        self._events: deque[EventView] = deque(maxlen=KEPT)
        self._shown: tuple[EventView, ...] | None = ()
        self._links: dict[str, LinkState] = {}
        self._daemons: dict[str, Keepalived] = {}
        self._states: dict[tuple[str, VrrpKey], tuple[str, float]] = {}  # (Director, instance) -> state, since when
        self._held: dict[str, dict[Vip, bool]] = {}  # Director -> VIP -> is it there
        self._clock_steps: dict[str, int] = {}  # by Director
        self._undone: dict[str, str] = {}  # Director -> the drill that was told of

    @property
    def events(self) -> tuple[EventView, ...]:
        """Return them in the order in which they happened, oldest first."""
        if self._shown is None:
            self._shown = in_order(self._events)
        return self._shown

    def add(self, event: EventView) -> None:
        """Take in one that is worded already."""
        self._events.append(event)
        self._shown = None

    def observe(self, director: Director, now: float, wall: float) -> None:
        """Compare the Director with how it was when it was last observed."""
        clocks = Clocks(director, now, wall)
        self._link(director, wall)
        self._clock(director, wall)
        self._drill(director, wall)
        if director.link.state is not LinkState.LOST:
            self._keepalived(clocks)
            self._vrrp(clocks)
            self._vips(clocks)
            self._wire.observe(clocks, self._directors)

    def _drill(self, director: Director, wall: float) -> None:
        """Tell of a drill that was undone without its console."""
        left = director.undone
        if left is not None and self._undone.get(director.name) != left.transaction:
            self._undone[director.name] = left.transaction
            text = plain(f"the drill “{left.title}” by {left.by} was undone: {left.note}")
            self.add(EventView(wall, WARNING, director.name, "", text, kind=EventKind.CHANGE))

    def real_servers(self, happened: Iterable[Transition], now: float, wall: float) -> None:
        """Tell what happened to real servers."""
        clocks = {director.name: Clocks(director, now, wall) for director in self._directors}
        for one in happened:
            self._real_server(one, clocks[one.director])

    def _real_server(self, happened: Transition, clocks: Clocks) -> None:
        """Tell what happened to a real server on a Director."""
        table = clocks.director.table
        when = clocks.by_monotonic(table.at, early_s=max(0.0, table.gap))
        if happened.since is not None:
            when = clocks.converted(happened.since)
        before, after = happened.weights
        down = RealServerState.DOWN
        if happened.after is down and happened.before is not down:
            self._server(happened, when, ERROR, "DOWN" + (f": {happened.reason}" if happened.reason else ""))
        elif happened.after is RealServerState.NO_QUORUM:
            if happened.before is not happened.after:
                self._server(happened, when, WARNING, f"NO QUORUM: {happened.reason}")
        elif happened.before is down and happened.after is not down:
            self._server(happened, when, INFO, f"{happened.after}: back in service")
        elif before != after and before is not None and after is not None:
            who = f", {happened.drained}" if happened.drained else " in the kernel"
            self._server(happened, when, INFO, f"weight {before} → {after}{who}", EventKind.WEIGHT)
        elif happened.before is not happened.after and happened.after is not RealServerState.UP:
            grave = happened.after in (RealServerState.DRIFT, RealServerState.UNMANAGED)
            why = f": {happened.reason}" if happened.reason else ""
            # Of one Director: DRAINED is for the pair, where it means safe to stop.
            now = "none left" if happened.after is RealServerState.DRAINED else happened.after
            self._server(happened, when, WARNING if grave else INFO, f"{now}{why}")

    def _server(
        self,
        happened: Transition,
        when: EventTime,
        severity: Severity,
        text: str,
        kind: EventKind = EventKind.REAL_SERVER,
    ) -> None:
        self._of_target(when, severity, happened.director, Target(*happened.key), text, kind, happened.turn)

    def _of_target(
        self,
        when: EventTime,
        severity: Severity,
        source: str,
        target: Target,
        text: str,
        kind: EventKind,
        turn: ServerTurn | None = None,
    ) -> None:
        subject = plain(f"{target.virtual_server} {target.real_server}")
        told = EventView(when.wall, severity, source, subject, plain(text), (target,), False, turn, kind, when.clock)
        self.add(told)

    def quorum(self, happened: QuorumTransition, clocks: Clocks) -> None:
        """Tell that a quorum was lost or gained."""
        side, sorry = happened.side, happened.sorry_server
        weight = "not known" if side.live_weight is None else side.live_weight
        if side.met:
            text = f"quorum gained: live weight {weight}"
        else:
            text = f"quorum lost: live weight {weight}, {side.needed} needed"
            text += f"; keepalived puts in the sorry server {sorry}" if sorry is not None else ""
        table = clocks.director.table
        when = clocks.by_monotonic(table.at, early_s=max(0.0, table.gap))
        if side.since is not None:
            when = clocks.converted(side.since)
        severity = INFO if side.met else ERROR
        self._tell(when, severity, happened.director, happened.virtual_server, text, EventKind.QUORUM)

    def drained(self, drain: DrainView, wall: float) -> None:
        """Tell that a drain is over."""
        target, text = (
            Target(drain.virtual_server, drain.real_server),
            "weight 0 and no open connection left on either Director",
        )
        also = f", but {others_send(drain.elsewhere)}" if drain.elsewhere else ""
        text = f"{text}{also}" if also else f"safe to stop: {text}"
        self._of_target(EventTime(wall), INFO, "drain", target, text, EventKind.DRAIN)

    def _see(self, seen: SeenEvent) -> None:
        self._tell(seen.when, seen.severity, seen.director, seen.subject, seen.text, seen.kind, names_subject=True)

    def _tell(
        self,
        when: EventTime,
        severity: Severity,
        source: str,
        subject: str,
        text: str,
        kind: EventKind,
        *,
        names_subject: bool = False,
    ) -> None:
        told = EventView(when.wall, severity, source, plain(subject), plain(text), (), names_subject, None, kind)
        self.add(replace(told, clock=when.clock))

    def _daemon(self, when: EventTime, severity: Severity, director: str, happened: str) -> None:
        text = f"keepalived {happened}"
        self._tell(when, severity, director, "keepalived", text, EventKind.KEEPALIVED, names_subject=True)

    def _link(self, director: Director, wall: float) -> None:
        state, name = director.link.state, director.name
        before = self._links.get(name)
        if before is state:
            return
        self._links[name] = state
        why = f": {director.link.error}" if director.link.error else ""
        if state is LinkState.STALE:
            how = "silent" if director.link.up else "link lost"
            self._tell(EventTime(wall), WARNING, name, "", f"{how}, its figures age{why}", EventKind.LINK)
        elif state is LinkState.LOST:
            self._tell(EventTime(wall), ERROR, name, "", f"lost, state unknown{why}", EventKind.LINK)
        elif state is LinkState.LIVE and before in (LinkState.STALE, LinkState.LOST):
            self._tell(EventTime(wall), INFO, name, "", "reconnected", EventKind.LINK)

    def _clock(self, director: Director, wall: float) -> None:
        clock, name = director.clock, director.name
        if clock.steps != self._clock_steps.get(name, 0):
            self._clock_steps[name] = clock.steps
            if abs(clock.step) >= _CLOCK_SET:
                how = "forward" if clock.step > 0 else "back"
                text = f"its clock was set {how} by {abs(clock.step):.1f} s"
                self._tell(EventTime(wall), WARNING, name, "", text, EventKind.CLOCK)

    def _keepalived(self, clocks: Clocks) -> None:
        director = clocks.director
        known, name = director.keepalived, director.name
        before = self._daemons.get(name)
        if known is None or known.error is not None or known is before:
            return
        self._daemons[name] = known
        if before is None:
            return
        if before.running and not known.running:
            seen = clocks.by_monotonic(known.at, early_s=max(0.0, known.at - before.at))
            severity, beside = (INFO, ", while it is handed over") if handed_over(director) else (ERROR, "")
            self._daemon(seen, severity, name, f"is no longer running{beside}")
        elif known.running and not before.running:
            self._daemon(clocks.by_wall(known.started), INFO, name, f"{known.version} has started")
        elif known.running and known.pid != before.pid:
            self._daemon(clocks.by_wall(known.started), WARNING, name, "was restarted")
        elif known.running and director.hello is not None and known.loaded > max(before.loaded, director.hello.wall):
            self._daemon(clocks.by_wall(known.loaded), INFO, name, "has reloaded its configuration")

    def _vrrp(self, clocks: Clocks) -> None:
        director = clocks.director
        if director.running is False:
            return
        for instance in director.instances:
            judged = instance.judge(clocks.now, awaited=director.dump_awaited)
            state = judged.state
            before, last = self._states.get((director.name, instance.key), (None, 0.0))
            if state is None or state == before:
                continue
            when = _entered(clocks, judged, last)
            self._states[director.name, instance.key] = state, when.wall
            if before is not None:
                why = f": {instance.reason}" if state == "FAULT" and instance.reason else ""
                severity = _VRRP.get(state, INFO)
                self._tell(when, severity, director.name, instance.name, f"{before} → {state}{why}", EventKind.VRRP)

    def _vips(self, clocks: Clocks) -> None:
        director = clocks.director
        network = director.network
        if network is None or network.error is not None:
            return
        held = {vip: bool(director.holds(vip)) for instance in director.instances for vip in instance.vips}
        before = self._held.get(director.name, {})
        if held == before:
            return
        self._held[director.name] = held
        for vip, here in held.items():
            if before.get(vip) is True and not here:
                when, text = clocks.by_monotonic(network.at), f"no longer holds {vip.name}"
                self._tell(when, INFO, director.name, vip.name, text, EventKind.VIP, names_subject=True)
            elif here and before.get(vip) is False:
                when = clocks.by_monotonic(_put_there(director.addresses, vip) or network.at)
                others = [name for name, theirs in self._held.items() if name != director.name and _has(theirs, vip)]
                also = f", and still on {', '.join(others)}" if others else ""
                text = f"now holds {vip.name}{also}"
                self._tell(when, INFO, director.name, vip.name, text, EventKind.VIP, names_subject=True)


def in_order(events: Iterable[EventView]) -> tuple[EventView, ...]:
    """Return the events in the order in which they happened, as far as their clocks tell; see `event_order`."""
    return tuple(sorted(events, key=attrgetter("wall")))


def _entered(clocks: Clocks, judged: JudgedState, last: float) -> EventTime:
    """Return when an instance has come to a state; not before it came to the last one."""
    director = clocks.director
    if judged.since is not None:
        logged = judged.evidence == "log"
        when = clocks.converted(judged.since, logged=logged)
        if when.wall >= last:
            return when
    dump = director.vrrp
    if judged.evidence != "keepalived" or dump is None:
        return EventTime(clocks.wall)
    before = director.vrrp_before
    return clocks.by_monotonic(dump.at, early_s=0.0 if before is None else max(0.0, dump.at - before.at))


def _put_there(addresses: Addresses, vip: Vip) -> float | None:
    """Return when the kernel was given a VIP, by the Director's CLOCK_MONOTONIC; None: it does not tell."""
    if vip.interface in addresses.on(vip.address):
        return addresses.created(vip)
    return max((addresses.created(Vip(vip.address, one)) or 0.0 for one in addresses.on(vip.address)), default=0.0)


def _has(held: Mapping[Vip, bool], vip: Vip) -> bool:
    """Return True if it is there. Where an address is on several links, on the one of that name."""
    same = [one for one in held if one.address == vip.address]
    if len(same) > 1 or of_one_link(vip.address):
        same = [one for one in same if one.interface == vip.interface]
    return any(held[one] for one in same)

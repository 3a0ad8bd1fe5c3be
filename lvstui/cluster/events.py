"""What happened: told once, from what changed in what is known, whichever source told first.

Nothing is told of the time before the first figures: that is how things are, not something that happened.

Not for: what lasts (see `problems`).
"""

from __future__ import annotations

from collections import deque

from lvstui.cluster.director import Director
from lvstui.cluster.row import Transition
from lvstui.cluster.text import plain
from lvstui.cluster.view import DrainView, EventView, LinkState, RealServerState, Severity
from lvstui.director.messages import Keepalived

KEPT = 1000  # events
INFO, WARNING, ERROR, CRITICAL = Severity.INFO, Severity.WARNING, Severity.ERROR, Severity.CRITICAL
_VRRP = {"MASTER": WARNING, "BACKUP": INFO, "INIT": INFO, "FAULT": ERROR}


class Events:
    def __init__(self) -> None:
        self._events: deque[EventView] = deque(maxlen=KEPT)
        self._shown: tuple[EventView, ...] | None = ()
        self._links: dict[str, LinkState] = {}
        self._daemons: dict[str, Keepalived] = {}
        self._states: dict[tuple[str, str], str] = {}  # (Director, instance) -> state
        self._held: dict[str, dict[str, bool]] = {}  # Director -> VIP -> is it there

    @property
    def events(self) -> tuple[EventView, ...]:
        if self._shown is None:
            self._shown = tuple(self._events)
        return self._shown

    def add(self, event: EventView) -> None:
        self._events.append(event)
        self._shown = None

    def observe(self, director: Director, now: float, wall: float) -> None:
        """Compare the Director with how it was when it was last observed."""
        self._link(director, wall)
        if director.link.state is not LinkState.LOST:
            self._keepalived(director, wall)
            self._vrrp(director, now, wall)
            self._vips(director, wall)

    def real_server(self, happened: Transition, wall: float) -> None:
        subject = " ".join(happened.key)
        before, after = happened.weights
        down = RealServerState.DOWN
        if happened.after is down and happened.before is not down:
            self._tell(
                wall, ERROR, happened.director, subject, "DOWN" + (f": {happened.reason}" if happened.reason else "")
            )
        elif happened.before is down and happened.after is not down:
            self._tell(wall, INFO, happened.director, subject, f"{happened.after}: back in service")
        elif before != after and before is not None and after is not None:
            self._tell(wall, INFO, happened.director, subject, f"weight {before} → {after} in the kernel")
        elif happened.before is not happened.after and happened.after is not RealServerState.UP:
            grave = happened.after in (RealServerState.DRIFT, RealServerState.UNMANAGED)
            why = f": {happened.reason}" if happened.reason else ""
            self._tell(wall, WARNING if grave else INFO, happened.director, subject, f"{happened.after}{why}")

    def safe(self, drain: DrainView, wall: float) -> None:
        """A drain is over."""
        subject = f"{drain.virtual_server} {drain.real_server}"
        self._tell(wall, INFO, "drain", subject, "safe to stop: nothing is on it any more")

    def _tell(self, wall: float, severity: Severity, source: str, subject: str, text: str) -> None:
        self.add(EventView(wall, severity, source, plain(subject), plain(text)))

    def _link(self, director: Director, wall: float) -> None:
        state, name = director.link.state, director.name
        before = self._links.get(name)
        if before is state:
            return
        self._links[name] = state
        why = f": {director.link.error}" if director.link.error else ""
        if state is LinkState.STALE:
            how = "silent" if director.link.up else "link lost"
            self._tell(wall, WARNING, name, "", f"{how}, its figures age{why}")
        elif state is LinkState.LOST:
            self._tell(wall, ERROR, name, "", f"lost, nothing is known of it any more{why}")
        elif state is LinkState.LIVE and before in (LinkState.STALE, LinkState.LOST):
            self._tell(wall, INFO, name, "", "linked again")

    def _keepalived(self, director: Director, wall: float) -> None:
        known, name = director.keepalived, director.name
        before = self._daemons.get(name)
        if known is None or known.error is not None or known is before:
            return
        self._daemons[name] = known
        if before is None:
            return
        if before.running and not known.running:
            self._tell(wall, ERROR, name, "keepalived", "keepalived does not run any more")
        elif known.running and not before.running:
            self._tell(wall, INFO, name, "keepalived", f"keepalived {known.version} has started")
        elif known.running and known.pid != before.pid:
            self._tell(wall, WARNING, name, "keepalived", "keepalived was started again")
        elif known.running and director.hello is not None and known.loaded > max(before.loaded, director.hello.wall):
            self._tell(wall, INFO, name, "keepalived", "keepalived has reloaded its configuration")

    def _vrrp(self, director: Director, now: float, wall: float) -> None:
        if director.running is False:
            return
        for name, instance in director.instances.items():
            state, _, _ = instance.judge(now, awaited=director.dump_awaited)
            before = self._states.get((director.name, name))
            if state is None or state == before:
                continue
            self._states[director.name, name] = state
            if before is not None:
                why = f": {instance.reason}" if state == "FAULT" and instance.reason else ""
                self._tell(wall, _VRRP.get(state, INFO), director.name, name, f"{before} → {state}{why}")

    def _vips(self, director: Director, wall: float) -> None:
        if director.network is None or director.network.error is not None:
            return
        held = {vip: vip in director.addresses for instance in director.instances.values() for vip in instance.vips}
        before = self._held.get(director.name, {})
        self._held[director.name] = held
        for vip, here in held.items():
            if here and before.get(vip) is False:
                others = [name for name, theirs in self._held.items() if name != director.name and theirs.get(vip)]
                also = f", and still on {', '.join(others)}" if others else ""
                self._tell(wall, INFO, director.name, vip, f"{vip} is here now{also}")

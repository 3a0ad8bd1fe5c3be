"""A pair as facts whose instances are handed over, and a coordinator that is told what becomes of them. Not for: tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lvstui.cluster.change.coordinator import Command, Coordinator
from lvstui.cluster.identity.vips import Vip
from lvstui.cluster.instance_view import VipView
from lvstui.cluster.observed.vrrp.virtual_routers import configured
from lvstui.cluster.plan.facts import Facts, InstanceFacts, KnownTime
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import Limits
from lvstui.cluster.plan.plan import Plan
from lvstui.director.protocol.change_messages import Confirm, Install, RollBack, Stage, Step, Tested
from lvstui.director.protocol.ipvs_messages import SyncDaemon, SyncDaemons
from lvstui.director.protocol.link_messages import Refresh
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.keepalived import MemoryFiles, VrrpKey, load
from tests.support.changing_pair import DUMP, SAMPLE
from tests.support.pair import PATH, WHEN, facts, text

VI_2 = VrrpKey("ens36", 61, "inet")
_STEPS: dict[type, str] = {Install: "install", Confirm: "confirm", RollBack: "roll back"}


def instance(name: str, priority: str, vip: str, extra: str = "") -> str:
    """An instance's block."""
    interface, vrid = ("ens33", 51) if name == "VI_1" else ("ens36", 61)
    return f"""vrrp_instance {name} {{
    state BACKUP
    interface {interface}
    virtual_router_id {vrid}
    {priority}
    {extra}
    virtual_ipaddress {{
        {vip}
    }}
}}
"""


def config(priority: int, extra: str = "", *, head: str = "", second: str | None = None) -> str:
    """A Director's file with VI_1 and VI_2; `extra` goes into VI_1, `second` is the priority of VI_2 where it is another one."""
    servers = text().partition("\n}\n")[2]
    first = instance("VI_1", f"priority {priority}", "10.10.0.20", extra)
    return (
        head
        + first
        + instance("VI_2", f"priority {priority}" if second is None else second, "192.168.211.20")
        + servers
    )


def director(name: str, role: str, content: str, **known: object) -> Facts:
    """A Director on which all is as its file says, and that has the VIPs as MASTER."""
    return moved(replace(facts(name, role, content), sync_daemons=NO_DAEMONS, **known), role)  # type: ignore[arg-type]


def moved(one: Facts, role: str, at: float = 100.0) -> Facts:
    """The same Director when all its instances are in that state since then."""
    assert one.configuration is not None
    held = role == "MASTER"
    before = one.details
    details = {
        model.key: replace_known(before.get(model.key, InstanceFacts()), held=held, vips=model.vips, at=at)
        for model in one.configuration.vrrp
    }
    vips = {vip for model in one.configuration.vrrp for vip in model.vips}
    return replace(
        one,
        role=role,
        vrrp={model.key: role for model in one.configuration.vrrp},
        instances=tuple(map(configured, one.configuration.vrrp)),
        details=details,
        addresses=frozenset(vips if held else ()),
    )


def replace_known(known: InstanceFacts, *, held: bool, vips: Sequence[str], at: float) -> InstanceFacts:
    """The same instance with or without its VIPs, since then."""
    shown = tuple(VipView(Vip(vip, "").address, held) for vip in vips)
    return known._replace(vips=shown, since=KnownTime(at, 0.01), hears=None if held else True)


NO_DAEMONS = SyncDaemons(1.0, (), None)


def daemons(role: str, sync_id: int = 51) -> SyncDaemons:
    return SyncDaemons(1.0, (SyncDaemon(role, "ens36", sync_id),), None)


def handed_pair(first: str | None = None, second: str | None = None) -> list[Facts]:
    """director1 is MASTER with priority 100, director2 BACKUP with 50, or as their files say; no connection is open."""
    made = [
        director("director1", "MASTER", config(100) if first is None else first),
        director("director2", "BACKUP", config(50) if second is None else second),
    ]
    return [replace(one, active={}) for one in made]


def handover(name: str = "director1", *, by_stop: bool = False, reason: str = "") -> Intent:
    return Intent("handover", (), None, "ana@ops1", WHEN, reason, director=name, by_stop=by_stop)


def takeback(name: str = "director1") -> Intent:
    return Intent("takeback", (), None, "ana@ops1", WHEN, director=name)


def after(plan: Plan, directors: Sequence[Facts]) -> list[Facts]:
    """The Directors when the plan was carried out: files, and who is MASTER."""
    files = {one.name: {file.path: file.after for file in one.files} for one in plan.directors}
    roles = {one.name: {side.key: side.state for side in one.instances} for one in plan.directors}
    return [_with_file(one, files[one.name].get(PATH), roles[one.name]) for one in directors]


def _with_file(one: Facts, data: bytes | None, states: dict[VrrpKey, str]) -> Facts:
    role = next(iter(states.values()), one.role) or "BACKUP"
    if data is None:
        return moved(one, role, 103.0)
    assert one.configuration is not None
    assert one.files is not None
    known = load(PATH, MemoryFiles({PATH: data}, {PATH: [PATH]}), one.name, one.configuration.version)
    new = facts(one.name, role, data.decode())
    return moved(replace(one, configuration=known, files=new.files), role, 103.0)


class HandoverRun:
    """The change itself: Directors that do what they are told, and who is MASTER as `moves` says."""

    def __init__(
        self,
        directors: Sequence[Facts],
        plan: Plan,
        *,
        moves: bool = True,
        gap: float = -0.1,
        lost: tuple[str, str] = ("", ""),
    ) -> None:
        """`gap`: seconds from the old MASTER's end to the new one. `lost`: the link of which Director, at which step."""
        self.facts = {one.name: one for one in directors}
        self.plan = plan
        self.gap = gap
        self.lost = lost
        self.sent: list[tuple[str, str]] = []
        self.change = Coordinator(
            plan, self.facts.__getitem__, id="t1", overrides=frozenset(("connections",)), limits=Limits()
        )
        self._moves = moves
        self._now = 0.0
        self._dead: set[str] = set()

    def run(self) -> None:
        queue = self.change.start(0.0)
        while self.change.outcome is None and self._now < 500:
            while queue:
                queue += self._perform(*queue.pop(0))
            self._now += 1
            queue += self.change.tick(self._now)

    def _perform(self, name: str, command: FromConsole) -> list[Command]:
        self.sent.append((name, type(command).__name__))
        step = _STEPS.get(type(command), type(command).__name__.lower())
        if name in self._dead or self.lost == (name, step):
            self._dead.add(name)
            return self.change.lost(name, self._now)
        if isinstance(command, Stage):
            tested = Tested("t1", 0, (), 0, (), True, "")
            answers: list[Message] = [Step("t1", "stage", True, ""), tested, Step("t1", "test", True, "")]
            return [one for answer in answers for one in self.change.receive(name, answer, self._now)]
        if isinstance(command, Refresh):
            if self._moves and self._now > 3:
                self._move()
            return [one for answer in (SAMPLE, DUMP) for one in self.change.receive(name, answer, self._now)]
        return self.change.receive(name, Step("t1", step, True, ""), self._now)

    def _move(self) -> None:
        for one in after(self.plan, list(self.facts.values())):
            master = one.role == "MASTER"
            self.facts[one.name] = moved(one, one.role or "", 103.0 + (self.gap if master else 0.0))

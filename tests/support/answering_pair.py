"""Two Directors whose agents do at once what they are told, and a change runner that knows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import ChangeRecord, Intent
from lvstui.cluster.plan.outcome import Kind, Limits
from lvstui.cluster.plan.plan import Plan, make
from lvstui.cluster.view import EventView
from lvstui.director.protocol.change_messages import Close, Confirm, Install, RollBack, Stage, Step, Tested
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.link_messages import Refresh
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.session.audit_log import Memory
from lvstui.session.change_runner import ChangeRunner
from tests.support.pair import SERVICE, WHEN, facts, pair

NEW = "192.168.211.13:8084"
ADD = Intent("add", (Target(SERVICE, NEW),), 5, "ana@ops1", WHEN, "more room")
NAMES = ("director1", "director2")


class Kept(Memory):
    """A history that has each record as it was appended, too."""

    def __init__(self) -> None:
        super().__init__()
        self.appended: list[ChangeRecord] = []

    def append(self, record: ChangeRecord) -> None:
        super().append(record)
        self.appended.append(record)


class AnsweringPair:
    """`ends` says how each change ends, one after the other; `alive` names those whose checkers see a new server alive."""

    def __init__(self, alive: Sequence[str], *second: Kind, succeeded: Sequence[str] = ()) -> None:
        """`succeeded`: those whose dumps tell that the first checks have succeeded, from the second look on."""
        self.known = {one.name: one for one in pair()}
        self.alive = alive
        self.succeeded = succeeded
        self.ends: list[Kind] = ["done", *(second or ("done",))]
        self.titles: list[str] = []  # of the changes that were begun
        self.looks = 0
        self.events: list[EventView] = []
        self.remembered: dict[str, Installed | None] = {}
        self.kept = Kept()
        self.runner = ChangeRunner(
            self, {name: partial(self._send, name) for name in NAMES}, self, self.kept, limits=Limits()
        )
        self._open: dict[str, Stage] = {}  # the transactions, by Director
        self._end: Kind = "done"
        self._tell: list[Callable[[], None]] = []

    def plan(self, intent: Intent) -> Plan:
        return make(intent, list(self.known.values()))

    # --- what a runner needs of the state ---

    def facts(self, name: str) -> Facts:
        return self.known[name]

    def remember(self, name: str, installed: Installed | None) -> None:
        self.remembered[name] = installed

    def note(self, event: EventView) -> None:
        self.events.append(event)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._tell.append(callback)
        return lambda: self._tell.remove(callback)

    # --- the agents ---

    def _send(self, name: str, message: FromConsole) -> bool:
        asyncio.get_running_loop().call_soon(self._perform, name, message)
        return True

    def _perform(self, name: str, message: FromConsole) -> None:
        if isinstance(message, Stage):
            if not self._open:
                self.titles.append(message.title)
                self._end = self.ends.pop(0)
            self._open[name] = message
        elif isinstance(message, Refresh) and not self._open and name == NAMES[-1]:
            self.look()
        for answer in self._answers(name, message):
            self.runner.received(name, answer, asyncio.get_running_loop().time())

    def _answers(self, name: str, message: FromConsole) -> list[Message]:
        if isinstance(message, Refresh):
            return [Ipvs(2.0, True, True, (), (), None), Vrrp(2.0, (), None)]
        assert isinstance(message, (Stage, Install, Confirm, Close, RollBack))
        id = message.transaction
        if isinstance(message, Stage):
            if self._end == "refused":
                return [self._over(name, Step(id, "stage", False, "it is refused"))]
            tested = Tested(id, 0, (), 0, (), True, "")
            return [Step(id, "stage", True, ""), tested, Step(id, "test", True, "")]
        if isinstance(message, Install):
            if self._end != "done":
                undone = self._end == "rolled back"
                return [self._over(name, Step(id, "install", False, f"it is {self._end}", undone))]
            self.install(name, self._open[name])
            return [Step(id, "install", True, "")]
        if isinstance(message, Confirm):
            return [Step(id, "confirm", True, "")]
        return [self._over(name, Step(id, "close" if isinstance(message, Close) else "roll back", True, ""))]

    def _over(self, name: str, last: Step) -> Step:
        del self._open[name]
        return last

    def install(self, name: str, staged: Stage) -> None:
        """The Director has the new files, and its kernel shows them."""
        [replacement] = staged.replacements
        self.known[name] = facts(name, self.known[name].role or "", replacement.data.decode())

    def look(self) -> None:
        """Fresh figures were asked for between two changes, and are there."""
        self.looks += 1
        for name in self.alive:
            done = frozenset({(SERVICE, NEW)} if name in self.succeeded and self.looks > 1 else ())
            self.known[name] = replace(self.known[name], seen_alive=frozenset({(SERVICE, NEW)}), succeeded=done)
        self.tell()

    def tell(self) -> None:
        for tell in list(self._tell):
            tell()

"""A session with the lab's pair in which something happens at an exact step of a change."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import Limits, Outcome
from lvstui.cluster.plan.plan import Plan
from lvstui.cluster.view import ClusterView, LinkState
from lvstui.director.protocol.change_messages import Close, Confirm, Install, Stage, Step
from lvstui.director.protocol.link_messages import Refresh
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.lab.lab import Lab
from lvstui.session.audit_log import Memory
from lvstui.session.change_runner import ChangeRunner
from lvstui.session.directors import Send
from lvstui.session.session import Session
from lvstui.transport.link import NoQuestions
from lvstui.transport.ssh import SshConnector
from tests.support.waiting import limit

DIRECTORS = ("director1", "director2")  # MASTER and BACKUP: director2 is installed first


TARGET = Target("tcp/10.10.0.20:80", "192.168.211.13:8082")


WHEN = datetime(2026, 11, 24, 3, 0)  # the same bytes from every process, whatever minute it is


# Short, for faults that end when a limit is over; and long, for what is to go well, however slow the machine is.
SHORT = Limits(reload=6.0, verify=5.0, confirm=10.0, silence=5.0, back=40.0)
PATIENT = Limits(verify=300.0, confirm=300.0, silence=300.0, back=300.0)


_BEFORE = {Stage: "stage", Install: "install", Refresh: "verify", Confirm: "confirm", Close: "close"}


Act = Callable[["Scene"], None]


class Scene(Session):
    """A session in which something happens the moment a step begins on a Director."""

    def __init__(self, lab: Lab, names: Sequence[str], by: str, limits: Limits) -> None:
        connectors = [SshConnector(name, ssh_config=lab.ssh_config, questions=NoQuestions()) for name in names]
        super().__init__(connectors, name="faults", interval=0.5, limits=limits)
        sends = {name: self._sending(name) for name in names}
        self._changes = ChangeRunner(self._state, sends, self, Memory(), limits=limits)
        self.lab = lab
        self.by = by
        self.said = ""  # what the last outcome said
        self.moment: tuple[str, str] | None = None  # a Director and a step
        self.act: Callable[[], None] = lambda: None

    def on(self, director: str, step: str, act: Callable[[], None]) -> None:
        """Do it once."""
        self.moment, self.act = (director, step), act

    def cut(self, director: str) -> None:
        """The connection ends, as when the console's machine or the way to it is gone."""
        self._links[director].abort()

    def _happen(self, director: str, step: str | None) -> None:
        if self.moment == (director, step):
            self.moment = None
            self.act()

    def _sending(self, name: str) -> Send:
        """What a change sends to a Director, and what happens just before."""

        def send(message: FromConsole) -> bool:
            self._happen(name, _BEFORE.get(type(message)))
            return self._links[name].send(message)

        return send

    def received(self, name: str, message: Message, now: float) -> None:
        if isinstance(message, Step) and message.ok and message.step == "stage":
            self._happen(name, "test")
        super().received(name, message, now)

    async def see(self, what: Callable[[ClusterView], bool]) -> ClusterView:
        """The first view that is wanted. Fails with what the last one told."""
        changed = asyncio.Event()
        end = self.subscribe(changed.set)
        try:
            async with limit():
                while not what(view := self.view()):
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            raise AssertionError(f"it never came to be; last seen: {view.problems}, {view.virtual_servers}") from None
        finally:
            end()
        return view

    async def ready(self) -> None:
        """Both Directors are linked, and all that a plan wants to know is known."""
        await self.see(
            lambda view: (
                all(one.state is LinkState.LIVE and one.role for one in view.directors)
                and all(_plannable(self._state.facts(name)) for name in self._links)
            )
        )

    def drain(self) -> Plan:
        return self.plan(Intent("drain", (TARGET,), None, self.by, WHEN, ""))

    async def make(self, plan: Plan) -> Outcome:
        async with limit():
            return await self.apply(plan, lambda steps: None, frozenset({"pending", "checker"}))


def _plannable(facts: Facts) -> bool:
    return (
        facts.pending is not None
        and facts.weights is not None
        and facts.configuration is not None
        and facts.keepalived is not None
        and facts.keepalived.version != ""
    )


@contextlib.asynccontextmanager
async def scene(
    lab: Lab, names: Sequence[str] = DIRECTORS, by: str = "ana@ops1", limits: Limits = PATIENT
) -> AsyncIterator[Scene]:
    async with Scene(lab, names, by, limits) as opened:
        await opened.ready()
        yield opened

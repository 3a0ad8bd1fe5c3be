"""One open pair: links that break, come back, talk nonsense or never answer, and the other Director that must not care."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from lvstui.cluster.plan.plan import PlanRefused
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.cluster.views.connection_view import SampleRefused
from lvstui.director.agent.agent import serve
from lvstui.director.journal import JournalEntry, Swapped
from lvstui.director.protocol.frames import FrameDecoder
from lvstui.director.protocol.message_registry import Message
from lvstui.keepalived.secrets import MASK
from lvstui.session import director_link
from lvstui.session.audit_log import Memory
from lvstui.session.director_link import LONGEST_WAIT, wait
from lvstui.session.session import Session
from lvstui.transport.link import LinkError
from tests.support.fake_system import MAIN, FakeSystem, sha256
from tests.support.waiting import limit, turn

Kind = Callable[[], "AgentLink | NonsenseLink"]


class AgentLink:
    """The real agent in this process."""

    privilege = "root"

    def __init__(self, system: FakeSystem | None = None) -> None:
        self._system = system or FakeSystem()
        self._to_agent = asyncio.StreamReader()
        self._from_agent = asyncio.StreamReader()
        self._aborted = False
        self.agent = asyncio.ensure_future(self._serve())

    async def _serve(self) -> None:
        await serve(self._system, self._to_agent, self)
        self._from_agent.feed_eof()

    def write(self, data: bytes) -> None:
        self._from_agent.feed_data(data)

    async def drain(self) -> None: ...

    async def receive(self) -> bytes:
        return await self._from_agent.read(65536)

    def send(self, data: bytes) -> None:
        if not self._aborted:  # otherwise nobody hears it, as on SSH
            self._to_agent.feed_data(data)

    def abort(self) -> None:
        self._aborted = True
        self._to_agent.feed_eof()


class NonsenseLink:
    privilege = "root"

    async def receive(self) -> bytes:
        return b"\xff" * 4096

    def send(self, data: bytes) -> None: ...

    def abort(self) -> None: ...


class Script:
    """A connector whose attempts go as listed; the last one is repeated."""

    def __init__(self, name: str, *attempts: Kind | LinkError) -> None:
        self.name = name
        self.links: list[AgentLink | NonsenseLink] = []
        self.tried = 0
        self._attempts = attempts

    async def connect(self) -> AgentLink | NonsenseLink:
        attempt = self._attempts[min(self.tried, len(self._attempts) - 1)]
        self.tried += 1
        if isinstance(attempt, LinkError):
            raise attempt
        self.links.append(attempt())
        return self.links[-1]


class NeverAnswers(Script):
    async def connect(self) -> AgentLink:
        await asyncio.get_running_loop().create_future()
        raise AssertionError("not reached")


async def until(session: Session, condition: Callable[[dict[str, DirectorView]], bool]) -> dict[str, DirectorView]:
    """Wait for what the session tells its subscribers. Raises TimeoutError."""
    changed = asyncio.Event()
    end = session.subscribe(changed.set)
    try:
        async with limit():
            while not condition(directors := {one.name: one for one in session.view().directors}):
                changed.clear()
                await changed.wait()
    finally:
        end()
    return directors


def live(*names: str) -> Callable[[dict[str, DirectorView]], bool]:
    return lambda directors: all(directors[name].state is LinkState.LIVE for name in names)


async def test_a_link_that_ends_is_made_again_and_resumes() -> None:
    one, other = Script("director1", AgentLink), Script("director2", AgentLink)
    async with Session([one, other], name="test") as session:
        await until(session, live("director1", "director2"))
        one.links[0].abort()
        await until(session, lambda directors: directors["director1"].state is not LinkState.LIVE)
        directors = await until(session, live("director1"))
        assert directors["director2"].state is LinkState.LIVE
    assert (one.tried, other.tried) == (2, 1)


async def test_a_director_that_refuses_is_tried_again_and_holds_nobody_up() -> None:
    one = Script("director1", LinkError("connection refused"), LinkError("connection refused"), AgentLink)
    async with Session([one, Script("director2", AgentLink)], name="test") as session:
        await until(session, live("director1", "director2"))
    assert one.tried == 3


@pytest.mark.parametrize("first", [LinkError("no key", "bring one", permanent=True), NonsenseLink])
async def test_what_would_not_help_is_not_repeated_until_the_operator_says_so(first: Kind | LinkError) -> None:
    one = Script("director1", first, AgentLink)
    async with Session([one, Script("director2", AgentLink)], name="test") as session:
        directors = await until(session, lambda directors: directors["director1"].error is not None)
        assert directors["director1"].error is not None
        assert "no key" in directors["director1"].error or "protocol" in directors["director1"].error
        await until(session, live("director2"))
        assert one.tried == 1
        session.reconnect("director1")
        await until(session, live("director1"))
    assert one.tried == 2


async def test_one_director_after_the_other_is_heard_and_the_loop_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, turn, heard = asyncio.get_running_loop(), 0, list[int]()
    received = Session.received

    def count() -> None:
        nonlocal turn
        turn += 1
        loop.call_soon(count)

    def noted(session: Session, name: str, message: Message, now: float) -> None:
        heard.append(turn)
        received(session, name, message, now)

    monkeypatch.setattr(Session, "received", noted)
    loop.call_soon(count)
    async with Session([Script("director1", AgentLink), Script("director2", AgentLink)], name="test") as session:
        await until(session, live("director1", "director2"))
        await until(session, lambda directors: len(heard) > 10)
    assert len(set(heard)) == len(heard)  # never two messages in one turn


async def test_one_thread_at_a_time_works_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    receive_data, working, most = FrameDecoder.receive_data, 0, 0
    loop = asyncio.get_running_loop()

    async def turns(count: int) -> None:
        for _ in range(count):
            await turn()

    def slowly(decoder: FrameDecoder, data: bytes) -> list[Message]:
        nonlocal working, most
        if threading.current_thread() is not threading.main_thread():
            working += 1
            most = max(most, working)
            asyncio.run_coroutine_threadsafe(turns(20), loop).result()  # in which another could begin
            working -= 1
        return receive_data(decoder, data)

    monkeypatch.setattr(director_link, "_LONG_FRAME", 0)
    monkeypatch.setattr(FrameDecoder, "receive_data", slowly)
    async with Session([Script("director1", AgentLink), Script("director2", AgentLink)], name="test") as session:
        await until(session, live("director1", "director2"))
    assert most == 1


async def test_quitting_is_quick_and_ends_the_agents_whatever_the_links_do() -> None:
    other = Script("director2", AgentLink)
    async with Session([NeverAnswers("director1"), other], name="test") as session:
        await until(session, live("director2"))
    # That it came here is the proof: director1's link never ends by itself, and the test has a time limit.
    [link] = other.links
    assert isinstance(link, AgentLink)
    async with limit():
        await link.agent


async def test_a_sample_of_connections_is_asked_for_and_answered() -> None:
    async with Session([Script("director1", AgentLink), Script("director2", AgentLink)], name="test") as session:
        await until(session, live("director1"))
        await until(session, lambda directors: bool(session.view().virtual_servers))
        found = await session.sample_connections("director1", "tcp/10.10.0.20:80", "192.168.211.13:8081")
        assert found.total == 1 and found.connections[0].client == "10.10.0.99:40001"
        assert found.director == "director1" and found.warning is None


async def test_a_sample_ends_with_its_link() -> None:
    one = Script("director1", AgentLink)
    async with Session([one, Script("director2", AgentLink)], name="test") as session:
        await until(session, lambda directors: bool(session.view().virtual_servers))
        one.links[0].send = lambda data: None  # type: ignore[method-assign]  # what is asked never arrives
        asked = asyncio.ensure_future(
            session.sample_connections("director1", "tcp/10.10.0.20:80", "192.168.211.13:8081")
        )
        await turn()
        one.links[0].abort()
        with pytest.raises(SampleRefused, match="the link to director1 was lost"):
            await asked


def test_the_pauses_grow_and_never_pass_the_limit() -> None:
    assert all(0.1 <= wait(attempt) <= LONGEST_WAIT for attempt in range(200))
    assert max(wait(0) for _ in range(50)) <= 0.25
    assert max(wait(2000) for _ in range(200)) > 2  # after an hour of failures too


async def test_a_change_left_unfinished_is_shown_and_settled() -> None:
    system = FakeSystem()
    system.journal = JournalEntry(
        "t1", "Drain 8082", "ana@ops1", 1.0, "installing", (Swapped(MAIN, sha256(b"0"), sha256(b"old\n")),)
    )
    system.kept[MAIN] = b"0"
    one = Script("director1", lambda: AgentLink(system))
    async with Session([one], name="test") as session:
        directors = await until(session, lambda directors: directors["director1"].unfinished is not None)
        left = directors["director1"].unfinished
        assert left is not None
        assert (left.transaction, left.title, left.by) == ("t1", "Drain 8082", "ana@ops1")
        assert left.lines == (f"{MAIN} is the new file; the old one is kept as {MAIN}.kept",)
        assert any("“Drain 8082” by ana@ops1 was left unfinished" in one.text for one in session.view().problems)
        assert session._state.facts("director1").unfinished == left
        outcome = await session.settle("director1", "another", keep=False)
        assert (outcome.kind, outcome.exit_code) == ("undecided", 5)
        outcome = await session.settle("director1", "t1", keep=False)
        assert (outcome.kind, outcome.exit_code) == ("done", 0)
        await until(session, lambda directors: directors["director1"].unfinished is None)
    assert system.disk[MAIN] == system.loaded[MAIN] == b"0"


async def test_what_a_command_said_on_a_director_is_told_without_secrets() -> None:
    system = FakeSystem()
    system.journal = JournalEntry(
        "t1", "Drain", "ana@ops1", 1.0, "installing", (Swapped(MAIN, sha256(b"0"), sha256(b"old\n")),)
    )
    system.kept[MAIN] = b"0"
    system.refuse["reload"] = "(Line 3) Unmatched quote: 'auth_pass \"hunter2'"
    history = Memory()
    async with Session([Script("director1", lambda: AgentLink(system))], name="test", history=history) as session:
        await until(session, lambda directors: directors["director1"].unfinished is not None)
        outcome = await session.settle("director1", "t1", keep=False)
    assert MASK in outcome.text and MASK in repr(history.read()) and "hunter2" not in repr((outcome, history.read()))


async def test_a_link_lost_while_settling_is_said_and_without_one_nothing_is_sent() -> None:
    system = FakeSystem()
    system.hang["lock"] = asyncio.Event()
    one = Script("director1", lambda: AgentLink(system), LinkError("connection refused", permanent=True))
    async with Session([one], name="test") as session:
        await until(session, live("director1"))
        settling = asyncio.ensure_future(session.settle("director1", "t1", keep=True))
        await turn()
        with pytest.raises(PlanRefused, match="another change"):
            await session.settle("director1", "t1", keep=True)
        one.links[0].abort()
        system.hang["lock"].set()
        assert (await settling).kind == "undecided"
        await until(session, lambda directors: directors["director1"].state is not LinkState.LIVE)
        assert (await session.settle("director1", "t1", keep=True)).kind == "unreachable"

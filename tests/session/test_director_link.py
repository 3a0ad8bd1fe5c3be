"""A Director that was heard is tried again whatever refuses it now; one that never was, or that somebody said no to, is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from lvstui.cluster.observed.link_state import LOST_AFTER
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.director.protocol.frames import MARKER, encode
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.message_registry import Message
from lvstui.session import director_link
from lvstui.session.director_link import DirectorLink
from lvstui.session.worker import Worker
from lvstui.transport.link import LinkError
from tests.support.telling import WALL
from tests.support.waiting import limit, until_true

REFUSED = LinkError("it refused the login", permanent=True)


class Spoken:
    """A link over which an agent says one thing, and ends."""

    privilege = "root"

    def __init__(self) -> None:
        self._parts = [MARKER + encode(Hello(1000.0, 1000.0, "director1", "root", True, "6.1.0", "3.11.2", ()))]

    async def receive(self) -> bytes:
        return self._parts.pop() if self._parts else b""

    def send(self, data: bytes) -> None: ...

    def abort(self) -> None: ...


class Way:
    """Attempts as listed; None is a link on which an agent speaks. The one after the last never ends."""

    name = "director1"

    def __init__(self, *attempts: LinkError | None) -> None:
        self.tried = 0
        self._attempts = list(attempts)

    async def connect(self) -> Spoken:
        self.tried += 1
        if self.tried > len(self._attempts):
            await asyncio.get_running_loop().create_future()
        attempt = self._attempts[self.tried - 1]
        if attempt is not None:
            raise attempt
        return Spoken()


class Ear:
    """Who is told; notes when there was no link."""

    interval = 1.0

    def __init__(self) -> None:
        self.message_lock, self.worker = asyncio.Lock(), Worker()
        self.failures: list[float] = []

    def received(self, name: str, message: Message, now: float) -> None: ...

    def lost(self, name: str, now: float) -> None:
        self.failures.append(now)

    def notify(self) -> None: ...


@asynccontextmanager
async def kept(way: Way, failures: int) -> AsyncIterator[DirectorView]:
    """The Director as it is shown after so many failures, while its link is kept."""
    ear = Ear()
    state = ClusterState([way.name], asyncio.get_running_loop().time(), WALL)
    task = asyncio.create_task(DirectorLink(way, state, ear).keep())
    try:
        await until_true(lambda: len(ear.failures) >= failures)
        yield state.view(ear.failures[-1], WALL).directors[0]
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_what_refuses_a_director_that_was_heard_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(director_link, "SLOW_WAIT", 0.0)
    way = Way(None, REFUSED, REFUSED, None)
    async with limit(), kept(way, 4):
        assert way.tried >= 4


async def test_a_director_that_refuses_says_when_it_is_tried_again_which_is_not_soon() -> None:
    async with limit(), kept(Way(None, REFUSED), 2) as director:
        assert director.state is LinkState.LOST
        assert director.retry_in_s is not None
        assert director.retry_in_s >= LOST_AFTER, "what it said last would be shown again"


@pytest.mark.parametrize(
    "attempts",
    [(REFUSED,), (None, LinkError("it refused the login", permanent=True, declined=True))],
    ids=["never heard", "somebody said no"],
)
async def test_what_waits_for_the_operator_is_not_tried_again(attempts: tuple[LinkError | None, ...]) -> None:
    async with limit(), kept(Way(*attempts), len(attempts)) as director:
        assert (director.state, director.retry_in_s) == (LinkState.LOST, None)

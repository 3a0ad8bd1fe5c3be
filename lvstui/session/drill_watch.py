"""Watch a pair for failovers while a session is open: packets are watched on both Directors, and a recogniser is told everything.

    async with DrillWatch(session) as watch: ... watch.recogniser ...

Passive: nothing is sent but to the agents. Not for: what is recognised (see `cluster.drill`).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from lvstui.cluster.drill.drill_routers import file_timers
from lvstui.cluster.drill.recogniser import Recogniser
from lvstui.cluster.drill.result import DrillKind, DrillResult
from lvstui.director.clocks import read_clocks
from lvstui.director.protocol.message_registry import Message
from lvstui.director.protocol.sighting_messages import WatchPackets
from lvstui.session.session import Session

QUIET = 10.0  # seconds after a failover in which nothing more is seen of it: then it is over
ARM = 20.0  # seconds that a busy Director may take to watch its packets
_LEASE = 30.0  # seconds that packets are watched for; a console that is gone leaves no watch behind
_RENEW = 5.0  # seconds
_FRESH = 1.0  # seconds that a view tells of now
_LOOK = 0.25  # seconds between two looks at the view


class DrillWatch:
    """One watch. `changed` is set whenever something was seen."""

    def __init__(
        self,
        session: Session,
        *,
        kind: DrillKind = DrillKind.WATCH,
        cluster: str = "",
        max_outage: float | None = None,
        probed: bool = False,
    ) -> None:
        """`cluster`: what its results are kept under; `probed`: a client will tell when it was answered first.

        The session is open, and has had its first look.
        """
        self._session = session
        self.recogniser = Recogniser(
            [one.name for one in session.view().directors],
            *read_clocks(time.monotonic, time.time),
            kind=kind,
            cluster=cluster or session.name,
            max_outage=max_outage,
            probed=probed,
        )
        self.changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._end: Callable[[], None] = lambda: None

    async def __aenter__(self) -> Self:
        for name in self.recogniser.names:
            self.recogniser.begin(self._session.agents.director(name))
        self._learn()
        self._end = self._session.agents.observe(self)
        self._task = asyncio.create_task(self._keep(), name="drill watch")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._session.agents.send_all(WatchPackets(0.0))

    def receive(self, name: str, message: Message, now: float) -> None:
        """Take in what an agent told."""
        before = self.recogniser.facts
        self.recogniser.receive(name, message, now)  # type: ignore[arg-type]  # the decoder gives an agent's messages alone
        if self.recogniser.facts != before:
            self.changed.set()

    def lose(self, name: str, now: float) -> None:
        """Take in that a link is gone."""
        self.recogniser.lose(name, now)
        self.changed.set()

    async def armed(self, seconds: float) -> bool:
        """Wait until packets are watched wherever they can be; return False if that takes longer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.recogniser.armed():  # noqa: ASYNC110  # the agents announce it in no one message
                    await asyncio.sleep(_LOOK)
        return self.recogniser.armed()

    async def over(self, after: float) -> None:
        """Wait until there was a failover and nothing more was seen of it for so many seconds."""
        while not self.recogniser.settled(time.monotonic(), after):  # noqa: ASYNC110  # it is time that goes by
            await asyncio.sleep(_LOOK)

    def result(self) -> DrillResult:
        """Return all that was found out until now."""
        self._learn()
        return self.recogniser.result(time.monotonic())

    def _learn(self) -> None:
        view = self._session.seen()  # a large pair's takes long to make: of a console that shows one, that will do
        if abs(time.time() - view.wall) > _FRESH:
            view = self._session.view()
        self.recogniser.know(view, time.monotonic())
        known = {name: self._session.agents.director(name).loaded.configuration for name in self.recogniser.names}
        self.recogniser.know_timers(dict(file_timers(known)))

    async def _keep(self) -> None:
        """Renew the watch of packets, and look at each view."""
        asked = float("-inf")
        while True:
            now = time.monotonic()
            if now - asked >= _RENEW:
                asked = now
                self._session.agents.send_all(WatchPackets(_LEASE))
            self._learn()
            await asyncio.sleep(_LOOK)


async def one_failover(watch: DrillWatch, ending: asyncio.Event, look: Callable[[], None]) -> DrillResult:
    """Wait until a failover is over, or the watch is to end; return what was found out.

    `look` is called when it is armed, and then whenever more was seen. What happens later is another watch's: evidence is kept
    for a while only, and is judged while it is fresh.
    """
    arming = asyncio.ensure_future(watch.armed(ARM))
    ended, over = asyncio.ensure_future(ending.wait()), asyncio.ensure_future(watch.over(QUIET))
    try:
        await asyncio.wait([arming, ended], return_when=asyncio.FIRST_COMPLETED)
        while not ended.done() and not over.done():
            look()
            change = asyncio.ensure_future(watch.changed.wait())
            await asyncio.wait([ended, over, change], return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
            watch.changed.clear()
        return watch.result()
    finally:
        for waiting in (arming, ended, over):
            waiting.cancel()

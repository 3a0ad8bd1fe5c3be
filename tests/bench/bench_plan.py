"""Plans and screens at 10,000 real servers: what a plan costs, and how long the loop is held, by the whole console on a
session of its own, fed with frames as an agent sends them, while one real server in ten changes every second.

CPU time of the loop's thread, and by the clock. Targets: a plan of one drain in 0.3 s; nothing holds the loop for 50 ms.

Run by `make bench`, or alone: python -m tests.bench.bench_plan
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from textual.pilot import Pilot

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import basis
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import make
from lvstui.console.app import ConsoleApp
from lvstui.console.change.dialog_state import DialogPhase
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.runtime.garbage_collection import THRESHOLDS
from lvstui.console.table.server_table import ServerTable
from lvstui.director.protocol.frames import MARKER, encode
from lvstui.director.protocol.host_messages import Host
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.session.session import Session
from tests.bench.bench_cluster import (
    CHANGED,
    NAMES,
    REALS,
    ROLES,
    SERVERS,
    WALL,
    checkers,
    configuration,
    files,
    messages,
    sample,
    start,
)
from tests.support.watchdog import Watchdog

PLAN_S, HOLD_S = 0.3, 0.05
TIMES = 5


class Told:
    """A connector and its one link: what is put into it comes out as bytes."""

    privilege = "root"

    def __init__(self, name: str) -> None:
        self.name = name
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()

    async def connect(self) -> Told:
        return self

    def tell(self, frame: bytes) -> None:
        """In pieces, as a link gives them."""
        for at in range(0, len(frame), 65536):
            self._frames.put_nowait(frame[at : at + 65536])

    async def receive(self) -> bytes:
        return await self._frames.get()

    def send(self, data: bytes) -> None: ...

    def abort(self) -> None: ...


def target(number: int) -> Target:
    server, real = divmod(number, REALS)
    return Target(f"tcp/10.8.0.{server}:80", f"10.9.{server}.{real}:80")


def drain(numbers: range) -> Intent:
    return Intent("drain", tuple(map(target, numbers)), None, "ana@ops1", datetime(2026, 11, 22, 14, 1))


def plans() -> bool:
    """Of one real server, of a virtual server's 100, of one in each of 100 virtual servers."""
    state = start()
    state.view(0.0, WALL)
    ok = True
    for what, intent in (
        ("one", drain(range(1))),
        ("100 of one virtual server", drain(range(REALS))),
        ("one of each of 100 virtual servers", drain(range(0, SERVERS * REALS, REALS))),
    ):
        cpu = []
        for _ in range(TIMES):
            facts = [state.facts(name) for name in NAMES]
            began = time.process_time()
            make(intent, facts)
            cpu.append(time.process_time() - began)
        began = time.process_time()
        before = [basis(state.facts(name), intent.targets) for name in NAMES]
        assert before == [basis(state.facts(name), intent.targets) for name in NAMES]
        compared = (time.process_time() - began) * 1000
        print(
            f"plan of a drain of {what}: {statistics.median(cpu) * 1000:.0f} ms; what it is made from, taken twice and"
            f" compared: {compared:.1f} ms"
        )
        ok = ok and (what != "one" or statistics.median(cpu) < PLAN_S)
    return ok


def ticks() -> Iterator[bytes]:
    """Samples of the MASTER, one real server in ten another each time."""
    choice = random.Random(1)
    counts = dict.fromkeys(((server, real) for server in range(SERVERS) for real in range(REALS)), 0)
    for number in range(1, 100):
        some = choice.sample(sorted(counts), int(len(counts) * CHANGED))
        counts.update((key, counts[key] + 7) for key in some)
        yield encode(sample(float(number), {key: counts[key] for key in some}, full=False))


@asynccontextmanager
async def alive(links: list[Told]) -> AsyncIterator[None]:
    """Each says something every second, as agents do: who is silent for ten is lost, and nothing can be planned."""

    async def tell() -> None:
        while True:
            for link in links:
                link.tell(encode(Host(0.0, 0.1, 2, 3.0, 10.0, (), None, None, None)))
            await asyncio.sleep(1.0)

    task = asyncio.create_task(tell())
    yield
    task.cancel()


@asynccontextmanager
async def ticking(links: list[Told], frames: Sequence[bytes]) -> AsyncIterator[None]:
    async def tick() -> None:
        for number, frame in enumerate(frames):
            links[0].tell(frame)
            links[1].tell(encode(Ipvs(float(number), False, True, (), (), None)))
            await asyncio.sleep(1.0)

    task = asyncio.create_task(tick())
    yield
    task.cancel()


class Holds:
    """Prints how long the loop was held while something was done."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.longest = 0.0
        self._pilot = pilot

    async def during(self, what: str, act: Callable[[], Awaitable[object]], over: Callable[[], bool]) -> None:
        with Watchdog() as watchdog:
            began = time.monotonic()
            await act()
            while not over():  # noqa: ASYNC110  # a screen tells nobody
                await asyncio.sleep(0.005)
            taken = time.monotonic() - began
            await asyncio.sleep(1.5)  # what it set off
        print(
            f"{what}: there after {taken:.2f} s; the loop held for {watchdog.longest * 1000:.0f} ms of its own work, "
            f"{watchdog.waited * 1000:.0f} ms by the clock"
        )
        self.longest = max(self.longest, watchdog.longest)


async def console() -> bool:
    links = [Told(name) for name in NAMES]
    frames = list(ticks())  # all is made in advance
    first = [list(map(encode, messages(name, role))) for name, role in zip(NAMES, ROLES, strict=True)]
    changed = configuration("MASTER").replace(b"weight 1", b"weight 2", 1)
    another = [encode(files(50.0, changed, -10)), encode(files(60.0, b"# a line more\n" + changed, -5))]
    dump = encode(checkers(70.0))
    session = Session(links, name="bench")
    app = ConsoleApp(lambda questions: session)
    async with app.run_test(size=(160, 50)) as pilot:
        holds = Holds(pilot)

        async def tell() -> None:
            for link, told in zip(links, first, strict=True):
                for frame in (MARKER, *told):
                    link.tell(frame)

        async def say(frame: bytes) -> None:
            links[0].tell(frame)

        def at_once() -> bool:
            return True

        def listed() -> bool:
            return any(one.listing.matching == SERVERS * REALS for one in app.main.query(ServerTable))

        def phase_is(phase: DialogPhase) -> Callable[[], bool]:
            return lambda: isinstance(app.screen, ChangeScreen) and app.screen.state.phase is phase

        await holds.during("the first of all", tell, listed)
        async with ticking(links, frames):
            # The second sample gives all rows their first rates.
            await holds.during("the samples after them", lambda: asyncio.sleep(8.0), at_once)
            await holds.during("ticks", lambda: asyncio.sleep(4.0), at_once)
            await holds.during("a dump of the checkers", lambda: say(dump), at_once)
            await pilot.press("down", "down")
            await holds.during("d", lambda: pilot.press("d"), phase_is(DialogPhase.PLANNED))
            await holds.during("the dialog stays open", lambda: asyncio.sleep(5.0), at_once)
            await holds.during("ctrl+s", lambda: pilot.press("ctrl+s"), phase_is(DialogPhase.RUNNING))
            app.pop_screen()
            await holds.during("c", lambda: pilot.press("c"), lambda: isinstance(app.screen, ConfigurationScreen))
            await holds.during("the configuration stays open", lambda: asyncio.sleep(3.0), at_once)
            app.pop_screen()
            await holds.during("a file with another weight", lambda: say(another[0]), at_once)
            await holds.during("a file with a line more", lambda: say(another[1]), at_once)
    return holds.longest < HOLD_S


def main() -> int:
    gc.set_threshold(*THRESHOLDS)  # as the console does
    ok = plans()
    return int(not (asyncio.run(console()) and ok))


if __name__ == "__main__":
    sys.exit(main())

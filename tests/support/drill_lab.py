"""Drills in the lab: a pair that is watched while something happens to it, and a capture on each Director beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lvstui.cluster.drill.milestones import Milestone, MilestoneKind, MomentSource
from lvstui.cluster.drill.result import DrillResult, InstanceFailover
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.session.drill_watch import DrillWatch
from tests.support.faulted_session import Scene
from tests.support.packet_capture import Captured, PacketCapture
from tests.support.waiting import LIMIT_S, until_true

DIRECTORS = addresses.DIRECTORS
QUIET = 6.0  # seconds without news after which a failover is over


class Agreement(NamedTuple):
    """A time of a drill beside that of the same packet in a capture."""

    kind: MilestoneKind
    apart: float  # seconds, the drill's less the capture's
    allowed: float  # by the stated uncertainty, and by what is known of the guest's clock


class WatchedLab:
    """A pair that is watched again and again. The guest's hosts share one clock: the Directors' offsets must agree."""

    def __init__(self, lab: Lab, session: Scene) -> None:
        self.lab = lab
        self.session = session
        self.captures = {name: PacketCapture(lab, name) for name in DIRECTORS}

    async def drill(
        self, happen: Callable[[], None], undo: Callable[[], object], *, moved: int = 1, back: int = 0
    ) -> tuple[DrillResult, DrillResult]:
        """Watch until so many instances have moved, then until the failback: the result of before it, and that of all."""
        await self.settled()
        async with DrillWatch(self.session) as watch:
            assert await watch.armed(LIMIT_S)
            await self._speaks(watch)
            await asyncio.to_thread(happen)
            await until_true(lambda: _moved(watch, moved, 0))
            during = watch.result()
            await asyncio.to_thread(undo)
            await until_true(lambda: _moved(watch, moved, back))
            return during, watch.result()

    async def settled(self) -> None:
        """Wait until director1 is MASTER of all again, and director2 of none, as at first."""
        await self.session.see(
            lambda view: (
                [director.role for director in view.directors] == ["MASTER", "BACKUP"]
                and all(director.fresh for director in view.directors)
            )
        )

    async def _speaks(self, watch: DrillWatch) -> None:
        """Wait until the BACKUP has heard the MASTER of every instance since the watch began."""
        routers = len({one.key for director in self.session.view().directors for one in director.vrrp})
        await until_true(lambda: watch.recogniser.heard() >= routers)

    def agreements(self, result: DrillResult) -> Iterator[Agreement]:
        """Compare every time of a packet with the capture that was made on the same Director."""
        offset, sure = self._guest_clock(result)
        for one in (*result.failovers, *result.failbacks):
            for step in one.milestones:
                if step.moment is None or step.moment.director not in self.captures:
                    continue
                at = step.moment.at + offset
                packets = list(self._packets(step, one, step.moment.director))
                if packets:
                    nearest = min(packets, key=lambda packet: abs(packet.wall - at))
                    yield Agreement(step.kind, at - nearest.wall, step.moment.uncertainty + sure)

    def _packets(self, step: Milestone, one: InstanceFailover, director: str) -> Iterator[Captured]:
        """The packets of the capture that a step may be."""
        assert step.moment is not None
        capture, own = self.captures[director], director == one.new
        if step.moment.source is MomentSource.NEIGHBOUR:
            yield from capture.find("neighbour", step.subject, own=own)
        elif step.kind is MilestoneKind.LAST_ADVERT:
            yield from capture.find("advert", one.vrid, own=director == one.old)
        elif step.moment.source is MomentSource.ADVERT:
            yield from capture.find("advert", one.vrid, own=own)
            yield from capture.find("advert", one.vrid, own=not own)

    def _guest_clock(self, result: DrillResult) -> tuple[float, float]:
        """The guest's clock less the drill's, by all that the Directors' offsets allow together; and how sure that is."""
        known = [
            (one.clock_offset, one.clock_uncertainty) for one in result.directors if one.clock_offset is not None
        ]  # fmt: skip
        low = max(offset - (sure or 0.0) for offset, sure in known)
        high = min(offset + (sure or 0.0) for offset, sure in known)
        assert low <= high, f"one clock, and two offsets that exclude each other: {known}"
        return (low + high) / 2, (high - low) / 2

    def check_clock(self, result: DrillResult) -> None:
        """Hold the offset against what the guest itself says of its time, within the round trip."""
        before = time.time()
        said = float(self.lab.exec("director1", ["date", "+%s.%N"]).stdout)
        after = time.time()
        offset, sure = self._guest_clock(result)
        assert said - after - sure <= offset <= said - before + sure


def _moved(watch: DrillWatch, moved: int, back: int) -> bool:
    failovers, failbacks = watch.recogniser.moved()
    return failovers >= moved and failbacks >= back and watch.recogniser.settled(time.monotonic(), QUIET)

"""A drain that a console watches, with connections held through the VIP: what every view said, beside both kernels."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.view import ClusterView, RealServerState
from lvstui.lab.client_traffic import RunningTraffic, Traffic
from lvstui.lab.lab import Lab
from tests.support.faulted_session import DIRECTORS, TARGET, WHEN, scene

pytestmark = pytest.mark.lab

HELD = 30


class Seen(NamedTuple):
    """What one view said of the server."""

    state: RealServerState
    safe: bool  # by a drain that is shown
    kernels: tuple[tuple[int | None, int | None, int | None], ...]  # weight, active and persistent on each Director
    events: int  # that say "safe to stop"

    @property
    def true(self) -> bool:
        """Is it safe to stop, by the kernels that the view shows?"""
        return len(self.kernels) == len(DIRECTORS) and all(one == (0, 0, 0) for one in self.kernels)


def idle(view: ClusterView) -> list[Target]:
    """Return the real servers without connections: those that an earlier test left behind stay for a while."""
    reals = next(one.real_servers for one in view.virtual_servers if one.id == TARGET.virtual_server)
    free = [one.id for one in reals if all(side.active == 0 for side in one.directors.values())]
    return [replace(TARGET, real_server=one) for one in free]


def seen(view: ClusterView, target: Target) -> Seen:
    real = next(one for server in view.virtual_servers for one in server.real_servers if one.id == target.real_server)
    return Seen(
        real.state,
        any(drain.safe for drain in view.drains if drain.real_server == target.real_server),
        tuple((one.kernel_weight, one.active, one.persistent) for one in real.directors.values()),
        sum("safe to stop" in event.text for event in view.events),
    )


@contextmanager
def held(lab: Lab) -> Iterator[RunningTraffic]:
    traffic = lab.start_traffic(Traffic(kind="hold", count=HELD, rate=2.0, patience_s=60.0))
    try:
        yield traffic
    finally:
        traffic.report(stop=True)


async def test_safe_to_stop_is_said_once_and_when_it_is_true(lab: Lab) -> None:
    looks: list[Seen] = []
    async with scene(lab) as watching:
        [target, *_] = idle(await watching.see(lambda view: bool(idle(view))))
        with held(lab) as traffic:
            end = watching.subscribe(lambda: looks.append(seen(watching.view(), target)))
            await watching.see(lambda view: any(active for _, active, _ in seen(view, target).kernels))
            outcome = await watching.make(watching.plan(Intent("drain", (target,), None, watching.by, WHEN, "")))
            assert outcome.kind == "done", outcome
            busy = await watching.see(lambda view: seen(view, target).state is RealServerState.DRAINING)
            assert [weight for weight, _, _ in seen(busy, target).kernels] == [0, 0] and max(
                seen(busy, target).kernels
            )[1]
            assert busy.drains and not busy.drains[0].safe
            for _ in range(4):  # two samples a second: it stays so
                await watching.see(lambda view, before=busy.wall: view.wall > before + 0.5)  # type: ignore[misc]
                busy = watching.view()
                assert seen(busy, target).state is RealServerState.DRAINING, seen(busy, target)
            await asyncio.to_thread(traffic.report, stop=True)
        await watching.see(lambda view: bool(seen(view, target).events))
        over = await watching.see(lambda view: bool(view.drains) and view.drains[0].safe)
        for _ in range(3):
            await watching.see(lambda view, before=over.wall: view.wall > before + 0.5)  # type: ignore[misc]
            over = watching.view()
        end()
    assert seen(over, target) == Seen(RealServerState.DRAINED, True, ((0, 0, 0), (0, 0, 0)), 1)
    claimed = [one for one in looks if one.safe or one.state is RealServerState.DRAINED or one.events]
    assert claimed and all(one.true for one in claimed), [one for one in claimed if not one.true]
    assert any(one.kernels[1][0] == 0 and one.kernels[0][0] == 1 for one in looks), "the BACKUP was changed first"

"""A failover, a drain and a fault, recorded and shown again: the status of each moment is the one that was shown live."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from lvstui.cli import status_command
from lvstui.cluster.view import ClusterView, RealServerState
from lvstui.lab.lab import Lab
from tests.support.lab_sessions import DIRECTORS, REAL, seen
from tests.support.pair import drain
from tests.support.recorded_session import LiveMoments, lvsctl, recorded_session, recorded_status, unlike, written

pytestmark = pytest.mark.lab


def roles(view: ClusterView) -> list[str | None]:
    return [director.role for director in view.directors]


def states(view: ClusterView, number: int) -> list[str | None]:
    return [instance.state for instance in view.directors[number].vrrp]


def down(view: ClusterView) -> int:
    reals = [real for server in view.virtual_servers for real in server.real_servers]
    return sum(real.state is RealServerState.DOWN for real in reals)


def down_on_both(view: ClusterView) -> bool:
    reals = [real for server in view.virtual_servers for real in server.real_servers]
    return any(all(side.alive is False for side in real.directors.values()) for real in reals)


async def test_each_moment_of_a_recording_shows_what_was_shown_live(lab: Lab, tmp_path: Path) -> None:
    session = recorded_session(lab.ssh_config)
    session.read_only = None
    moments = LiveMoments(session)
    stop = session.subscribe(moments.look)
    async with session:
        await status_command.look(session)
        await seen(session, lambda view: roles(view) == ["MASTER", "BACKUP"] and down(view) == 0)
        plan = await session.plan_in_worker(drain(REAL))
        outcome = await session.apply(plan, lambda steps: None, frozenset({"pending"}))
        assert outcome.kind == "done", outcome
        await asyncio.to_thread(lab.fault, "unplugged-nat", "director1")
        await seen(session, lambda view: "FAULT" in states(view, 0))
        await seen(session, lambda view: "MASTER" in states(view, 1))
        await asyncio.to_thread(lab.lift)
        await seen(session, lambda view: roles(view) == ["MASTER", "BACKUP"])
        await asyncio.to_thread(lab.fault, "web-stopped", "8081")
        await seen(session, lambda view: down(view) == 1 and down_on_both(view))
        stop()
    await asyncio.to_thread(lab.lift)
    assert len(moments.seen) > 50
    chosen = moments.seen[:: max(1, len(moments.seen) // 25)] + moments.seen[-1:]
    for wall, live in chosen:
        assert unlike(live, recorded_status(tmp_path / "state", wall)) == []
    told_in_order(tmp_path / "state", moments.seen[0][0])


def told_in_order(folder: Path, began: float) -> None:
    """Hold what is told of the events: each, in the order in which it happened, on the Director where it did."""
    code, printed, said = lvsctl(folder, "events", "--since", written(began), "--json")
    assert code == 0, said
    told = [json.loads(line) for line in printed.splitlines()]
    happened = [
        next(number for number, one in enumerate(told) if text in one["text"] and one["source"] in sources)
        for text, sources in (
            ("Drain ", ("you",)),
            ("→ FAULT", DIRECTORS[:1]),
            ("→ MASTER", DIRECTORS[1:]),
            ("DOWN: ", DIRECTORS),
        )
    ]
    assert happened == sorted(happened)
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
    assert {one["director"] for one in told if "DOWN: " in one["text"]} == set(DIRECTORS)

"""A session with the lab's pair that is recorded: changes, a web server that stops, a failover and back, with traffic.

python -m tests.support.recorded_lab              makes lvstui/demo/failover.lvsrec anew, without a name of the lab
python -m tests.support.recorded_lab 1000         holds so many moments of a session against what was shown live
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from lvstui.cli import status_command
from lvstui.cli.past.recording_path import DEMO
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Action, Intent
from lvstui.cluster.view import ClusterView, RealServerState
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import Lab
from lvstui.record import anonymous_copy, recordings
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from lvstui.session.session import Session
from lvstui.settings import places
from tests.support.bench_lab import a_lab
from tests.support.differences import different
from tests.support.lab_sessions import DIRECTORS, REAL, seen
from tests.support.pair import SERVICE
from tests.support.recorded_session import recorded_session

_STEADY = 6.0  # seconds between two acts, for what is seen of each
_JUMPS = 10  # each so many moments one is gone to from elsewhere
_MICROSECOND = 1e-6  # to which times are written, rounded: a view may have been made by a message of its own moment


def _roles(view: ClusterView) -> list[str | None]:
    return [director.role for director in view.directors]


def _well(view: ClusterView) -> bool:
    reals = [real.state for server in view.virtual_servers for real in server.real_servers]
    return _roles(view) == ["MASTER", "BACKUP"] and set(reals) == {RealServerState.UP}


async def story(session: Session, lab: Lab) -> None:
    """Live through it once."""
    await seen(session, _well)
    await _go_on(session)
    await _change(session, "drain")
    await _go_on(session)
    await _change(session, "restore")
    await seen(session, _well)
    await asyncio.to_thread(lab.fault, "web-stopped", "8081")
    await seen(session, lambda view: any(real.state is RealServerState.DOWN for real in _reals(view)))
    await _go_on(session)
    await asyncio.to_thread(lab.lift)
    await seen(session, _well)
    await asyncio.to_thread(lab.fault, "keepalived-stopped", "director1")
    await seen(session, lambda view: _roles(view)[1] == "MASTER")
    await _go_on(session)
    await asyncio.to_thread(lab.lift)
    await seen(session, _well)
    await _go_on(session)


async def _go_on(session: Session) -> None:
    until = session.view().wall + _STEADY
    await seen(session, lambda view: view.wall >= until)


def _reals(view: ClusterView) -> Iterable[Any]:
    return (real for server in view.virtual_servers for real in server.real_servers)


async def _change(session: Session, action: Action) -> None:
    when = datetime.now().replace(second=0, microsecond=0)
    intent = Intent(action, (Target(SERVICE, REAL),), None, "ana@ops1", when, "kernel update")
    outcome = await session.apply(
        await session.plan_in_worker(intent), lambda steps: None, frozenset({"pending", "still-counting"})
    )
    assert outcome.kind == "done", outcome


async def record(lab: Lab, views: list[ClusterView], enough: int) -> Path:
    """Record a session, and the story again and again until enough views were seen. Return the file."""
    session = recorded_session(lab.ssh_config)
    session.read_only = None
    stop = session.subscribe(lambda: views.append(session.view()))
    traffic = lab.start_traffic(Traffic(seconds=3600.0))
    async with session:
        await status_command.look(session)
        while True:
            await story(session, lab)
            if len(views) >= enough:
                break
        stop()
    traffic.report(stop=True)
    (path,) = recordings.paths(places.recordings_folder())
    return path


def compare(path: Path, views: list[ClusterView], moments: int) -> int:
    """Hold so many of the views against the recording. Return how many differ, and print where.

    One replay goes through them as time does; each tenth is gone to from elsewhere as well.
    """
    chosen = sorted(random.Random(7).sample(views, min(moments, len(views))), key=lambda view: view.wall)
    wrong, took = 0, []
    with RecordingReader(path) as reader:
        going = Replay(reader)
        for number, live in enumerate(chosen):
            at = live.wall + _MICROSECOND
            going.move(at)
            found = different(live, going.view())
            if number % _JUMPS == 0:
                began = time.thread_time()
                there = Replay(reader, at).view()
                took.append(time.thread_time() - began)
                found += different(live, there)
            wrong += bool(found)
            if found:
                print(f"{live.wall:.3f}:", *found[:5], sep="\n  ", flush=True)
    print(f"{len(chosen)} of {len(views)} moments, {wrong} differ; longest {max(took) * 1000:.0f} ms of CPU time")
    return wrong


def demo(path: Path) -> None:
    """Make the recording that lvstui brings along, of a session."""
    DEMO.unlink(missing_ok=True)
    anonymous_copy.export(path, DEMO)
    DEMO.chmod(0o644)
    print(f"{DEMO}: {DEMO.stat().st_size:,} bytes")


def main() -> int:
    """0 when every moment was shown as it was."""
    moments = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    views: list[ClusterView] = []
    with tempfile.TemporaryDirectory() as state, a_lab() as lab:
        os.environ["XDG_STATE_HOME"] = state
        path = asyncio.run(record(lab, views, moments))
        print(f"recorded {DIRECTORS}: {path.stat().st_size:,} bytes, {len(views)} views", flush=True)
        if not moments:
            demo(path)
        return min(1, compare(path, views, moments or 200))


if __name__ == "__main__":
    raise SystemExit(main())

"""What lvsctl prints of a recording is what a session with the pair showed live; and what cannot be read is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lvstui.cli import launch, status_command
from lvstui.cli.past import recording_command
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.demo.pair import DemoPair
from lvstui.record import recordings
from lvstui.record.chunk_writer import ChunkWriter
from lvstui.record.recorder import Recorder
from lvstui.session.replay_session import PAST, ReplaySession
from lvstui.settings import places
from tests.support.lab_sessions import DIRECTORS, REAL
from tests.support.pair import drain
from tests.support.recorded_session import (
    LiveMoments,
    lvsctl,
    recorded_session,
    recorded_status,
    unlike,
    written,
)
from tests.support.waiting import until_true

REFUSED, USAGE = 1, 2


@pytest_asyncio.fixture
async def live(held_live: None, held_story: None) -> AsyncIterator[LiveMoments]:
    """A recording of the demo's pair in which a real server is drained, whole to its end on a slow disk too."""
    with DemoPair() as pair:
        session = recorded_session(pair.ssh_config)
        moments = LiveMoments(session)
        async with session:
            await status_command.look(session)
            moments.look()
            session.read_only = None
            plan = await session.plan_in_worker(drain(REAL))
            assert (await session.apply(plan, lambda steps: None, frozenset({"pending"}))).kind == "done"
            moments.look()
        yield moments


async def test_the_status_of_a_moment_and_its_events_are_what_they_were(live: LiveMoments, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    for wall, status in live.seen:
        assert unlike(status, recorded_status(folder, wall)) == []
    first, last = (wall for wall, _ in live.seen)
    code, printed, _ = lvsctl(folder, "events", "--json")
    told = [json.loads(line) for line in printed.splitlines()]
    assert code == 0
    assert [event["text"] for event in told if event["source"] == "you"] == [
        "Drain 192.168.211.13:8082 in tcp/10.10.0.20:80 by ana@ops1: done"
    ]
    assert set(told[0]) == {
        "at", "director", "source", "severity", "kind", "subject", "text", "clock_at", "offset_ms",
        "uncertainty_ms", "early_ms", "late_ms", "order_settled",
    }  # fmt: skip
    assert lvsctl(folder, "events", "--until", written(first - 3600))[:2] == (REFUSED, "")
    assert lvsctl(folder, "events", "--severity", "critical")[:2] == (0, "")
    assert (
        "Drain 192.168.211.13:8082 in tcp/10.10.0.20:80 by ana@ops1: done"
        in lvsctl(folder, "events", "--since", written(first))[1]
    )
    await moments_are_refused(folder, first, last)
    await a_file_is_one_to_send(folder, tmp_path, live)


async def moments_are_refused(folder: Path, first: float, last: float) -> None:
    for moment in (first - 3600, last + 3600):
        code, printed, said = lvsctl(folder, "--at", written(moment), "status")
        assert (code, printed) == (REFUSED, "")
        assert said.startswith("refused: nothing was recorded of director1+director2 at ")
    assert lvsctl(folder, "--at", "yesterday", "status")[0] == USAGE
    code, _, said = lvsctl(folder, "--at", "now", "drain", REAL, "--yes")
    assert code == USAGE
    assert "only status and events can" in said


async def a_file_is_one_to_send(folder: Path, tmp_path: Path, live: LiveMoments) -> None:
    file, other = tmp_path / "sent.lvsrec", tmp_path / "other"
    assert lvsctl(folder, "recording", "export", str(file))[0] == 0
    code, _, said = lvsctl(folder, "recording", "export", str(file))
    assert (code, "exists" in said) == (REFUSED, True)
    assert lvsctl(other, "recording", "import", str(file))[0] == 0
    (one,) = json.loads(lvsctl(other, "recording", "list", "--json")[1])["recordings"]
    assert (one["cluster"], one["directors"]) == ("director1+director2", ["director1", "director2"])
    wall, status = live.seen[-1]
    assert unlike(status, recorded_status(other, wall)) == []
    assert lvsctl(other, "--replay", str(file), "status", "--json")[0] == 0
    anonymous = tmp_path / "anonymous.lvsrec"
    assert lvsctl(folder, "recording", "export", str(anonymous), "--anonymise")[0] == 0
    shown = json.loads(lvsctl(other, "--replay", str(anonymous), "status", "--json")[1])
    assert len(shown["virtual_servers"]) == len(status["virtual_servers"])
    assert not {one["name"] for one in shown["directors"]} & set(DIRECTORS)
    file.write_bytes(b"x")
    assert lvsctl(other, "--replay", str(file), "status")[0::2] == (
        REFUSED, f"refused: {file}: it is no recording of lvstui\n",
    )  # fmt: skip
    assert lvsctl(other, "recording", "import", str(file))[0] == REFUSED


async def test_a_recording_stands_in_for_a_pair_and_cannot_be_changed(live: LiveMoments) -> None:
    (path,) = recordings.paths(places.recordings_folder())
    heard: list[float] = []
    async with ReplaySession(path) as session:
        session.subscribe(lambda: heard.append(session.moment))
        view = session.seen()
        real = view.virtual_servers[0].real_servers[0]
        assert session.detail(real.virtual_server, real.id, view).real_server == real.id
        assert len(session.configurations()) == 2
        assert session.topology(view) is not None
        assert session.read_only == PAST
        with pytest.raises(PlanRefused, match="the past cannot be changed"):
            await session.plan_in_worker(drain(REAL))
        with pytest.raises(PlanRefused, match="the past cannot be changed"):
            await session.settle("director1", "1", True)
        session.move(session.recorded.began)
        assert heard == [session.recorded.began]
        assert session.view() is not view


@pytest.mark.parametrize("writable", [True, False])
async def test_record_says_where_it_records_or_why_it_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], writable: bool
) -> None:
    if not writable:
        (tmp_path / "state").write_text("")
    with DemoPair() as pair:
        session, recorder = launch.script_recorded(None, DIRECTORS, pair.ssh_config)
        recording = asyncio.create_task(recording_command.record(session, recorder, None, as_json=True))
        told: list[dict[str, str]] = []

        def heard() -> bool:
            told.extend(json.loads(line) for line in capsys.readouterr().out.splitlines())
            return bool(told)

        await until_true(heard)
        recording.cancel()
        assert await recording == (0 if writable else REFUSED)
    assert [list(one) for one in told] == [["recording" if writable else "failed"]]
    if writable:
        assert [str(path) for path in recordings.paths(places.recordings_folder())] == [told[0]["recording"]]


def test_usage() -> None:
    folder = Path("/nonexistent")
    assert lvsctl(folder, "record", "--for", "soon")[0] == USAGE
    assert lvsctl(folder, "events", "--since", "soon")[0] == USAGE
    assert lvsctl(folder, "recording", "list")[:2] == (0, f"There is no recording in {folder}/lvstui/recordings.\n")


async def test_a_recording_that_ends_before_it_begins_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = recorded_session(tmp_path / "no-ssh-config")
    unused = Recorder(ChunkWriter(tmp_path, "nobody", DIRECTORS, 1.0))
    assert await recording_command.record(session, unused, 0.0, as_json=False) == REFUSED
    assert "refused: nothing was recorded" in capsys.readouterr().err

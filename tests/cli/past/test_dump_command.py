"""A figure is printed as it was on the screen at each moment that is asked for."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lvstui.cli.main import lvsctl
from lvstui.settings import places
from tests.support.recorded_story import CLUSTER, RecordedStory

USAGE = 2


@pytest.fixture
async def recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RecordedStory:
    story = RecordedStory(monkeypatch, tmp_path)
    await story.until(70)
    return story


def dumped(recorded: RecordedStory, *arguments: str) -> str:
    done = CliRunner().invoke(lvsctl, ["--replay", str(recorded.path), "recording", "dump", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


async def test_each_value_is_the_one_that_was_shown(recorded: RecordedStory) -> None:
    lines = [json.loads(line) for line in dumped(recorded, "active", "8081", "--every", "10s", "--json").splitlines()]
    shown = []
    for view in recorded.views[::10]:
        for server in view.virtual_servers:
            for real in server.real_servers:
                if "8081" in real.id:
                    shown += [(server.id, real.id, name, one.active) for name, one in real.directors.items()]
    assert (
        shown
        and [(line["virtual_server"], line["real_server"], line["director"], line["active"]) for line in lines] == shown
    )
    assert len({line["at"] for line in lines}) == 7


async def test_a_state_is_printed_as_a_word_and_a_range_is_kept(
    recorded: RecordedStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    since, until = (f"2026-11-22T14:00:{second}+00:00" for second in (20, 24))
    lines = dumped(recorded, "state", "state:down", "--since", since, "--until", until).splitlines()
    assert len(lines) == 5 * 2
    assert all(line.split()[-1] == "DOWN" for line in lines)


@pytest.mark.parametrize(
    "wrong", [["size"], ["active", "!"], ["active", "--every", "soon"], ["active", "--every", "0s"]]
)
async def test_what_cannot_be_asked_for_is_a_usage_error(recorded: RecordedStory, wrong: list[str]) -> None:
    done = CliRunner().invoke(lvsctl, ["--replay", str(recorded.path), "recording", "dump", *wrong])
    assert done.exit_code == USAGE, done.output


async def test_what_was_not_recorded_has_no_value(recorded: RecordedStory) -> None:
    began, ended = (datetime.fromtimestamp(view.wall) for view in (recorded.views[0], recorded.views[-1]))
    minute = timedelta(minutes=1)

    def ran(since: datetime, until: datetime) -> Result:
        options = ["--since", since.isoformat(), "--until", until.isoformat(), "--every", "10s"]
        return CliRunner().invoke(lvsctl, ["--replay", str(recorded.path), "recording", "dump", "active", *options])

    for since, until in ((ended + minute, ended + 2 * minute), (began - 2 * minute, began - minute)):
        refused = ran(since, until)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith(f"refused: nothing was recorded in {recorded.path} from {since} to {until}. ")
    done = ran(began - minute, ended + minute)
    assert done.exit_code == 0
    times = sorted({line[:19] for line in done.stdout.splitlines()})
    assert (times[0], times[-1]) == (str(began), str(ended - timedelta(seconds=9)))
    assert done.stderr == f"not recorded, so not printed: {began - minute} to {began}; {ended} to {ended + minute}\n"


async def test_a_range_that_begins_where_nothing_was_recorded_has_nothing_from_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = places.recordings_folder()
    await RecordedStory(monkeypatch, folder).until(5)
    later = RecordedStory(monkeypatch, folder)
    began = later.story.time() + 1000
    monkeypatch.setattr(later.story, "time", lambda: began + later.story.now)
    await later.until(5)
    since = datetime.fromtimestamp(began - 600)
    done = CliRunner().invoke(lvsctl, ["-c", CLUSTER, "recording", "dump", "active", "--since", since.isoformat()])
    assert done.exit_code == 0
    times = sorted({line[:19] for line in done.stdout.splitlines()})
    assert (times[0], len(times)) == (str(datetime.fromtimestamp(later.views[0].wall)), 5)
    assert done.stderr.startswith(f"not recorded, so not printed: {since} to {times[0]}; ")

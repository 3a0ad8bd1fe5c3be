"""A figure is printed as it was on the screen at each moment that is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lvstui.cli.main import lvsctl
from tests.support.recorded_story import RecordedStory

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

"""What a recording holds is written down for each VERSION: another one has another number, and older ones are still read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from lvstui.record.recording_file import VERSION
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.support import recorded_format
from tests.support.recorded_format import FOLDER, WHAT_TO_DO, format_of, unreadable

OLDER = sorted(int(path.stem) for path in FOLDER.glob("*.json") if int(path.stem) < VERSION)


def test_what_this_version_records_is_written_down() -> None:
    assert recorded_format.recorded() == recorded_format.read(VERSION), WHAT_TO_DO


@pytest.mark.parametrize("version", OLDER)
def test_what_an_older_version_recorded_can_be_read(version: int) -> None:
    assert unreadable(recorded_format.read(version), recorded_format.recorded()) == []


def test_a_recording_of_version_1_is_shown() -> None:
    with RecordingReader(FOLDER / "version1.lvsrec") as reader:
        replay = Replay(reader)
        assert reader.ended is not None
        replay.move(reader.ended)
        view = replay.view()
        assert reader.torn is None
    assert [director.role for director in view.directors] == ["MASTER", "BACKUP"]
    assert [len(server.real_servers) for server in view.virtual_servers] == [3, 3]
    assert view.events, "they are read without the fields that came later"


class Inner(NamedTuple):
    name: str


@dataclass(frozen=True)
class Told:
    at: float
    inner: tuple[Inner, ...]


def test_each_change_that_older_recordings_could_not_be_read_with_is_found() -> None:
    told = format_of(Told)
    assert told == {"Inner": [["name", "str", False]], "Told": [["at", "float", False], ["inner", "[Inner]", False]]}
    assert unreadable(told, told) == []
    assert unreadable(told, {**told, "Inner": [*told["Inner"], ["new", "int", True]]}) == []
    for changed in (
        {"Told": told["Told"]},
        {**told, "Inner": [*told["Inner"], ["new", "int", False]]},
        {**told, "Inner": [["name", "bytes", False]]},
        {**told, "Told": told["Told"][::-1]},
        {**told, "Told": told["Told"][:1]},
    ):
        (why,) = unreadable(told, changed)
        assert why.startswith(("Inner", "Told"))

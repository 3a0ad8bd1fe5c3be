"""A session goes on whatever becomes of its recording, says so once, and no secret is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView, Severity
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.keepalived_messages import LoadedConfiguration, Log, LogLine
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.record import recorder
from lvstui.record.recorded_entries import EntryDecoder, EntryError
from lvstui.record.recorded_events import event_of, event_text
from lvstui.record.recorder import Recorder
from lvstui.record.recording_file import RecordingWriter
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.recordings import paths
from tests.support.recorded_story import RecordedStory
from tests.support.story import Story
from tests.support.telling import NAMES

SECRET = "hunter22"


def said(recorded: RecordedStory) -> list[str]:
    return [event.text for event in recorded.story.view().events if event.subject == "recording"]


async def test_a_folder_that_cannot_be_written_is_told_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recorded = RecordedStory(monkeypatch, tmp_path / "file" / "recordings")
    await recorded.until(130)
    (told,) = said(recorded)
    assert told.startswith("nothing is recorded now: ")
    (tmp_path / "file").unlink()
    await recorded.until(200)
    assert said(recorded)[1:] == ["it is recorded again"]
    with RecordingReader(recorded.path) as reader:
        assert reader.torn is None
        assert reader.ended == recorded.story.time()


async def test_a_full_disk_is_told_once_and_what_was_written_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(30)
    first = recorded.path
    append = RecordingWriter.append

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RecordingWriter, "append", full)
    await recorded.until(150)
    assert said(recorded) == [
        "nothing is recorded now: [Errno 28] No space left on device; it is tried again every minute"
    ]
    monkeypatch.setattr(RecordingWriter, "append", append)
    await recorded.until(220)
    assert said(recorded)[1:] == ["it is recorded again"]
    assert recorded.path != first
    with RecordingReader(first) as reader:
        assert reader.ended == recorded.views[29].wall


async def test_a_clock_that_jumps_begins_a_chunk_and_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(10)
    time = recorded.story.time
    monkeypatch.setattr(recorded.story, "time", lambda: time() + 3600)
    await recorded.until(20)
    assert len(said(recorded)) == 1
    with RecordingReader(recorded.path) as reader:
        assert [chunk.wall - chunk.now for chunk in reader.chunks] == [time() - 20, time() + 3600 - 20]


def with_secret(name: str, message: FromAgent) -> FromAgent:
    """Return what a Director says whose files hold a password."""
    line = f" authentication {{\n  auth_type PASS\n  auth_pass {SECRET}\n }}\n".encode()
    if isinstance(message, Files):
        files = [
            file._replace(data=file.data.replace(b"    advert_int 1\n", b"    advert_int 1\n" + line))
            for file in message.files
        ]
        assert all(SECRET.encode() in file.data for file in files)
        return replace(message, files=tuple(files))
    if isinstance(message, Log):
        more = LogLine(1.0, "Keepalived", f"(/etc/keepalived/keepalived.conf: Line 9) unknown word {SECRET}")
        return replace(message, lines=(*message.lines, more))
    return message


async def test_no_secret_is_in_any_byte_of_a_recording(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    recorded.story.heard = with_secret
    copy = LoadedConfiguration(1.0, 1.0, 1, 1, f"auth_pass {SECRET}\n".encode(), None)

    told = EventView(1.0, Severity.INFO, "you", "", f"'auth_pass {SECRET}' was read")

    def tell(story: Story) -> None:
        story.state.receive("director1", copy, story.now)
        story.state.note(told)

    await recorded.until(70, tell)
    told_hashes = {
        one.sha256
        for name in NAMES
        for files in [recorded.story.state.facts(name).files]
        if files
        for one in files.files
    }
    hashes = set()
    with RecordingReader(recorded.path) as reader:
        lines = [line for chunk in reader.chunks for line in reader.lines(chunk)]
        for entry in map(EntryDecoder().entry, lines):
            if entry.kind == "message" and isinstance(entry.value, Files):
                hashes |= {file.sha256 for file in entry.value.files}
        text = b"\n".join(lines) + "\n".join(row.data for row in reader.events()).encode()
    assert b"auth_pass" in text
    assert SECRET.encode() not in text
    assert SECRET.encode() not in recorded.path.read_bytes()
    assert len(hashes) == len(told_hashes), "a hash would let anybody try passwords"
    assert not hashes & told_hashes


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b'["message",1,1,"a",["Ipvs",[],[]]]', b'["message",1,1,"a",["No",[],[]]]', b"\xff"]
)
def test_a_line_that_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(EntryError):
        EntryDecoder().entry(line)


def test_an_event_is_read_back_as_it_was() -> None:
    event = EventView(
        1.5, Severity.ERROR, "director1", "VI_1", "BACKUP → FAULT", (Target("tcp/10.0.0.1:80", "10.0.0.2:80"),), True
    )
    assert event_of(event_text(event, str)) == event
    for text in ("", "[]", "{}", "[1,2,3,4,5,6,7]"):
        with pytest.raises(ValueError):
            event_of(text)


async def test_leaving_writes_what_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    recorder: Recorder = recorded.recorder
    async with recorder:
        recorded.story.until(5)
    (path,) = paths(tmp_path)
    with RecordingReader(path) as reader:
        assert reader.ended == recorded.story.time()


async def test_a_chunk_begins_by_the_clocks_of_the_views_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read anew they may be some milliseconds apart, and a moment of the wall clock would be another of the other one."""
    monkeypatch.setattr(recorder, "CHUNK", 5.0)
    recorded = RecordedStory(monkeypatch, tmp_path)
    monkeypatch.setattr(recorded.recorder, "_wall", lambda: recorded.story.time() + 0.003)
    await recorded.until(20)
    ahead = recorded.story.time() - recorded.story.now
    with RecordingReader(recorded.path) as reader:
        assert [chunk.wall - chunk.now for chunk in reader.chunks] == pytest.approx(
            [ahead] * len(reader.chunks), abs=1e-5
        )
        assert len(reader.chunks) > 2

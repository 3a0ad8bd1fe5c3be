"""A recording opens whatever happened to it, is read as far as it goes, and is refused with a reason where it is none."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lvstui.record.chunk_writer import ChunkWriter, RecordingLimits
from lvstui.record.recorded_entries import EntryDecoder
from lvstui.record.recording_file import VERSION
from lvstui.record.recording_reader import RecordingError, RecordingReader
from lvstui.record.recordings import cluster_of, found, new_path, paths
from tests.support.paths import ROOT
from tests.support.telling import NAMES, WALL
from tests.support.writing_process import CHUNK, batch

_KILLS = int(os.environ.get("LVSTUI_KILLS", "25"))
_SECONDS = 3 * CHUNK


def written(folder: Path, seconds: int = _SECONDS, limits: RecordingLimits = RecordingLimits()) -> Path:  # noqa: B008
    """Return a recording of so many seconds that was closed."""
    writer = ChunkWriter(folder, "web-prod", NAMES, 1.0, limits)
    for number in range(seconds):
        writer.write(batch(number))
    path = writer.path
    writer.close()
    assert path is not None
    return path


def seconds_in(path: Path) -> list[int]:
    """Return the seconds of which there is a message, without what a chunk repeats at its beginning."""
    found: set[int] = set()
    with RecordingReader(path) as reader:
        for chunk in reader.chunks:
            entries = map(EntryDecoder().entry, reader.lines(chunk))
            found |= {int(one.now) for one in entries if one.kind == "message"}
    return sorted(found)


def reason(path: Path) -> str:
    with pytest.raises(RecordingError) as refused:
        RecordingReader(path)
    return str(refused.value).removeprefix(f"{path}: ")


def test_what_was_written_is_there_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert seconds_in(path) == list(range(_SECONDS))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with RecordingReader(path) as reader:
        assert (reader.began, reader.ended) == (WALL, WALL + _SECONDS - 1)
        assert reader.torn is None
        assert reader.about["directors"].split("\n") == list(NAMES)


@pytest.mark.parametrize("seed", range(5))
def test_a_process_that_is_killed_loses_at_most_two_commits(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(_KILLS // 5):
        folder = tmp_path / str(number)
        command = [sys.executable, "-m", "tests.support.writing_process", str(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(chance.randint(1, 60))]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read().splitlines(keepends=True)
        process.wait()
        number_said, name = [line for line in said if line.endswith("\n")][-1].split(maxsplit=1)
        path = Path(name.rstrip())
        seconds = seconds_in(path)
        assert seconds[-1] >= int(number_said) - 2
        assert seconds == list(range(seconds[0], seconds[-1] + 1)), "and nothing is missing in between"
        assert list(folder.iterdir()) == [path], "who reads it puts into it what was beside it"


def killed(folder: Path) -> Path:
    """Return a recording as a killed process leaves it: with a log, and a lock that nobody holds."""
    folder.mkdir()
    writer = ChunkWriter(folder / "live", "web-prod", NAMES, 1.0)
    for number in range(_SECONDS):
        writer.write(batch(number))
    (live,) = paths(folder / "live")
    path = folder / live.name
    for one in (folder / "live").iterdir():
        (folder / one.name).write_bytes(one.read_bytes())
    writer.close()
    shutil.rmtree(folder / "live")
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    return path


def test_one_that_is_read_stays_as_it_is_until_nobody_does(tmp_path: Path) -> None:
    path = killed(tmp_path / "killed")
    beside = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as other:
        assert other.execute("SELECT count(*) FROM chunk").fetchone() == (3,)
        assert seconds_in(path) == list(range(_SECONDS))
        assert beside.exists()
    assert seconds_in(path) == list(range(_SECONDS))
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_cut_is_read_up_to_there(tmp_path: Path) -> None:
    whole = written(tmp_path, 60 * CHUNK).read_bytes()
    lengths = [len(whole) * part // 12 for part in range(1, 12)]
    read = []
    for length in lengths:
        path = tmp_path / "cut.lvsrec"
        path.write_bytes(whole[:length])
        try:
            read.append(len(seconds_in(path)))
        except RecordingError as refused:
            assert "cannot be read" in str(refused)
            read.append(0)
    assert read == sorted(read), "the more is left, the more is read"
    assert read[-1] > 30 * CHUNK


# A chunk that is over is one piece: the second one is that of the second chunk; the fifth is the third of the last chunk.
@pytest.mark.parametrize(("number", "lost"), [(1, range(CHUNK, 2 * CHUNK)), (4, range(2 * CHUNK + 2, _SECONDS))])
def test_a_damaged_part_ends_its_chunk_and_no_other(tmp_path: Path, number: int, lost: range) -> None:
    path = written(tmp_path)
    with sqlite3.connect(path) as database:
        (id, data) = database.execute("SELECT id, data FROM piece ORDER BY id LIMIT 1 OFFSET ?", (number,)).fetchone()
        database.execute("UPDATE piece SET data = ? WHERE id = ?", (data[:-1] + bytes([data[-1] ^ 1]), id))
    database.close()
    with RecordingReader(path) as reader:
        assert [len(list(reader.lines(chunk))) > 0 for chunk in reader.chunks].count(False) <= 1
        assert reader.torn is not None
        assert "damaged" in reader.torn
    missing = set(range(_SECONDS)) - set(seconds_in(path))
    assert missing
    assert missing <= set(lost)


def test_bytes_that_were_changed_anywhere_never_break_the_reader(tmp_path: Path) -> None:
    whole, chance = written(tmp_path).read_bytes(), random.Random(3)
    path = tmp_path / "changed.lvsrec"
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 20, 400))):
            data[chance.randrange(100, len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            assert set(seconds_in(path)) <= set(range(_SECONDS))
        except RecordingError as refused:
            assert str(path) in str(refused)


def test_what_is_no_recording_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "x.lvsrec"
    assert reason(path) == "it cannot be read: No such file or directory"
    path.mkdir()
    assert reason(path) == "it is not a regular file"
    path.rmdir()
    path.write_bytes(b"")
    assert reason(path) == "it is empty"
    path.write_bytes(b"vrrp_instance VI_1 {\n}\n")
    assert reason(path) == "it is no recording of lvstui"
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE other (x)")
    database.close()
    assert reason(path) == "it is a database, but no recording of lvstui"


def test_a_newer_version_is_refused_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path)
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version={VERSION + 1}")
    database.close()
    assert f"it has version {VERSION + 1} of the format, this lvstui reads up to {VERSION}" in reason(path)


def test_the_oldest_chunks_are_dropped_by_age_and_by_size(tmp_path: Path) -> None:
    old = written(tmp_path / "age", 10 * CHUNK, RecordingLimits(seconds=3.0 * CHUNK))
    assert seconds_in(old)[0] >= 5 * CHUNK - 1, "the last before its oldest chunk is in the keyframe"
    assert seconds_in(old)[-1] == 10 * CHUNK - 1
    big = written(tmp_path / "size", 100 * CHUNK, RecordingLimits(bytes=60_000))
    assert big.stat().st_size < 120_000
    assert seconds_in(big)[-1] == 100 * CHUNK - 1


def test_two_consoles_of_one_cluster_write_a_file_each(tmp_path: Path) -> None:
    writers = [ChunkWriter(tmp_path, "web/prod 1", NAMES, 1.0) for _ in range(2)]
    for number in range(_SECONDS):
        for writer in writers:
            writer.write(batch(number))
    for writer in writers:
        writer.close()
    both = paths(tmp_path, "web/prod 1")
    assert len(both) == 2
    assert [seconds_in(path) for path in both] == [list(range(_SECONDS))] * 2
    assert {cluster_of(path) for path in both} == {"web/prod 1"}
    assert paths(tmp_path, "web") == []


def test_files_that_ended_long_ago_make_room_and_those_of_another_cluster_stay(tmp_path: Path) -> None:
    ended = written(tmp_path)
    os.utime(ended, (WALL - 90_000, WALL - 90_000))
    other = new_path(tmp_path, "other", WALL, 1)
    other.write_bytes(b"")
    os.utime(other, (WALL - 90_000, WALL - 90_000))
    path = written(tmp_path)
    assert path != ended
    assert not ended.exists()
    assert other.exists()
    assert [str(one) for one in found(tmp_path, "other")] == [f"{other}: it is empty"]


def test_nothing_lies_beside_a_recording_that_was_read(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert seconds_in(path) == list(range(_SECONDS))
    assert list(tmp_path.iterdir()) == [path]


def test_a_recording_is_read_while_it_is_written(tmp_path: Path) -> None:
    writer = ChunkWriter(tmp_path, "web-prod", NAMES, 1.0)
    for number in range(CHUNK + 2):
        writer.write(batch(number))
    assert writer.path is not None
    assert seconds_in(writer.path) == list(range(CHUNK + 2))
    writer.close()


@pytest.mark.parametrize(
    "statement", ["PRAGMA journal_mode", "PRAGMA user_version", "BEGIN; ", "INSERT INTO recording"]
)
def test_one_that_cannot_be_begun_leaves_nothing_open_and_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    class FullDisk(sqlite3.Connection):
        def _does(self, sql: str) -> None:
            if sql.startswith(statement):
                raise sqlite3.OperationalError("database or disk is full")

        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            self._does(sql)
            return super().execute(sql, *parameters)

        def executescript(self, sql: str) -> sqlite3.Cursor:
            self._does(sql)
            return super().executescript(sql)

        def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
            self._does(sql)
            return super().executemany(sql, parameters)

    def open_here() -> list[str]:
        folder = Path("/proc/self/fd")
        links = [os.readlink(one) for one in folder.iterdir() if one.is_symlink()]
        return [link for link in links if link.startswith(str(tmp_path))]

    writer = ChunkWriter(tmp_path, "web-prod", NAMES, 1.0)
    with monkeypatch.context() as full:
        full.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=FullDisk))
        for _ in range(2):
            with pytest.raises(sqlite3.OperationalError, match="disk is full"):
                writer.write(batch(0))
            assert list(tmp_path.iterdir()) == []
            assert open_here() == []
    writer.write(batch(0))
    assert open_here()
    writer.close()
    assert len(list(tmp_path.iterdir())) == 1

"""Measure what memory it takes to replay a week of a pair, day by day: it stays what it is after the first.

python -m tests.bench.bench_replay_week
"""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from lvstui.record.chunk_writer import Batch, ChunkWriter, RecordingLimits
from lvstui.record.recorded_entries import Entry
from lvstui.record.recorded_state import ReplayedState
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.bench.bench_record import Kernel, told
from tests.support.telling import NAMES, WALL

_STEP = 120  # seconds between two samples, and two moments
_DAYS, _DAY = 7, 86_400
_CHUNK = 3600  # seconds, with so few samples
GROWS = 8e6  # bytes that are no growth: what Python keeps of what was freed


def record(folder: Path) -> Path:
    """Record the week. Return the file."""
    writer, kernel = ChunkWriter(folder, "week", NAMES, _STEP, RecordingLimits(1e9, 1e9)), Kernel()
    state = ReplayedState(NAMES, 0.0, WALL)
    for second in range(0, _DAYS * _DAY, _STEP):
        now, wall = float(second), WALL + second
        links = (("connecting", None), ("connected", "root")) if second == 0 else ()
        entries = [Entry(kind, now, wall, name, value) for name in NAMES for kind, value in links]
        entries += [Entry("message", now, wall, name, one) for name in NAMES for one in told(kernel, name, now, 10)]
        begins = second % _CHUNK == 0
        if begins:
            state.view(now, wall)
        writer.write(Batch(now, wall, entries, (), state.memory() if begins else None))
    path = writer.path
    writer.close()
    assert path is not None
    return path


def memory() -> int:
    """Return the bytes that the process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def replayed(path: Path) -> list[int]:
    """Return the memory after each day."""
    after = []
    with RecordingReader(path) as reader:
        replay = Replay(reader)
        for day in range(_DAYS):
            for second in range(0, _DAY, _STEP):
                replay.move(WALL + day * _DAY + second)
                replay.view()
            after.append(memory())
    return after


def main() -> int:
    """0 when the memory stays what it was after the first day."""
    with tempfile.TemporaryDirectory() as folder:
        after = replayed(record(Path(folder)))
    print("memory after each day of a replayed week:", *(f"{one / 1e6:.1f}" for one in after), "MB")
    return 0 if max(after[1:]) - after[0] <= GROWS else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""A process that records until it is killed: it says after each commit how much of what it was given is in the file.

python -m tests.support.writing_process FOLDER
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from lvstui.director.protocol.host_messages import Host
from lvstui.record.chunk_writer import Batch, ChunkWriter, RecordingLimits
from lvstui.record.recorded_entries import Entry
from tests.support.telling import NAMES, WALL

CHUNK = 8  # batches


def batch(number: int) -> Batch:
    """Return what is written in second `number`: a message that says so, of each Director."""
    told = Host(float(number), 0.5, 2, None, None, (), number, 1000, None)
    entries = [Entry("message", number, WALL + number, name, told) for name in NAMES]
    return Batch(number, WALL + number, entries, (), {} if number % CHUNK == 0 else None)


def main() -> None:
    """Write on and on."""
    writer = ChunkWriter(Path(sys.argv[1]), "web-prod", NAMES, 1.0, RecordingLimits(bytes=200_000))
    for number in count():
        writer.write(batch(number))
        print(number, writer.path, flush=True)


if __name__ == "__main__":
    main()

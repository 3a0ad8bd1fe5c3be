"""The audit log on the operator's machine: JSON lines, one for each change (two for an add that is raised), only ever added to.

Not for: what a record means (see `cluster.history`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

from lvstui.cluster.history import from_json, latest, to_json
from lvstui.cluster.intent import Record


class History(Protocol):
    """Where changes are remembered."""

    def read(self) -> tuple[Record, ...]:
        """All of them, oldest first. Raises OSError."""

    def append(self, record: Record) -> None:
        """Raises OSError."""


class Memory:
    """A history that ends with the program: the demo's, and that of tests."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def read(self) -> tuple[Record, ...]:
        return latest(self._records)

    def append(self, record: Record) -> None:
        self._records.append(record)


class HistoryFile:
    """The log in a file. A line that is torn (the machine stopped while it was written) is passed over, and kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[Record, ...]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        found = (_record(line) for line in data.split(b"\n") if line.strip())
        return latest(record for record in found if record is not None)

    def append(self, record: Record) -> None:
        """Whole, on the disk, and readable by its owner alone: diffs of a configuration may hold passwords."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps(to_json(record)).encode("ascii") + b"\n"
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line
            while line:
                line = line[os.write(descriptor, line) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _record(line: bytes) -> Record | None:
    try:
        return from_json(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None

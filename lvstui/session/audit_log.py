"""Keep the audit log on the operator's machine: JSON lines, one for each change, two for an add that is raised.

Not for: what a record means (see `cluster.plan.record`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

from lvstui.cluster.plan.intent import ChangeRecord
from lvstui.cluster.plan.record import from_json, latest, to_json


class History(Protocol):
    """Remember changes."""

    def read(self) -> tuple[ChangeRecord, ...]:
        """Return all of them, oldest first. Raises OSError."""

    def append(self, record: ChangeRecord) -> None:
        """Add a record. Raises OSError."""


class Memory:
    """A history that ends with the program: the demo's, and that of tests."""

    def __init__(self) -> None:
        self._records: list[ChangeRecord] = []

    def read(self) -> tuple[ChangeRecord, ...]:
        return latest(self._records)

    def append(self, record: ChangeRecord) -> None:
        self._records.append(record)


class HistoryFile:
    """The log in a file. A line that is torn (the machine stopped while it was written) is passed over, and kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[ChangeRecord, ...]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        found = (_record(line) for line in data.split(b"\n") if line.strip())
        return latest(record for record in found if record is not None)

    def append(self, record: ChangeRecord) -> None:
        """Add a record: whole, on the disk, and readable by its owner alone, for diffs of a configuration may hold passwords."""
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


def _record(line: bytes) -> ChangeRecord | None:
    try:
        return from_json(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None

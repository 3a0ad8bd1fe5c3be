"""Keep the right to write on this Director: the lock against every other lvstui, and the journal of the open change.

Both lie next to the main file of the keepalived that runs, or ran last.
"""

from __future__ import annotations

import os
from typing import Optional

from ..journal import JournalEntry, LeftJournal
from ..system import Refused
from .files import candidate, journal_file
from .files.lock import FolderLock
from .keepalived.keepalived_reader import KeepalivedReader
from .process import started

_CLOCKS = 0.1  # seconds; a file's time and a process's start are of clocks that tick, each of 10 ms at most


class WriteAccess:
    """The lock and the journal of one agent. `root`: without it nothing may be written, and no journal is seen."""

    def __init__(self, keepalived: KeepalivedReader, root: bool) -> None:
        self._keepalived = keepalived
        self._root = root
        self._lock = FolderLock()
        self._main = keepalived.read().config  # as of the last daemon that was seen
        self._writing = False  # a journal of this agent is open
        self.unit = ""  # that keepalived ran under when the lock was taken

    async def lock(self) -> None:
        """Take the lock; see `System.lock`."""
        if not self._root:
            raise Refused("changes need root, or sudo without a password")
        where = self._place()
        daemon = self._keepalived.look()
        self.unit = "" if daemon is None else daemon.unit
        await self._lock.take(where.folder, where.journal)

    def unlock(self) -> None:
        """Release the lock."""
        self._writing = False
        self._lock.release()

    def left(self) -> Optional[LeftJournal]:
        """Return the journal of another agent; see `System.left`."""
        where = self._place()
        if not self._root or self._writing or not os.path.lexists(where.journal):
            return None
        probe = FolderLock()
        busy = not self._lock.held and not probe.try_to_take(where.folder)
        try:
            entry = journal_file.read(where.journal)
            if entry is None:
                return None
            daemon = self._keepalived.look()
            written = max([entry.when, *map(candidate.changed, entry.files)])
            restarted = daemon is not None and started(daemon.process) > written + _CLOCKS
            return LeftJournal(entry, tuple(map(candidate.left, entry.files)), restarted, busy)
        finally:
            probe.release()

    def write_journal(self, entry: Optional[JournalEntry]) -> None:
        """Write or remove this agent's journal."""
        path = self._place().journal
        if entry is None:
            journal_file.forget(path)
        else:
            journal_file.write(path, entry)
        self._writing = entry is not None

    def _place(self) -> candidate.SwapPaths:
        daemon = self._keepalived.look()
        if daemon is not None:
            self._main = daemon.config
        return candidate.swap_paths(self._main)

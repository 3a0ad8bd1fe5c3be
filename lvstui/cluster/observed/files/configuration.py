"""Read a Director's configuration from the bytes that its agent sent, and read it again only when they changed.

Not for: what the text means (see `keepalived`). A huge file takes long to read: `ahead` gives the reading to who can make it
beside the loop. The agent parses nothing: what the files include is asked for from here (decision 0001).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lvstui import keepalived
from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.file_messages import Files
from lvstui.keepalived.reading.model import GroupFwmarks

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Reading:
    """One reading that is to be made. `run` touches nothing that others see, so it may run in a thread of its own."""

    files: Files
    config_id: str
    version: str
    earlier: keepalived.Configuration | None  # what is in it too is not read again
    fwmarks: GroupFwmarks = ()  # that the daemon has given to groups of addresses
    found: list[keepalived.Configuration | None] = field(default_factory=list)  # None: the main file is not there

    @property
    def key(self) -> tuple[object, ...]:
        """Return what the reading depends on: while it is equal, the reading is the same."""
        files = self.files
        hashes = tuple((file.path, file.sha256, file.error) for file in files.files)
        return files.main, files.error, files.matches, self.config_id, self.version, hashes, self.fwmarks

    @property
    def size(self) -> int:
        """Return how many bytes are to be read."""
        return sum(len(file.data) for file in self.files.files)

    def run(self) -> keepalived.Configuration | None:
        """Return the configuration. Nothing is done when it was read already."""
        if not self.found:
            self.found.append(self._read())
        return self.found[0]

    def _read(self) -> keepalived.Configuration | None:
        reader, version = _reader(self.files), _version(self.version)
        try:
            return keepalived.load(self.files.main, reader, self.config_id, version, self.earlier, self.fwmarks)
        except FileNotFoundError:
            return None


def given_fwmarks(dump: Checkers | None) -> GroupFwmarks:
    """Return the firewall marks that the daemon has given to groups of addresses, as its checker dump tells."""
    if dump is None or dump.error is not None:
        return ()
    return tuple(((one.group, one.protocol), one.fwmark) for one in dump.group_fwmarks)


class Loaded:
    """The configuration of the last Files, and why there is none."""

    def __init__(self) -> None:
        self.configuration: keepalived.Configuration | None = None  # the last one that could be read
        self.error: str | None = "the configuration has not come yet"
        self.generation = 0  # of `configuration`; changes with it
        self._read: tuple[object, ...] | None = None
        self._ahead: Reading | None = None

    @property
    def whole(self) -> keepalived.Configuration | None:
        """Return the configuration when all of it could be read, every included file too."""
        return self.configuration if self.error is None else None

    def ahead(self, files: Files, config_id: str, version: str, fwmarks: GroupFwmarks = ()) -> Reading | None:
        """Return what `update` would have to read; it need not when this has run by then. None: nothing."""
        reading = Reading(files, config_id, version, self.configuration, fwmarks)
        if reading.key == self._read:
            return None
        self._ahead = reading
        return reading

    def update(self, files: Files, config_id: str, version: str, fwmarks: GroupFwmarks = ()) -> None:
        """Read `files` as the keepalived of that id and version would; nothing is done when none of it is new."""
        reading = Reading(files, config_id, version, self.configuration, fwmarks)
        key = reading.key
        if key == self._read:
            return
        if self._ahead is not None and self._ahead.key == key:
            reading = self._ahead
        self._read, self._ahead = key, None
        self.generation += 1
        self.error = files.error or _unreadable(files)
        self.configuration = reading.run()
        if self.configuration is None:
            self.error = self.error or f"{files.main} is not there"
            return
        asked = {match.pattern for match in files.matches}
        if self.error is None and not asked.issuperset(self.configuration.include_patterns):
            self.error = "included files have not come yet"


def _reader(files: Files) -> keepalived.MemoryFiles:
    data = {file.path: file.data for file in files.files if file.error is None}
    return keepalived.MemoryFiles(data, {match.pattern: match.paths for match in files.matches})


def _unreadable(files: Files) -> str | None:
    """Say why a part cannot be read. What one file says may change what another means, so then nothing is certain."""
    for file in files.files:
        if file.error is not None:
            return f"{file.path} cannot be read: {file.error}"
    return None


def _version(text: str) -> tuple[int, int, int] | None:
    match = _VERSION.match(text)
    return None if match is None else (int(match[1]), int(match[2]), int(match[3]))

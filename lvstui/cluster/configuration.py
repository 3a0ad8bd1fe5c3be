"""A Director's configuration, read from the bytes that its agent sent, and read again only when they changed.

Not for: what the text means (see `keepalived`). A huge file takes seconds to read: ask when it is needed, not before.
"""

from __future__ import annotations

import re

from lvstui import keepalived
from lvstui.director.messages import Files

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class Loaded:
    """The configuration of the last Files, and why there is none."""

    def __init__(self) -> None:
        self.configuration: keepalived.Configuration | None = None  # the last one that could be read
        self.error: str | None = "the configuration has not come yet"
        self.generation = 0  # of `configuration`; changes with it
        self._read: tuple[object, ...] | None = None

    @property
    def whole(self) -> keepalived.Configuration | None:
        """The configuration when all of it could be read, every included file too."""
        return self.configuration if self.error is None else None

    def update(self, files: Files, config_id: str, version: str) -> None:
        """Read `files` as the keepalived of that id and version would; nothing is done when none of it is new."""
        key = (
            files.main,
            files.error,
            files.matches,
            config_id,
            version,
            tuple((file.path, file.sha256, file.error) for file in files.files),
        )
        if key == self._read:
            return
        self._read = key
        self.generation += 1
        self.error = files.error or _unreadable(files)
        try:
            configuration = keepalived.load(files.main, _reader(files), config_id, _version(version))
        except FileNotFoundError:
            self.configuration = None
            self.error = self.error or f"{files.main} is not there"
            return
        self.configuration = configuration
        asked = {match.pattern for match in files.matches}
        if self.error is None and not asked.issuperset(configuration.include_patterns):
            self.error = "included files have not come yet"


def _reader(files: Files) -> keepalived.Files:
    data = {file.path: file.data for file in files.files if file.error is None}
    return keepalived.Files(data, {match.pattern: match.paths for match in files.matches})


def _unreadable(files: Files) -> str | None:
    """Why a part cannot be read. What one file says may change what another means, so then nothing is certain."""
    for file in files.files:
        if file.error is not None:
            return f"{file.path} cannot be read: {file.error}"
    return None


def _version(text: str) -> tuple[int, int, int] | None:
    match = _VERSION.match(text)
    return None if match is None else (int(match[1]), int(match[2]), int(match[3]))

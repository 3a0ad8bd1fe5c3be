"""Decide what keepalived of one Director has in force, and whether that is what lies in its files.

    keepalived's own copy   the files                          pending
    there                   say the same                       no
    there                   say otherwise                      yes
    not there               no newer than its last load        no, unless one is older than it was since, or one came or went
    not there, and newer:   a dump says otherwise              yes
                            are what a change of ours loaded   no
                            are what was loaded, byte for byte no
                            are not what was loaded            yes
                            what was loaded is not known       not known

A log with whole seconds tells a load one second late at most. A file of that very second may have been written before the load
or after it: what is not a dump's word, nor what a change of ours loaded, nor what was seen in force since, is not known then.

A process that is stopped, or leaves its signals waiting, may not have read yet what its parent has: then "no" is not known.
Times are of the Director's wall clock.

Not for: where the evidence comes from (see `director`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from lvstui.cluster.observed.checkers.verdicts import ServerKey, Verdict
from lvstui.cluster.observed.clock_tolerances import WHOLE_SECONDS
from lvstui.cluster.observed.daemon_life import in_same_life
from lvstui.cluster.observed.files import dump_differences
from lvstui.cluster.observed.files.installed import Installed
from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.keepalived import Configuration, ConfiguredRealServer
from lvstui.keepalived.reading.load import again
from lvstui.keepalived.reading.loaded_files import CopiedFile, as_loaded, copied_files, same

_LARGE = 300_000  # bytes
_ONE_LOOK = 1.0  # seconds at most from the agent's look at the daemon to that at its files


class Evidence(NamedTuple):
    """All that tells which configuration keepalived has loaded. None: not reported."""

    keepalived: Keepalived | None
    files: Files | None
    configuration: Configuration | None  # of the files, when all of them could be read
    copy: LoadedConfiguration | None
    log: bool  # it is known whether there is a log, and what it told of loads
    logged: float  # of the last line that says that files are read; 0.0 none
    checkers: Checkers | None = None  # keepalived's last dumps
    vrrp: Vrrp | None = None


class InForce:
    """`update` with the evidence of now; the attributes say what follows from it."""

    def __init__(self) -> None:
        self.pending: bool | None = None
        self.judged = False  # all that could tell has told
        self.loaded_at: float | None = None  # None: not known
        self.files: Files | None = None  # as keepalived has loaded them, as far as it acts on them; None: not known
        self.installed: Installed | None = None  # what a change of this machine verified to be loaded
        self._sources: frozenset[str] | None = None  # the paths of `files` that are read
        self._files_since: float | None = None  # the load that `files` were seen to be in force of
        self._process = (0, 0.0)
        self._loads: tuple[float, float] | None = None  # the last that the agent and the log have told
        self._loads_told = 0.0  # when the agent looked that told of them, by its own clock
        self._compared: tuple[object, ...] = ()
        self._equal: bool | None = None
        self._in_force: Configuration | None = None  # what `files` say, read when it is needed
        self._read_from: Files | None = None  # the files that it was read from

    def update(self, evidence: Evidence) -> bool:
        """Return True if `pending` or what is loaded is another than before."""
        before = (self.pending, self.loaded_at)
        known = evidence.keepalived
        self.judged = evidence.files is not None and (evidence.copy is not None or evidence.log)
        if known is None or known.error is not None or not known.running:
            self.pending = self.loaded_at = self.files = None
            return (self.pending, self.loaded_at) != before
        if not in_same_life(*self._process, known):
            self._process, self.files, self._sources = (known.pid, known.started), None, None
        if self._loads != (known.loaded, evidence.logged):
            self._loads, self._loads_told = (known.loaded, evidence.logged), known.at
        if evidence.copy is not None and evidence.copy.error is None and evidence.copy.pid == known.pid:
            self.loaded_at = evidence.copy.wall
            self.pending = self._by_copy(evidence, evidence.copy)
        else:
            self.loaded_at = _load_time(evidence, known)
            self.pending = self._by_time(evidence, known)
        if self.pending is False and any(one.stopped or one.deaf_since is not None for one in known.processes):
            self.pending = None
        still_to_come = evidence.configuration is None and self._sources is not None
        if self.pending is False and not (still_to_come and self._files_since == self.loaded_at):
            self.files, self._files_since, self._sources = evidence.files, self.loaded_at, None
            if evidence.configuration is not None:  # read already, and not on the loop
                self._in_force, self._read_from = evidence.configuration, evidence.files
                self._sources = _sources(evidence.configuration)
        return (self.pending, self.loaded_at) != before

    # --- with keepalived's own copy ---

    def _by_copy(self, evidence: Evidence, copy: LoadedConfiguration) -> bool | None:
        files, configuration = evidence.files, evidence.configuration
        if files is None or files.error is not None or configuration is None:
            # Includes that were asked for are still to come, unless something cannot be read at all.
            self.judged = files is not None and (files.error is not None or any(one.error for one in files.files))
            return None
        compared = (copy.data, tuple((file.path, file.sha256) for file in files.files), configuration.version)
        if compared == self._compared:
            return None if self._equal is None else not self._equal
        self._compared = compared
        if len(copy.data) > _LARGE and _untouched(files, copy):
            self._equal = True
            return False
        try:
            copied = copied_files(copy.data, configuration.path)
        except ValueError:
            self._equal = None
            return None
        self._equal = same(copied, configuration.expansion)
        if not self._equal:
            self.files = _as_files(files, configuration, copied)
        return not self._equal

    # --- without ---

    def _by_time(self, evidence: Evidence, known: Keepalived) -> bool | None:
        files = evidence.files
        if files is None or files.error is not None or known.loaded == 0.0 or not evidence.log:
            self.judged = self.judged and evidence.log
            return None  # the log may tell of a later reload than the daemon's start
        first, last = _load_window(evidence, known)
        written = max((max(file.mtime, file.ctime) for file in files.files), default=0.0)
        whole = evidence.configuration
        others = whole is not None and self._others(whole)
        if written <= first and not others and not self._exchanged(files):
            return False
        if whole is not None and dump_differences.differs(whole, evidence.checkers, evidence.vrrp):
            return True
        if written <= first and others and files.at - self._loads_told < _ONE_LOOK:
            return False  # they may have come or gone before the load that was told just before them
        newer = written > last or written <= first
        since = newer or self._files_since == self.loaded_at
        if self.files is not None and since and _hashes(self.files) == _hashes(files):
            return False
        if self.installed is not None and _is_installed(self.installed, known, files):
            return False
        self.judged = evidence.checkers is not None
        return None if self.files is None or not newer or known.loaded_from == "start" else True

    def _others(self, configuration: Configuration) -> bool:
        """Return True if other files are read than were in force, without another load: an include came or went.

        Where a file is removed, renamed or made executable, no time tells of it.
        """
        known = self._sources is not None and self._files_since == self.loaded_at
        return known and self._sources != _sources(configuration)

    def _exchanged(self, files: Files) -> bool:
        """Return True if a file that was in force is an older one now, without another load.

        Nothing but the name is touched where a symbolic link, or a folder, is put in the place of another. Only of an older one
        is it sure: what was written before the load may be told after it.
        """
        if self.files is None or self._files_since != self.loaded_at:
            return False
        before = {file.path: file for file in self.files.files}
        return any(
            (old := before.get(file.path)) is not None
            and old.sha256 != file.sha256
            and max(file.mtime, file.ctime) < max(old.mtime, old.ctime)
            for file in files.files
        )

    # --- for a row ---

    def pending_server(
        self, key: ServerKey, configured: ConfiguredRealServer | None, now: Configuration | None, dumped: Verdict | None
    ) -> bool | None:
        """Return True if what the files say of a real server is not loaded yet; `now` is their configuration."""
        if self.pending is False or now is None:
            return self.pending
        if self.files is None:
            if dumped is None or dumped.weight is None or configured is None:
                return self.pending
            return dumped.weight != configured.weight
        loaded = self._read(now).virtual_server(key[0])
        real = None
        if loaded is not None:
            wanted = None if configured is None else configured.key
            real = next((one for one in loaded.real_servers if one.key == wanted or str(one.key) == key[1]), None)
        if real is None or configured is None:
            return real is not configured
        return (real.weight, real.inhibit_on_failure) != (configured.weight, configured.inhibit_on_failure)

    def configuration(self, now: Configuration) -> Configuration | None:
        """Return what keepalived has loaded; None: not known. `now` is what the files say."""
        return None if self.files is None else self._read(now)

    def _read(self, now: Configuration) -> Configuration:
        """Return the configuration that is in force; what `now` says alike is not read again."""
        assert self.files is not None
        if self._in_force is None or self._read_from is not self.files:
            data = {file.path: file.data for file in self.files.files if file.error is None}
            self._read_from, self._in_force = self.files, again(now, data)
        return self._in_force


def _untouched(files: Files, copy: LoadedConfiguration) -> bool:
    """Return True if no file was touched since, and as many were read: comparing a huge one takes a third of a second."""
    opened = copy.data.count(b"\n# ") + copy.data.startswith(b"# ")
    return opened == len(files.files) and all(file.ctime and file.ctime <= copy.wall for file in files.files)


def _load_time(evidence: Evidence, known: Keepalived) -> float | None:
    if known.loaded_from == "start" and evidence.logged == 0.0:
        return None
    return max(known.loaded, evidence.logged) or None


def _load_window(evidence: Evidence, known: Keepalived) -> tuple[float, float]:
    """Return when keepalived last read its files, at the earliest and at the latest.

    Of a log with whole seconds the line's time is the earliest, and the agent's `loaded` the latest: when it saw the line, or
    the end of that second.
    """
    logged, loaded = evidence.logged, known.loaded
    if logged.is_integer() and logged > 0.0 and loaded <= logged + WHOLE_SECONDS:
        first, last = logged, loaded if loaded > logged else logged + WHOLE_SECONDS
    elif logged > loaded:  # the log's lines come before the daemon's new figures
        return logged, logged
    elif loaded.is_integer() and known.loaded_from == "log" and loaded != known.started:
        first, last = loaded - WHOLE_SECONDS, loaded
    else:
        return loaded, loaded
    return min(max(first, known.started), last), last


def _is_installed(installed: Installed, known: Keepalived, files: Files) -> bool:
    """Return True if the files were verified to be loaded, and keepalived is still the process that loaded them."""
    same_life = in_same_life(installed.pid, installed.started, known)
    return same_life and dict(installed.files) == _hashes(files)


def _sources(configuration: Configuration) -> frozenset[str]:
    return frozenset(file.path for file in configuration.files)


def _hashes(files: Files) -> dict[str, str]:
    return {file.path: file.sha256 for file in files.files}


def _as_files(files: Files, configuration: Configuration, copied: Iterable[CopiedFile]) -> Files:
    loaded = as_loaded(copied, configuration.expansion)
    known = {file.path: file for file in files.files}
    like = files.files[0] if files.files else File("", b"", "", 0.0, 0, 0, 0, None)
    made = [
        known.get(path, like)._replace(path=path, data=data, sha256=sha256(data).hexdigest(), error=None)
        for path, data in loaded.items()
    ]
    return replace(files, files=tuple(made))

"""Read a whole configuration: expand it, nest it, read it as each process does, put it into effect.

Not for: the disk (a FileReader is given).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lvstui.keepalived.parsing.dialect import Version, dialect_of
from lvstui.keepalived.parsing.expansion.expand import expand
from lvstui.keepalived.parsing.keywords import KeepalivedProcess
from lvstui.keepalived.parsing.nesting import Braces, Complaints, Fatal, Visitor, braces, read
from lvstui.keepalived.parsing.statements import Expansion, FileReader
from lvstui.keepalived.parsing.syntax import Diagnostic
from lvstui.keepalived.reading.model import Configuration, GlobalDefs, GroupFwmarks, SourceFile
from lvstui.keepalived.reading.reuse import ReusableServers
from lvstui.keepalived.reading.servers.checker_process import Servers
from lvstui.keepalived.reading.servers.effective import EffectiveServers
from lvstui.keepalived.reading.servers.fwmarks import Fwmarks
from lvstui.keepalived.reading.servers.sharing import share
from lvstui.keepalived.reading.vrrp.vrrp_process import Globals, Instances
from lvstui.keepalived.reading.vrrp_interfaces import NamedInterface

_CHECKED = "with reload_check_config keepalived does not start with this mistake, and refuses to reload"


@dataclass(frozen=True, slots=True)
class MemoryFiles:
    """A FileReader of bytes that are already here: files by path, and what each pattern matches."""

    data: Mapping[str, bytes]
    globs: Mapping[str, Sequence[str]]

    def glob(self, pattern: str) -> Sequence[str]:
        return self.globs.get(pattern, ())

    def read(self, path: str) -> bytes:
        try:
            return self.data[path]
        except KeyError:
            raise FileNotFoundError(path) from None


@dataclass(slots=True)
class _Remembering:
    """A FileReader that remembers what it gave, so that the same can be read again."""

    reader: FileReader
    data: dict[str, bytes] = field(default_factory=dict)
    globs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def glob(self, pattern: str) -> Sequence[str]:
        found = self.globs[pattern] = tuple(self.reader.glob(pattern))
        return found

    def read(self, path: str) -> bytes:
        data = self.data[path] = self.reader.read(path)
        return data


def load(
    path: str,
    reader: FileReader,
    config_id: str,
    version: Version | None = None,
    earlier: Configuration | None = None,
    fwmarks: GroupFwmarks = (),
) -> Configuration:
    """Read the configuration of a Director whose config id (the short hostname, unless `-i` is given) is `config_id`.

    `fwmarks` are those that its daemon has given to groups of addresses, as far as it is known.
    What is in `earlier` too, a reading of other files or of what they were, is not read again, and stays the same object.
    Raises FileNotFoundError where `path` itself cannot be read; whatever is wrong in the text is a Diagnostic.
    """
    remembering = _Remembering(reader)
    expansion = expand(
        path, remembering, config_id, None if earlier is None else earlier.expansion, dialect_of(version)
    )
    if earlier is not None and earlier.version != version:
        earlier = None
    return _configuration(expansion, path, config_id, version, remembering, earlier, fwmarks)


def again(configuration: Configuration, changed: Mapping[str, bytes]) -> Configuration:
    """Read the same configuration with other bytes in some of its files: only what they say otherwise is read anew."""
    data = {source.path: source.data for source in configuration.files} | dict(changed)
    reader = MemoryFiles(data, dict(configuration.globs))
    known = configuration
    return load(known.path, reader, known.config_id, known.version, known, known.fwmarks)


class _Readings:
    """Hold what keepalived's processes make of the statements, each in its turn; nothing is loaded where one of them `ended`."""

    def __init__(
        self,
        expansion: Expansion,
        pairs: Braces,
        version: Version | None,
        earlier: Configuration | None,
        fwmarks: GroupFwmarks,
    ) -> None:
        self.complaints = [(index, "this } closes nothing") for index in pairs.extra]
        self.complaints += [(index, "this { is never closed") for index in pairs.missing]
        self.global_defs = GlobalDefs()
        self.globals = Globals(expansion, version)
        self.instances = Instances(expansion, self.global_defs, version)
        self.servers = Servers(expansion, version, ReusableServers(expansion, pairs, earlier))
        self.effective: EffectiveServers | None = None
        self.ended: Fatal | None = None
        self._expansion, self._pairs, self._version = expansion, pairs, version
        self._fwmarks = fwmarks
        self._mistakes: list[tuple[int, str]] = []
        try:
            self._read_all()
        except Fatal as error:
            self.ended = error
        self.complaints += self.instances.complaints + self.servers.complaints
        self.complaints += [] if self.effective is None else self.effective.complaints

    @property
    def fatals(self) -> list[tuple[int, str]]:
        """Return the statements at which keepalived ends, and why."""
        if self.ended is not None:
            return [(self.ended.index, str(self.ended))]
        of_servers = [] if self.effective is None else self.effective.fatals
        return [*self.instances.fatals, *of_servers, *self._mistakes]

    def _read_all(self) -> None:
        """Read as the parent, as the VRRP process and as the checker process, in this order. Raises Fatal."""
        self.complaints += self._read(KeepalivedProcess.PARENT, self.globals).complaints
        self.global_defs = self.globals.global_defs()
        self.instances = Instances(self._expansion, self.global_defs, self._version)
        of_vrrp = self._read(KeepalivedProcess.VRRP, self.instances)
        self.complaints += of_vrrp.complaints
        self.instances.finish()
        of_servers = self._read(KeepalivedProcess.CHECKER, self.servers)
        if self.servers.astray:
            nothing = ReusableServers(self._expansion, self._pairs, None)
            self.servers = Servers(self._expansion, self._version, nothing)
            of_servers = self._read(KeepalivedProcess.CHECKER, self.servers)
        self.complaints += of_servers.complaints
        if self.global_defs.reload_check_config:
            self._mistakes = [(index, _CHECKED) for index in (*of_vrrp.unknown, *of_servers.unknown)]
        fwmarks = Fwmarks.of(self.global_defs, self._version, self._fwmarks)
        self.effective = EffectiveServers(self._expansion, self.servers, fwmarks)

    def _read(self, process: KeepalivedProcess, visitor: Visitor) -> Complaints:
        return read(self._expansion, self._pairs, process, visitor, self._version)


def _configuration(
    expansion: Expansion,
    path: str,
    config_id: str,
    version: Version | None,
    read_from: _Remembering,
    earlier: Configuration | None,
    fwmarks: GroupFwmarks,
) -> Configuration:
    readings = _Readings(expansion, braces(expansion), version, earlier, fwmarks)
    instances, ended, fatals = readings.instances, readings.ended, readings.fatals
    servers, lowered = (
        ((), {}) if readings.effective is None else (readings.effective.servers, readings.effective.lowered)
    )
    shared = share(servers)
    files = [expansion.diagnostic(place, message) for place, message in expansion.fatals]
    complaints = [*readings.complaints, *shared.complaints, *fatals]
    return Configuration(
        path=path,
        config_id=config_id,
        version=version,
        files=tuple(SourceFile(tree.path, read_from.data[tree.path]) for tree in expansion.trees),
        include_patterns=expansion.include_patterns,
        global_defs=readings.global_defs,
        vrrp=() if ended else tuple(instances.instances),
        sync_groups=() if ended else tuple(instances.sync_groups),
        virtual_servers=tuple(shared.effective),
        shadowed=tuple(shared.shadowed),
        ignored=tuple(shared.ignored),
        meeting=shared.meeting,
        fwmarks=fwmarks,
        interfaces={} if ended else _interfaces(expansion, version, instances, readings.globals),
        diagnostics=_diagnostics(expansion, complaints, files, lowered),
        fatal=_at(expansion, *min(fatals)) if fatals else next(iter(files), None),
        expansion=expansion,
        globs=tuple(read_from.globs.items()),
        complained=tuple(sorted({index for index, _ in complaints})),
    )


def _interfaces(
    expansion: Expansion, version: Version | None, instances: Instances, global_defs: Globals
) -> Mapping[str, Sequence[NamedInterface]]:
    last = {setting[0]: setting for setting in global_defs.global_defs().settings}
    default = next(iter(last.get("default_interface", ())[1:]), None)
    found: dict[str, list[NamedInterface]] = {}
    for one in instances.interfaces.named(expansion, version, default, global_defs.at):
        found.setdefault(one.name, []).append(one)
    return found


def _at(expansion: Expansion, index: int, message: str) -> Diagnostic:
    return expansion.diagnostic(expansion.places[index], message, expansion.words[index][0])


def _diagnostics(
    expansion: Expansion,
    complaints: Iterable[tuple[int, str]],
    files: Sequence[Diagnostic],
    lowered: Container[tuple[int, str]],
) -> tuple[Diagnostic, ...]:
    """Return all that there is to say, in the order of the files and lines, each thing once."""
    found = [*files, *(expansion.diagnostic(place, message) for place, message in expansion.complaints)]
    for one in complaints:
        said = _at(expansion, *one)
        found.append(replace(said, lowers_quorum=True) if one in lowered else said)
    order = {tree.path: number for number, tree in enumerate(expansion.trees)}
    return tuple(dict.fromkeys(sorted(found, key=lambda one: (order[one.path], one.line, one.column))))

"""A whole configuration: expanded, nested, read by each process, put into effect.

Not for: the disk (a Reader is given).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lvstui.keepalived.expand import expand
from lvstui.keepalived.instances import Globals, Instances
from lvstui.keepalived.kept import Kept
from lvstui.keepalived.keywords import Process
from lvstui.keepalived.model import Configuration, GlobalDefs, Source, Version
from lvstui.keepalived.nesting import Fatal, braces, read
from lvstui.keepalived.servers import Servers
from lvstui.keepalived.statements import Expansion, Reader
from lvstui.keepalived.syntax import Diagnostic
from lvstui.keepalived.validation import Validation


@dataclass(frozen=True, slots=True)
class Files:
    """A Reader of bytes that are already here: files by path, and what each pattern matches."""

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
    """A Reader that remembers what it gave, so that the same can be read again."""

    reader: Reader
    data: dict[str, bytes] = field(default_factory=dict)
    globs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def glob(self, pattern: str) -> Sequence[str]:
        found = self.globs[pattern] = tuple(self.reader.glob(pattern))
        return found

    def read(self, path: str) -> bytes:
        data = self.data[path] = self.reader.read(path)
        return data


def load(
    path: str, reader: Reader, config_id: str, version: Version | None = None, earlier: Configuration | None = None
) -> Configuration:
    """The configuration of a Director whose config id (the short hostname, unless `-i` is given) is `config_id`.

    What is in `earlier` too, a reading of other files or of what they were, is not read again, and stays the same object.
    Raises FileNotFoundError where `path` itself cannot be read; whatever is wrong in the text is a Diagnostic.
    """
    remembering = _Remembering(reader)
    expansion = expand(path, remembering, config_id, None if earlier is None else earlier.expansion)
    if earlier is not None and earlier.version != version:
        earlier = None
    return _configuration(expansion, path, config_id, version, remembering, earlier)


def again(configuration: Configuration, changed: Mapping[str, bytes]) -> Configuration:
    """The same configuration, with other bytes in some of its files: what they say otherwise is read anew."""
    data = {source.path: source.data for source in configuration.files} | dict(changed)
    reader = Files(data, dict(configuration.globs))
    return load(configuration.path, reader, configuration.config_id, configuration.version, configuration)


def _configuration(
    expansion: Expansion,
    path: str,
    config_id: str,
    version: Version | None,
    read_from: _Remembering,
    earlier: Configuration | None,
) -> Configuration:
    pairs = braces(expansion)
    complaints = [(index, "this } closes nothing") for index in pairs.extra]
    complaints += [(index, "this { is never closed") for index in pairs.missing]
    fatal: Diagnostic | None = None
    collected = Globals(expansion)
    global_defs = GlobalDefs()
    instances, servers = Instances(expansion, global_defs), Servers(expansion, version, Kept(expansion, pairs, earlier))
    validation = Validation(expansion, servers)
    try:
        complaints += read(expansion, pairs, Process.PARENT, collected)
        global_defs = collected.global_defs()
        instances = Instances(expansion, global_defs)
        complaints += read(expansion, pairs, Process.VRRP, instances)
        found = read(expansion, pairs, Process.CHECKER, servers)
        if servers.astray:
            servers = Servers(expansion, version, Kept(expansion, pairs, None))
            found = read(expansion, pairs, Process.CHECKER, servers)
        complaints += found
        validation = Validation(expansion, servers)
    except Fatal as error:
        fatal = expansion.diagnostic(expansion.places[error.index], str(error), expansion.words[error.index][0])
    complaints += instances.complaints + servers.complaints + validation.complaints
    return Configuration(
        path=path,
        config_id=config_id,
        version=version,
        files=tuple(Source(tree.path, read_from.data[tree.path]) for tree in expansion.trees),
        include_patterns=expansion.include_patterns,
        global_defs=global_defs,
        vrrp=() if fatal else tuple(instances.instances),
        sync_groups=() if fatal else tuple(instances.sync_groups),
        virtual_servers=() if fatal else tuple(validation.effective),
        shadowed=() if fatal else tuple(validation.shadowed),
        diagnostics=_diagnostics(expansion, complaints, fatal),
        fatal=fatal,
        expansion=expansion,
        globs=tuple(read_from.globs.items()),
        complained=tuple(sorted({index for index, _ in complaints})),
    )


def _diagnostics(
    expansion: Expansion, complaints: Iterable[tuple[int, str]], fatal: Diagnostic | None
) -> tuple[Diagnostic, ...]:
    """All that there is to say, in the order of the files and lines, each thing once."""
    found = [expansion.diagnostic(place, message) for place, message in expansion.complaints]
    for index, message in complaints:
        found.append(expansion.diagnostic(expansion.places[index], message, expansion.words[index][0]))
    if fatal is not None:
        found.append(fatal)
    order = {tree.path: number for number, tree in enumerate(expansion.trees)}
    return tuple(dict.fromkeys(sorted(found, key=lambda one: (order[one.path], one.line, one.column))))

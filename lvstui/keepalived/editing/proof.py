"""Prove that changed bytes are read exactly as they were meant.

A line that means the same wherever it stands proves itself: the statements of the changed lines must be those of the old
ones but for the one that was meant. Otherwise the whole configuration is read anew and compared.

Not for: what keepalived itself thinks of it (`keepalived -t` on the Director).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lvstui.keepalived.editing.locations import Splice, in_definition
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.parsing.dialect import Dialect
from lvstui.keepalived.parsing.lexical import plain_statements
from lvstui.keepalived.parsing.syntax import Line, parse
from lvstui.keepalived.reading.load import again
from lvstui.keepalived.reading.model import Configuration, ConfiguredRealServer, ConfiguredVrrpInstance, VirtualServer

Words = list[list[bytes]]


@dataclass(frozen=True, slots=True)
class Meant:
    """Name what is to be different of one real server. weight None: what it was before a drain, whatever that is now."""

    virtual_server: str
    real_server: RealServerKey
    weight: int | None = None
    added: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class MeantPriority:
    """Name the priority that one instance is to have. None: what it was before a handover, whatever that is now."""

    instance: str
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class WantedWeight:
    """A real server and the weight that it is to have; None: it is not to be there."""

    virtual_server: str
    real_server: RealServerKey
    weight: int | None


def undone(
    configuration: Configuration,
    reading: Configuration,
    wanted: Sequence[WantedWeight],
    priorities: Sequence[MeantPriority] = (),
) -> bool:
    """Return True if `reading` is `configuration` but for those real servers and priorities, which are as wanted."""
    if reading.fatal is not None or _wrong_priority(configuration, reading, priorities) is not None:
        return False
    expected, found = _real_servers(configuration), _real_servers(reading)
    for one in wanted:
        key = (one.virtual_server, one.real_server)
        before, now = expected.get(key), found.get(key)
        if one.weight is None:
            expected.pop(key, None)
        elif now is None or now.weight != one.weight:
            return False
        else:
            expected[key] = now if before is None else replace(before, weight=one.weight)
    return expected == found


def proved(
    configuration: Configuration, planned: Sequence[tuple[Splice, Meant | MeantPriority]], after: Mapping[str, bytes]
) -> Meant | MeantPriority | None:
    """Return None where all is as meant; else the first that is not."""
    if all(
        _by_itself(configuration, splice, meant) and not _may_settle_family(configuration, meant)
        for splice, meant in planned
    ):
        return None
    reading = again(configuration, after)
    if reading.fatal is not None:
        return planned[0][1]
    priorities = [meant for _, meant in planned if isinstance(meant, MeantPriority)]
    if (other := _wrong_priority(configuration, reading, priorities)) is not None:
        return next((meant for meant in priorities if meant.instance == other), planned[0][1])
    wanted, found = _real_servers(configuration), _real_servers(reading)
    for _, meant in planned:
        if isinstance(meant, MeantPriority):
            continue
        key = (meant.virtual_server, meant.real_server)
        if meant.added and key in found and found[key].weight == meant.weight:
            wanted[key] = found[key]
        elif meant.removed:
            wanted.pop(key, None)
        elif key in wanted and key in found:
            weight = found[key].weight if meant.weight is None else meant.weight
            wanted[key] = replace(wanted[key], weight=weight)
        if wanted.get(key) != found.get(key):
            return meant
    return None if wanted == found else planned[0][1]


def _wrong_priority(
    configuration: Configuration, reading: Configuration, priorities: Sequence[MeantPriority]
) -> str | None:
    """Return an instance whose priority is not as meant, "" where anything else but real servers differs; None: all is well."""
    meant = frozenset(one.instance for one in priorities)
    if _rest(configuration, meant) != _rest(reading, meant):
        return ""
    found = {one.name: one.priority for one in reading.vrrp}
    wrong = (one.instance for one in priorities if one.priority not in (None, found.get(one.instance)))
    return next(wrong, None)


def _may_settle_family(configuration: Configuration, meant: Meant | MeantPriority) -> bool:
    """Return True if its coming or going may settle the address family of its virtual server, where no address does."""
    if isinstance(meant, MeantPriority):
        return False
    server = configuration.virtual_server(meant.virtual_server)
    by_address = server is not None and server.group is None and bool(server.services[0].address)
    return (meant.added or meant.removed) and not by_address


def _real_servers(configuration: Configuration) -> dict[tuple[str, RealServerKey], ConfiguredRealServer]:
    """Return all real servers by name, without the lines they stand in."""
    every = [(server.id, real) for server in configuration.virtual_servers for real in server.real_servers]
    told = {id(real) for _, real in every}
    every += [  # of twins, those that the first one has too
        (f"{server.id} again {number}", real)
        for number, server in enumerate(configuration.shadowed)
        for real in server.real_servers
        if id(real) not in told
    ]
    return {
        (name, real.key): replace(
            real,
            drained=None,
            checkers=tuple(replace(checker, line=0) for checker in real.checkers),
            line=0,
            end_line=0,
        )
        for name, real in every
    }


def _rest(configuration: Configuration, meant: frozenset[str]) -> tuple[object, ...]:
    """Return all else, without lines, the priorities that are meant, and the quorums, which follow the weights."""
    servers = (*configuration.virtual_servers, *configuration.shadowed, *configuration.ignored)
    instances = (_without_priority(one) if one.name in meant else _unplaced(one) for one in configuration.vrrp)
    groups = (replace(group, line=0) for group in configuration.sync_groups)
    return configuration.global_defs, tuple(map(_bare, servers)), tuple(instances), tuple(groups)


def _unplaced(instance: ConfiguredVrrpInstance) -> ConfiguredVrrpInstance:
    return replace(instance, line=0, end_line=0, handed_over=None)


def _without_priority(instance: ConfiguredVrrpInstance) -> ConfiguredVrrpInstance:
    settings = tuple(setting for setting in instance.settings if setting[0] != "priority")
    return replace(_unplaced(instance), priority=0, settings=settings)


def _bare(server: VirtualServer) -> VirtualServer:
    sorry = None if server.sorry_server is None else replace(server.sorry_server, line=0)
    return replace(server, quorum=0, hysteresis=0, sorry_server=sorry, real_servers=(), line=0, end_line=0, also=())


def _by_itself(configuration: Configuration, splice: Splice, meant: Meant | MeantPriority) -> bool:
    lines = configuration.expansion.trees[splice.file].lines
    if in_definition(configuration.expansion, splice.file, splice.first):
        return False
    dialect = configuration.expansion.dialect
    old = _statements(lines[splice.first : splice.last], dialect)
    new = _statements(parse(splice.data).lines, dialect)
    if old is None or new is None:
        return False
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if isinstance(meant, MeantPriority):
        return _one_number(old, new, start, b"priority", meant.priority)
    if meant.added or meant.removed:
        shorter, longer = (old, new) if meant.added else (new, old)
        size = len(longer) - len(shorter)
        return any(_is_block(longer[n : n + size], shorter, longer, n, meant) for n in range(start + 1))
    return _one_number(old, new, start, b"weight", meant.weight)


def _is_block(block: Words, shorter: Words, longer: Words, at: int, meant: Meant) -> bool:
    """Return True if `longer` is `shorter` with that one real server at `at`, whole."""
    if shorter != longer[:at] + longer[at + len(block) :] or not block or block[0][:1] != [b"real_server"]:
        return False
    depth = 0
    for number, words in enumerate(block):
        depth += (words[0] == b"{") - (words[0] == b"}")
        if depth <= 0 and number > 0:
            return number == len(block) - 1 and depth == 0
    return False


def _one_number(old: Words, new: Words, start: int, keyword: bytes, value: int | None) -> bool:
    """Return True if one such statement was changed, put in or taken out, to the value that was meant; None: to any."""
    before, after = old[start:], new[start:]
    if not before and not after:
        return False
    if len(old) == len(new):
        changed = before[1:] == after[1:] and before[0][0] == after[0][0] == keyword
        return changed and before[0][2:] == after[0][2:] and _says(after[0], value)
    if len(new) == len(old) + 1:
        return after[1:] == before and after[0][0] == keyword and _says(after[0], value)
    return value is None and before[1:] == after and before[0][0] == keyword


def _says(words: list[bytes], value: int | None) -> bool:
    return value is None or words[1:2] == [b"%d" % value]


def _statements(lines: Sequence[Line], dialect: Dialect) -> Words | None:
    found: Words = []
    for line in lines:
        statements = plain_statements(line, dialect)
        if statements is None:
            return None
        found += statements
    return found

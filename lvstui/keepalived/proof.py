"""Whether changed bytes are read exactly as they were meant.

A line that means the same wherever it stands proves itself: the statements of the changed lines must be those of the old
ones but for the one that was meant. Otherwise the whole configuration is read anew and compared.

Not for: what keepalived itself thinks of it (`keepalived -t` on the Director).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.lexical import plain_statements
from lvstui.keepalived.load import again
from lvstui.keepalived.model import Configuration, RealServer, VirtualServer
from lvstui.keepalived.sites import Splice, in_definition
from lvstui.keepalived.syntax import Line, parse

Words = list[list[bytes]]


@dataclass(frozen=True, slots=True)
class Meant:
    """What is to be different of one real server. weight None: what it was before a drain, whatever that is now."""

    virtual_server: str
    real_server: RealServerKey
    weight: int | None = None
    added: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """A real server and the weight that it is to have; None: it is not to be there."""

    virtual_server: str
    real_server: RealServerKey
    weight: int | None


def undone(configuration: Configuration, reading: Configuration, wanted: Sequence[Weighed]) -> bool:
    """Whether `reading` is `configuration` but for those real servers, which are as wanted."""
    if reading.fatal is not None or _rest(configuration) != _rest(reading):
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
    configuration: Configuration, planned: Sequence[tuple[Splice, Meant]], after: Mapping[str, bytes]
) -> Meant | None:
    """None where all is as meant; else the first that is not."""
    if all(_by_itself(configuration, splice, meant) for splice, meant in planned):
        return None
    reading = again(configuration, after)
    if _rest(configuration) != _rest(reading):
        return planned[0][1]
    wanted, found = _real_servers(configuration), _real_servers(reading)
    for _, meant in planned:
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


def _real_servers(configuration: Configuration) -> dict[tuple[str, RealServerKey], RealServer]:
    """All real servers by name, without the lines they stand in."""
    return {
        (server.id, real.key): replace(
            real,
            drained=None,
            checkers=tuple(replace(checker, line=0) for checker in real.checkers),
            line=0,
            end_line=0,
        )
        for server in configuration.virtual_servers
        for real in server.real_servers
    }


def _rest(configuration: Configuration) -> tuple[object, ...]:
    """All else, without lines and without the quorums, which follow the weights."""
    servers = (*configuration.virtual_servers, *configuration.shadowed)
    instances = (replace(instance, line=0, end_line=0) for instance in configuration.vrrp)
    groups = (replace(group, line=0) for group in configuration.sync_groups)
    return configuration.global_defs, tuple(map(_bare, servers)), tuple(instances), tuple(groups)


def _bare(server: VirtualServer) -> VirtualServer:
    sorry = None if server.sorry_server is None else replace(server.sorry_server, line=0)
    return replace(server, quorum=0, hysteresis=0, sorry_server=sorry, real_servers=(), line=0, end_line=0)


def _by_itself(configuration: Configuration, splice: Splice, meant: Meant) -> bool:
    lines = configuration.expansion.trees[splice.file].lines
    if in_definition(configuration.expansion, splice.file, splice.first):
        return False
    old = _statements(lines[splice.first : splice.last])
    new = _statements(parse(splice.data).lines)
    if old is None or new is None:
        return False
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if meant.added or meant.removed:
        shorter, longer = (old, new) if meant.added else (new, old)
        size = len(longer) - len(shorter)
        return any(_is_block(longer[n : n + size], shorter, longer, n, meant) for n in range(start + 1))
    return _one_weight(old, new, start, meant)


def _is_block(block: Words, shorter: Words, longer: Words, at: int, meant: Meant) -> bool:
    """Whether `longer` is `shorter` with that one real server at `at`, whole."""
    if shorter != longer[:at] + longer[at + len(block) :] or not block or block[0][:1] != [b"real_server"]:
        return False
    depth = 0
    for number, words in enumerate(block):
        depth += (words[0] == b"{") - (words[0] == b"}")
        if depth <= 0 and number > 0:
            return number == len(block) - 1 and depth == 0
    return False


def _one_weight(old: Words, new: Words, start: int, meant: Meant) -> bool:
    """Whether one `weight` was changed, put in or taken out, to the value that was meant."""
    before, after = old[start:], new[start:]
    if not before and not after:
        return False
    if len(old) == len(new):
        changed = before[1:] == after[1:] and before[0][0] == after[0][0] == b"weight"
        return changed and before[0][2:] == after[0][2:] and _value(after[0], meant)
    if len(new) == len(old) + 1:
        return after[1:] == before and after[0][0] == b"weight" and _value(after[0], meant)
    return meant.weight is None and before[1:] == after and before[0][0] == b"weight"


def _value(words: list[bytes], meant: Meant) -> bool:
    return meant.weight is None or words[1:2] == [b"%d" % meant.weight]


def _statements(lines: Sequence[Line]) -> Words | None:
    found: Words = []
    for line in lines:
        statements = plain_statements(line)
        if statements is None:
            return None
        found += statements
    return found

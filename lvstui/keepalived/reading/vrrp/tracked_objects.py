"""Read what each VRRP instance tracks, with the weight and the line that give it: its own blocks, and its sync group's.

Not for: what of it keepalived ignores (see `vrrp_tracking`), nor whether what is tracked is up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lvstui.keepalived.parsing.numbers import signed
from lvstui.keepalived.parsing.statements import CLOSE, OPEN
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.reading.defaults import LARGEST_TRACK_WEIGHT
from lvstui.keepalived.reading.model import Configuration

_BLOCKS = {
    b"track_interface": "interface",
    b"track_script": "script",
    b"track_file": "file",
    b"track_process": "process",
    b"track_bfd": "bfd",
}
_DEFINITIONS = {
    b"vrrp_script": "script",
    b"track_file": "file",
    b"vrrp_track_file": "file",
    b"vrrp_track_process": "process",
    b"bfd_instance": "bfd",
}
_OWNERS = (b"vrrp_instance", b"vrrp_sync_group")
_WEIGHTLESS = frozenset(("interface", "script"))  # without a weight, theirs is 0


class TrackedObject(NamedTuple):
    """A line of `track_script` and of the like."""

    kind: str  # "interface", "script", "file", "process", "bfd"
    name: str
    weight: int | None  # of the line, else of what it names; 0: its failure is a FAULT. None: keepalived's own
    reverse: bool
    group: str | None  # the sync group whose block has the line; None: the instance's own
    path: str
    line: int  # 1-based


class _Weight(NamedTuple):
    value: int
    reverse: bool


class _Owner(NamedTuple):
    keyword: bytes  # "vrrp_instance", "vrrp_sync_group"
    name: str


def tracked_objects(configuration: Configuration) -> Mapping[str, tuple[TrackedObject, ...]]:
    """Return what each instance tracks, by its name, in the order of the files."""
    defined: dict[tuple[str, str], _Weight] = {}
    owned: dict[_Owner, list[tuple[str, int]]] = {}
    words = configuration.expansion.words
    for heads, index in _statements(words):
        first = heads[0]
        if len(first) < 2:
            continue
        if len(heads) == 1 and first[0] in _DEFINITIONS and words[index][0] == b"weight":
            weight = _weight(words[index])
            if weight is not None:
                defined[_DEFINITIONS[first[0]], readable(first[1])] = weight
        elif len(heads) == 2 and first[0] in _OWNERS and heads[1][0] in _BLOCKS:
            owned.setdefault(_Owner(first[0], readable(first[1])), []).append((_BLOCKS[heads[1][0]], index))
    groups = {name: group.name for group in configuration.sync_groups for name in group.instances}
    return {
        one.name: tuple(
            _object(configuration, owner, kind, index, defined)
            for owner in (_Owner(b"vrrp_instance", one.name), _Owner(b"vrrp_sync_group", groups.get(one.name, "")))
            for kind, index in owned.get(owner, ())
        )
        for one in configuration.vrrp
    }


def _statements(words: Sequence[list[bytes]]) -> Iterator[tuple[list[list[bytes]], int]]:
    """Yield each statement that is inside of blocks: the statements that open these, the outermost first, and its number."""
    heads: list[list[bytes]] = []
    before: list[bytes] = []
    for index, some in enumerate(words):
        if some[0] == OPEN:
            heads.append(before or [b""])
        elif some[0] == CLOSE:
            del heads[-1:]
        elif heads:
            yield heads, index
        before = some


def _object(
    configuration: Configuration, owner: _Owner, kind: str, index: int, defined: Mapping[tuple[str, str], _Weight]
) -> TrackedObject:
    words = configuration.expansion.words[index]
    name = readable(words[0])
    weight = _weight(words[1:]) or defined.get((kind, name))
    if weight is None and kind in _WEIGHTLESS:
        weight = _Weight(0, "reverse" in map(readable, words[1:]))
    where = configuration.expansion.diagnostic(configuration.expansion.places[index], "")
    return TrackedObject(
        kind,
        name,
        None if weight is None else weight.value,
        weight is not None and weight.reverse,
        owner.name if owner.keyword == b"vrrp_sync_group" else None,
        where.path,
        where.line,
    )


def _weight(words: Sequence[bytes]) -> _Weight | None:
    """Return what `weight -20 reverse` says; None where it says nothing of a weight."""
    if len(words) < 2 or words[0] != b"weight":
        return None
    value = signed(words[1], -LARGEST_TRACK_WEIGHT, LARGEST_TRACK_WEIGHT)[0]
    return None if value is None else _Weight(value, b"reverse" in words[2:])

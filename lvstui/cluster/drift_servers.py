"""What differs in the virtual and real servers of two configurations: nothing should. Pure.

Not for: what the kernels have (see `drift`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lvstui.cluster.difference import FAILOVER, Difference, Place, Sides, Told, differ, presence
from lvstui.keepalived import Checker, Configuration, RealServer, VirtualServer
from lvstui.keepalived.origins import Setting, origin_of

_OWN = ("bindto", "bind_if", "bind_port")  # options of a checker that are a Director's own


class _Value(NamedTuple):
    what: str
    text: str
    matters: bool  # for a failover


_Known = tuple[Sides[VirtualServer], tuple[Difference, ...]]


class Compared:
    """The virtual servers that were compared last: one that is still the same on every Director is not compared again."""

    def __init__(self) -> None:
        self._found: dict[str, _Known] = {}

    def between(self, configurations: Sequence[tuple[str, Configuration]]) -> Iterator[Difference]:
        """Every virtual server, and every real server of those that both have."""
        for _ in self.work(configurations):
            pass
        ids = dict.fromkeys(server.id for _, one in configurations for server in one.virtual_servers)
        self._found = {id: self._found[id] for id in ids}
        for _, found in self._found.values():
            yield from found

    def work(self, configurations: Sequence[tuple[str, Configuration]]) -> Iterator[None]:
        """Compare them, in pieces; `between` does nothing again of what this has done."""
        indexes = [(name, {one.id: one for one in two.virtual_servers}) for name, two in configurations]
        for id in dict.fromkeys(id for _, index in indexes for id in index):
            sides = [(name, index.get(id)) for name, index in indexes]
            known = self._found.get(id)
            if known is None or not _same(known, sides):
                self._found[id] = (sides, tuple(_differences(id, sides, dict(configurations))))
                yield


def _same(known: _Known, sides: Sides[VirtualServer]) -> bool:
    """Are they those that were compared, and where they were, if there is anything to tell of them?"""
    before, found = known
    if [name for name, _ in before] != [name for name, _ in sides]:
        return False
    pairs = [(old, new) for (_, old), (_, new) in zip(before, sides, strict=True)]
    return all(
        old is new or (not found and old is not None and new is not None and old.said is new.said) for old, new in pairs
    )


def _differences(
    id: str, sides: Sides[VirtualServer], configurations: dict[str, Configuration]
) -> Iterator[Difference]:
    yield from presence(id, "virtual server", sides, lambda one: Place(one.path, one.line))
    present = [(name, one) for name, one in sides if one is not None]
    if len(present) > 1:
        yield from _virtual_server(id, present)
        yield from _real_servers(id, present, configurations)


def _virtual_server(id: str, sides: Sequence[tuple[str, VirtualServer]]) -> Iterator[Difference]:
    for values in zip(*(_settings(server) for _, server in sides), strict=True):
        if len({value.text for value in values}) > 1:
            told: list[tuple[str, Told]] = [
                (name, (value.text, Place(server.path, server.line)))
                for (name, server), value in zip(sides, values, strict=True)
            ]
            matters = values[0].matters
            yield from differ(id, values[0].what, told, why=FAILOVER if matters else "", matters=matters)


def _settings(server: VirtualServer) -> tuple[_Value, ...]:
    sorry = "none" if server.sorry_server is None else str(server.sorry_server.key)
    persistence = "none" if server.persistence_timeout is None else f"{server.persistence_timeout} s"
    return (
        _Value("services", ", ".join(sorted(str(service) for service in server.services)), True),
        _Value("scheduler", " ".join((server.scheduler, *sorted(server.flags))), True),
        _Value("method", server.method, True),
        _Value("persistence", " ".join(filter(None, (persistence, server.persistence_engine))), True),
        _Value("quorum", str(server.configured_quorum), True),
        _Value("hysteresis", str(server.hysteresis), False),
        _Value("sorry server", sorry, True),
        _Value("delay_loop", f"{server.delay_loop:g} s", False),
    )


def _real_servers(
    id: str, sides: Sequence[tuple[str, VirtualServer]], configurations: dict[str, Configuration]
) -> Iterator[Difference]:
    indexes = [(name, {real.key: real for real in server.real_servers}) for name, server in sides]
    servers = dict(sides)
    for key in dict.fromkeys(key for _, index in indexes for key in index):
        there = [(name, index.get(key)) for name, index in indexes]
        present = [(name, one) for name, one in there if one is not None]
        said = _said(present[0][1])
        if len(present) == len(there) and all(_said(one) == said for _, one in present[1:]):
            continue  # what nearly all are
        subject = f"{id} {key}"
        yield from presence(subject, "real server", there, lambda one: Place(one.path, one.line))
        for values in zip(*(_real_settings(real) for _, real in present), strict=True):
            if len({value.text for value in values}) > 1:
                told: list[tuple[str, Told]] = [
                    (name, (value.text, _place(configurations[name], servers[name], real, value.what)))
                    for (name, real), value in zip(present, values, strict=True)
                ]
                matters = values[0].matters
                yield from differ(subject, values[0].what, told, why=FAILOVER if matters else "", matters=matters)


def _said(real: RealServer) -> tuple[object, ...]:
    """All that the settings are made from."""
    checkers = tuple((checker.kind, checker.options) for checker in real.checkers)
    limits = (real.uthreshold, real.lthreshold)
    return real.weight, real.drained, real.method, limits, real.inhibit_on_failure, checkers


def _real_settings(real: RealServer) -> tuple[_Value, ...]:
    drained = "" if real.drained is None else f", drained, was {real.drained.weight}"
    thresholds = f"{real.uthreshold or 'none'}, {real.lthreshold or 'none'}"
    return (
        _Value("weight", f"{real.weight}{drained if real.weight == 0 else ''}", True),
        _Value("method", real.method, True),
        _Value("upper, lower threshold", thresholds, False),
        _Value("inhibit_on_failure", "yes" if real.inhibit_on_failure else "no", False),
        _Value("checkers", "; ".join(map(_checker, real.checkers)) or "none", False),
    )


def _checker(checker: Checker) -> str:
    options = sorted(option for option in checker.options if option.split(" ")[0] not in _OWN and option not in "{}")
    return ", ".join((checker.kind, *options))


def _place(configuration: Configuration, server: VirtualServer, real: RealServer, what: str) -> Place:
    """The line that says it, where one does."""
    named: dict[str, Setting] = {"weight": "weight", "method": "method", "inhibit_on_failure": "inhibit_on_failure"}
    if what in named:
        origin = origin_of(configuration, server, real, named[what])
        if origin.path is not None and origin.line is not None:
            return Place(origin.path, origin.line)
    if what == "checkers" and real.checkers:
        return Place(real.checkers[0].path, real.checkers[0].line)
    return Place(real.path, real.line)

"""Find what differs in the virtual and real servers of two configurations: nothing should. Pure.

Not for: what the kernels have (see `drift`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lvstui.cluster.drift.difference import FAILOVER, Difference, FileLocation, Sides, Told, differ, presence
from lvstui.cluster.drift.drift_setting import DriftSetting
from lvstui.cluster.identity.target import Target
from lvstui.keepalived import Checker, Configuration, ConfiguredRealServer, VirtualServer
from lvstui.keepalived.reading.origins import Setting, origin_of
from lvstui.keepalived.reading.servers.sharing import common_id, qualified_groups

_OWN = ("bindto", "bind_if", "bind_port")  # options of a checker that are a Director's own

_OF_A_LINE: dict[DriftSetting, Setting] = {
    DriftSetting.WEIGHT: "weight",
    DriftSetting.METHOD: "method",
    DriftSetting.INHIBIT_ON_FAILURE: "inhibit_on_failure",
}


class _Value(NamedTuple):
    """A setting as a server has it."""

    setting: DriftSetting
    text: str
    matters: bool  # for a failover


_Known = tuple[Sides[VirtualServer], tuple[Difference, ...]]


class Compared:
    """The virtual servers that were compared last: one that is still the same on every Director is not compared again."""

    def __init__(self) -> None:
        self._found: dict[str, _Known] = {}

    def between(self, configurations: Sequence[tuple[str, Configuration]]) -> Iterator[Difference]:
        """Compare every virtual server, and every real server of those that both have."""
        for _ in self.work(configurations):
            pass
        ids = dict.fromkeys(id for _, index in _indexes(configurations) for id in index)
        self._found = {id: self._found[id] for id in ids}
        for _, found in self._found.values():
            yield from found

    def work(self, configurations: Sequence[tuple[str, Configuration]]) -> Iterator[None]:
        """Compare them, in pieces; `between` does nothing again of what this has done."""
        indexes = _indexes(configurations)
        for id in dict.fromkeys(id for _, index in indexes for id in index):
            sides = [(name, index.get(id)) for name, index in indexes]
            known = self._found.get(id)
            if known is None or not _same(known, sides):
                self._found[id] = (sides, tuple(_differences(id, sides, dict(configurations))))
                yield


def _indexes(configurations: Sequence[tuple[str, Configuration]]) -> list[tuple[str, dict[str, VirtualServer]]]:
    """Return the virtual servers of each by the names that they have on all Directors together."""
    qualified = qualified_groups(server for _, one in configurations for server in one.virtual_servers)
    return [
        (name, {common_id(server, qualified): server for server in one.virtual_servers}) for name, one in configurations
    ]


def _same(known: _Known, sides: Sides[VirtualServer]) -> bool:
    """Return True if they are those that were compared, and where they were, if there is anything to tell of them."""
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
    yield from presence(id, DriftSetting.VIRTUAL_SERVER, sides, lambda one: FileLocation(one.path, one.line))
    present = [(name, one) for name, one in sides if one is not None]
    if len(present) > 1:
        yield from _virtual_server(id, present)
        yield from _real_servers(id, present, configurations)


def _virtual_server(id: str, sides: Sequence[tuple[str, VirtualServer]]) -> Iterator[Difference]:
    for values in zip(*(_settings(server) for _, server in sides), strict=True):
        if len({value.text for value in values}) > 1:
            told: list[tuple[str, Told]] = [
                (name, (value.text, FileLocation(server.path, server.line)))
                for (name, server), value in zip(sides, values, strict=True)
            ]
            matters = values[0].matters
            yield from differ(id, values[0].setting, told, why=FAILOVER if matters else "", matters=matters)


def _services(server: VirtualServer) -> str:
    """Return the kernel's services; the mark that keepalived gives to a group by itself is each Director's own."""
    if server.group is not None and server.protocol and all(service.fwmark for service in server.services):
        return f"a firewall mark for {server.full_id}"
    return ", ".join(sorted(str(service) for service in server.services))


def _settings(server: VirtualServer) -> tuple[_Value, ...]:
    sorry = "none" if server.sorry_server is None else str(server.sorry_server.key)
    persistence = "none" if server.persistence_timeout is None else f"{server.persistence_timeout} s"
    return (
        _Value(DriftSetting.SERVICES, _services(server), True),
        _Value(DriftSetting.SCHEDULER, " ".join((server.scheduler, *sorted(server.flags))), True),
        _Value(DriftSetting.METHOD, server.method, True),
        _Value(DriftSetting.PERSISTENCE, " ".join(filter(None, (persistence, server.persistence_engine))), True),
        _Value(DriftSetting.QUORUM, str(server.configured_quorum), True),
        _Value(DriftSetting.HYSTERESIS, str(server.hysteresis), False),
        _Value(DriftSetting.SORRY_SERVER, sorry, True),
        _Value(DriftSetting.DELAY_LOOP, f"{server.delay_loop:g} s", False),
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
        subject = Target(id, str(key))
        yield from presence(subject, DriftSetting.REAL_SERVER, there, lambda one: FileLocation(one.path, one.line))
        for values in zip(*(_real_settings(real) for _, real in present), strict=True):
            if len({value.text for value in values}) > 1:
                told: list[tuple[str, Told]] = [
                    (name, (value.text, _place(configurations[name], servers[name], real, value.setting)))
                    for (name, real), value in zip(present, values, strict=True)
                ]
                secrets = [one for name, _ in present for one in configurations[name].defined_secrets]
                matters = values[0].matters
                yield from differ(
                    subject, values[0].setting, told, why=FAILOVER if matters else "", matters=matters, secrets=secrets
                )


def _said(real: ConfiguredRealServer) -> tuple[object, ...]:
    """Return all that the settings are made from."""
    checkers = tuple((checker.kind, checker.options) for checker in real.checkers)
    limits = (real.uthreshold, real.lthreshold)
    return real.weight, real.drained, real.method, limits, real.inhibit_on_failure, checkers


def _real_settings(real: ConfiguredRealServer) -> tuple[_Value, ...]:
    drained = "" if real.drained is None else f", drained, was {real.drained.weight}"
    thresholds = f"{real.uthreshold or 'none'}, {real.lthreshold or 'none'}"
    return (
        _Value(DriftSetting.WEIGHT, f"{real.weight}{drained if real.weight == 0 else ''}", True),
        _Value(DriftSetting.METHOD, real.method, True),
        _Value(DriftSetting.THRESHOLDS, thresholds, False),
        _Value(DriftSetting.INHIBIT_ON_FAILURE, "yes" if real.inhibit_on_failure else "no", False),
        _Value(DriftSetting.CHECKERS, "; ".join(map(_checker, real.checkers)) or "none", False),
    )


def _checker(checker: Checker) -> str:
    options = sorted(option for option in checker.options if option.split(" ")[0] not in _OWN and option not in "{}")
    return ", ".join((checker.kind, *options))


def _place(
    configuration: Configuration, server: VirtualServer, real: ConfiguredRealServer, setting: DriftSetting
) -> FileLocation:
    """Return the line that says it, where one does."""
    if (named := _OF_A_LINE.get(setting)) is not None:
        origin = origin_of(configuration, server, real, named)
        if origin.path is not None and origin.line is not None:
            return FileLocation(origin.path, origin.line)
    if setting is DriftSetting.CHECKERS and real.checkers:
        return FileLocation(real.checkers[0].path, real.checkers[0].line)
    return FileLocation(real.path, real.line)

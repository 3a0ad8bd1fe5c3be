"""Find what differs in the VRRP instances of two configurations and should not: VIPs, and how they hear each other. Pure.

What differs on purpose is passed over: state, priority, preemption, interfaces, a Director's own addresses.

Not for: how adverts are authenticated (see `authentication_drift`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lvstui.cluster.drift import authentication_drift
from lvstui.cluster.drift.difference import ABSENT, UNHEARD, Difference, FileLocation, Told, differ, presence
from lvstui.cluster.drift.drift_setting import DriftSetting
from lvstui.cluster.observed.vrrp.virtual_routers import configured, matched
from lvstui.keepalived import Configuration, ConfiguredVrrpInstance
from lvstui.keepalived.reading.origins import Statement, instance_statements


class _Instance(NamedTuple):
    """An instance in one Director's files."""

    model: ConfiguredVrrpInstance
    statements: Mapping[bytes, Statement]

    def at(self, keyword: bytes) -> FileLocation:
        """Return where the keyword stands; the instance's first line where it does not."""
        statement = self.statements.get(keyword)
        return (
            FileLocation(self.model.path, self.model.line)
            if statement is None
            else FileLocation(statement.path, statement.line)
        )


def between(configurations: Sequence[tuple[str, Configuration]]) -> Iterator[Difference]:
    """Compare every VRRP instance with the same one of the others."""
    routers = matched([configuration.vrrp for _, configuration in configurations], configured)
    firsts = [next(model for model in router if model is not None) for router in routers]
    names = Counter(first.name for first in firsts)
    for first, router in zip(firsts, routers, strict=True):
        subject = first.name if names[first.name] == 1 else f"{first.name} ({first.key.place})"
        found = [
            (name, None if model is None else _Instance(model, instance_statements(configuration, model)))
            for (name, configuration), model in zip(configurations, router, strict=True)
        ]
        yield from presence(
            subject, DriftSetting.INSTANCE, found, lambda one: one.at(b""), "Its VIPs cannot move there."
        )
        present = [(name, one) for name, one in found if one is not None]
        if len(present) > 1:
            yield from _instance(subject, present)
            models = [(name, one.model) for name, one in present]
            yield from authentication_drift.between(subject, models, dict(configurations))


def _instance(subject: str, sides: Sequence[tuple[str, _Instance]]) -> Iterator[Difference]:
    def told(value: Callable[[_Instance], str], keyword: bytes) -> list[tuple[str, Told]]:
        return [(name, (value(one), one.at(keyword))) for name, one in sides]

    def grave(setting: DriftSetting, value: Callable[[_Instance], str], keyword: bytes) -> Iterator[Difference]:
        yield from differ(subject, setting, told(value, keyword), why=UNHEARD, matters=True)

    yield from differ(
        subject, DriftSetting.NAME, told(lambda one: one.model.name, b""), why="Logs and events use two names."
    )
    vips = told(lambda one: ", ".join(sorted(one.model.vips)) or "none", b"virtual_ipaddress")
    yield from differ(
        subject, DriftSetting.VIPS, vips, why="Adverts with another set of VIPs are rejected.", matters=True
    )
    excluded = told(lambda one: ", ".join(sorted(one.model.vips_excluded)) or "none", b"virtual_ipaddress_excluded")
    yield from differ(subject, DriftSetting.EXCLUDED_VIPS, excluded, why="They would not move.", matters=True)
    yield from grave(DriftSetting.VRID, lambda one: str(one.model.vrid), b"virtual_router_id")
    yield from grave(DriftSetting.VERSION, lambda one: str(one.model.version), b"version")
    yield from grave(DriftSetting.ADVERT_INT, lambda one: f"{one.model.advert_int:g} s", b"advert_int")
    yield from grave(
        DriftSetting.WAY_OF_ADVERTS, lambda one: "unicast" if one.model.unicast_peers else "multicast", b"unicast_peer"
    )


def sync_groups(configurations: Sequence[tuple[str, Configuration]]) -> Iterator[Difference]:
    """Compare the sync groups of one name."""
    names = dict.fromkeys(group.name for _, configuration in configurations for group in configuration.sync_groups)
    for group in names:
        sides = [
            (name, next((one for one in configuration.sync_groups if one.name == group), None))
            for name, configuration in configurations
        ]
        told: list[tuple[str, Told]] = [
            (
                name,
                (ABSENT, None) if one is None else (", ".join(sorted(one.instances)), FileLocation(one.path, one.line)),
            )
            for name, one in sides
        ]
        yield from differ(
            group, DriftSetting.SYNC_GROUP, told, why="Its instances would not move together.", matters=True
        )

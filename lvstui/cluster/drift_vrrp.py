"""What differs in the VRRP instances of two configurations and should not: VIPs, and how they hear each other. Pure.

What differs on purpose is passed over: state, priority, preemption, interfaces, a Director's own addresses. That passwords
differ is told, and nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lvstui.cluster.difference import ABSENT, Difference, Place, Side, Told, differ, presence
from lvstui.cluster.text import plain
from lvstui.keepalived import Configuration, VrrpInstance
from lvstui.keepalived.origins import Statement, instance_statements

_UNHEARD = "They may not hear each other: both become MASTER, or none takes over."


class _Instance(NamedTuple):
    model: VrrpInstance
    statements: Mapping[bytes, Statement]

    def at(self, keyword: bytes) -> Place:
        """Where the keyword stands; the instance's first line where it does not."""
        statement = self.statements.get(keyword)
        return Place(self.model.path, self.model.line) if statement is None else Place(statement.path, statement.line)

    def word(self, keyword: bytes, default: str) -> str:
        statement = self.statements.get(keyword)
        if statement is None or len(statement.words) < 2:
            return default
        return statement.words[1].decode(errors="backslashreplace")

    def secret(self) -> bytes:
        statement = self.statements.get(b"auth_pass")
        return b"" if statement is None else b" ".join(statement.words[1:])


def between(configurations: Sequence[tuple[str, Configuration]]) -> Iterator[Difference]:
    found: dict[str, list[tuple[str, _Instance | None]]] = {}
    by_vrid: dict[int, str] = {}
    for number, (name, configuration) in enumerate(configurations):
        theirs = {one.name for one in configuration.vrrp}
        for model in configuration.vrrp:
            subject = model.name
            other = by_vrid.get(model.vrid or 0, subject)
            if subject not in found and other not in theirs:
                subject = other  # another name for the same VRID
            by_vrid.setdefault(model.vrid or 0, subject)
            sides = found.setdefault(subject, [(one, None) for one, _ in configurations])
            sides[number] = (name, _Instance(model, instance_statements(configuration, model)))
    for subject, sides in found.items():
        yield from presence(subject, "VRRP instance", sides, lambda one: one.at(b""), "Its VIPs cannot move there.")
        present = [(name, one) for name, one in sides if one is not None]
        if len(present) > 1:
            yield from _instance(subject, present)


def _instance(subject: str, sides: Sequence[tuple[str, _Instance]]) -> Iterator[Difference]:
    def told(value: Callable[[_Instance], str], keyword: bytes) -> list[tuple[str, Told]]:
        return [(name, (value(one), one.at(keyword))) for name, one in sides]

    def grave(what: str, value: Callable[[_Instance], str], keyword: bytes) -> Iterator[Difference]:
        yield from differ(subject, what, told(value, keyword), why=_UNHEARD, matters=True)

    yield from differ(subject, "name", told(lambda one: one.model.name, b""), why="Logs and events tell two names.")
    vips = told(lambda one: ", ".join(sorted(one.model.vips)) or "none", b"virtual_ipaddress")
    yield from differ(subject, "VIPs", vips, why="Adverts of another set are not taken.", matters=True)
    excluded = told(lambda one: ", ".join(sorted(one.model.vips_excluded)) or "none", b"virtual_ipaddress_excluded")
    yield from differ(subject, "excluded VIPs", excluded, why="They would not move.", matters=True)
    yield from grave("VRID", lambda one: str(one.model.vrid), b"virtual_router_id")
    yield from grave("VRRP version", lambda one: str(one.model.version), b"version")
    yield from grave("advert_int", lambda one: f"{one.model.advert_int:g} s", b"advert_int")
    yield from grave(
        "way of adverts", lambda one: "unicast" if one.model.unicast_peers else "multicast", b"unicast_peer"
    )
    yield from grave("auth_type", lambda one: one.word(b"auth_type", "none"), b"auth_type")
    yield from _passwords(subject, sides)


def _passwords(subject: str, sides: Sequence[tuple[str, _Instance]]) -> Iterator[Difference]:
    """That they differ, and nothing of them."""
    if len({one.secret() for _, one in sides}) < 2:
        return
    shown = tuple(
        Side(name, name, "set" if one.secret() else "none", *one.at(b"auth_pass"))
        for name, one in sides
    )  # fmt: skip
    yield Difference("files", plain(subject), "auth_pass", shown, f"Not the same password. {_UNHEARD}", True)


def sync_groups(configurations: Sequence[tuple[str, Configuration]]) -> Iterator[Difference]:
    names = dict.fromkeys(group.name for _, configuration in configurations for group in configuration.sync_groups)
    for group in names:
        sides = [
            (name, next((one for one in configuration.sync_groups if one.name == group), None))
            for name, configuration in configurations
        ]
        told: list[tuple[str, Told]] = [
            (name, (ABSENT, None) if one is None else (", ".join(sorted(one.instances)), Place(one.path, one.line)))
            for name, one in sides
        ]
        yield from differ(group, "sync group", told, why="Its instances would not move together.", matters=True)

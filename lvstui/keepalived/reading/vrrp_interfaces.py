"""Find the interfaces that the files name for VRRP, each with the line that does: keepalived looks for them while it reads.

One that is not there ends keepalived when all is read, in every version, unless `dynamic_interfaces` is set: anywhere at a
start, before that line at a reload. In `linkbeat_interfaces`, `interface_up_down_delays` and after the `vrf` of a route it is
passed over instead. A VMAC is made after the reading: at a start it is not there. What a running keepalived has once known stays
known to it, when the interface is taken away too.

Not for: which interfaces there are (a Director's are known, see `cluster`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lvstui.keepalived.parsing import vrrp_routes
from lvstui.keepalived.parsing.dialect import ASSUMED, Version
from lvstui.keepalived.parsing.statements import Expansion
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.parsing.vrrp_addresses import NAME_LIMIT, read_line
from lvstui.keepalived.reading.defaults import INTERFACE

_ADDRESSES = frozenset((b"virtual_ipaddress", b"virtual_ipaddress_excluded", b"static_ipaddress"))
_LISTS = frozenset((b"track_interface", b"linkbeat_interfaces", b"interface_up_down_delays"))
_PASSED_OVER = frozenset((b"linkbeat_interfaces", b"interface_up_down_delays"))
_WHEN_NEEDED = (2, 1, 0)  # since then default_interface is looked for where a static address needs it


class NamedInterface(NamedTuple):
    """An interface and the line that names it."""

    name: str
    subject: str  # what names it: "track_interface of VI_1"
    path: str
    line: int
    ends: bool  # without it keepalived ends; else it passes the line over
    may_come: bool  # at a reload too: dynamic_interfaces stands before it


class _Found(NamedTuple):
    at: int  # of the statement
    name: bytes  # "": the default interface
    subject: str
    ends: bool = True


class InterfaceNames:
    """Collects the names while the VRRP process' statements are read."""

    def __init__(self) -> None:
        self._found: list[_Found] = []

    def statement(self, block: str, index: int, words: Sequence[bytes], owner: str) -> None:
        """Take a statement of a vrrp_instance or of a garp_group; `owner` is the instance."""
        if block == "garp_group" and words[0] == b"interface":
            self._found.append(_Found(index, words[1], block))
        elif block == "vrrp_instance" and words[0] in (b"interface", b"vrf") and len(words[1]) <= NAME_LIMIT:
            self._found.append(_Found(index, words[1], owner if words[0] == b"interface" else f"vrf of {owner}"))

    def values(self, block: str, keyword: bytes, lines: Sequence[tuple[int, list[bytes]]], owner: str) -> None:
        """Take the lines of a block of values; `owner` is the instance or the sync group that it stands in."""
        subject = f"{readable(keyword)} of {owner}" if owner else readable(keyword)
        for index, words in lines:
            if keyword in _ADDRESSES:
                self._address(index, words, subject, keyword == b"static_ipaddress")
            elif keyword in _LISTS:
                self._found.append(_Found(index, words[0], subject, keyword not in _PASSED_OVER))
            elif block == "garp_group":
                self._found += [_Found(index, word, block) for word in words]
            else:
                self._found += [_Found(index, name, subject) for name in vrrp_routes.devices(keyword, words)]
                self._found += [
                    _Found(index, name, f"{subject}: vrf", False) for name in vrrp_routes.vrfs(keyword, words)
                ]

    def _address(self, index: int, words: list[bytes], subject: str, static: bool) -> None:
        if not static and b"dev" not in words:
            return
        line = read_line(index, words)
        if line.device is not None:
            if len(line.device) <= NAME_LIMIT or static:
                self._found.append(_Found(index, line.device, subject))
        elif static and line.found is not None:
            self._found.append(_Found(index, b"", f"{subject} without dev"))

    def impossible(self) -> Iterator[tuple[int, str]]:
        """Return the statements that name what no interface can be called, and why they end keepalived."""
        for one in self._found:
            if one.ends and len(one.name) > NAME_LIMIT:
                yield one.at, f"no interface can have the name {readable(one.name)!r}: keepalived ends"

    def named(
        self, expansion: Expansion, version: Version | None, default: str | None, at: Mapping[str, int]
    ) -> Iterator[NamedInterface]:
        """Return them in keepalived's order. `default`: what default_interface says; `at`: the statements of global_defs."""
        found = self._found
        if default is not None and (version or ASSUMED) < _WHEN_NEEDED:
            found = [_Found(at["default_interface"], default.encode(), "default_interface"), *found]
        dynamic = at.get("dynamic_interfaces", len(expansion.words))
        for one in found:
            if len(one.name) <= NAME_LIMIT:
                path, line = expansion.path_and_line(one.at)
                name = readable(one.name) or default or INTERFACE
                yield NamedInterface(name, one.subject, path, line, one.ends, dynamic < one.at)

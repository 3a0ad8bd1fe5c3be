"""Read virtual servers, their groups and their real servers as the checker process fills them in.

Not for: what is put into effect once the whole configuration is known (see `effective`).
"""

from __future__ import annotations

from lvstui.keepalived.keys import family_of
from lvstui.keepalived.parsing.dialect import Version, name_of
from lvstui.keepalived.parsing.nesting import Fatal
from lvstui.keepalived.parsing.numbers import UNSIGNED_MAX, address_port, unsigned
from lvstui.keepalived.parsing.statements import Expansion
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.reading.model import VirtualServer
from lvstui.keepalived.reading.reuse import ReusableServers
from lvstui.keepalived.reading.servers.as_written import CheckerBlock, Real, TrackWeight, Virtual
from lvstui.keepalived.reading.servers.checkers import (
    KINDS,
    WITHOUT_CONNECTION,
    dropped,
    read_option,
    settle_smtp,
    track_file,
)
from lvstui.keepalived.reading.servers.groups import Group, group_of
from lvstui.keepalived.reading.servers.server_settings import ServerSettings

_HANG_AT_HOSTS = ((2, 3, 0), (2, 3, 3))
PASSED_OVER_ALONE = (2, 2, 8)  # since then a block without its beginning is no part of another


class Servers(ServerSettings):
    """A Visitor that collects them."""

    def __init__(self, expansion: Expansion, version: Version | None, reusable: ReusableServers) -> None:
        super().__init__(version)
        self.virtuals: list[Virtual | VirtualServer] = []  # those that are taken over whole among them
        self.astray = False  # may one that was taken over whole have been meant by what follows it?
        self.groups: dict[str, Group] = {}
        self._reusable = reusable
        self._words = expansion.words
        self._check: CheckerBlock | None = None
        self._connects = False  # does the last checker connect somewhere?
        self._tracked: dict[str, TrackWeight] = {}
        self._track_file: tuple[str, list[list[bytes]]] = ("", [])

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        keyword = words[0]
        if self._version < PASSED_OVER_ALONE and not (self.virtuals and self._virtual.reals):
            self._refuse_without_beginning(block, index, keyword)
        if block == "real_server":
            if (act := self._on_real.get(keyword)) is not None:
                act(index, words)
            elif keyword in KINDS:
                self._check = CheckerBlock(keyword.decode(), index)
                self._real.checkers.append(self._check)
        elif block == "virtual_server":
            if keyword == b"real_server":
                return self._begin_real(index, words)
            if (act := self._on_virtual.get(keyword)) is not None:
                act(index, words)
        elif keyword == b"virtual_server":
            return self._begin_virtual(index, words)
        elif self._check is not None:
            self._check.options.append(self._text(words))
            if remark := read_option(self._check, block, words, self._tracked, self._version):
                self._complain(index, remark)
        elif block in ("track_file", "vrrp_track_file"):
            self._track_file[1].append(words)
        elif keyword in (b"track_file", b"vrrp_track_file"):
            self._track_file = (readable(words[1]), [])
        return True

    def values(self, block: str, index: int, words: list[bytes], entries: list[int]) -> None:
        if words[0] != b"virtual_server_group":
            return
        group = group_of(words[1], [(entry, self._words[entry]) for entry in entries])
        self.complaints += group.complaints
        if group.entries:
            self.groups.setdefault(group.name, group)
        else:
            self.complaints.append((index, f"virtual_server_group {group.name!r} has no entries: it is not there"))

    def closed(self, block: str, index: int) -> None:
        if block == "real_server":
            self._end_real(index)
        elif block == "virtual_server":
            self._virtual.last = index
            self._end_virtual()
        elif self._check is not None and block == self._check.kind:
            self._end_check(index, self._check)
        elif block in ("track_file", "vrrp_track_file") and (found := track_file(self._track_file[1])) is not None:
            self._tracked.setdefault(self._track_file[0], found)

    def _end_check(self, index: int, check: CheckerBlock) -> None:
        real, virtual = self._real, self._virtual
        if check.kind == "SMTP_CHECK":
            settle_smtp(check, real, virtual, self._version)
            if _HANG_AT_HOSTS[0] <= self._version <= _HANG_AT_HOSTS[1] and len(check.hosts) + check.own > 1:
                raise Fatal(check.at, "keepalived 2.3.0 to 2.3.3 never end reading an SMTP_CHECK with further hosts")
        why = dropped(check, real.address)
        if why is not None and check in real.checkers[-1:]:
            real.checkers.pop()
            self._complain(check.at, f"{why}: this checker is not there")
            if check.kind in ("HTTP_GET", "SSL_GET") and self._version < PASSED_OVER_ALONE and not self._connects:
                raise Fatal(index, f"{why}: keepalived {'.'.join(map(str, self._version))} crashes when it reads this")
        else:
            self._connects = check.kind not in WITHOUT_CONNECTION

    def _passed_over(self, *, virtual: bool = False) -> bool:
        """Pass over what is not valid. Where its block is missing, what follows is read as a part of the one before.

        Since 2.2.8 it is read as a part of nothing.
        """
        if self._version >= PASSED_OVER_ALONE:
            self._real = Real("", 0, None, -1)
            if virtual:
                self._virtual = Virtual(-1)
        else:
            self.astray = self.astray or any(isinstance(one, VirtualServer) for one in self.virtuals)
        return False

    def _refuse_without_beginning(self, block: str, index: int, keyword: bytes) -> None:
        """Raise Fatal for a setting of a server when there is none, not even an earlier one that it could be taken for."""
        no_virtual = block == "virtual_server" and not self.virtuals
        if no_virtual or (block == "real_server" and not self._virtual.reals and keyword not in KINDS):
            name, which = name_of(self._version), block.replace("_", " ")
            raise Fatal(
                index, f"a setting of a {which} that is not valid: keepalived {name} crashes when it reads this"
            )

    def _begin_virtual(self, index: int, words: list[bytes]) -> bool:
        known = self._reusable.find(index)
        if known is not None:
            self.virtuals.append(known)
            last = next((real.checkers[-1] for real in reversed(known.own_real_servers) if real.checkers), None)
            self._connects = self._connects if last is None else last.kind not in WITHOUT_CONNECTION
            return False
        virtual = Virtual(index)
        if words[1] == b"group" and len(words) > 2:
            virtual.group = readable(words[2])
        elif words[1] == b"fwmark" and len(words) > 2:
            virtual.fwmark, remark = unsigned(words[2], 0, UNSIGNED_MAX)
            if remark:
                self._complain(index, f"fwmark {remark}")
            if virtual.fwmark is None:
                return self._passed_over(virtual=True)
        elif words[1] in (b"group", b"fwmark"):
            raise Fatal(index, f"{self._text(words)!r} has no name: keepalived crashes when it reads this")
        elif (found := address_port(words[1:3])) is not None:
            virtual.address, virtual.port = found
            virtual.family = family_of(virtual.address)
        else:
            self._complain(index, f"{self._text(words)!r} is no valid address and port: it is passed over")
            return self._passed_over(virtual=True)
        self._virtual = virtual
        self.virtuals.append(virtual)
        return True

    def _end_virtual(self) -> None:
        virtual = self._virtual
        sorry = virtual.sorry
        if sorry is not None and sorry.method != "TUN":
            family = family_of(sorry.address)
            virtual.family = virtual.family or family
            if virtual.family != family:
                self._complain(sorry.at, "the sorry server is of another address family: it is not there")
                virtual.sorry = sorry = None
        if virtual.family is None and virtual.group is None:
            families = {real.family for real in virtual.reals}
            if sorry is not None:
                families.add(family_of(sorry.address))
            virtual.family = families.pop() if len(families) == 1 else "inet"

    def _begin_real(self, index: int, words: list[bytes]) -> bool:
        found = address_port(words[1:3])
        if found is None:
            self._complain(index, f"{self._text(words)!r} is no valid address and port: it is passed over")
            return self._passed_over()
        self._real = Real(*found, self._virtual.method, index)
        self._virtual.reals.append(self._real)
        return True

    def _end_real(self, last: int) -> None:
        virtual, real = self._virtual, self._real
        if real.first < 0:
            return
        real.last = last
        self._check = None  # blocks that come later are no part of its checkers
        if real.method == "TUN":
            return
        virtual.family = virtual.family or real.family
        if virtual.family != real.family and real in virtual.reals[-1:]:
            self._complain(real.first, "this real server is of another address family: it is not there")
            virtual.reals.pop()

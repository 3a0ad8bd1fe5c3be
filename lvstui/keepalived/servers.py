"""The checker process's reading: virtual servers, their groups and their real servers, as keepalived fills them in.

Not for: what is put into effect once the whole configuration is known (see `validation`).
"""

from __future__ import annotations

from collections.abc import Callable

from lvstui.keepalived.configured import Real, Sorry, Virtual
from lvstui.keepalived.groups import Group, group_of
from lvstui.keepalived.kept import Kept
from lvstui.keepalived.keywords import CHECKERS
from lvstui.keepalived.model import Version, VirtualServer
from lvstui.keepalived.numbers import UNSIGNED_MAX, address_port, seconds, switch, unsigned
from lvstui.keepalived.statements import Expansion

SCHEDULERS = frozenset(b"rr wrr lc wlc lblc sh mh dh fo ovf lblcr sed nq twos".split())
METHODS = {b"NAT": "NAT", b"DR": "DR", b"TUN": "TUN"}
PERSISTENCE_S = 360
_CHECKER_KINDS = frozenset(keyword.name for keyword in CHECKERS)
_MAX_TIMEOUT_S = 86400 * 31


class Servers:
    """A Visitor that collects them."""

    def __init__(self, expansion: Expansion, version: Version | None, kept: Kept) -> None:
        self.virtuals: list[Virtual | VirtualServer] = []  # those that are taken over whole among them
        self.astray = False  # may one that was taken over whole have been meant by what follows it?
        self.groups: dict[str, Group] = {}
        self.complaints: list[tuple[int, str]] = []
        self._kept = kept
        self._words = expansion.words
        known = version or (2, 2, 7)
        self._weight_limit = 65535 if known < (2, 1, 0) else 2**31 - 1
        self._weight_least = 1 if (2, 0, 0) <= known < (2, 0, 16) else 0
        self._zero_is_one = (2, 1, 0) <= known < (2, 2, 0)  # what 2.1 puts into the kernel
        self._option_texts: dict[tuple[bytes, ...], str] = {}
        self._options: list[str] = []
        self._virtual = Virtual(-1)
        self._real = Real("", 0, None, -1)
        self._on_virtual: dict[bytes, Callable[[int, list[bytes]], None]] = {
            b"ip_family": self._ip_family,
            b"lb_algo": self._scheduler,
            b"lvs_sched": self._scheduler,
            b"lb_kind": self._method,
            b"lvs_method": self._method,
            b"protocol": self._protocol,
            b"quorum": self._quorum,
            b"hysteresis": self._hysteresis,
            b"weight": self._default_weight,
            b"persistence_timeout": self._persistence_timeout,
            b"persistence_granularity": self._persistence_granularity,
            b"persistence_engine": self._persistence_engine,
            b"delay_loop": self._delay_loop,
            b"sorry_server": self._sorry_server,
            b"sorry_server_inhibit": self._sorry_server_inhibit,
            b"sorry_server_lvs_method": self._sorry_server_method,
            **dict.fromkeys((b"inhibit_on_failure", b"alpha", b"omega", b"ha_suspend"), self._switched_on),
            **dict.fromkeys((b"ops", b"hashed", b"flag-1", b"flag-2", b"flag-3"), self._flag),
            **dict.fromkeys((b"sh-port", b"sh-fallback", b"mh-port", b"mh-fallback"), self._flag),
        }
        self._on_real: dict[bytes, Callable[[int, list[bytes]], None]] = {
            b"weight": self._weight,
            b"lvs_method": self._real_method,
            b"uthreshold": self._threshold,
            b"lthreshold": self._threshold,
            b"inhibit_on_failure": self._real_inhibit,
            b"alpha": self._real_alpha,
        }

    # -- what the reading tells

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        keyword = words[0]
        if block == "real_server":
            if (act := self._on_real.get(keyword)) is not None:
                act(index, words)
            elif keyword in _CHECKER_KINDS:
                self._options = []
                self._real.checkers.append((index, self._options))
        elif block == "virtual_server":
            if keyword == b"real_server":
                return self._begin_real(index, words)
            if (act := self._on_virtual.get(keyword)) is not None:
                act(index, words)
        elif keyword == b"virtual_server":
            return self._begin_virtual(index, words)
        elif block:
            self._options.append(self._text(words))
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

    def _text(self, words: list[bytes]) -> str:
        key = tuple(words)
        text = self._option_texts.get(key)
        if text is None:
            text = self._option_texts[key] = b" ".join(words).decode(errors="backslashreplace")
        return text

    def _complain(self, index: int, message: str) -> None:
        self.complaints.append((index, message))

    def _number(self, index: int, words: list[bytes], low: int, high: int, *, lenient: bool = True) -> int | None:
        value, remark = unsigned(words[1], low, high, lenient=lenient)
        if remark:
            self._complain(index, f"{words[0].decode()} {remark}")
        return value

    def _passed_over(self) -> bool:
        """What is not valid. Where its block is missing, keepalived takes what follows for a part of the one before."""
        self.astray = self.astray or any(isinstance(virtual, VirtualServer) for virtual in self.virtuals)
        return False

    # -- virtual servers

    def _begin_virtual(self, index: int, words: list[bytes]) -> bool:
        known = self._kept.find(index)
        if known is not None:
            self.virtuals.append(known)
            return False
        virtual = Virtual(index)
        if words[1] == b"group" and len(words) > 2:
            virtual.group = words[2].decode(errors="backslashreplace")
        elif words[1] == b"fwmark" and len(words) > 2:
            virtual.fwmark, remark = unsigned(words[2], 0, UNSIGNED_MAX)
            if remark:
                self._complain(index, f"fwmark {remark}")
            if virtual.fwmark is None:
                return self._passed_over()
        elif (found := address_port(words[1:3])) is not None:
            virtual.address, virtual.port = found
            virtual.family = "inet6" if ":" in virtual.address else "inet"
        else:
            self._complain(index, f"{self._text(words)!r} is no valid address and port: it is passed over")
            return self._passed_over()
        self._virtual = virtual
        self.virtuals.append(virtual)
        return True

    def _end_virtual(self) -> None:
        virtual = self._virtual
        sorry = virtual.sorry
        if sorry is not None and sorry.method != "TUN":
            family = "inet6" if ":" in sorry.address else "inet"
            virtual.family = virtual.family or family
            if virtual.family != family:
                self._complain(sorry.at, "the sorry server is of another address family: it is not there")
                virtual.sorry = sorry = None
        if virtual.family is None and virtual.group is None:
            families = {real.family for real in virtual.reals}
            if sorry is not None:
                families.add("inet6" if ":" in sorry.address else "inet")
            virtual.family = families.pop() if len(families) == 1 else "inet"

    def _ip_family(self, index: int, words: list[bytes]) -> None:
        family = words[1].decode(errors="backslashreplace")
        if family not in ("inet", "inet6") or self._virtual.family not in (None, family):
            self._complain(index, f"ip_family {family!r} is unknown or not that of the address: ignored")
        else:
            self._virtual.family = family

    def _scheduler(self, index: int, words: list[bytes]) -> None:
        if words[1] in SCHEDULERS:
            self._virtual.scheduler = words[1].decode()
        else:
            self._complain(index, f"unknown scheduler {words[1].decode(errors='backslashreplace')!r}: ignored")

    def _method(self, index: int, words: list[bytes]) -> None:
        self._virtual.method = self._forwarding(index, words) or self._virtual.method

    def _forwarding(self, index: int, words: list[bytes]) -> str | None:
        method = METHODS.get(words[1])
        if method is None:
            self._complain(index, f"unknown forwarding method {words[1].decode(errors='backslashreplace')!r}: ignored")
        return method

    def _protocol(self, index: int, words: list[bytes]) -> None:
        protocol = words[1].decode(errors="backslashreplace").lower()
        if protocol in ("tcp", "udp", "sctp"):
            self._virtual.protocol = protocol
        else:
            self._complain(index, f"unknown protocol {protocol!r}: ignored")

    def _quorum(self, index: int, words: list[bytes]) -> None:
        self._virtual.quorum = self._number(index, words, 1, UNSIGNED_MAX) or 1

    def _hysteresis(self, index: int, words: list[bytes]) -> None:
        if (value := self._number(index, words, 0, UNSIGNED_MAX)) is not None:
            self._virtual.hysteresis = value

    def _default_weight(self, index: int, words: list[bytes]) -> None:
        if (value := self._number(index, words, 1, self._weight_limit)) is not None:
            self._virtual.weight = value

    def _persistence_timeout(self, index: int, words: list[bytes]) -> None:
        if len(words) < 2:
            self._virtual.persistence_timeout = PERSISTENCE_S
        elif (value := self._number(index, words, 1, _MAX_TIMEOUT_S, lenient=False)) is not None:
            self._virtual.persistence_timeout = value

    def _persistence_granularity(self, index: int, words: list[bytes]) -> None:
        virtual = self._virtual
        family = virtual.family or ("inet" if b"." in words[1] else "inet6")
        if family == "inet6" and self._number(index, words, 1, 128, lenient=False) is None:
            return
        virtual.family = family
        virtual.persistence_timeout = virtual.persistence_timeout or PERSISTENCE_S

    def _persistence_engine(self, _: int, words: list[bytes]) -> None:
        self._virtual.persistence_engine = words[1].decode(errors="backslashreplace")

    def _delay_loop(self, index: int, words: list[bytes]) -> None:
        if (value := seconds(words[1])) is not None and value > 0:
            self._virtual.delay_loop = value
        else:
            self._complain(index, "this delay_loop is no number of seconds: ignored")

    def _switched_on(self, _: int, words: list[bytes]) -> None:
        name = words[0].decode()
        setattr(self._virtual, "inhibit" if name == "inhibit_on_failure" else name, True)

    def _flag(self, index: int, words: list[bytes]) -> None:
        flag = words[0].decode()
        scheduler = flag[:2]
        if flag[2] == "-" and self._virtual.scheduler != scheduler:
            self._complain(index, f"{flag} counts only after lb_algo {scheduler}: ignored")
        elif flag != "hashed":
            self._virtual.flags.append(flag)

    # -- sorry server

    def _sorry_server(self, index: int, words: list[bytes]) -> None:
        found = address_port(words[1:3])
        if found is None:
            self._complain(index, f"{self._text(words)!r} is no valid address and port: ignored")
        else:
            self._virtual.sorry = Sorry(*found, self._virtual.method, index)

    def _sorry_server_inhibit(self, index: int, _: list[bytes]) -> None:
        if self._virtual.sorry is None:
            self._complain(index, "sorry_server_inhibit before any sorry_server: ignored")
        else:
            self._virtual.sorry.inhibit = True

    def _sorry_server_method(self, index: int, words: list[bytes]) -> None:
        if self._virtual.sorry is None:
            self._complain(index, "sorry_server_lvs_method before any sorry_server: ignored")
        else:
            self._virtual.sorry.method = self._forwarding(index, words) or self._virtual.sorry.method

    # -- real servers

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
        real.last = last
        self._options = []  # blocks that come later are no part of its checkers
        if real.method == "TUN":
            return
        virtual.family = virtual.family or real.family
        if virtual.family != real.family and real in virtual.reals[-1:]:
            self._complain(real.first, "this real server is of another address family: it is not there")
            virtual.reals.pop()

    def _weight(self, index: int, words: list[bytes]) -> None:
        if (value := self._number(index, words, self._weight_least, self._weight_limit)) is not None:
            self._real.weight, self._real.weight_at = value or int(self._zero_is_one), index

    def _real_method(self, index: int, words: list[bytes]) -> None:
        self._real.method = self._forwarding(index, words) or self._real.method

    def _threshold(self, index: int, words: list[bytes]) -> None:
        value = self._number(index, words, 0, UNSIGNED_MAX)
        if value is None:
            return
        if words[0] == b"uthreshold":
            self._real.uthreshold = value
        else:
            self._real.lthreshold = value

    def _real_inhibit(self, index: int, words: list[bytes]) -> None:
        self._real.inhibit = self._switch(index, words, self._real.inhibit)

    def _real_alpha(self, index: int, words: list[bytes]) -> None:
        self._real.alpha = self._switch(index, words, self._real.alpha)

    def _switch(self, index: int, words: list[bytes], before: bool | None) -> bool | None:
        value = switch(words)
        if value is None:
            self._complain(index, f"{self._text(words)!r} is neither on nor off: ignored")
        return before if value is None else value

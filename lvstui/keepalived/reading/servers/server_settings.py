"""Take the settings of a virtual server and of a real server, statement by statement, as the checker process does.

Not for: which block a statement belongs to, nor checkers and groups (see `checker_process`).
"""

from __future__ import annotations

from collections.abc import Callable

from lvstui.keepalived.parsing.dialect import ASSUMED, Version
from lvstui.keepalived.parsing.nesting import Fatal, without_parameter
from lvstui.keepalived.parsing.numbers import UNSIGNED_MAX, address_port, switch, unsigned
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.reading.defaults import PERSISTENCE_S
from lvstui.keepalived.reading.servers.as_written import Real, Sorry, Virtual
from lvstui.keepalived.reading.servers.checkers import TIMES, set_retry, set_time

SCHEDULERS = frozenset(b"rr wrr lc wlc lblc sh mh dh fo ovf lblcr sed nq".split())
_TWOS_SINCE = (2, 2, 5)
_CHECKED_SINCE = (2, 0, 7)  # before, any word was a scheduler
_TIMEOUT_LIMITED_SINCE = (2, 1, 3)
METHODS = {b"NAT": "NAT", b"DR": "DR", b"TUN": "TUN"}
_FLAGS = {"sh-fallback": "flag-1", "mh-fallback": "flag-1", "sh-port": "flag-2", "mh-port": "flag-2"}
_MAX_TIMEOUT_S = 86400 * 31


class ServerSettings:
    """Takes the statements of the virtual and the real server that are being read."""

    def __init__(self, version: Version | None) -> None:
        self.complaints: list[tuple[int, str]] = []
        known = self._version = version or ASSUMED
        self._weight_limit = 65535 if known < (2, 1, 0) else 2**31 - 1
        self._timeout_limit = _MAX_TIMEOUT_S if known >= _TIMEOUT_LIMITED_SINCE else UNSIGNED_MAX
        self._weight_least = 1 if (2, 0, 0) <= known < (2, 0, 16) else 0
        self._zero_is_one = (2, 1, 0) <= known < (2, 2, 0)  # what 2.1 puts into the kernel
        self._option_texts: dict[tuple[bytes, ...], str] = {}
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
            b"quorum_up": self._quorum_script,
            b"quorum_down": self._quorum_script,
            b"weight": self._default_weight,
            b"persistence_timeout": self._persistence_timeout,
            b"persistence_granularity": self._persistence_granularity,
            b"persistence_engine": self._persistence_engine,
            b"retry": self._virtual_retry,
            **dict.fromkeys(TIMES, self._virtual_time),
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
            b"retry": self._real_retry,
            **dict.fromkeys(TIMES, self._real_time),
        }

    def _ip_family(self, index: int, words: list[bytes]) -> None:
        family = readable(words[1])
        if family not in ("inet", "inet6") or self._virtual.family not in (None, family):
            self._complain(index, f"ip_family {family!r} is unknown or not that of the address: ignored")
        else:
            self._virtual.family = family

    def _scheduler(self, index: int, words: list[bytes]) -> None:
        known = words[1] in SCHEDULERS or (words[1] == b"twos" and self._version >= _TWOS_SINCE)
        if known or self._version < _CHECKED_SINCE:
            self._virtual.scheduler = readable(words[1])
        else:
            self._complain(index, f"unknown scheduler {readable(words[1])!r}: ignored")

    def _method(self, index: int, words: list[bytes]) -> None:
        self._virtual.method = self._forwarding(index, words) or self._virtual.method

    def _forwarding(self, index: int, words: list[bytes]) -> str | None:
        method = METHODS.get(words[1])
        if method is None:
            self._complain(index, f"unknown forwarding method {readable(words[1])!r}: ignored")
        return method

    def _protocol(self, index: int, words: list[bytes]) -> None:
        protocol = readable(words[1]).lower()
        if protocol in ("tcp", "udp", "sctp"):
            self._virtual.protocol = protocol
        else:
            self._complain(index, f"unknown protocol {protocol!r}: ignored")

    def _quorum(self, index: int, words: list[bytes]) -> None:
        self._virtual.quorum = self._number(index, words, 1, UNSIGNED_MAX) or 1

    def _quorum_script(self, _: int, words: list[bytes]) -> None:
        name = words[0].decode()
        if getattr(self._virtual, name) is None:  # a second one is ignored
            setattr(self._virtual, name, self._text(words[1:]))

    def _hysteresis(self, index: int, words: list[bytes]) -> None:
        if (value := self._number(index, words, 0, UNSIGNED_MAX)) is not None:
            self._virtual.hysteresis = value

    def _default_weight(self, index: int, words: list[bytes]) -> None:
        if (value := self._number(index, words, 1, self._weight_limit)) is not None:
            self._virtual.weight = value

    def _persistence_timeout(self, index: int, words: list[bytes]) -> None:
        if len(words) < 2:
            self._virtual.persistence_timeout = PERSISTENCE_S
        elif (value := self._number(index, words, 1, self._timeout_limit, lenient=False)) is not None:
            self._virtual.persistence_timeout = value

    def _persistence_granularity(self, index: int, words: list[bytes]) -> None:
        virtual = self._virtual
        family = virtual.family or ("inet" if b"." in words[1] else "inet6")
        if family == "inet6" and self._number(index, words, 1, 128, lenient=False) is None:
            return
        virtual.family = family
        virtual.persistence_timeout = virtual.persistence_timeout or PERSISTENCE_S

    def _persistence_engine(self, _: int, words: list[bytes]) -> None:
        self._virtual.persistence_engine = readable(words[1])

    def _virtual_time(self, index: int, words: list[bytes]) -> None:
        if remark := set_time(self._virtual.times, words, self._version):
            self._complain(index, remark)

    def _virtual_retry(self, index: int, words: list[bytes]) -> None:
        if remark := set_retry(self._virtual.times, words, of_checker=False):
            self._complain(index, remark)

    def _real_time(self, index: int, words: list[bytes]) -> None:
        if remark := set_time(self._real.times, words, self._version):
            self._complain(index, remark)

    def _real_retry(self, index: int, words: list[bytes]) -> None:
        if remark := set_retry(self._real.times, words, of_checker=False):
            self._complain(index, remark)

    def _switched_on(self, _: int, words: list[bytes]) -> None:
        name = words[0].decode()
        setattr(self._virtual, "inhibit" if name == "inhibit_on_failure" else name, True)

    def _flag(self, index: int, words: list[bytes]) -> None:
        """Take a flag. flag-1 and flag-2 are the fallback and the port of whatever scheduler it turns out to be."""
        flag = words[0].decode()
        scheduler = flag[:2]
        if flag[2] == "-" and self._virtual.scheduler != scheduler:
            self._complain(index, f"{flag} counts only after lb_algo {scheduler}: ignored")
        elif flag != "hashed":
            self._virtual.flags.append(_FLAGS.get(flag, flag))

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
        elif len(words) < 2:
            raise Fatal(index, without_parameter(words[0]))
        else:
            self._virtual.sorry.method = self._forwarding(index, words) or self._virtual.sorry.method

    def _weight(self, index: int, words: list[bytes]) -> None:
        if (value := self._number(index, words, self._weight_least, self._weight_limit)) is not None:
            self._real.weight, self._real.weight_at = value or int(self._zero_is_one), index
            self._real.zero = not value

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

    def _text(self, words: list[bytes]) -> str:
        key = tuple(words)
        text = self._option_texts.get(key)
        if text is None:
            text = self._option_texts[key] = readable(b" ".join(words))
        return text

    def _complain(self, index: int, message: str) -> None:
        self.complaints.append((index, message))

    def _number(self, index: int, words: list[bytes], low: int, high: int, *, lenient: bool = True) -> int | None:
        value, remark = unsigned(words[1], low, high, lenient=lenient)
        if remark:
            self._complain(index, f"{words[0].decode()} {remark}")
        return value

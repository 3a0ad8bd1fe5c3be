"""Decide which real servers the operator wants to see: a line of words, read once, asked of each real server.

    web 8081            both words are in its name, its virtual server's, or the reason of its state
    state:down          the state begins so: state:drain is DRAINING and DRAINED, state:no-quorum is NO QUORUM
    weight:0 active:>9  on any Director; also inactive, persistent and conns (connections per second)
    vs:10.10.0.20       in the virtual server's name; rs: in the real server's; by: who drained it, and why
    !state:up           all but those

Not for: the order of what is shown (see `console.table.rows`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lvstui.cluster.view import Figures, RealServerState, RealServerView

Test = Callable[[RealServerView], bool]

_KEYED = re.compile(r"([a-z]+):(.*)", re.DOTALL)
_GROUP = re.compile(r"[a-f]{1,4}")  # of an IPv6 address: no key
_NUMBER = re.compile(r"([<>]?)(\d+)")


class BadFilter(ValueError):
    """The operator's words are no filter; the text says what is wrong, to be shown as it is."""


@dataclass(frozen=True)
class Filter:
    """The operator's words, read. Without words it shows every real server."""

    text: str = ""
    tests: tuple[Test, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tests)

    def shows(self, real: RealServerView) -> bool:
        """Return True if the real server has all that the words ask for."""
        return all(test(real) for test in self.tests)


ALL = Filter()


def parse(text: str) -> Filter:
    """Read a filter. Raises BadFilter, which says what is wrong."""
    words = text.casefold().split()
    return Filter(" ".join(words), tuple(_test(word) for word in words))


def _test(word: str) -> Test:
    if word.startswith("!"):
        if word == "!":
            raise BadFilter("! needs a word, for example !state:up")
        test = _test(word[1:])
        return lambda real: not test(real)
    keyed = _KEYED.fullmatch(word)
    if keyed is None:
        return _anywhere(word)
    key, value = keyed.groups()
    if key not in _KEYS:
        if _GROUP.fullmatch(key) or value.isdecimal():  # fd00:…, www:80
            return _anywhere(word)
        raise BadFilter(f"unknown {key}: use {', '.join(f'{known}:' for known in _KEYS)}")
    if not value:
        raise BadFilter(f"{key}: needs a value, for example {_KEYS[key][0]}")
    return _KEYS[key][1](value)


def _anywhere(word: str) -> Test:
    def test(real: RealServerView) -> bool:
        return word in real.id or word in real.virtual_server.casefold() or word in (real.reason or "").casefold()

    return test


def _state(value: str) -> Test:
    words = {state: state.casefold().replace(" ", "-") for state in RealServerState}
    states = {state for state, word in words.items() if word.startswith(value.replace("_", "-"))}
    if not states:
        raise BadFilter(f"no state begins with {value}: use {', '.join(words.values())}")
    return lambda real: real.state in states


def _virtual(value: str) -> Test:
    return lambda real: value in real.virtual_server.casefold()


def _real(value: str) -> Test:
    return lambda real: value in real.id


def _drained_by(value: str) -> Test:
    def test(real: RealServerView) -> bool:
        told = [one.drained for one in real.directors.values() if one.drained is not None]
        return any(value in f"{drained.by} {drained.reason}".casefold() for drained in told)

    return test


def _number(key: str, values: Callable[[Figures], tuple[float | None, ...]]) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        match = _NUMBER.fullmatch(value)
        if match is None:
            raise BadFilter(f"{key}: needs a number, or < or > and a number, not {value}")
        sign, wanted = match[1], int(match[2])

        def holds(number: float | None) -> bool:
            if number is None:
                return False
            return number > wanted if sign == ">" else number < wanted if sign == "<" else number == wanted

        return lambda real: any(holds(number) for one in real.directors.values() for number in values(one))

    return make


_KEYS: dict[str, tuple[str, Callable[[str], Test]]] = {
    "state": ("state:down", _state),
    "vs": ("vs:10.10.0.20", _virtual),
    "rs": ("rs:8081", _real),
    "by": ("by:ana", _drained_by),
    "weight": ("weight:0", _number("weight", lambda one: (one.configured_weight, one.kernel_weight))),
    "active": ("active:>0", _number("active", lambda one: (one.active,))),
    "inactive": ("inactive:>0", _number("inactive", lambda one: (one.inactive,))),
    "persistent": ("persistent:>0", _number("persistent", lambda one: (one.persistent,))),
    "conns": ("conns:>0", _number("conns", lambda one: (one.connections_per_s,))),
}

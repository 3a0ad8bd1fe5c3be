"""Read the checkers of a real server: their blocks, and the values that take effect.

A value that a checker does not set is its real server's, then its virtual server's, then the default of its kind.

Not for: what a checker found (see `cluster`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.parsing.keywords import CHECKERS
from lvstui.keepalived.parsing.numbers import MICROSECONDS, UNSIGNED_MAX, address, duration, signed, switch, unsigned
from lvstui.keepalived.parsing.statements import Expansion
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.reading.checker import Checker
from lvstui.keepalived.reading.defaults import (
    CONNECT_TIMEOUT_S,
    DELAY_BEFORE_RETRY_S,
    DELAY_LOOP_S,
    LARGEST_TRACK_WEIGHT,
    RETRIES,
)
from lvstui.keepalived.reading.servers.as_written import CheckerBlock, Real, Times, TrackWeight, Virtual

KINDS = frozenset(keyword.name for keyword in CHECKERS)
WITHOUT_CONNECTION = frozenset({"MISC_CHECK", "FILE_CHECK", "BFD_CHECK"})
_WEIGHT_LIMIT = 2**31 - 1
_RETRIES = {"MISC_CHECK": 0, "DNS_CHECK": 3}  # the others: RETRIES
_DELAYS_S: dict[str, float | None] = {
    "HTTP_GET": 3.0,
    "SSL_GET": 3.0,
    "DNS_CHECK": None,
}  # None: delay_loop; the others: DELAY_BEFORE_RETRY_S
_HOSTS_ALONE = (2, 1, 4)  # before, an SMTP_CHECK with `host` blocks checks the real server itself too
_HOSTS_COPY = (2, 0, 14)  # since then, before that, a host has the timeout that stands before it in the SMTP_CHECK
_CONNECTION = frozenset(b"connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark".split())
_LINK_LOCAL = re.compile("fe[89ab]", re.IGNORECASE)
_T = TypeVar("_T")
TIMES = {  # attribute, least, most in microseconds
    b"delay_loop": ("delay_loop", 1, None),
    b"delay_before_retry": ("delay_before_retry", 0, None),
    b"warmup": ("warmup", 0, None),
    b"connect_timeout": ("connect_timeout", 1, UNSIGNED_MAX),
}


def set_time(times: Times, words: list[bytes], version: Version) -> str:
    """Set what `delay_loop`, `warmup`, … say; return what there is to complain of, or nothing."""
    name, low, high = TIMES[words[0]]
    value, remark = duration(words[1], low, high, version)
    if value is not None:
        setattr(times, name, value)
    return f"{name} {remark}" if remark else ""


def set_retry(times: Times, words: list[bytes], *, of_checker: bool) -> str:
    """Set what `retry` says; return what there is to complain of, or nothing. Only a checker may have none."""
    value, remark = unsigned(words[1], 0 if of_checker else 1, UNSIGNED_MAX, lenient=of_checker)
    if value is not None:
        times.retry = value
    return f"{words[0].decode()} {remark}" if remark else ""


def read_option(
    check: CheckerBlock, block: str, words: list[bytes], tracked: Mapping[str, TrackWeight], version: Version
) -> str:
    """Take one statement of a checker's block; return what there is to complain of, or nothing."""
    name = words[0]
    if block == "host":
        return set_time(check.hosts[-1], words, version) if name == b"connect_timeout" and check.hosts else ""
    if block == "url":
        check.urls += name == b"path"
    if block != check.kind:
        return ""
    check.own = check.own or name in _CONNECTION
    if name in TIMES:
        return set_time(check.times, words, version)
    if name in (b"retry", b"nb_get_retry"):
        return set_retry(check.times, words, of_checker=True)
    if name == b"alpha":
        check.alpha = True if (value := switch(words)) is None else value
    elif name == b"host":
        check.hosts.append(Times(connect_timeout=_timeout_of_a_host(check, version)))
    elif name == b"misc_path":
        check.script = len(words) > 1
    elif name == b"connect_ip":
        check.connect_ip = address(words[1])
    elif name == b"bind_if":
        check.bind_if = True
    elif name == b"misc_dynamic":
        check.misc_dynamic = True
    elif name == b"misc_timeout":
        check.misc_timeout, remark = unsigned(words[1], 0, UNSIGNED_MAX // MICROSECONDS)
        return f"misc_timeout {remark}" if remark else ""
    elif check.kind == "FILE_CHECK":
        return _file_option(check, words, tracked)
    return ""


def _timeout_of_a_host(check: CheckerBlock, version: Version) -> float | None:
    """Return the timeout with which the `host` block of an SMTP_CHECK begins; None where it is inherited."""
    if version >= _HOSTS_ALONE:
        return 0.0  # keepalived gives it none, and takes that for one that is set
    return check.times.connect_timeout if version >= _HOSTS_COPY else None


def settle_smtp(check: CheckerBlock, real: Real, virtual: Virtual, version: Version) -> None:
    """Give an SMTP_CHECK the timeout that is known when its block ends, not a later one."""
    check.own = check.own or version < _HOSTS_ALONE
    for times in (check.times, *check.hosts):
        times.connect_timeout = _first(
            times.connect_timeout, real.times.connect_timeout, virtual.times.connect_timeout, CONNECT_TIMEOUT_S
        )


def dropped(check: CheckerBlock, server: str) -> str | None:
    """Return why keepalived drops a checker of the real server at that address; None where it keeps it."""
    if check.kind in ("HTTP_GET", "SSL_GET") and not check.urls:
        return f"{check.kind} without a URL that has a path"
    if check.kind == "MISC_CHECK" and not check.script:
        return "MISC_CHECK without a script"
    if check.kind == "FILE_CHECK" and check.track_file is None:
        return "FILE_CHECK without a tracked file"
    to = check.connect_ip or server
    if check.kind not in WITHOUT_CONNECTION and not check.hosts and not check.bind_if and _LINK_LOCAL.match(to):
        return f"{check.kind} to a link-local address without bind_if"
    return None


def _file_option(check: CheckerBlock, words: list[bytes], tracked: Mapping[str, TrackWeight]) -> str:
    if words[0] == b"track_file":
        name = readable(words[1])
        if name not in tracked:
            return f"there is no track_file {name!r} before this: ignored"
        check.track_file, check.default_weight = name, tracked[name]
        return ""
    if words[0] != b"weight" or len(words) < 2:
        return ""
    found = _weight(words, _WEIGHT_LIMIT)
    if found is None:
        return f"{readable(words[1])!r} is no weight of a tracked file: ignored"
    check.weight = found
    return ""


def _weight(words: list[bytes], limit: int) -> TrackWeight | None:
    value, _ = signed(words[1], -limit, limit)
    if value is None or words[2:3] not in ([], [b"reverse"], [b"noreverse"]):
        return None
    return TrackWeight(value, words[2:3] == [b"reverse"])


def track_file(statements: list[list[bytes]]) -> TrackWeight | None:
    """Return the weight of a `track_file` block, from its statements; None where it names no file."""
    found = TrackWeight(1)
    there = False
    for words in statements:
        if words[0] == b"file" and len(words) > 1:
            there = True
        elif words[0] == b"weight" and len(words) > 1 and found.weight == 1:
            value, _ = signed(words[1], -LARGEST_TRACK_WEIGHT, LARGEST_TRACK_WEIGHT)
            found = TrackWeight(1 if value is None else value, words[2:3] == [b"reverse"])
    return found if there else None


def checkers_of(expansion: Expansion, virtual: Virtual, real: Real) -> tuple[Checker, ...]:
    """Return the checkers of a real server with their effective values."""
    found: list[Checker] = []
    for check in real.checkers:
        one = _checker(expansion, virtual, real, check)
        hosts = [replace(one, connect_timeout=times.connect_timeout) for times in check.hosts]
        found += [one, *hosts] if check.own or not hosts else hosts
    return tuple(found)


def _checker(expansion: Expansion, virtual: Virtual, real: Real, check: CheckerBlock) -> Checker:
    path, line = expansion.path_and_line(check.at)
    own, of_real, of_virtual = check.times, real.times, virtual.times
    delay_loop = _first(own.delay_loop, of_real.delay_loop, of_virtual.delay_loop, DELAY_LOOP_S)
    delay = _DELAYS_S.get(check.kind, DELAY_BEFORE_RETRY_S)
    connect_timeout = None
    if check.kind not in WITHOUT_CONNECTION:
        connect_timeout = _first(
            own.connect_timeout, of_real.connect_timeout, of_virtual.connect_timeout, CONNECT_TIMEOUT_S
        )
    tracked = check.weight or check.default_weight
    return Checker(
        check.kind,
        tuple(check.options),
        path,
        line,
        retry=_first(own.retry, of_real.retry, of_virtual.retry, _RETRIES.get(check.kind, RETRIES)),
        delay_before_retry=_first(
            own.delay_before_retry,
            of_real.delay_before_retry,
            of_virtual.delay_before_retry,
            delay_loop if delay is None else delay,
        ),
        connect_timeout=connect_timeout,
        delay_loop=delay_loop,
        warmup=_first(own.warmup, of_real.warmup, of_virtual.warmup, delay_loop),
        alpha=_first(check.alpha, real.alpha, None, virtual.alpha),
        urls=check.urls,
        misc_timeout=_misc_timeout(virtual, check),
        misc_dynamic=check.misc_dynamic,
        track_file=check.track_file,
        weight=None if tracked is None else tracked.weight,
        reverse=tracked is not None and tracked.reverse,
    )


def _misc_timeout(virtual: Virtual, check: CheckerBlock) -> float | None:
    if check.kind != "MISC_CHECK":
        return None
    return float(check.misc_timeout or 0) or _first(None, None, virtual.times.delay_loop, DELAY_LOOP_S)


def _first(own: _T | None, of_real: _T | None, of_virtual: _T | None, default: _T) -> _T:
    if own is not None:
        return own
    if of_real is not None:
        return of_real
    return default if of_virtual is None else of_virtual

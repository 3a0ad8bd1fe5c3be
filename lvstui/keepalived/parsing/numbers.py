"""Take numbers and addresses from a word as keepalived does, mistakes included.

The running keepalived takes the digits at the start of `1x` and warns; `keepalived -t` refuses it. What counts here is
what would run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lvstui.keepalived.keys import canonical_address
from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.parsing.syntax import readable

_UNSIGNED = re.compile(rb"[ \t\f\n\r\v]*([+-]?)([0-9]*)(.*)", re.DOTALL)
_FLOAT = re.compile(rb"[ \t\f\n\r\v]*(\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(.*)", re.DOTALL)
MICROSECONDS = 1_000_000
UNSIGNED_MAX = 2**32 - 1


@lru_cache(maxsize=4096)
def unsigned(word: bytes, low: int, high: int, *, lenient: bool = True) -> tuple[int | None, str]:
    """Return the number (None: the statement counts for nothing) and what there is to say about it ("": nothing)."""
    match = _UNSIGNED.match(word)
    sign, digits, rest = match.groups() if match else (b"", b"", b"")
    value = int(digits or b"0")
    shown = readable(word)
    if (sign == b"-" and value) or not low <= value <= high:
        return None, f"{shown!r} is outside {low} to {high}: ignored"
    if rest or not digits or sign == b"-":
        if not lenient:
            return None, f"{shown!r} is no whole number: ignored"
        return value, f"{shown!r} is no whole number: taken as {value}"
    return value, ""


def microseconds(word: bytes, low: int, high: int, version: Version) -> tuple[int | None, str]:
    """Return the time of a timer as `duration` does, in microseconds."""
    found, said = duration(word, low, high, version)
    return None if found is None else round(found * MICROSECONDS), said


@lru_cache(maxsize=1024)
def duration(word: bytes, low: int, high: int | None, version: Version) -> tuple[float | None, str]:
    """Return the seconds of a timer (None: the statement counts for nothing) and what there is to say about it.

    The limits are microseconds. Since 2.2.3 keepalived counts in them, and takes what follows the digits for their end.
    """
    shown = readable(word)
    if word.startswith(b"-"):
        return None, f"{shown!r} is negative: ignored"
    if version < (2, 2, 3):
        match = _FLOAT.match(word)
        value = int(float(match[1]) * 1_000_000) if match and match[1] else 0
        clean = match is not None and bool(match[1]) and not match[2]
    else:
        whole, _, fraction = word.partition(b".")
        digits = whole + fraction[:6] + b"0" * (6 - len(fraction[:6]))
        taken = _UNSIGNED.match(digits)
        value = (int(taken[2] or b"0") if taken else 0) + (fraction[6:7] >= b"5")
        clean = taken is not None and not taken[3] and len(fraction) <= 6
    if value < low or (high is not None and value > high):
        return None, f"{shown!r} is outside the range: ignored"
    return value / 1_000_000, "" if clean else f"{shown!r} is no number of seconds: taken as {value / 1_000_000:g} s"


def signed(word: bytes, low: int, high: int) -> tuple[int | None, str]:
    """Return the number (None: the statement counts for nothing) and what there is to say about it."""
    match = _UNSIGNED.match(word)
    sign, digits, rest = match.groups() if match else (b"", b"", b"")
    value = int(digits or b"0") * (-1 if sign == b"-" else 1)
    shown = readable(word)
    if not low <= value <= high:
        return None, f"{shown!r} is outside {low} to {high}: ignored"
    return value, "" if digits and not rest else f"{shown!r} is no whole number: taken as {value}"


def switch(words: Sequence[bytes]) -> bool | None:
    """Read `keyword [on|true|yes|off|false|no]`, without a value: on; None where it is something else."""
    if len(words) < 2 or words[1] in (b"on", b"true", b"yes"):
        return True
    return False if words[1] in (b"off", b"false", b"no") else None


def address(word: bytes) -> str | None:
    """Return the address of `10.0.0.1`, of the start of `10.0.0.1-9` or of `10.0.0.0/24`; None where it is none."""
    text = word.decode("ascii", "replace")
    for mark in "-/":
        if mark in text:
            text = text[: text.index(mark)]
            break
    if "%" in text:
        return None
    try:
        return canonical_address(text)
    except ValueError:
        return None


def address_port(words: Sequence[bytes], high: int = 65535) -> tuple[str, int] | None:
    """Read `address [port]` as of a real server, the port 0 where it is missing or zero; None where it is not valid."""
    found = address(words[0])
    if found is None:
        return None
    if len(words) < 2 or not words[1].strip(b"0"):
        return found, 0
    port, _ = unsigned(words[1], 1, high)
    return None if port is None else (found, port)

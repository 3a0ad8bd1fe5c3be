"""Numbers and addresses as keepalived takes them from a word, mistakes included.

The running keepalived takes the digits at the start of `1x` and warns; `keepalived -t` refuses it. What counts here is
what would run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lvstui.keepalived.keys import canonical_address

_UNSIGNED = re.compile(rb"[ \t\f\n\r\v]*([+-]?)([0-9]*)(.*)", re.DOTALL)
_DECIMAL = re.compile(rb"([0-9]*)(?:\.([0-9]*))?(.*)", re.DOTALL)
UNSIGNED_MAX = 2**32 - 1


def unsigned(word: bytes, low: int, high: int, *, lenient: bool = True) -> tuple[int | None, str]:
    """The number (None: the statement counts for nothing) and what there is to say about it ("": nothing)."""
    match = _UNSIGNED.match(word)
    sign, digits, rest = match.groups() if match else (b"", b"", b"")
    value = int(digits or b"0")
    shown = word.decode(errors="backslashreplace")
    if (sign == b"-" and value) or not low <= value <= high:
        return None, f"{shown!r} is outside {low} to {high}: ignored"
    if rest or not digits or sign == b"-":
        if not lenient:
            return None, f"{shown!r} is no whole number: ignored"
        return value, f"{shown!r} is no whole number: taken as {value}"
    return value, ""


def seconds(word: bytes) -> float | None:
    """A duration such as `1` or `0.5`; None where it is none."""
    match = _DECIMAL.match(word)
    if match is None or match[3] or not (match[1] or match[2]):
        return None
    return float(b"%s.%s" % (match[1] or b"0", match[2] or b"0"))


def switch(words: Sequence[bytes]) -> bool | None:
    """`keyword [on|true|yes|off|false|no]`, without a value: on; None where it is something else."""
    if len(words) < 2 or words[1] in (b"on", b"true", b"yes"):
        return True
    return False if words[1] in (b"off", b"false", b"no") else None


def address(word: bytes) -> str | None:
    """The address of `10.0.0.1`, of the start of `10.0.0.1-9` or of `10.0.0.0/24`; None where it is none."""
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
    """`address [port]` as of a real server, the port 0 where it is missing or zero; None where it is not valid."""
    found = address(words[0])
    if found is None:
        return None
    if len(words) < 2 or not words[1].strip(b"0"):
        return found, 0
    port, _ = unsigned(words[1], 1, high)
    return None if port is None else (found, port)

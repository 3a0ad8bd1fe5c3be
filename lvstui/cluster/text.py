"""Make text that came from a Director harmless to show: it is data, never instructions to a terminal.

Not for: markup (nothing here interprets any) nor for bytes that are written back to a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

# Whole escape sequences first, so that their printable remains ("[31m") do not stay behind: OSC and the like up to their
# end, then CSI, then the short ones. The 8-bit forms (C1) are the same instructions to some terminals.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)
NAMED = 3  # names in one line, before the rest is counted
_BLANK = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_WIDE_BLANKS = frozenset("\u00a0\u2002\u2003\u2009\u3000")  # not printable to Python, and harmless
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))  # controls, direction marks, surrogates, unassigned


def plain(text: str, limit: int = 300) -> str:
    """Return `text` on one line, without escape sequences, control, invisible and direction-changing characters, or secrets.

    At most `limit` characters; what was cut ends in an ellipsis. Lines and tabs become single blanks.
    """
    if text.isprintable():  # none of what is taken out below is
        return _cut(_masked(text), limit)
    kept = (_seen(char) for char in _ESCAPES.sub("", text))
    return _cut(_masked("".join(kept).strip()), limit)


def one_line(text: str, limit: int = 300) -> str:
    """Return what `plain` does of a text that holds no secret: a name, or what was made harmless already."""
    if text.isprintable():
        return _cut(text, limit)
    return _cut("".join(_seen(char) for char in _ESCAPES.sub("", text)).strip(), limit)


def _masked(text: str) -> str:
    from lvstui.keepalived.secrets import masked_text  # the first frame of the console waits for no reading

    return masked_text(text)


def counted(number: int, what: str) -> str:
    """Return a number with what it counts: `1 connection`, `2 connections`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def local_time(wall: float, now: float, *, seconds: bool = True) -> str:
    """Return a time of this machine's clock with its zone, and with its date where that is not the day of `now`."""
    at, today = datetime.fromtimestamp(wall).astimezone(), datetime.fromtimestamp(now).date()
    date = "" if at.date() == today else f"{at:%Y-%m-%d} "
    return f"{date}{at:{'%H:%M:%S' if seconds else '%H:%M'}} {at.tzname()}"


def unfinished_change(transaction: str, title: str, by: str) -> str:
    """Name a change that was left unfinished; one without a transaction could not be read."""
    return f"the change “{title}” by {by}" if transaction else "a change that cannot be read"


def visible(text: str, limit: int = 2000) -> str:
    """Return text of a file, where nothing may be hidden: what cannot be seen is shown as �, and a tab as four blanks."""
    if text.isprintable():
        return _cut(text, limit)
    shown = (char if char.isprintable() or char in _WIDE_BLANKS else "�" for char in text.replace("\t", "    "))
    return _cut("".join(shown), limit)


def _seen(char: str) -> str:
    if char in _BLANK:
        return " "
    return "" if unicodedata.category(char) in _UNSEEN else char


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def listed(names: Sequence[str]) -> str:
    """Return these names as a sentence has them: `A`, `A and B`, `A, B and C`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def shortened(names: Sequence[str]) -> str:
    """Return these names for one line: the first of them, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def others_send(virtual_servers: Sequence[str]) -> str:
    """Say that these other virtual servers send clients to a real server."""
    more = f" and {len(virtual_servers) - 1} more" if len(virtual_servers) > 1 else ""
    return f"{virtual_servers[0]}{more} {'send' if more else 'sends'} clients there"


def written_weight(configured: int, effective: int | None) -> str:
    """Return the configured weight with what checkers add: `1`, `0+5`, `10-4`."""
    if effective is None or effective == configured:
        return str(configured)
    return f"{configured}{effective - configured:+}"

"""Text that came from a Director, made harmless to show: it is data, never instructions to a terminal.

Not for: markup (nothing here interprets any) nor for bytes that are written back to a file.
"""

from __future__ import annotations

import re
import unicodedata

# Whole escape sequences first, so that their printable remains ("[31m") do not stay behind: OSC and the like up to their
# end, then CSI, then the short ones. The 8-bit forms (C1) are the same instructions to some terminals.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)
_BLANK = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_WIDE_BLANKS = frozenset("\u00a0\u2002\u2003\u2009\u3000")  # not printable to Python, and harmless
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))  # controls, direction marks, surrogates, unassigned


def plain(text: str, limit: int = 300) -> str:
    """`text` on one line, without escape sequences, control, invisible and direction-changing characters.

    At most `limit` characters; what was cut ends in an ellipsis. Lines and tabs become single blanks.
    """
    if text.isprintable():  # none of what is taken out below is
        return _cut(text, limit)
    kept = (_seen(char) for char in _ESCAPES.sub("", text))
    return _cut("".join(kept).strip(), limit)


def visible(text: str, limit: int = 2000) -> str:
    """Text of a file, where nothing may be hidden: what cannot be seen is shown as �, and a tab as four blanks."""
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

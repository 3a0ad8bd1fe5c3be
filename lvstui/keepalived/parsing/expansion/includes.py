"""Find the includes that keepalived does not start with: by `includem`, and by `include_check` in global_defs.

    r  a file that matches cannot be read            m  a name without a wildcard matches nothing
    w  a name with a wildcard matches nothing        b  one of the alternatives in braces matches nothing

Not for: what is included (see `expand`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_KINDS = {"": "", "r": "r", "m": "rm", "w": "rmw", "b": "rb", "a": "rmwb"}
_CHECKS = {b"read": "r", b"match": "m", b"wildcard_match": "w", b"brace_match": "b"}
_WILDCARD = re.compile(r"[*?\[]")


class IncludeChecks:
    """Hold what `include_check` asks for, as far as the file was read."""

    def __init__(self) -> None:
        self._always: set[str] = set()

    def statement(self, words: Sequence[bytes]) -> None:
        """Take an `include_check` statement."""
        if len(words) < 2:
            self._always = set("rmwb")
        for number, word in enumerate(words[1:]):
            sign, name = (word[:1], word[1:]) if word[:1] in (b"+", b"-") else (b"", word)
            check = _CHECKS.get(name)
            if not sign and number:
                continue
            if not sign:
                self._always = {"r", check} if check else set()
            elif check and sign == b"+":
                self._always.add(check)
            elif check:
                self._always.discard(check)

    def fault(self, kind: str, pattern: str, alternatives: Sequence[tuple[str, bool]]) -> str | None:
        """Return why an include ends keepalived's start; each alternative of its braces has matched something, or not."""
        asked = self._always | set(_KINDS[kind])
        missing = [one for one, matched in alternatives if not matched]
        if not missing:
            return None
        if len(alternatives) > 1:
            plain = [one for one in missing if _WILDCARD.search(one) is None]
            if "b" in asked and (plain or len(missing) == len(alternatives)):
                return f"no file matches {(plain or missing)[0]!r}"
        elif "w" in asked if _WILDCARD.search(pattern) else "m" in asked:
            return f"no file matches {pattern!r}"
        return None

"""Name the keys of a screen as texts that can be clicked: a click does what the key does.

Not for: doing it (see `base.screen`).
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

_PRESSED = {"esc": "escape", "←": "left", "→": "right", "↑": "up", "↓": "down"}


def clicking(action: str, style: str = "") -> str:
    """Return the style of a text that does this action when it is clicked."""
    return f"{style} @click={action}".strip()


def pressing(key: str, style: str = "") -> str:
    """Return the style of a text that does what a key does. `key`: as it is written, or as Textual names it."""
    return clicking(f"screen.press('{_PRESSED.get(key, key.casefold() if len(key) > 1 else key)}')", style)


def key_names(keys: Sequence[tuple[str, str]]) -> Content:
    """Write keys and what each does, for the frame of a dialog."""
    return Content(" · ").join([_named(key.split(" "), what) for key, what in keys])


def _named(keys: Sequence[str], what: str) -> Content:
    first, *others = keys
    parts = [(first, pressing(first)), *((f" {key}", pressing(key)) for key in others)]
    return Content.assemble(*parts, (f" {what}", pressing(first)))

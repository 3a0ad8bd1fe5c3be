"""Break the paragraphs of the dialogs at a width, so that they hang from their lead. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from textual.content import Content

NARROWEST = 24  # cells; below that text is broken anywhere


def hanging(lead: Content, text: str, width: int, style: str = "", most: int | None = None) -> Content:
    """Return `text` after `lead`; its further lines, `most` of them, begin beneath its first, not beneath the lead."""
    indent = lead.cell_length
    room = max(NARROWEST, width - indent)
    lines = textwrap.wrap(text, room, break_on_hyphens=False, max_lines=most, placeholder=" …") or [""]
    body = ("\n" + " " * indent).join(lines)
    return lead + Content.styled(body, style) if style else lead + Content(body)


def stacked(parts: Iterable[Content | None], gap: int = 1) -> Content:
    """Return the parts one below the other, with so many empty lines between; an empty part takes no room."""
    return Content("\n" * (gap + 1)).join([part for part in parts if part is not None and part.plain])

"""Write what the table says of itself: the line under it, and why it has no line. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.console.actions import CLEAR, Keys
from lvstui.console.look.glyphs import STYLES
from lvstui.console.table.rows import RowListing
from lvstui.console.table.selection import Selection


def status(listing: RowListing, selection: Selection, bad: str | None, total: int) -> Content:
    """Return the line under the table; `bad` is what is wrong with the filter, `total` counts all real servers."""
    parts: list[tuple[str, str]] = []
    if bad is not None:
        parts.append((bad, STYLES["warn"]))
    elif listing.choice.filter:
        parts.append((f"{listing.matching:,} of {total:,}", STYLES["plain"]))
    marks = len(selection.keys)
    if marks:
        hidden = marks - len(selection.shown(listing))
        parts.append((f"{marks} marked" + (f", {hidden} of them not shown" if hidden else ""), STYLES["accent"]))
    if selection.held:
        parts.append(("selecting: V or esc ends", STYLES["accent"]))
    if listing.choice.flat:
        parts.append(("flat list: F groups", STYLES["dim"]))
    return Content(" · ").join(Content.styled(text, style) for text, style in parts)


def why_empty(sides: Sequence[tuple[str, bool]], keys: Keys, *, filtered: bool) -> str:
    """Say why the table has no line. `sides`: each Director, and whether its figures are fresh."""
    if not sides:
        return ""
    if filtered:
        return f"no matches: {keys.named(CLEAR)} clears the filter"
    unread = [name for name, fresh in sides if not fresh]
    if unread:
        read = ", ".join(name for name, fresh in sides if fresh)
        missing = f"{' and '.join(unread)} {'has' if len(unread) == 1 else 'have'} not been read"
        return f"no virtual server is known of {read}; {missing}" if read else f"nothing is known: {missing}"
    return "no virtual server is known: none in the files, none in the kernels"

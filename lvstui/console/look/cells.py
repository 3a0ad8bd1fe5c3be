"""Cut text to so many cells, and make it harmless whatever it came from: the last that is done to it before it is drawn."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from lvstui.cluster.text import visible


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return exactly `width` cells; what does not fit ends with "…", what cannot be seen is "�"."""
    text = visible(text)
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - length) + text if right else text + " " * (width - length)

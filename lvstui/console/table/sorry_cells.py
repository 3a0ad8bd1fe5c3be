"""Write the cells of a sorry server's row that are not as on every row. Pure. Not for: its figures (see `row_cells`)."""

from __future__ import annotations

from lvstui.cluster.quorum_view import SorryServerView
from lvstui.console.look import formatting
from lvstui.console.look.glyphs import SORRY_SERVER, Toned


def name(sorry: SorryServerView) -> Toned:
    glyph, tone = SORRY_SERVER[sorry.serving]
    return f"  {glyph} sorry {sorry.id}", tone


def state(sorry: SorryServerView) -> Toned:
    return sorry.word, SORRY_SERVER[sorry.serving][1]


def weight(sorry: SorryServerView, director: str) -> Toned:
    """Write the weight that it has in the kernel; nothing while it is not there."""
    one = sorry.directors.get(director)
    if one is None or one.serving is None:
        return formatting.UNKNOWN, "dim"
    return ("", "dim") if one.kernel_weight is None else (str(one.kernel_weight), "plain")


def note(sorry: SorryServerView) -> Toned:
    return ("the quorum is lost", "bad") if sorry.serving else ("", "dim")

"""Write the first line of a screen that shows the past: reversed, with the moment, how long ago that was, and what is new since.

Not for: which moment that is (see `moment.playback`).
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.view import ClusterView
from lvstui.console.acknowledgements import Acknowledgements
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import SEVERITY
from lvstui.console.moment.playback import PastSign
from lvstui.console.widgets.banner import health

_REVERSED = "bold reverse"
_NEWS = "bold reverse $error"
_LEAST = 12  # cells for what is new in the present


def past_headline(
    lefts: Sequence[Content], view: ClusterView, sign: PastSign, display: Display, width: int, known: Acknowledgements
) -> tuple[Content, bool]:
    """Return the line in so many cells, and whether the first of `lefts`, what the screen is about, had no room.

    `known`: the problems that are acknowledged.
    """
    moment = f"{display.moment(view.wall, view.wall + sign.ago_s)} {display.zone_name(view.wall)}"
    past = f"PAST {moment}, {formatting.age(sign.ago_s)} ago "
    right = Content.styled(past, _REVERSED)
    news = _news(sign, known, max(_LEAST, (width - len(past)) // 2))
    if news is not None:
        right = Content.assemble(right, (news, _NEWS))
    else:
        right = Content.assemble(right, (f"  {''.join(text for text, _ in health(view, known))} ", _REVERSED))
    start, cut = fitting([Content(left.plain) for left in lefts], max(0, width - right.cell_length - 1))
    return Content.assemble(start.stylize(_REVERSED), (" ", _REVERSED), right), cut


def fitting(lefts: Sequence[Content], room: int) -> tuple[Content, bool]:
    """Return the first that has room, in exactly so many cells, or the last one cut, and whether the first had none."""
    left = next((one for one in lefts if one.cell_length <= room), lefts[-1])
    shown = left.truncate(room, ellipsis=True) if left.cell_length > room else left.pad_right(room - left.cell_length)
    return shown, left is not lefts[0] or left.cell_length > room


def _news(sign: PastSign, known: Acknowledgements, room: int) -> str | None:
    """Return what began in the present since the past is shown, in so many cells; None: nothing did."""
    new = [problem for problem in sign.present if problem not in known]
    if not new:
        return None
    glyph, _ = SEVERITY[new[0].severity]
    more = f" +{len(new) - 1}" if len(new) > 1 else ""
    head = f" {glyph} now: "
    room -= len(head) + len(more) + 1
    text = new[0].text if len(new[0].text) <= room else f"{new[0].text[: max(0, room - 1)]}…"
    return f"{head}{text}{more} "

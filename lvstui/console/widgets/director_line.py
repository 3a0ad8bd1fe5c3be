"""Write each Director in one line, where there is no room for cards: the same things beneath one another. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.view import DirectorView
from lvstui.console.look import formatting
from lvstui.console.look.glyphs import AWAITED, BAD, HANDED_OVER, STYLES, VRRP
from lvstui.console.widgets.director_card import link, odd, role
from lvstui.console.widgets.split_brain import NO_SPLIT, Split

_LINK = 13  # cells of "● live 999 ms": what follows stays where it is when the latency gets another digit
_BETWEEN = "  "


def in_lines(directors: Sequence[DirectorView], width: int, split: Split = NO_SPLIT) -> list[Content]:
    """Write each Director in one line: the link, each instance's state with its VIPs, and whatever is wrong."""
    alike = all(len({one.state for one in director.vrrp}) == 1 and director.role for director in directors)
    lines: list[Content] = []
    for detail in ("priority", "vip", "together" if alike else "short"):
        together = detail == "together"
        columns = [
            [
                *([role(director, split).rstrip()] if together else []),
                *(_brief(one, detail, split) for one in director.vrrp),
            ]
            for director in directors
        ]
        if all(director.error is None for director in directors):
            columns = _aligned(columns)
        lines = [
            Content(_BETWEEN).join([*_before(director), *some, *_after(director)]).rstrip()
            for director, some in zip(directors, columns, strict=True)
        ]
        if all(line.cell_length <= width for line in lines):
            break
    return lines


def _aligned(rows: Sequence[Sequence[Content]]) -> list[list[Content]]:
    """Return the rows, each part as wide as the widest of its column; unchanged where one has more than another."""
    if len({len(row) for row in rows}) > 1:
        return [list(row) for row in rows]
    widths = [max(part.cell_length for part in column) for column in zip(*rows, strict=True)]
    return [[part.pad_right(width - part.cell_length) for part, width in zip(row, widths, strict=True)] for row in rows]


def _before(director: DirectorView) -> list[Content]:
    """Write which one it is, and its link."""
    told = link(director)
    parts = [Content.styled(f"{director.name[:12]:<12}", "bold"), told.pad_right(max(0, _LINK - told.cell_length))]
    if director.error is not None:
        parts.append(Content.styled(director.error, STYLES["bad"]))
    return parts


def _after(director: DirectorView) -> list[Content]:
    """Write whether it is handed over, and what is wrong with its keepalived."""
    parts: list[Content] = []
    if director.handed_over is not None:
        safe = "safe to stop" if director.handed_over.safe else "not safe to stop"
        told = "keepalived stopped" if director.at_rest else safe
        parts.append(Content.styled(f"{HANDED_OVER} handed over, {told}", STYLES["accent"]))
    if director.keepalived.running is False and not director.at_rest:
        parts.append(Content.styled(f"{BAD} keepalived not running", STYLES["bad"]))
    elif director.keepalived.pending:
        parts.append(Content.styled(f"{AWAITED} pending", STYLES["warn"]))
    return parts


def _brief(instance: VrrpView, detail: str, split: Split) -> Content:
    """Write an instance in a few cells, with its priority, its VIP, or only what cannot be spared."""
    glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
    text = instance.name[:10]
    if detail != "together":
        text += f" {glyph}"
        if detail != "short" or instance.state is None:
            text += f" {instance.state or 'unknown'}"
    held = [vip.name for vip in instance.vips if vip.held]
    wrong = odd(instance)
    if detail == "priority":
        text += f" {formatting.count(instance.priority)}"
    elif detail == "together" and not held and not wrong:
        text += f" priority {formatting.count(instance.priority)}"
    if wrong:
        text += f" {BAD}"
    if held:
        text += f" {held[0]}" + (f" +{len(held) - 1}" if len(held) > 1 else "")
    elif wrong:
        text += " no VIP"
    return Content.styled(text, STYLES["bad" if wrong or split.has(instance) else tone])

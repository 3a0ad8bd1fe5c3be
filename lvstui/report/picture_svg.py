"""Draw the picture of a failover as SVG, to stand in a page: its colours are the page's, and it needs no script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lvstui.cluster.drill.views.drill_figures import give_or_take, offset
from lvstui.cluster.drill.views.picture_parts import Bar, DrillPicture, Lane, LaneKind, PictureMark, ticks
from lvstui.cluster.text import visible

WIDTH = 960  # the units of the drawing; the page makes it as wide as it is
LABELS = 150  # of these, left of the lanes
RIGHT = 14
LANE, BAR = 24, 14
TOP, AXIS = 8, 34
GAP = 10  # between the lanes of two Directors
LETTER = 7  # the width of one, about


def svg(picture: DrillPicture) -> str:
    """Return the drawing as an element of a page."""
    tops = _tops(picture)
    height = tops[-1] + LANE + AXIS if tops else TOP + AXIS
    bottom = height - AXIS
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{_text(picture.title)}">',
        f"<title>{_text(picture.title)}</title>",
        *_windows(picture, tops),
        *_axis(picture, bottom),
    ]
    for lane, top in zip(picture.lanes, tops, strict=True):
        parts += _lane(picture, lane, top)
    return "\n".join([*parts, "</svg>"])


def _text(text: str) -> str:
    return escape(visible(text))


def _x(picture: DrillPicture, at: float) -> float:
    return round(LABELS + max(0.0, min(1.0, picture.place(at))) * (WIDTH - LABELS - RIGHT), 2)


def _tops(picture: DrillPicture) -> list[int]:
    """Return where each lane begins, with room for a Director's name above its lanes."""
    tops: list[int] = []
    at, director = TOP, None
    for lane in picture.lanes:
        if lane.director != director:
            at += GAP if director is not None else 0
            at += LANE - 6 if lane.director else 0
            director = lane.director
        tops.append(at)
        at += LANE
    return tops


def _axis(picture: DrillPicture, bottom: int) -> Iterator[str]:
    for at, label in ticks(picture, 12):
        x = _x(picture, at)
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom + 4}"/>'
        yield f'<text class="axis" x="{x}" y="{bottom + 19}" text-anchor="middle">{_text(label)}</text>'


def _windows(picture: DrillPicture, tops: list[int]) -> Iterator[str]:
    """Shade each time without a MASTER, or with two, over the states of its instance."""
    for window in picture.windows:
        left, right = _x(picture, window.start), _x(picture, window.end)
        what = f"{window.instance}: {'two MASTERs' if window.two else 'no MASTER'}"
        for lane, top in zip(picture.lanes, tops, strict=True):
            if lane.kind is LaneKind.STATE and lane.name == window.instance:
                kind = "two" if window.two else "none"
                yield f'<rect class="window {kind}" x="{left}" y="{top}" width="{max(1.0, right - left):.2f}" height="{LANE}">'
                yield f"<title>{_text(what)}</title></rect>"


def _lane(picture: DrillPicture, lane: Lane, top: int) -> Iterator[str]:
    middle = top + LANE / 2
    first = next(one for one in picture.lanes if one.director == lane.director)
    if lane is first and lane.director:
        yield f'<text class="director" x="0" y="{top - 4}">{_text(lane.director)}</text>'
    indent = 12 if lane.director else 0
    yield f'<text class="lane" x="{indent}" y="{middle + 4}">{_text(_cut(lane.name, (LABELS - indent) // LETTER))}</text>'
    for bar in lane.bars:
        yield from _bar(picture, bar, top)
    if not lane.bars:
        yield f'<line class="base" x1="{LABELS}" x2="{WIDTH - RIGHT}" y1="{middle}" y2="{middle}"/>'
    for mark in lane.marks:
        yield from _mark(picture, mark, lane.kind, middle)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _bar(picture: DrillPicture, bar: Bar, top: int) -> Iterator[str]:
    left, right = _x(picture, bar.start), _x(picture, bar.end)
    y, name = top + (LANE - BAR) / 2, bar.kind.value
    long = f"{name}, {offset(bar.start - picture.zero)} to {offset(bar.end - picture.zero)}"
    wide = f"{max(0.5, right - left):.2f}"
    yield f'<rect class="bar {bar.kind.name.lower()}" x="{left}" y="{y}" width="{wide}" height="{BAR}" rx="2">'
    yield f"<title>{_text(long)}</title></rect>"
    if right - left > (len(name) + 2) * LETTER:
        yield f'<text class="on {bar.kind.name.lower()}" x="{left + 6}" y="{y + 11}">{_text(name)}</text>'


def _mark(picture: DrillPicture, mark: PictureMark, kind: LaneKind, y: float) -> Iterator[str]:
    x = _x(picture, mark.at)
    what = f"{mark.text}, {offset(mark.at - picture.zero)} {give_or_take(mark.uncertainty)}"
    yield f'<g class="mark {kind.name.lower()}{" step" if mark.step else ""}"><title>{_text(what)}</title>'
    if mark.step:
        left, right = _x(picture, mark.at - mark.uncertainty), _x(picture, mark.at + mark.uncertainty)
        if right - left >= 2:
            yield f'<path class="sure" d="M{left} {y - 4}v8M{left} {y}H{right}M{right} {y - 4}v8"/>'
        yield f'<circle cx="{x}" cy="{y}" r="4"/>'
    else:
        yield f'<line x1="{x}" x2="{x}" y1="{y - 5}" y2="{y + 5}"/>'
    yield "</g>"

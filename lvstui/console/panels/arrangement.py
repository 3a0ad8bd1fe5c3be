"""Divide the main screen, below the cards, between the table and the panels around it. Pure.

Three layouts: one column below 120 cells, the table above two columns of panels up to 179, and two columns of everything from
180 on. Each follows the height: the table is as high as its rows, and the panels get what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from textual.geometry import Region, Size

from lvstui.console.look.widths import HUGE, NARROW

Frame = Literal["round", "rule", "bare"]
Panel = Literal["table", "filter", "selected", "drains", "events", "topology", "plots"]

_BESIDE = 96  # cells, from which two panels fit side by side
_BORDERS = 2  # rows of a round frame
_SCARCE = 11  # rows; in fewer the drains are one line
_EVENTS = 8  # rows of the events, which a small topology leaves them

CardForm = Literal["beside", "stacked", "lines"]
_CARD = 56  # cells of a Director's card


class PanelPlace(NamedTuple):
    """Hold where a panel is, and its frame."""

    region: Region
    frame: Frame = "bare"


class Needs(NamedTuple):
    """Hold what the content asks for."""

    table: int = 3  # lines, those of the header included
    filter: bool = False
    drains: Callable[[int], int] = lambda width: 0
    """Return the lines of all drains in so many cells; 0 without drains."""
    topology: int = 0  # lines


Places = dict[Panel, PanelPlace]


def card_form(size: Size) -> CardForm:
    """Return how the Directors are drawn on a screen of that size: as cards, or in a line each."""
    if size.height < 28:
        return "lines"
    if size.width >= 2 * _CARD:
        return "beside"
    return "stacked" if size.height >= 40 else "lines"


def may_draw_topology(size: Size) -> bool:
    """Return True if a screen of that size may have room for a small topology."""
    return size.width >= HUGE or (size.width >= NARROW and size.height >= 36)


def arrange(size: Size, needs: Needs) -> Places:
    """Return where everything is that has a place."""
    if size.width >= HUGE and size.height >= 16:
        return _two_columns(size, needs)
    places: Places = {}
    least = _below(size)
    top = _table(places, Region(0, 0, size.width, size.height - least), needs)
    rest = Region(0, top, size.width, size.height - top)
    if size.width >= NARROW or (size.width >= _BESIDE and rest.height >= 8):
        _pair(places, rest, needs)
    else:
        _stack(places, rest, needs)
    return places


def _below(size: Size) -> int:
    """Return the rows that a long table leaves to the panels."""
    if size.height < 9:
        return 0
    return min(14, size.height // 3) if size.height >= 15 else 2


def _table(places: Places, room: Region, needs: Needs) -> int:
    """Place the table and the line under it. Return the row after them."""
    line = int(needs.filter)
    height = max(1, min(needs.table, room.height - line))
    places["table"] = PanelPlace(Region(room.x, room.y, room.width, height))
    if line:
        places["filter"] = PanelPlace(Region(room.x, room.y + height, room.width, 1))
    return room.y + height + line


def _pair(places: Places, room: Region, needs: Needs) -> None:
    """Place the selected item at the left; drains, where there is room the topology, and events at the right."""
    half = room.width // 2
    wanted = needs.drains(room.width - half - 4)
    if wanted and room.height < _SCARCE:
        room = _drains_line(places, room) if room.height >= 3 else room
        wanted = 0
    if room.height < 4:
        _bare(places, room)
        return
    left, right = room.split_vertical(half)
    places["selected"] = PanelPlace(left, "round")
    if wanted:
        height = min(wanted + _BORDERS, room.height // 2)
        above, right = right.split_horizontal(height)
        places["drains"] = PanelPlace(above, "round")
    drawn = needs.topology + _BORDERS
    if needs.topology and right.height - drawn >= _EVENTS:
        above, right = right.split_horizontal(drawn)
        places["topology"] = PanelPlace(above, "round")
    places["events"] = PanelPlace(right, "round")


def _stack(places: Places, room: Region, needs: Needs) -> None:
    """Place the panels one below the other."""
    wanted = needs.drains(room.width - 4)
    if room.height >= 20:
        height = room.height * 3 // 5
        above, room = room.split_horizontal(height)
        places["selected"] = PanelPlace(above, "round")
        if wanted:
            above, room = room.split_horizontal(min(wanted + _BORDERS, room.height // 2))
            places["drains"] = PanelPlace(above, "round")
        places["events"] = PanelPlace(room, "round")
        return
    if wanted and room.height >= 3:
        room = _drains_line(places, room)
    if room.height < 5:
        _bare(places, room)
        return
    above, room = room.split_horizontal(min(6, (room.height + 1) // 2))
    places["selected"] = PanelPlace(above, "rule")
    places["events"] = PanelPlace(room, "rule")


def _drains_line(places: Places, room: Region) -> Region:
    """Place the drains in the first row. Return the rest."""
    above, room = room.split_horizontal(1)
    places["drains"] = PanelPlace(above)
    return room


def _bare(places: Places, room: Region) -> None:
    """Place the events alone, in whatever is left."""
    if room.height > 0:
        places["events"] = PanelPlace(room)


def _two_columns(size: Size, needs: Needs) -> Places:
    """Place table, plots and events at the left; the topology, the selected item and the drains at the right."""
    places: Places = {}
    aside = min(110, size.width * 7 // 20, size.width - NARROW)
    left, right = Region(0, 0, *size).split_vertical(size.width - aside)
    least = max(8, min(26, size.height * 2 // 5))
    top = _table(places, Region(0, 0, left.width, size.height - least), needs)
    rest = Region(0, top, left.width, size.height - top)
    if rest.height >= 16:
        plots, rest = rest.split_horizontal(rest.height - min(16, rest.height * 2 // 5))
        places["plots"] = PanelPlace(plots, "round")
    places["events"] = PanelPlace(rest, "round")
    wanted = needs.drains(right.width - 4)
    if wanted:
        right, below = right.split_horizontal(right.height - min(wanted + _BORDERS, right.height // 4))
        places["drains"] = PanelPlace(below, "round")
    if right.height >= 24:
        drawn, right = right.split_horizontal(min(needs.topology + _BORDERS, right.height - 12))
        places["topology"] = PanelPlace(drawn, "round")
    places["selected"] = PanelPlace(right, "round")
    return places

"""Draw the last events, newest last."""

from __future__ import annotations

from textual.content import Content

from lvstui.cluster.flapping import folded
from lvstui.cluster.view import EventView
from lvstui.console.actions import EVENTS
from lvstui.console.app_parts import parts_of
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import ABOUT, DIM, SEVERITY, STYLES
from lvstui.console.look.widths import TIGHT
from lvstui.console.widgets.text_panel import TextPanel, filled

WRAPPING = 6  # lines of the log, from which on a long event has as many as it needs


def line(
    event: EventView, now: float, display: Display, *, brief: bool = False, unsettled: bool | None = None
) -> Content:
    """Write an event. `brief`: a real server is named without its virtual server, for what happened needs the room.

    `unsettled`: whether it may have happened before one above it; None: there is no room for that.
    """
    glyph, tone = SEVERITY[event.severity]
    subject = "" if event.names_subject else event.subject
    if brief and subject and event.targets:
        subject = event.targets[0].real_server
    about = "" if unsettled is None else ABOUT if unsettled else " "
    return Content.assemble(
        (f"{about}{display.moment(event.wall, now)}  ", DIM),
        (f"{glyph:<2} ", STYLES[tone]),
        (f"{event.source[:12]:<12} ", "bold" if event.source == "you" else DIM),
        (f"{subject}  " if subject else "", ""),
        (event.text, STYLES[tone]),
    )


class EventLog(TextPanel):
    """The last events, as many as there are lines."""

    CLICKED = "screen.do('events')"

    def __init__(self) -> None:
        super().__init__("at-events")
        self._events: tuple[EventView, ...] = ()
        self._folded: tuple[EventView, ...] = ()
        self._display = Display()
        self._now = 0.0

    def show(self, events: tuple[EventView, ...], now: float, display: Display) -> None:
        """Draw the last of these events, as of `now`: at midnight those of today become those of yesterday."""
        days = [display.date_and_time(wall).date() for wall in (now, self._now)]
        if (events, display, days[0]) != (self._events, self._display, days[1]):
            self._events, self._display, self._now = events, display, now
            self._folded = folded(events)
            self.draw()

    def title(self) -> Content:
        """Return what the frame says: the key that shows them all."""
        key = parts_of(self.app).keys.label(EVENTS)
        return Content.assemble("events  ", (f"{key}: all", DIM))

    def lines(self, width: int, height: int) -> list[Content]:
        if not self._folded:
            return [Content.styled("no events yet", DIM)]
        shown: list[Content] = []
        for event in reversed(self._folded):
            text = line(event, self._now, self._display, brief=width < TIGHT)
            whole = (
                [text]
                if text.cell_length <= width or height < WRAPPING
                else hung(event, self._now, self._display, width)
            )
            if shown and len(shown) + len(whole) > height:
                break
            shown = [*whole, *shown]
        return [filled(one, width) for one in shown[-height:]]


def hung(event: EventView, now: float, display: Display, width: int) -> list[Content]:
    """Return the lines of an event that is longer than one; the further ones begin beneath its text."""
    text = line(event, now, display, brief=True)
    lead = len(display.moment(event.wall, now)) + 2 + 3
    first, *others = text.wrap(width)
    if not others:
        return [first]
    rest = Content(" ").join(one.rstrip() for one in others)
    return [first, *(Content(" " * lead) + one for one in rest.wrap(max(20, width - lead)))]

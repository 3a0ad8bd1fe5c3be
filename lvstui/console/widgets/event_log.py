"""What happened, newest last."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.view import EventView
from lvstui.console import figures
from lvstui.console.marks import SEVERITY, STYLES

BRIEF = 100  # below this many columns


def line(event: EventView, *, brief: bool = False) -> Content:
    """`brief`: a real server is named without its virtual server, for what happened needs the room."""
    glyph, tone = SEVERITY[event.severity]
    subject = event.subject.rpartition(" ")[2] if brief else event.subject
    if event.text.startswith(subject):
        subject = ""
    return Content.assemble(
        (f"{figures.clock(event.wall)}  ", "$foreground-muted"),
        (f"{glyph:<2} ", STYLES[tone]),
        (f"{event.source[:12]:<12} ", "bold" if event.source == "you" else "$foreground-muted"),
        (f"{subject}  " if subject else "", ""),
        (event.text, STYLES[tone]),
    )


class EventLog(Static):
    """As many of the last events as there are lines."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._events: tuple[EventView, ...] = ()

    def show(self, events: tuple[EventView, ...]) -> None:
        if events != self._events:
            self._events = events
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        height = max(1, self.size.height)
        shown = [line(event, brief=self.size.width < BRIEF) for event in self._events[-height:]]
        self.update(Content("\n").join(shown) if shown else Content.styled("no events yet", "$foreground-muted"))

"""Show all events since the console was opened, filtered, and the one under the cursor in full.

Not for: what happened (see `cluster.events`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from lvstui.cluster.event_filter import EventFilter, parse_event_filter
from lvstui.cluster.event_kind import EventClock
from lvstui.cluster.events import event_order
from lvstui.cluster.events.timeline import KEPT, KEPT_PAST
from lvstui.cluster.filter import BadFilter
from lvstui.cluster.flapping import folded
from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import ClusterView, EventView, VirtualServerView
from lvstui.console.actions import EVENTS
from lvstui.console.app_parts import parts_of
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.look.display import Display
from lvstui.console.look.formatting import clock_offset, short_time
from lvstui.console.look.glyphs import ABOUT, DIM, SEVERITY
from lvstui.console.look.widths import NARROW
from lvstui.console.widgets.lines import Line, Lines
from lvstui.console.widgets.text_input import TextInput

if TYPE_CHECKING:
    from lvstui.console.read_only_port import ReadOnlySession

EXAMPLES = "text  severity:warning  director:director1  server:8081  !text"


class EventsScreen(ViewedScreen):
    """The screen of the events."""

    keys = (("↑ ↓", "Move"), ("enter", "Go to it"), ("/", "Filter"), ("End", "Newest"), ("esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("slash", "filter", "Filter"),
        Binding(EVENTS.key, "leave", "Back", show=False, id=EVENTS.name),
    ]

    def __init__(self, session: ReadOnlySession, go: Callable[[EventView], None]) -> None:
        """Make the screen; `go` shows what an event is about."""
        super().__init__(session)
        self._show_subject = go
        self._now = 0.0  # of the view that is shown
        self._told: tuple[EventView, ...] = ()
        self._every: tuple[EventView, ...] = ()  # those of a flapping server folded
        self._listed: list[EventView] = []  # oldest first, as they are shown
        self._filter = EventFilter()
        self._wrong: str | None = None
        self._brief = False  # without virtual servers, for what happened needs the room
        self._written: object = None  # how times are written: the zone, and the day from which others have their date

    def parts(self) -> ComposeResult:
        yield Lines(cursor=True, id="listed")
        yield Static(id="whole", markup=False)
        yield TextInput("words", EXAMPLES)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#words").display = False
        self.query_one("#listed").focus()

    async def show(self, view: ClusterView) -> None:
        """Draw the events of the view; the cursor stays on its event, or on the newest if it was there."""
        self._now = view.wall
        brief, written = self.size.width < NARROW, (self.shown_as, self.shown_as.date_and_time(view.wall).date())
        if view.events != self._told or (brief, written) != (self._brief, self._written):
            self._brief, self._written = brief, written
            self._told, self._every = view.events, folded(view.events)
            self._list()
        shown, every = f"{len(self._listed):,}", f"{len(self._every):,}"
        count = shown if shown == every else f"{shown} of {every}"
        most = KEPT if parts_of(self.app).playback.past is None else KEPT_PAST
        older = "; older ones are not listed" if len(view.events) >= most else ""
        self.headline(Content.assemble((" Events", "bold"), (f"   {count}, newest last{older}", DIM)), view)

    def _list(self) -> None:
        lines = self.query_one("#listed", Lines)
        at = self._listed[lines.line] if lines.line < len(self._listed) else None
        newest = lines.line >= len(self._listed) - 1
        self._listed = [event for event in self._every if self._filter.shows(event)]
        lines.show(rows(self._listed, self._now, self.shown_as, brief=self._brief))
        lines.follow(len(self._listed) - 1 if newest or at is None else _place(self._listed, at))
        self._tell_whole()

    @on(Lines.CursorMoved)
    def _tell_whole(self) -> None:
        """Write the event under the cursor in full, however long it is."""
        lines, whole = self.query_one("#listed", Lines), self.query_one("#whole", Static)
        if self._wrong is not None:
            whole.update(Content.styled(self._wrong, "$warning"))
        elif not self._listed:
            why = "No matching events." if self._every else "No events since the console started."
            whole.update(Content.styled(why, DIM))
        else:
            event = self._listed[min(lines.line, len(self._listed) - 1)]
            head = f"{self.shown_as.moment(event.wall, self._now)}  {event.source}  {event.subject}".rstrip()
            by = _by(event.clock, self.shown_as, self._now)
            told = f"{head}\n{by}" if by else head
            whole.update(Content.assemble((told, DIM), "\n", event.text))

    @on(Lines.Chosen, "#listed")
    def _go(self, chosen: Lines.Chosen) -> None:
        if chosen.line >= len(self._listed):
            return  # the list became shorter meanwhile
        event = self._listed[chosen.line]
        target = event.targets[0] if event.subject and event.targets else None
        known = self.session.seen().virtual_servers
        if target is None or _is_there(target, known):
            self._show_subject(event)
        else:
            self.tell(f"{target.real_server} no longer exists.")

    def action_filter(self) -> None:
        field = self.query_one("#words")
        field.display = True
        field.focus()

    @on(Input.Changed, "#words")
    def _typed(self, event: Input.Changed) -> None:
        try:
            self._filter, self._wrong = parse_event_filter(event.value), None
        except BadFilter as wrong:
            self._wrong = str(wrong)  # and the list stays as it is
        self._list()
        lines = self.query_one("#listed", Lines)
        lines.go(lines.line)  # what was scrolled away from is no place in this list
        self.call_after_refresh(self._again)

    @on(Input.Submitted, "#words")
    def _entered(self) -> None:
        self.query_one("#listed").focus()

    def action_back(self) -> None:
        """Take one step back: out of the filter, then out of the screen."""
        field = self.query_one("#words", Input)
        if field.display:
            field.value = ""
            field.display = False
            self.query_one("#listed").focus()
        else:
            self.dismiss(None)


def _place(events: Sequence[EventView], at: EventView) -> int:
    """Return the line of an event: its own, that of the flapping it became a part of, or of the last one before it."""
    for number, event in enumerate(events):
        if event is at:
            return number
    if at in events:
        return events.index(at)
    later = (n for n, one in enumerate(events) if one.wall >= at.wall and at.targets and one.targets == at.targets)
    return next(later, max(0, sum(event.wall <= at.wall for event in events) - 1))


def _by(clock: EventClock | None, display: Display, now: float) -> str:
    """Return by which clock its time is told, and how far that is to be trusted."""
    if clock is None:
        return ""
    told = f"{display.moment(clock.wall, now)} by the clock of {clock.director}"
    if clock.offset_s is None or clock.uncertainty_s is None:
        return f"{told}, not compared with this machine's yet"
    text = f"{told}, {clock_offset(clock.offset_s, clock.uncertainty_s)}"
    if clock.early_s:
        text += f"; up to {short_time(clock.early_s)} earlier"
    return f"{text}; up to {short_time(clock.late_s)} later" if clock.late_s else text


def _is_there(target: Target, servers: Sequence[VirtualServerView]) -> bool:
    """Return True if that real server is among these."""
    pools = (server.real_servers for server in servers if server.id == target.virtual_server)
    return any(real.id == target.real_server for pool in pools for real in pool)


def rows(events: Sequence[EventView], now: float, display: Display, *, brief: bool = False) -> list[Line]:
    """Return the lines of these events: time, severity, source, subject, text, in columns.

    `brief`: a real server is named without its virtual server.
    """
    order = zip(events, event_order.unsettled(events), strict=True)
    times = [f"{ABOUT if unsettled else ' '}{display.moment(event.wall, now)}" for event, unsettled in order]
    first = max(map(len, times), default=0)
    second = max((len(event.source) for event in events), default=0)
    return [_line(event, f"{at:>{first}}", second, brief=brief) for event, at in zip(events, times, strict=True)]


def _line(event: EventView, at: str, wide: int, *, brief: bool) -> Line:
    glyph, tone = SEVERITY[event.severity]
    named = event.targets[0].real_server if brief and event.subject and event.targets else event.subject
    subject = "" if not named or event.names_subject else f"{named}  "
    return (
        (f"{at}  ", "dim"),
        (f"{glyph:<2} ", tone),
        (f"{event.source:<{wide}}  ", "head" if event.source == "you" else "dim"),
        (subject, "plain"),
        (event.text, tone),
    )

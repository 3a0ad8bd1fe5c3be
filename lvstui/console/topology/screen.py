"""Show the topology, live: the picture that an operator draws on a whiteboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from lvstui.cluster.view import ClusterView, Problem
from lvstui.cluster.views.topology_view import Topology
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.look.glyphs import DIM
from lvstui.console.past.time_bar import TimeBar
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.topology.services_text import Lower
from lvstui.console.topology.text import upper
from lvstui.console.widgets.banner import Banner
from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.lines import Lines

WIDEST = 150  # cells; a line that is longer than that is hard to follow
TALL = 36  # lines; from here on there is room to spare
EVENTS = 7  # lines, from which on what the picture leaves is worth a frame


class EventsBelow(EventLog):
    """The last events, below the picture. Its `e` means something else."""

    CLICKED = "app.do('events')"

    def title(self) -> Content:
        return Content("events")


class TopologyScreen(ViewedScreen):
    """The screen of the topology."""

    keys = (("↑ ↓", "Scroll"), ("e", "Every real server"), ("esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "every", "Every real server, or counted"),
    ]

    def __init__(
        self, session: ReadOnlySession, go: Callable[[Problem], None], show_director: Callable[[str], None]
    ) -> None:
        """Make the screen; `go` shows what a problem is about, `show_director` a Director's page."""
        super().__init__(session)
        self._go, self._show_director = go, show_director
        self._every = False

    def parts(self) -> ComposeResult:
        yield Banner(lines=4)
        yield Lines(cursor=False, id="pair")
        yield Lines(cursor=False, id="services")
        yield EventsBelow()

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#pair").can_focus = False
        self.query_one("#services").focus()

    async def show(self, view: ClusterView) -> None:
        picture = self.session.topology(view)
        self.headline(_head(picture), view, Content.styled(" Topology", "bold"))
        self.query_one(Banner).show(view)
        width = min(self.size.width, WIDEST)
        roomy = self.size.height >= TALL
        pair, services = self.query_one("#pair", Lines), self.query_one("#services", Lines)
        drawn = upper(picture, width, self.shown_as, instances=6 if roomy else 2, roomy=roomy)
        pair.styles.height = len(drawn)
        margin = (self.size.width - width) // 2
        pair.styles.padding = services.styles.padding = (0, margin)
        pair.show(drawn)
        lower = Lower(picture, width, self.shown_as, every=self._every)
        services.show(lower)
        self._events(view, len(drawn), len(lower))

    def _events(self, view: ClusterView, pair: int, services: int) -> None:
        """Show the last events in the rows that the picture leaves."""
        events, bar = self.query_one(EventsBelow), self.query_one(TimeBar)
        above = self.query_one(Banner).outer_size.height + (bar.outer_size.height if bar.display else 0)
        events.display = self.size.height - 2 - above - pair - services - 1 >= EVENTS
        self.query_one("#services").styles.height = services + 1 if events.display else "1fr"
        events.show(view.events, view.wall, self.shown_as)

    def on_banner_problem_opened(self, message: Banner.ProblemOpened) -> None:
        self._go(message.problem)

    def on_banner_director_opened(self, message: Banner.DirectorOpened) -> None:
        self._show_director(message.director)

    async def action_every(self) -> None:
        self._every = not self._every
        await self._again()


def _head(picture: Topology) -> Content:
    machines = {machine.address for service in picture.services for machine in service.machines}
    total = sum(service.total for service in picture.services)
    text = f"   {len(picture.services)} virtual · {total} real on {len(machines)} machine{'' if len(machines) == 1 else 's'}"
    return Content.assemble((" Topology", "bold"), (text, DIM))

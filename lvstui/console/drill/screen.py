"""Show the drills: what can be done, the live picture while one is armed or running, and the earlier ones."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_comparison import comparison, like
from lvstui.cluster.drill.views.drill_picture import pictures, standing
from lvstui.cluster.drill.views.drill_state import DrillPhase, DrillState, KeptDrillsView, KeptDrillView
from lvstui.cluster.drill.views.picture_parts import DrillPicture
from lvstui.cluster.view import ClusterView
from lvstui.console.app_parts import parts_of
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.drill import picture_text
from lvstui.console.drill import text as drill_text
from lvstui.console.drill.comparison_screen import DrillComparisonScreen
from lvstui.console.drill.result_screen import DrillResultScreen
from lvstui.console.drill.run_dialog import RunDialog
from lvstui.console.drill_port import DrillPort
from lvstui.console.look.glyphs import DIM, STYLES
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.widgets.clickable_line import ClickableLine
from lvstui.console.widgets.lines import Lines

ROOMY = 30  # lines of the terminal, from which on the picture of the drill under the cursor is shown, too
LIVE = 0.25  # seconds between two pictures of what goes on


class DrillScreen(ViewedScreen):
    """The screen of the drills."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(drill_text.WATCH, "watch", "Watch"),
        Binding(drill_text.RUN, "run_drill", "Run"),
        Binding("space", "mark", "Mark"),
        Binding("c", "compare", "Compare"),
        Binding("D", "leave", "Back", show=False),
    ]

    def __init__(self, session: ReadOnlySession, drills: DrillPort) -> None:
        super().__init__(session)
        self._drills = drills
        self._kept = KeptDrillsView()
        self._marked: frozenset[str] = frozenset()
        self._ended = drills.state().ended  # drills of this session whose end is known here
        self._live: bool | None = None

    def parts(self) -> ComposeResult:
        yield ClickableLine(id="drill-said")
        yield Static(id="drill-titles", markup=False)
        yield Lines(cursor=True, id="drill-list")
        yield Static(id="drill-verdict", markup=False)
        yield Lines(cursor=False, id="drill-picture")
        yield Static(id="drill-legend", markup=False)
        yield Lines(cursor=False, id="drill-events")

    def on_mount(self) -> None:
        self.query_one("#drill-picture").can_focus = False
        self._end_subscription = self._drills.subscribe(self._changed)
        self.set_interval(LIVE, self._redraw_live)
        super().on_mount()
        self.run_worker(self._read_kept(), exclusive=True, group="kept")

    def _changed(self) -> None:
        self.call_after_refresh(self._again)

    def on_unmount(self) -> None:
        self._end_subscription()

    async def show(self, view: ClusterView) -> None:
        """Draw what goes on, or the earlier drills."""
        state = self._drills.state()
        self.headline(drill_text.head(view), view, Content.styled(" Drill", "bold"))
        self._turn(state)
        width = self.size.width - 2
        if state.going:
            self.query_one("#drill-said", Static).update(drill_text.going(state, view.wall, width))
            self._draw_live(state, view)
        else:
            ending = drill_text.ending(state, width)
            said = [drill_text.choices(self._drills.no_run(), width), *([ending] if ending.plain else [])]
            self.query_one("#drill-said", Static).update(Content("\n").join(said))
            self._draw_list()
        if state.ended != self._ended:
            self._ended = state.ended
            self.run_worker(self._read_kept(), exclusive=True, group="kept")
            if state.last is not None and self.app.screen is self:
                self._open(state.last)

    def _turn(self, state: DrillState) -> None:
        """Give the screen to what goes on, or to the list."""
        if self._live is not state.going:
            self._live = state.going
            self.set_class(state.going, "-live")
            self.query_one("#drill-events" if state.going else "#drill-list").focus()
        ends = "End it early" if state.phase is DrillPhase.RUNNING else "End the watch"
        watch = (drill_text.WATCH, ends if state.going else "Watch")
        if state.going:
            self.keys = (watch, ("↑ ↓", "Scroll"), ("esc", "Back"))
        else:
            self.keys = (
                ("enter", "Report"), watch, (drill_text.RUN, "Run"), ("space", "Mark"), ("c", "Compare"), ("esc", "Back"),
            )  # fmt: skip
        self.name_keys()

    # --- what goes on ---

    async def _redraw_live(self) -> None:
        if self._drills.state().going and self.app.screen is self:
            await self._again()

    def _draw_live(self, state: DrillState, view: ClusterView) -> None:
        result = state.result
        if result is None:
            self._picture(None)
            return
        shown = pictures(result)
        self._picture(shown[-1] if shown else standing(result, _states(view)))
        listed = self.query_one("#drill-events", Lines)
        at_end = listed.is_vertical_scroll_end
        listed.show(drill_text.events(result.events, self.shown_as), version=(len(result.events), result.events[-1:]))
        if at_end:
            self.call_after_refresh(listed.scroll_end, animate=False)

    def _picture(self, picture: DrillPicture | None) -> None:
        """Draw a picture in what the rest leaves of the screen."""
        drawn, legend = self.query_one("#drill-picture", Lines), self.query_one("#drill-legend", Static)
        drawn.display = legend.display = picture is not None
        if picture is not None:
            most = max(6, self.size.height * 2 // 3 - 4) if self._live else self.size.height // 2
            lines = picture_text.lines(picture, self.size.width - 1, most)
            drawn.styles.height = len(lines)
            drawn.show(lines)
            said = f" {picture.title}   {picture_text.legend(picture, most)}"
            legend.update(Content.styled(said, DIM))

    # --- the earlier drills ---

    async def _read_kept(self) -> None:
        self._kept = await self._drills.kept()
        await self._again()

    @property
    def _listed(self) -> list[KeptDrillView]:
        """Return the drills as they are listed, the newest first."""
        return list(reversed(self._kept.drills))

    def _draw_list(self) -> None:
        now, width = self.session.seen().wall, self.size.width
        results = [one.result for one in self._listed]
        self.query_one("#drill-titles", Static).update(drill_text.titles(width))
        self.query_one("#drill-list", Lines).show(drill_text.rows(results, self._marked, now, self.shown_as, width))
        self._tell_verdict()

    @on(Lines.CursorMoved, "#drill-list")
    def _tell_verdict(self) -> None:
        """Say in full what is under the cursor."""
        chosen, said = self._current(), self.query_one("#drill-verdict", Static)
        unread = [Content.styled(f"skipped: {why}", STYLES["warn"]) for why in self._kept.unreadable]
        if chosen is None:
            first = Content.styled("No drill of this cluster has been kept on this machine yet.", DIM)
        else:
            first = Content.assemble((f"{chosen.result.id}  ", DIM), drill_words.verdict(chosen.result))
        said.update(Content("\n").join([first, *unread]))
        shown = pictures(chosen.result) if chosen is not None and self.size.height >= ROOMY else ()
        self._picture(shown[0] if shown else None)

    def _current(self) -> KeptDrillView | None:
        at, listed = self.query_one("#drill-list", Lines).line, self._listed
        return listed[at] if at < len(listed) else None

    # --- what the operator does ---

    def _acts_now(self) -> bool:
        """Return True if the present is shown. If not, the operator is told why nothing is done."""
        away = parts_of(self.app).playback.away
        if away:
            self.tell("A drill is of the present: Escape in the time bar returns there.")
        return not away

    async def action_watch(self) -> None:
        """Arm a watch, or end it."""
        if not self._acts_now():
            return
        state = self._drills.state()
        if not state.going:
            self._drills.arm()
        elif state.phase is DrillPhase.RUNNING:
            self._drills.stop()
            self.tell("The drill ends early: it is being undone.")
        else:
            self._drills.disarm()
        await self._again()

    def action_run_drill(self) -> None:
        if not self._acts_now():
            return
        why = self._drills.no_run()
        if self._drills.state().going:
            self.tell("A drill is already under way: end the watch first.")
        elif why is not None:
            self.tell(f"No drill can be run: {why}.")
        else:
            self.app.push_screen(RunDialog(self._drills, tuple(one.id for one in self.session.seen().virtual_servers)))

    @on(Lines.Chosen, "#drill-list")
    def _chosen(self) -> None:
        chosen = self._current()
        if chosen is not None:
            self._open(chosen)

    def _open(self, chosen: KeptDrillView) -> None:
        self.app.push_screen(DrillResultScreen(self.session, chosen, self._compare))

    def action_mark(self) -> None:
        """Mark the drill under the cursor for a comparison, or no more."""
        chosen = self._current()
        if chosen is not None and not self._live:
            self._marked ^= {chosen.result.id}
            self._draw_list()

    def action_compare(self) -> None:
        """Compare the marked drills; where none is marked, that under the cursor with the earlier ones like it."""
        chosen = self._current()
        marked = [one.result for one in self._kept.drills if one.result.id in self._marked]
        if len(marked) > 1:
            self.app.push_screen(DrillComparisonScreen(self.session, comparison(marked)))
        elif chosen is None:
            self.tell("There is no drill to compare.")
        else:
            self._compare(chosen)

    def _compare(self, chosen: KeptDrillView) -> None:
        """Compare a drill with the earlier ones like it."""
        earlier = like(chosen.result, [one.result for one in self._kept.drills])
        if earlier:
            self.app.push_screen(DrillComparisonScreen(self.session, comparison([*earlier, chosen.result])))
        else:
            self.tell(
                f"There is no earlier drill with the same cause ({chosen.result.cause.value}); space marks any two."
            )


def _states(view: ClusterView) -> dict[tuple[str, str], str | None]:
    """Return the state of each instance on each Director."""
    return {(one.name, instance.name): instance.state for one in view.directors for instance in one.vrrp}

"""Show all problems: each on a line, and the one under the cursor in full, with since when it lasts and what to do.

Not for: what is wrong (see `cluster.checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.view import ClusterView, Problem
from lvstui.console.acknowledgements import Acknowledgements
from lvstui.console.actions import ACKNOWLEDGE, PROBLEMS
from lvstui.console.app_parts import parts_of
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import DIM, SEVERITY, STYLES
from lvstui.console.widgets.lines import Line, Lines

if TYPE_CHECKING:
    from lvstui.console.read_only_port import ReadOnlySession


class ProblemsScreen(ViewedScreen):
    """The screen of the problems."""

    keys = (("↑ ↓", "Move"), ("enter", "Go to it"), (ACKNOWLEDGE, "Acknowledge"), ("esc", "Back"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(ACKNOWLEDGE.key, "acknowledge", "Acknowledge", id=ACKNOWLEDGE.name),
        Binding(PROBLEMS.key, "leave", "Back", show=False, id=PROBLEMS.name),
    ]

    def __init__(
        self, session: ReadOnlySession, go: Callable[[Problem], None], toggle: Callable[[Problem], None]
    ) -> None:
        """Make the screen; `go` shows what a problem is about, `toggle` acknowledges it or takes that back."""
        super().__init__(session)
        self._go, self._toggle = go, toggle
        self._wall = 0.0
        self._listed: tuple[Problem, ...] = ()
        self._on: str | None = None  # the id of the problem that the cursor is on, or was on until it was over

    def parts(self) -> ComposeResult:
        yield Lines(cursor=True, id="listed")
        with VerticalScroll(id="whole", can_focus=True):
            yield Static(id="problem", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#listed").focus()

    async def show(self, view: ClusterView) -> None:
        """Draw the problems of the view; the cursor stays on its problem, and is on none when that is over."""
        self._wall = view.wall
        self._list(parts_of(self.app).acknowledged.order(view.problems))
        self.headline(Content.assemble((" Problems", "bold")), view)

    def _list(self, problems: tuple[Problem, ...]) -> None:
        lines, before = self.query_one("#listed", Lines), self._at()
        self._on = (
            self._on if before is None else before.id
        )  # the cursor may have moved, and the news of it be on its way
        self._listed = problems
        lines.show(rows(problems, self._wall, parts_of(self.app).acknowledged))
        place = next((number for number, one in enumerate(problems) if one.id == self._on), None)
        if place is not None or self._on is None:
            lines.follow(lines.line if place is None else place)
        else:
            lines.lose()
        self._tell_whole()

    def _at(self) -> Problem | None:
        """Return the problem under the cursor."""
        lines = self.query_one("#listed", Lines)
        return self._listed[lines.line] if lines.line < len(self._listed) and not lines.lost else None

    @on(Lines.CursorMoved)
    def _tell_whole(self) -> None:
        problem, field = self._at(), self.query_one("#problem", Static)
        self._on = self._on if problem is None else problem.id
        if problem is None and self._listed:
            field.update(Content.styled("This problem is over: move the cursor to another one.", DIM))
        elif problem is None:
            field.update(Content.styled("No problems are known.", DIM))
        else:
            known = problem in parts_of(self.app).acknowledged
            field.update(whole(problem, self._wall, self.shown_as, known=known))

    @on(Lines.Chosen, "#listed")
    def _chosen(self, chosen: Lines.Chosen) -> None:
        if chosen.line < len(self._listed):
            self._go(self._listed[chosen.line])

    def action_acknowledge(self) -> None:
        """Acknowledge the problem under the cursor, or take that back."""
        problem = self._at()
        if problem is None:
            self.tell(
                "The problem is over: move the cursor to another one." if self._listed else "There is no problem."
            )
        else:
            self._toggle(problem)
            self.call_after_refresh(self._again)


def rows(problems: Sequence[Problem], wall: float, acknowledged: Acknowledgements) -> list[Line]:
    """Return the lines of these problems: severity, for how long, what is wrong."""
    ages = [formatting.age(wall - problem.since) for problem in problems]
    width = max(map(len, ages), default=0)
    return [
        _line(problem, f"{age:>{width}}", quiet=problem in acknowledged)
        for problem, age in zip(problems, ages, strict=True)
    ]


def _line(problem: Problem, age: str, *, quiet: bool) -> Line:
    glyph, tone = SEVERITY[problem.severity]
    word = "acknowledged  " if quiet else ""
    return (
        (f"{glyph:<2} ", "dim" if quiet else tone),
        (f"{age}  ", "dim"),
        (word, "dim"),
        (problem.text, "dim" if quiet else "plain"),
    )


def whole(problem: Problem, wall: float, display: Display, *, known: bool) -> Content:
    """Return all that is known of a problem."""
    glyph, tone = SEVERITY[problem.severity]
    since = f"since {display.moment(problem.since, wall)}, {formatting.age(wall - problem.since)}"
    return Content.assemble(
        (f"{glyph} {problem.severity.upper()}  ", STYLES[tone]),
        (problem.text, "bold"),
        "\n",
        (f"{since}{'  acknowledged: it is new when it changes' if known else ''}", DIM),
        f"\n{problem.detail}" if problem.detail else "",
    )

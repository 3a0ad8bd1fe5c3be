"""Sample a real server's connections on each Director once this is opened, and again only with a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.text import counted
from lvstui.cluster.views.connection_view import SampleRefused, SampleView
from lvstui.console.base.dialog import Dialog
from lvstui.console.look.clickable import key_names
from lvstui.console.look.glyphs import AWAITED, BAD, DIM, STYLES
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.widgets.lines import Line, Lines

Answer = SampleView | str | None  # why there is none; None: still awaited


class ConnectionsScreen(Dialog[None]):
    """The dialog with some of a real server's connections."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "leave", "Close"),
        Binding("s", "again", "Sample again"),
    ]

    def __init__(self, session: ReadOnlySession, target: Target, directors: Sequence[str]) -> None:
        super().__init__()
        self._session = session
        self._target = target
        self._answers: dict[str, Answer] = dict.fromkeys(directors)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog connections") as dialog:
            dialog.border_title = Content(f"Connections of {self._target.real_server} in {self._target.virtual_server}")
            dialog.border_subtitle = key_names((("s", "samples again"), ("Escape", "closes")))
            yield Static(id="summary", markup=False)
            yield Lines(cursor=False, id="sampled")

    def on_mount(self) -> None:
        self.query_one(Lines).focus()
        self.action_again()

    def action_again(self) -> None:
        """Sample each Director by itself: one that is slow or refuses holds the other up for nothing."""
        for name in self._answers:
            self._answers[name] = None
            self.run_worker(self._sample(name), group=name, exclusive=True)
        self._show()

    async def _sample(self, name: str) -> None:
        target = self._target
        try:
            answer: Answer = await self._session.sample_connections(name, target.virtual_server, target.real_server)
        except SampleRefused as refused:
            answer = str(refused)
        self._answers[name] = answer
        self._show()

    def _show(self) -> None:
        self.query_one("#summary", Static).update(summary(self._answers))
        self.query_one(Lines).show(rows(self._answers))

    def action_leave(self) -> None:
        self.dismiss(None)


def summary(answers: dict[str, Answer]) -> Content:
    """Write how many connections each Director has, or why that is not known."""
    lines = []
    for name, answer in answers.items():
        head = (f"{name:<12} ", "bold")
        if answer is None:
            lines.append(Content.assemble(head, (f"{AWAITED} reading the connection table…", STYLES["accent"])))
        elif isinstance(answer, str):
            lines.append(Content.assemble(head, (f"{BAD} ", STYLES["bad"]), answer))
        else:
            lines += _found(head, answer)
    return Content("\n").join(lines)


def _found(head: tuple[str, str], sample: SampleView) -> list[Content]:
    at_least = "" if sample.complete else "at least "
    parts: list[tuple[str, str]] = [head, (f"{at_least}{counted(sample.total, 'connection')}", "")]
    for state, number in sample.states:
        parts += [(f"   {state} ", DIM), (f"{number:,}", "")]
    if sample.templates:
        parts.append((f"   and {sample.templates:,} of persistence", DIM))
    took = f"   read in {sample.seconds * 1000:.0f} ms"
    if not sample.complete:
        took += ", time limit reached: there may be more"
    lines = [Content.assemble(*parts, (took, DIM))]
    if sample.warning is not None:
        lines.append(Content.assemble(("             ! ", STYLES["warn"]), sample.warning))
    return lines


def rows(answers: dict[str, Answer]) -> list[Line]:
    """Return the lines of the first connections of each Director."""
    found = [(name, answer) for name, answer in answers.items() if isinstance(answer, SampleView)]
    lines: list[Line] = [((f"{'on':<12} {'client':<48} {'state':<12} {'expires':>8}", "head"),)]
    for name, sample in found:
        for one in sample.connections:
            tone = "warn" if one.state == "SYN_RECV" else "plain"
            lines.append(
                (
                    (f"{name[:12]:<12} ", "dim"),
                    (f"{one.client:<48} ", "plain"),
                    (f"{one.state:<12} ", tone),
                    (f"{one.expires_s:>6} s", "dim"),
                )
            )
        left = sample.total - len(sample.connections)
        if left > 0:
            lines.append(((f"{name[:12]:<12} and {left:,} more", "dim"),))
    return lines

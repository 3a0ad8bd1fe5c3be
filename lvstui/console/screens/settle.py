"""A change that was left unfinished on a Director: what lies where, and the word that ends it.

Not for: which Directors have one (the view tells), nor for doing it (the session does).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from lvstui.cluster.plan import PlanRefused
from lvstui.cluster.view import DirectorView, UnfinishedView
from lvstui.console.marks import STYLES
from lvstui.console.paragraphs import hanging, stacked
from lvstui.console.screens.change import fit
from lvstui.console.screens.dialog import Dialog
from lvstui.console.world import Changes

BACK, KEEP = "back", "keep"
DIM = "$foreground-muted"

Left = tuple[str, UnfinishedView]  # a Director's name, and what was left there


def unfinished(directors: Sequence[DirectorView]) -> tuple[Left, ...]:
    """What has to be settled first: one change, on every Director where it was left."""
    left = [
        (one.name, one.unfinished) for one in directors if one.unfinished is not None and one.unfinished.transaction
    ]
    return tuple(one for one in left if one[1].title == left[0][1].title and one[1].by == left[0][1].by)


class SettleScreen(Dialog[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "settle", "Settle"),
        Binding("escape,q", "leave", "Cancel"),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
    ]

    def __init__(self, session: Changes, left: Sequence[Left], directors: Sequence[str]) -> None:
        super().__init__()
        self._session = session
        self._left = left
        self._others = [name for name in directors if name not in {one for one, _ in left}]
        self.phase: Literal["asking", "running", "over"] = "asking"

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog change") as dialog:
            dialog.border_title = "A change was left unfinished"
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="plan", markup=False)
            with Vertical(id="foot"):
                with Horizontal(id="word-row", classes="field"):
                    yield Label("Settle")
                    yield Input(id="word", placeholder=f"type {BACK} or {KEEP}", compact=True)
                with Horizontal(id="buttons"):
                    yield Button("Cancel", id="cancel", compact=True)
                    yield Static(id="apply", markup=False)

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()
        self._show()

    def on_resize(self) -> None:
        self.call_after_refresh(fit, self, self.query_one("#foot"))
        if self.phase == "asking":
            self.call_after_refresh(self._show)

    # --- what it says ---

    def _show(self) -> None:
        width = max(40, self.query_one("#body").content_size.width - 1)
        self.query_one("#plan", Static).update(stacked([*self._story(width), _choices(width)]))
        self._hint()

    def _story(self, width: int) -> list[Content]:
        _, first = self._left[0]
        made = Content.styled(f"by {first.by}, {_time(first)}", DIM)
        parts = [Content("\n").join([Content.styled(first.title, "bold"), made])]
        for name, one in self._left:
            lines = [hanging(Content("  "), text, width) for text in one.lines]
            parts.append(Content("\n").join([Content.styled(name, "bold"), *lines]))
        for name in self._others:
            parts.append(Content.assemble((name, "bold"), ("  nothing is left unfinished there", DIM)))
        return parts

    def _word(self) -> str:
        return self.query_one("#word", Input).value.strip().casefold()

    def _hint(self) -> None:
        word = self._word()
        names = " and ".join(name for name, _ in self._left)
        if word not in (BACK, KEEP):
            text = Content.styled(f"? type {BACK} or {KEEP} to go on", STYLES["warn"])
        else:
            before = [("Enter", "bold"), (", then ", DIM)] if isinstance(self.focused, Input) else []
            what = "Put the old files back on" if word == BACK else "Keep what is there on"
            text = Content.assemble(*before, (" y ", "bold $accent reverse"), f"  {what} {names}")
        self.query_one("#apply", Static).update(text)

    def on_input_changed(self) -> None:
        self._hint()

    def on_input_submitted(self) -> None:
        self.query_one("#cancel").focus()

    def on_descendant_focus(self) -> None:
        if self.phase == "asking":
            self._hint()

    # --- doing it ---

    def action_settle(self) -> None:
        if self.phase != "asking":
            return
        if self._word() not in (BACK, KEEP):
            self.query_one("#word").focus()
            return
        self.phase = "running"
        self.query_one("#word-row").display = False
        self.query_one("#cancel").disabled = True
        self.query_one("#apply", Static).update(Content.styled("◐ settling", "$accent"))
        self.run_worker(self._settle(self._word() == KEEP), exit_on_error=False)

    async def _settle(self, keep: bool) -> None:
        width = max(40, self.query_one("#body").content_size.width - 1)
        told: list[Content] = []
        for name, one in self._left:
            told.append(await self._one(name, one, keep, width))
            self.query_one("#plan", Static).update(stacked([*self._story(width), *told]))
        self.phase = "over"
        self.query_one("#apply", Static).update("")
        button = self.query_one("#cancel", Button)
        button.label, button.disabled = "Close", False
        button.focus()

    async def _one(self, name: str, left: UnfinishedView, keep: bool, width: int) -> Content:
        try:
            outcome = await self._session.settle(name, left.transaction, keep)
        except PlanRefused as refused:
            return hanging(Content.styled(f"✖ {name}  refused  ", STYLES["bad"]), str(refused), width)
        except Exception as error:  # noqa: BLE001  # the operator must learn of it here, not from a closed console
            text = f"{type(error).__name__}: {error}. Look at {name}, and report this."
            return hanging(Content.styled(f"✖ {name}  lvstui failed  ", STYLES["bad"]), text, width)
        glyph, tone = ("✓", STYLES["good"]) if outcome.kind == "done" else ("✖", STYLES["bad"])
        return hanging(Content.styled(f"{glyph} {name}  {outcome.kind}  ", f"bold {tone}"), outcome.text, width)

    # --- leaving ---

    def action_scroll(self, lines: int) -> None:
        self.query_one("#body").scroll_relative(y=lines, animate=False)

    def on_button_pressed(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        if self.phase == "running":
            self.notify("It is being settled; its end is shown in this place.", severity="warning")
        else:
            self.dismiss(None)


def _time(left: UnfinishedView) -> str:
    return f"{datetime.fromtimestamp(left.when):%Y-%m-%d %H:%M:%S}"


def _choices(width: int) -> Content:
    back = "the old files are put back, and keepalived reloads them: as if the change had never been made"
    keep = "what lies there now stays, and keepalived loads it"
    return Content("\n").join(
        [
            hanging(Content.styled(f"{BACK}  ", "bold $accent"), back, width),
            hanging(Content.styled(f"{KEEP}  ", "bold $accent"), keep, width),
        ]
    )

"""Show a change that was left unfinished on a Director, what lies where, and ask for the word that ends it.

Not for: which Directors have one (the view tells), nor for doing it (the session does).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.cluster.view import DirectorView
from lvstui.console.app_parts import parts_of
from lvstui.console.base.typed_dialog import TypedDialog
from lvstui.console.change import body
from lvstui.console.change.text import APPLY
from lvstui.console.look.clickable import pressing
from lvstui.console.look.glyphs import STYLES
from lvstui.console.look.paragraphs import hanging, stacked
from lvstui.console.session_port import SessionPort
from lvstui.console.widgets.clickable_line import ClickableLine
from lvstui.console.widgets.text_input import TextInput

BACK, KEEP = "back", "keep"
DIM = "$foreground-muted"


class SettlePhase(Enum):
    """A stage of settling. They follow on one another as they stand here, and in no other way."""

    ASKING = auto()
    RUNNING = auto()
    OVER = auto()


_NEXT = {SettlePhase.ASKING: SettlePhase.RUNNING, SettlePhase.RUNNING: SettlePhase.OVER}

Left = tuple[str, UnfinishedView]  # a Director's name, and what was left there


def unfinished(directors: Sequence[DirectorView]) -> tuple[Left, ...]:
    """Return what has to be settled first: one change, on every Director where it was left."""
    left = [
        (one.name, one.unfinished) for one in directors if one.unfinished is not None and one.unfinished.transaction
    ]
    return tuple(one for one in left if one[1].title == left[0][1].title and one[1].by == left[0][1].by)


class SettleScreen(TypedDialog[None]):
    """The dialog that ends an unfinished change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(APPLY, "settle", "Settle"),
        Binding("escape,q", "leave", "Cancel"),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    def __init__(self, session: SessionPort, left: Sequence[Left], directors: Sequence[str]) -> None:
        super().__init__()
        self._session = session
        self._left = left
        self._others = [name for name in directors if name not in {one for one, _ in left}]
        self.phase = SettlePhase.ASKING

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog change") as dialog:
            dialog.border_title = "A change was left unfinished"
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="plan", markup=False)
            with Vertical(id="foot"):
                with Horizontal(id="word-row", classes="field"):
                    yield Label("Settle")
                    yield TextInput("word", f"type {BACK} or {KEEP}")
                with Horizontal(id="buttons"):
                    yield Button("Cancel", id="cancel", compact=True)
                    yield Button("Settle", id="go", compact=True)
                    yield ClickableLine(id="apply")

    def on_mount(self) -> None:
        self.begin(self.query_one("#cancel"))
        self._show()

    def field(self) -> Input | None:
        return self.query_one("#word", Input) if self.phase is SettlePhase.ASKING else None

    def on_resize(self) -> None:
        self.call_after_refresh(body.fit, self, self.query_one("#foot"))
        if self.phase is SettlePhase.ASKING:
            self.call_after_refresh(self._show)

    # --- what it says ---

    def _show(self) -> None:
        width = max(40, self.query_one("#body").content_size.width - 1)
        self.query_one("#plan", Static).update(stacked([*self._story(width), _choices(width)]))
        self._hint()

    def _story(self, width: int) -> list[Content]:
        _, first = self._left[0]
        made = Content.styled(f"by {first.by}, {parts_of(self.app).shown_as.whole(first.when)}", DIM)
        parts = [Content("\n").join([Content.styled(first.title, "bold"), made])]
        for name, one in self._left:
            lines = [hanging(Content("  "), text, width) for text in one.lines]
            parts.append(Content("\n").join([Content.styled(name, "bold"), *lines]))
        for name in self._others:
            parts.append(Content.assemble((name, "bold"), ("  no unfinished change", DIM)))
        return parts

    def _word(self) -> str:
        return self.query_one("#word", Input).value.strip().casefold()

    def _hint(self) -> None:
        word = self._word()
        self.query_one("#go").set_class(word not in (BACK, KEEP), "-blocked")
        names = " and ".join(name for name, _ in self._left)
        if word not in (BACK, KEEP):
            text = Content.styled(f"? type {BACK} or {KEEP} to confirm", STYLES["warn"])
        else:
            what = "Put the old files back on" if word == BACK else "Keep the current files on"
            text = Content.assemble((f" {APPLY} ", pressing(APPLY, "bold $accent reverse")), f"  {what} {names}")
        self.query_one("#apply", Static).update(text)

    def on_input_changed(self) -> None:
        self._hint()

    def on_input_submitted(self) -> None:
        """Lead on to the button, never to Cancel: a key that is held, or pasted lines, settle nothing."""
        if self._word() in (BACK, KEEP):
            self.offer()

    # --- doing it ---

    def action_settle(self) -> None:
        if self.phase is not SettlePhase.ASKING:
            return
        if self._word() not in (BACK, KEEP):
            self.query_one("#word").focus()
            return
        self.phase = _NEXT[self.phase]
        self.query_one("#word-row").display = False
        self.query_one("#go").display = False
        self.query_one("#cancel").disabled = True
        self.query_one("#apply", Static).update(Content.styled("◐ settling", "$accent"))
        self.run_worker(self._settle(self._word() == KEEP), exit_on_error=False)

    async def _settle(self, keep: bool) -> None:
        width = max(40, self.query_one("#body").content_size.width - 1)
        ends: list[Content] = []
        for name, one in self._left:
            ends.append(await self._one(name, one, keep, width))
            self.query_one("#plan", Static).update(stacked([*self._story(width), *ends]))
        self.phase = _NEXT[self.phase]
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
        body.scroll(self, lines)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id != "go":
            self.action_leave()
        elif self.is_meant():
            self.action_settle()

    def action_leave(self) -> None:
        if self.phase is SettlePhase.RUNNING:
            self.notify("Settling. The outcome will appear here.", severity="warning")
        else:
            self.dismiss(None)


def _choices(width: int) -> Content:
    back = "restore the old files and reload keepalived, as if the change had never been made"
    keep = "keep the current files and load them into keepalived"
    return Content("\n").join(
        [
            hanging(Content.styled(f"{BACK}  ", "bold $accent"), back, width),
            hanging(Content.styled(f"{KEEP}  ", "bold $accent"), keep, width),
        ]
    )

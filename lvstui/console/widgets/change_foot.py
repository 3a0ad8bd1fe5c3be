"""The lower part of a change's dialog, always in sight: what is typed, the word that a guard asks for, what applies it.

Not for: making plans, nor applying them (the dialog does).
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Label, Static

from lvstui.cluster.plan import Plan
from lvstui.console import change_text
from lvstui.console.widgets.change_fields import Fields, WeightInput


class Foot(Vertical):
    class Resized(Message):
        """What is above gets the room that it leaves."""

    def __init__(self, fields: Fields) -> None:
        super().__init__(id="foot")
        self._fields = fields
        self._plan: Plan | None = None
        self._asking = True  # can anything be typed or pressed

    def compose(self) -> ComposeResult:
        yield self._fields
        with Horizontal(id="override", classes="field"):
            yield Label("To go on")
            yield Input(id="names", compact=True)
            yield Static(id="named", classes="beside", markup=False)
        with Horizontal(id="buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Static(id="apply", markup=False)
            yield Static(id="verdict", markup=False)

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()  # the guards' names; the fields keep theirs to themselves
        self.show(self._plan)

    def on_descendant_focus(self) -> None:
        if self._asking:
            self.show(self._plan)

    # --- what the guards ask for ---

    def asking(self) -> list[str]:
        """The names of the guards that want to be typed; none when it cannot be applied anyway."""
        guards = self._plan.guards if self._plan is not None else ()
        if any(guard.level == "refuse" for guard in guards):
            return []
        return sorted({guard.name for guard in guards if guard.level == "ask"})

    def overrides(self) -> frozenset[str]:
        return frozenset(self.query_one("#names", Input).value.replace(",", " ").split())

    def ask(self) -> bool:
        """Bring the operator to what is to be typed. Is there anything?"""
        if self.asking():
            self.query_one("#names").focus()
        return bool(self.asking())

    # --- what it shows ---

    def show(self, plan: Plan | None) -> None:
        """What stands in the way of this plan, and what applies it."""
        self._plan = plan
        self._show_names()
        blocked = plan is None or bool(plan.blocking(self.overrides()))
        focused = self.screen.focused
        typing = isinstance(focused, Input) and not isinstance(focused, WeightInput)
        self._say(change_text.apply_hint(plan, blocked=blocked, typing=typing))
        self.query_one("#verdict", Static).update(change_text.verdict(plan) if plan is not None else Content(""))

    def _show_names(self) -> None:
        names = self.asking()
        self.query_one("#override").display = bool(names)
        self.query_one("#names", Input).placeholder = f"type {' '.join(names)}"
        typed = self.overrides()
        parts = [
            (f"{'✓' if one in typed else '?'} {one}  ", "$success" if one in typed else "$warning") for one in names
        ]
        self.query_one("#named", Static).update(Content.assemble(*parts))

    def _say(self, text: Content) -> None:
        self.query_one("#apply", Static).update(text)

    def running(self, seconds: float) -> None:
        """Nothing can be typed or pressed from now on."""
        self._asking = False
        self._fields.display = False
        self.query_one("#override").display = False
        self.query_one("#cancel").disabled = True
        self.query_one("#verdict", Static).update("")
        self._say(Content.styled(f"◐ running for {seconds:.0f} s", "$accent"))

    def over(self) -> None:
        self._say(Content(""))
        button = self.query_one("#cancel", Button)
        button.label, button.disabled = "Close", False
        button.focus()

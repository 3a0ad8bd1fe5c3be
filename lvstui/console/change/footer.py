"""Show the lower part of a change's dialog, always in sight: what is typed, the word that a guard asks for, the buttons.

Not for: making plans, nor applying them (the dialog does).
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Label, Static

from lvstui.cluster.plan.plan import Plan
from lvstui.console.change import plan_text
from lvstui.console.change import text as change_text
from lvstui.console.change.forms.fields import Fields
from lvstui.console.widgets.clickable_line import ClickableLine
from lvstui.console.widgets.text_input import TextInput


class Foot(Vertical):
    """The form of the change, the guards' words and the buttons."""

    class Resized(Message):
        """Tell that the foot has another height: what is above gets the room that it leaves."""

    def __init__(self, fields: Fields) -> None:
        super().__init__(id="foot")
        self._fields = fields
        self._plan: Plan | None = None

    def compose(self) -> ComposeResult:
        yield self._fields
        with Horizontal(id="override", classes="field"):
            yield Label("To confirm")
            yield TextInput("names", "")
            yield Static(id="named", classes="beside", markup=False)
        with Horizontal(id="buttons"):
            yield Button("Cancel", id="cancel", compact=True)
            yield Button("Apply", id="go", compact=True)
            yield ClickableLine(id="apply")
            yield Static(id="verdict", markup=False)

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()  # the guards' names; the fields keep theirs to themselves
        self.show(self._plan)

    # --- what the guards ask for ---

    def asking(self) -> list[str]:
        """Return the names of the guards that want to be typed; none when it cannot be applied anyway."""
        guards = self._plan.guards if self._plan is not None else ()
        if any(guard.level == "refuse" for guard in guards):
            return []
        return sorted({guard.kind for guard in guards if guard.level == "ask"})

    def overrides(self) -> frozenset[str]:
        return frozenset(self.query_one("#names", Input).value.replace(",", " ").split())

    def ask(self) -> bool:
        """Bring the operator to what is to be typed. Return True if there is anything."""
        if self.asking():
            self.query_one("#names").focus()
        return bool(self.asking())

    def ask_for_rest(self) -> bool:
        """Do as `ask`, unless all has been typed."""
        return not set(self.asking()) <= self.overrides() and self.ask()

    # --- what it shows ---

    def show(self, plan: Plan | None) -> None:
        """Show what stands in the way of this plan, and what applies it."""
        self._plan = plan
        self._show_names()
        blocked = plan is None or bool(plan.blocking(self.overrides()))
        button = self.query_one("#go", Button)
        button.label = change_text.apply_label(plan)
        button.set_class(blocked, "-blocked")  # not disabled: it would lose the focus, and Cancel get the next Enter
        self._say(change_text.apply_hint(plan, blocked=blocked))
        self.query_one("#verdict", Static).update(plan_text.verdict(plan) if plan is not None else Content(""))

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
        """Show for how long it has been running. Nothing can be typed or pressed from now on."""
        self._fields.display = False
        self.query_one("#go").display = False
        self.query_one("#override").display = False
        self.query_one("#cancel").disabled = True
        self.query_one("#verdict", Static).update("")
        self._say(Content.styled(f"◐ running for {seconds:.0f} s", "$accent"))

    def over(self) -> None:
        self._say(Content(""))
        button = self.query_one("#cancel", Button)
        button.label, button.disabled = "Close", False
        button.focus()

"""A change: exactly what it does on each Director, then each step as it happens, then how it ended.

Nothing is applied but the plan that is on the screen, and only with `y`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Literal, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from lvstui.cluster.change import Outcome, StepView
from lvstui.cluster.intent import Intent, Target
from lvstui.cluster.plan import Plan, PlanRefused
from lvstui.cluster.view import ClusterView
from lvstui.console.screens import change_text

Verb = Literal["drain", "restore", "weight"]


class Changes(Protocol):
    """What the console needs of a session."""

    name: str
    read_only: str | None

    def view(self) -> ClusterView: ...
    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]: ...
    def reconnect(self, director: str) -> None: ...
    def plan(self, intent: Intent) -> Plan: ...
    async def apply(
        self,
        plan: Plan,
        progress: Callable[[tuple[StepView, ...]], None],
        overrides: frozenset[str] = frozenset(),
    ) -> Outcome: ...


class ChangeScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", "Apply on both"),
        Binding("escape", "leave", "Cancel"),
        Binding("q", "quit", "Quit", show=False),
        Binding("up,pageup", "scroll(-1)", "Up", show=False),
        Binding("down,pagedown", "scroll(1)", "Down", show=False),
    ]

    def __init__(self, session: Changes, action: Verb, target: Target, by: str) -> None:
        super().__init__()
        self._session = session
        self._action: Verb = action
        self._target = target
        self._by = by
        self._when = datetime.now()
        self._plan: Plan | None = None
        self.phase: Literal["asking", "running", "over"] = "asking"
        self._warned = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog change") as dialog:
            dialog.border_title = Content(
                f"{self._action.title()} {self._target.real_server} in {self._target.virtual_server}"
            )
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="plan", markup=False)
            with Horizontal(id="fields"):
                if self._action != "restore":
                    yield Label("Reason" if self._action == "drain" else "Weight")
                    yield Input(id="field", type="integer" if self._action == "weight" else "text", compact=True)
            with Horizontal(id="override"):
                yield Label("In spite of")
                yield Input(id="names", placeholder="type the names of the guards marked ?", compact=True)
            with Horizontal(id="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Static(id="apply", markup=False)

    def on_mount(self) -> None:
        self.query_one("#field" if self._action == "weight" else "#cancel").focus()
        self._make()
        self.set_interval(1.0, self._again)

    # --- the plan ---

    def _again(self) -> None:
        """What was refused may be possible by now: the Directors go on telling what they know."""
        if self.phase == "asking" and self._plan is None:
            self._make()

    def _make(self) -> None:
        """Work the plan out again, with what was typed, and show it."""
        self._plan = None
        weight, reason = self._typed()
        if self._action == "weight" and weight is None:
            self._show(
                Content.styled("Type the new weight, 0 to 65535. What changes is shown here.", "$foreground-muted")
            )
            return
        intent = Intent(self._action, (self._target,), weight, self._by, self._when, reason)
        try:
            self._plan = self._session.plan(intent)
        except PlanRefused as refused:
            self._show(change_text.refused(refused))
        else:
            self._show(change_text.plan(self._plan))

    def _typed(self) -> tuple[int | None, str]:
        if self._action == "restore":
            return None, ""
        text = self.query_one("#field", Input).value.strip()
        if self._action == "drain":
            return None, text
        try:
            return int(text), ""
        except ValueError:
            return None, ""

    def _overrides(self) -> frozenset[str]:
        return frozenset(self.query_one("#names", Input).value.replace(",", " ").split())

    def _show(self, text: Content) -> None:
        self.query_one("#plan", Static).update(text)
        asks = self._plan is not None and any(guard.level == "ask" for guard in self._plan.guards)
        self.query_one("#override").display = asks
        self._show_apply()

    def _show_apply(self) -> None:
        blocked = self._plan is None or bool(self._plan.blocking(self._overrides()))
        self.query_one("#apply", Static).update(change_text.apply_hint(self._plan, blocked=blocked))

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.phase != "asking":
            return
        if event.input.id == "field":
            self._make()
        else:
            self._show_apply()

    def on_input_submitted(self) -> None:
        self.query_one("#cancel").focus()  # a second key, y, applies

    # --- applying it ---

    def action_apply(self) -> None:
        if self.phase != "asking":
            return
        if self._plan is None:
            self.notify("There is nothing to apply yet.", severity="warning")
            return
        blocking = self._plan.blocking(self._overrides())
        if blocking:
            self.notify(f"Not applied: {blocking[0].name}: {blocking[0].text}", severity="warning", markup=False)
            return
        self.phase = "running"
        for part in ("#fields", "#override"):
            self.query_one(part).display = False
        self.query_one("#cancel", Button).disabled = True
        self.query_one("#apply", Static).update(Content.styled("running: please wait", "$foreground-muted"))
        self.run_worker(self._apply(self._plan), exit_on_error=False)

    async def _apply(self, plan: Plan) -> None:
        shown: tuple[StepView, ...] = ()

        def progress(steps: tuple[StepView, ...]) -> None:
            nonlocal shown
            if steps != shown and self.is_mounted:
                shown = steps
                self.query_one("#plan", Static).update(change_text.steps(plan, steps))

        try:
            outcome = await self._session.apply(plan, progress, self._overrides())
        except PlanRefused as refused:
            end = change_text.refused(refused)
        except Exception as error:  # noqa: BLE001  # the operator must learn of it here, not from a closed console
            end = change_text.broken(error)
        else:
            end = change_text.outcome(outcome, drained=self._action == "drain")
        self.phase = "over"
        self.query_one("#plan", Static).update(Content("\n\n").join([change_text.steps(plan, shown), end]))
        button = self.query_one("#cancel", Button)
        button.label, button.disabled = "Close", False
        button.focus()
        self.query_one("#apply", Static).update("")

    def action_scroll(self, half_pages: int) -> None:
        body = self.query_one("#body")
        body.scroll_relative(y=half_pages * max(1, body.size.height // 2), animate=False)

    # --- leaving ---

    def on_button_pressed(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        if self.phase == "running":
            self.notify(
                "The change is running; it cannot be called off here. Its end is shown in this place.",
                severity="warning",
            )
        else:
            self.dismiss(None)

    def action_quit(self) -> None:
        if self.phase == "running" and not self._warned:
            self._warned = True
            text = "A change is running. q again quits: each Director that was not confirmed puts its old file back."
            self.notify(text, severity="warning")
        else:
            self.app.exit()

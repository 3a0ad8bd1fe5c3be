"""Ask for a drill that is to be run: its preflight, what is expected, and the word without which nothing is begun.

Not for: planning it (see `cluster.plan.drill_plan`), nor running it (the drills' port does).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from lvstui.cluster.drill.views.drill_state import WantedProbe
from lvstui.cluster.plan.drill_plan import DrillHow, DrillIntent, DrillPlan
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.console.base.typed_dialog import TypedDialog
from lvstui.console.drill import run_text
from lvstui.console.drill.run_settings import HOLD, RATE, RunSettings, settings
from lvstui.console.drill_port import DrillPort
from lvstui.console.look.clickable import pressing
from lvstui.console.widgets.clickable_line import ClickableLine
from lvstui.console.widgets.text_input import TextInput
from lvstui.settings.operator import operator

RUN_KEY = "ctrl+s"
FOOT = 13  # lines of the dialog that are not its body's
WAYS: tuple[DrillHow, ...] = ("handover", "stop", "kill")


class WayChoice(Static, can_focus=True):
    """The choice of how the failover is made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "next(1)", "Next", show=False),
        Binding("left", "next(-1)", "Before", show=False),
    ]

    class WayChosen(Message):
        """Another one was chosen."""

    def __init__(self) -> None:
        super().__init__(id="way", markup=False)
        self.way: DrillHow = WAYS[0]
        self.auto_links = False

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.update(run_text.ways(WAYS, self.way))

    def action_next(self, step: int) -> None:
        self.action_choose(WAYS[(WAYS.index(self.way) + step) % len(WAYS)])

    def action_choose(self, way: DrillHow) -> None:
        """Choose that one."""
        self.way = way
        self._draw()
        self.post_message(self.WayChosen())


class RunDialog(TypedDialog[None]):
    """The dialog of a run. It is closed when the drill has begun, or by Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(RUN_KEY, "begin_run", "Run"),
        Binding("escape", "leave", "Cancel"),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
    ]

    def __init__(self, drills: DrillPort, servers: tuple[str, ...]) -> None:
        """`servers`: the virtual servers that a probe can ask, the first of them proposed."""
        super().__init__()
        self._drills = drills
        self._servers = servers
        self._when = datetime.now().replace(second=0, microsecond=0)
        self._plan: DrillPlan | None = None  # as it is shown
        self._refused = ""  # why there is none

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog change") as dialog:
            dialog.border_title = "Run a drill"
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="plan", markup=False)
            with Vertical(id="foot"):
                with Horizontal(classes="field"):
                    yield Label("How")
                    yield WayChoice()
                with Horizontal(classes="field"):
                    yield Label("Probe")
                    yield TextInput("probe", "a virtual server; empty: no probe")
                    yield Label("from", id="from-label")
                    yield TextInput("host", "this machine")
                with Horizontal(classes="field"):
                    yield Label("Hold")
                    yield TextInput("hold", f"{HOLD} s")
                    yield Label("max outage", id="outage-label")
                    yield TextInput("outage", "seconds; any")
                    yield Label("rate", id="rate-label")
                    yield TextInput("rate", f"{RATE}/s")
                with Horizontal(classes="field"):
                    yield Label("Reason")
                    yield TextInput("reason", "type a reason; stored in the report")
                with Horizontal(classes="field"):
                    yield Label("To confirm")
                    yield TextInput("word", "")
                with Horizontal(id="buttons"):
                    yield Button("Cancel", id="cancel", compact=True)
                    yield Button("Run", id="go", compact=True)
                    yield ClickableLine(id="apply")
                    yield Static(id="verdict", markup=False)

    def on_mount(self) -> None:
        proposed = {"probe": self._servers[0] if self._servers else "", "hold": HOLD, "rate": RATE}
        for name, value in proposed.items():
            self.query_one(f"#{name}", Input).value = value
        key = Content.assemble((f" {RUN_KEY} ", pressing(RUN_KEY, "bold $accent")), ("runs it", pressing(RUN_KEY)))
        self.query_one("#apply", ClickableLine).update(key)
        self.begin(self.query_one("#way"))
        self.call_after_refresh(self.look_again)
        self.set_interval(1.0, self.look_again)

    def on_resize(self) -> None:
        self.query_one("#body").styles.max_height = max(3, self.size.height - FOOT)
        self.call_after_refresh(self._show)

    def field(self) -> Input | None:
        return self.query_one("#reason", Input)

    def is_for(self, focused: Widget | None, character: str) -> bool:
        return isinstance(focused, Input) or (isinstance(focused, WayChoice) and character == " ")

    # --- the preflight ---

    def look_again(self) -> None:
        """Plan it as things are now, and show that."""
        try:
            self._plan, self._refused = self._drills.plan_run(self._intent()), ""
        except (PlanRefused, ValueError) as refused:
            self._plan, self._refused = None, str(refused)
        self._show()

    def _intent(self) -> DrillIntent:
        """Return the drill that is wanted. Raises ValueError."""
        hold = self._settings().hold
        return DrillIntent(self.query_one(WayChoice).way, None, hold, operator(), self._when, self._typed("reason"))

    def _settings(self) -> RunSettings:
        """Return the figures that were typed. Raises ValueError."""
        return settings(self._typed("hold"), self._typed("outage"), self._typed("rate"))

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _show(self) -> None:
        width = max(40, self.query_one("#body").content_size.width - 1)
        plan, refused = self._plan, self._refused
        text = run_text.preflight(plan, width) if plan is not None else run_text.refusal(refused, width)
        self.query_one("#plan", Static).update(text)
        wanted = " ".join(self._words())
        self.query_one("#word", Input).placeholder = f"type {wanted}" if wanted else ""
        why = self._obstacle()
        self.query_one("#verdict", Static).update(Content.styled(why or "ready", "$foreground-muted"))
        self.query_one("#go").set_class(why is not None, "-blocked")

    def _words(self) -> list[str]:
        """Return what must be typed: how it is done, and the guards that ask; nothing where it is refused anyway."""
        if self._plan is None or any(guard.level == "refuse" for guard in self._plan.guards):
            return []
        asked = sorted({guard.kind for guard in self._plan.guards if guard.level == "ask"})
        return [self._plan.intent.how, *asked]

    def _obstacle(self) -> str | None:
        """Return why it cannot be run now; None: it can."""
        words, typed = self._words(), self.query_one("#word", Input).value.split()
        if not words:
            return "it is refused"
        return None if typed == words else f"type {' '.join(words)} to confirm"

    # --- what is typed and chosen ---

    def on_way_choice_way_chosen(self) -> None:
        self.query_one("#word", Input).value = ""
        self.look_again()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id in ("hold", "outage", "rate"):
            self.look_again()
        else:
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Lead on to the next field, and from the word to the button; never to Cancel."""
        fields = list(self.query(Input))
        if event.input is fields[-1]:
            self.offer()
        else:
            fields[fields.index(event.input) + 1].focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id != "go":
            self.action_leave()
        elif self.is_meant():
            self.action_begin_run()

    def action_scroll(self, lines: int) -> None:
        self.query_one("#body").scroll_relative(y=lines, animate=False)

    # --- running it ---

    def action_begin_run(self) -> None:
        """Begin the drill, if the plan is still the one that was read."""
        shown = self._plan
        self.look_again()
        if shown is None or self._plan is None or _essence(shown) != _essence(self._plan):
            self.notify("The preflight has changed: review it, then run it.", severity="warning")
        elif (why := self._obstacle()) is not None:
            self.notify(f"Not run: {why}.", severity="warning", markup=False)
            self.query_one("#word").focus()
        else:
            probe, figures = self._typed("probe"), self._settings()
            wanted = WantedProbe(probe, self._typed("host"), figures.rate) if probe else None
            refused = self._drills.run(self._plan, wanted, frozenset(self._words()[1:]), figures.max_outage)
            if refused is not None:
                self.notify(f"Not run: {refused}.", severity="warning", markup=False)
            else:
                self.dismiss(None)

    def action_leave(self) -> None:
        self.dismiss(None)


def _essence(plan: DrillPlan) -> object:
    """Return what an operator has read of a plan: what is done, what is expected, and the guards' verdicts."""
    return plan.title, plan.intent.hold, plan.expected, tuple((guard.kind, guard.level) for guard in plan.guards)

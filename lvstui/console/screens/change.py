"""A change: exactly what it does on each Director, then each step as it happens, then how it ended.

Nothing is applied but the plan that is on the screen, and only with `y`. Not for: what is typed (see `widgets.change_fields`),
nor for the words (see `change_text`).
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from lvstui.cluster.intent import Target
from lvstui.cluster.outcome import StepView
from lvstui.cluster.plan import Plan, PlanRefused
from lvstui.console import change_text
from lvstui.console.paragraphs import hanging, stacked
from lvstui.console.screens.dialog import Dialog
from lvstui.console.widgets.change_fields import Fields, Incomplete, OfTargets, Weight
from lvstui.console.widgets.change_foot import Foot
from lvstui.console.world import Changes as Changes

ROOMY = 30  # lines of the terminal; with fewer, a diff shows one line around what changes
CHEAP = 0.1  # seconds; a plan that takes no longer is made again each second, for the connections that it tells
SELDOM = 10  # times as long as a costly one took: so often is looked whether it is outdated, and when `y` is pressed
WORKING = "◌ working out what changes on each Director"
READING = 1.0  # seconds that a plan which changed by itself is on the screen before `y` takes it


def fit(screen: Screen[Any], foot: Widget) -> None:
    """The dialog's body takes what its foot leaves; what is longer scrolls."""
    dialog, body = screen.query_one(".dialog"), screen.query_one("#body")
    frame = dialog.outer_size.height - dialog.content_size.height
    around = 0 if screen.has_class("-narrow") else 2
    room = max(4, screen.size.height - foot.outer_size.height - foot.styles.margin.height - frame - around)
    if body.styles.max_height is None or body.styles.max_height.value != room:
        body.styles.max_height = room


class ChangeScreen(Dialog[bool]):
    """Is dismissed with: was it done?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "apply", "Apply on both"),
        Binding("escape", "leave", "Cancel"),
        Binding("q", "quit", "Quit", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
        Binding("plus", "step(1)", "Weight + 1", show=False),
        Binding("minus", "step(-1)", "Weight - 1", show=False),
        Binding("right_curly_bracket,ctrl+up", "step(10)", "Weight + 10", show=False),
        Binding("left_curly_bracket,ctrl+down", "step(-10)", "Weight - 10", show=False),
        Binding("m", "switch", "Whole machine", show=False),
    ]

    def __init__(
        self, session: Changes, fields: Fields, by: str, after: str = "", *, by_itself_in: float | None = None
    ) -> None:
        """`by` makes the change; `after` says what can be done when it is done.

        `by_itself_in`: seconds after which it is applied as if `y` had been pressed, unless anything stands in its way.
        """
        super().__init__()
        self._session = session
        self._fields = fields
        self._by = by
        self._after = after
        self._when = datetime.now()
        self._plan: Plan | None = None
        self._refused: str | None = None
        self._missing = ""  # what is still to be typed
        self._anew: tuple[list[str], float] | None = None  # what changed by itself, and when (wall clock)
        self._targets: tuple[Target, ...] = ()  # what the plan is for
        self._basis: object = None  # what it was made from
        self._working = True  # it is being made
        self._took = 0.0  # seconds that it took
        self._look_at = 0.0  # is it outdated: not before then
        self._read_from = 0.0  # the plan on the screen can be applied from then on
        self._started = 0.0
        self._steps: tuple[StepView, ...] = ()
        self._by_itself = None if by_itself_in is None else time.monotonic() + by_itself_in
        self._held_up = False  # it was to be done by itself, and will not be
        self._warned = False
        self._done = False
        self.phase: Literal["opening", "asking", "running", "over"] = "opening"

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog change"):
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="plan", markup=False)
                yield Horizontal(id="steps")
            yield Foot(self._fields)

    def on_mount(self) -> None:
        self.phase = "asking"
        self.query_one(self._fields.first or "#cancel").focus()
        self.call_after_refresh(self._make)
        self.set_interval(1.0, self._again)

    @property
    def _foot(self) -> Foot:
        return self.query_one(Foot)

    @property
    def _width(self) -> int:
        return max(40, self.query_one("#body").content_size.width - 1)

    # --- the plan ---

    def _again(self) -> None:
        """The Directors go on telling what they know: what is on the screen must be true of now."""
        if self.phase == "running":
            self._foot.running(time.monotonic() - self._started)
            return
        if self.phase == "asking" and not self._working and self._by_itself is not None:
            self._count_down(self._by_itself)
        if self.phase == "asking" and not self._working and self._is_worth_a_look():
            self.run_worker(self._renew, exclusive=True, group="plan")  # type: ignore[arg-type]  # see _make

    def _count_down(self, end: float) -> None:
        """Towards what is done by itself: as by `y`, so what must be read anew or is outdated is tried again a second later."""
        if self._plan is None or self._plan.blocking(frozenset()):
            self._by_itself, self._held_up = None, True
        elif time.monotonic() >= end:
            self.run_worker(self.action_apply, exclusive=True, group="by itself")  # type: ignore[arg-type]  # see _make
            return
        self._show()

    def _is_worth_a_look(self) -> bool:
        if self._took < CHEAP:
            return True
        if time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + SELDOM * self._took
        return self._outdated()

    def _outdated(self) -> bool:
        return self._session.basis(self._targets) != self._basis

    async def _renew(self) -> bool:
        """Make the plan of the same intent once more, and show it. Is it another one?"""
        old, old_refusal = self._plan, self._refused
        await self._think()
        if self._plan is None or old is None:
            other = (self._plan, self._refused) != (old, old_refusal)
        else:
            other = self._plan != old
            found = change_text.differences(old, self._plan)
            if found:
                self._anew = (found, time.time())
                self._read_from = time.monotonic() + READING
        if other:
            self._show()
        return other

    def _make(self) -> None:
        """The plan of what was just typed. Until it is there, there is none that could be applied."""
        self._anew, self._plan, self._refused, self._missing = None, None, None, ""
        self._working = True
        # The function, not its coroutine: one that never begins, for another took its place, is not waited for in vain.
        self.run_worker(self._first, exclusive=True, group="plan")  # type: ignore[arg-type]  # textual's is too narrow

    async def _first(self) -> None:
        patience = self.set_timer(0.25, self._show)
        await self._think()
        patience.stop()
        self._show()

    async def _think(self) -> None:
        began = time.monotonic()
        plan, refused, missing = None, None, ""
        try:
            intent = self._fields.intent(self._by, self._when)
            self._targets = intent.targets
            self._basis = self._session.basis(self._targets)
            plan = await self._session.plan_beside(intent)
        except Incomplete as error:
            missing = str(error)  # it is shown instead of a plan
        except PlanRefused as error:
            refused = str(error)
        except Exception as error:  # noqa: BLE001  # a defect of ours must be seen here, and not end the console
            refused = f"lvstui failed: {type(error).__name__}: {error}; please report it"
        self._plan, self._refused, self._missing, self._working = plan, refused, missing, False
        self._took = time.monotonic() - began

    # --- showing it ---

    def _show(self) -> None:
        dialog = self.query_one(".dialog")
        dialog.border_title = Content(self._plan.title if self._plan is not None else self._fields.heading())
        self.query_one("#plan", Static).update(self._text())
        self._foot.show(self._plan)

    def _text(self) -> Content:
        width = self._width
        remark = hanging(Content.styled("! ", "$warning"), self._fields.remark(), width)
        about = hanging(Content(""), self._fields.about(), width)
        parts = [about, remark if self._fields.remark() else None]
        if self._by_itself is not None:
            left = max(0.0, self._by_itself - time.monotonic())
            words = f"Its time has come: this is done by itself in {left:.0f} s. Escape leaves it drained, y restores it now."
            parts.append(hanging(Content.styled("! ", "$warning"), words, width))
        elif self._held_up:
            words = "Its time has come, but this is not done by itself: see what stands in its way."
            parts.append(hanging(Content.styled("! ", "$warning"), words, width))
        if self._plan is not None:
            if self._anew is not None:
                parts.append(change_text.made_anew(*self._anew, width))
            parts.append(change_text.plan(self._plan, width, 3 if self.size.height >= ROOMY else 1))
        elif self._refused is not None:
            parts.append(change_text.refused(PlanRefused(self._refused), width))
        else:
            parts.append(Content.styled(self._missing or WORKING, "$foreground-muted"))
        return stacked(parts)

    def on_foot_resized(self) -> None:
        self._fit()

    def _fit(self) -> None:
        fit(self, self._foot)

    def on_resize(self) -> None:
        self._fit()
        if self.phase == "asking":
            self.call_after_refresh(self._show)
        elif self.phase in ("running", "over"):
            self.call_after_refresh(self._show_steps)

    # --- what is typed and chosen ---

    def on_fields_edited(self) -> None:
        if self.phase == "asking":
            self._make()

    def on_input_submitted(self) -> None:
        if self._plan is None:
            self.focus_next()
        else:
            self.query_one("#cancel").focus()  # a second key, y, applies

    def action_step(self, by: int) -> None:
        if self.phase == "asking" and isinstance(self._fields, Weight):
            self._fields.step(by)

    def action_switch(self) -> None:
        if self.phase == "asking" and isinstance(self._fields, OfTargets):
            self._fields.switch()

    def action_scroll(self, lines: int) -> None:
        body = self.query_one("#body")
        body.scroll_relative(y=lines * (1 if abs(lines) == 1 else max(1, body.size.height - 2) / 10), animate=False)

    # --- applying it ---

    async def action_apply(self) -> None:
        if self.phase != "asking":
            return
        if self._plan is not None and self._outdated():
            await self._renew()
        if self._plan is None:
            text = "It is still being worked out: read it first." if self._working else "There is nothing to apply."
            self.notify(text, severity="warning")
            return
        if time.monotonic() < self._read_from:
            self.notify("The plan was made anew just now: read it, then press y.", severity="warning")
            return
        blocking = self._plan.blocking(self._foot.overrides())
        if blocking:
            if not self._foot.ask():
                self.notify(f"Not applied: {blocking[0].name}: {blocking[0].text}", severity="warning", markup=False)
            return
        self._run(self._plan)

    def _run(self, plan: Plan) -> None:
        self.phase, self._started = "running", time.monotonic()
        self._foot.running(0)
        self.query_one("#plan", Static).update(Content("\n").join([Content(line) for line in plan.summary[:2]]))
        self.query_one("#body").scroll_home(animate=False)
        self.run_worker(self._apply(plan), exit_on_error=False)

    async def _apply(self, plan: Plan) -> None:
        await self.query_one("#steps").mount_all(Static(markup=False) for _ in plan.directors)
        self._show_steps()
        self.call_after_refresh(self._show_steps)  # as wide as they turned out to be

        def progress(steps: tuple[StepView, ...]) -> None:
            if steps != self._steps and self.is_mounted:
                self._steps = steps
                self._show_steps()

        try:
            outcome = await self._session.apply(plan, progress, self._foot.overrides())
        except PlanRefused as refused:
            end = change_text.refused(refused, self._width)
        except Exception as error:  # noqa: BLE001  # the operator must learn of it here, not from a closed console
            end = change_text.broken(error, self._width)
        else:
            self._done = outcome.kind == "done"
            end = change_text.outcome(outcome, self._after, self._width)
        self._over(end)

    def _show_steps(self) -> None:
        assert self._plan is not None  # it is being carried out
        for column, director in zip(self.query("#steps Static").results(Static), self._plan.directors, strict=True):
            column.update(change_text.steps(self._plan, director, self._steps, column.size.width or 40))

    def _over(self, end: Content) -> None:
        self.phase = "over"
        self.query_one("#plan", Static).update(end)
        self._foot.over()

    # --- leaving ---

    def on_button_pressed(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        if self.phase == "running":
            text = "The change is running; it cannot be called off here. Its end is shown in this place."
            self.notify(text, severity="warning")
        else:
            self.dismiss(self._done)

    def action_quit(self) -> None:
        if self.phase == "running" and not self._warned:
            self._warned = True
            confirmed = [step.state == "done" for step in self._steps if step.step == "confirm"]
            if confirmed and all(confirmed) and any(step.step == "alive" for step in self._steps):
                text = (
                    "It is in at weight 0, and waits to be raised. q again quits: it stays at 0, and u takes it back."
                )
            else:
                text = (
                    "A change is running. q again quits: each Director that was not confirmed puts its old file back."
                )
            self.notify(text, severity="warning")
        else:
            self.app.exit()

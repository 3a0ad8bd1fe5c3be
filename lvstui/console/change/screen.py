"""Draw the dialog of a change: exactly what it does on each Director, then each step as it happens, then how it ended.

Nothing is applied but the plan that is on the screen, and only with a key that no text has in it, or with its button. Not for:
what may be applied (see `dialog_state`), what is typed (see `fields`), nor the words (see `text`).
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import StepView
from lvstui.cluster.plan.plan import Plan, PlanRefused
from lvstui.console.app_parts import parts_of
from lvstui.console.base.typed_dialog import TypedDialog
from lvstui.console.change import body
from lvstui.console.change import text as change_text
from lvstui.console.change.dialog_state import DialogPhase, DialogState, Obstacle
from lvstui.console.change.draft import Incomplete, plan_draft
from lvstui.console.change.footer import Foot
from lvstui.console.change.forms.fields import SWITCH, Fields
from lvstui.console.change.forms.weight_fields import WeightFields
from lvstui.console.change.text import APPLY
from lvstui.console.session_port import SessionPort

ROOMY = 30  # lines of the terminal; with fewer, a diff shows one line around what changes


class ChangeScreen(TypedDialog[bool]):
    """The dialog of a change. It is dismissed with True if the change was done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(APPLY, "apply", "Apply on both"),
        Binding("escape", "leave", "Cancel"),
        Binding("q", "quit", "Quit", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
        Binding("home", "scroll_to(True)", "To the top", show=False),
        Binding("end", "scroll_to(False)", "To the end", show=False),
        Binding("plus", "step(1)", "Weight + 1", show=False),
        Binding("minus", "step(-1)", "Weight - 1", show=False),
        Binding("right_curly_bracket,ctrl+up", "step(10)", "Weight + 10", show=False),
        Binding("left_curly_bracket,ctrl+down", "step(-10)", "Weight - 10", show=False),
        Binding(SWITCH, "switch", "The other way", show=False),
    ]

    def __init__(
        self, session: SessionPort, fields: Fields, by: str, after: str = "", *, by_itself_in: float | None = None
    ) -> None:
        """Ask for the change that is typed in `fields`. `by` makes it; `after` says what can be done when it is done.

        `by_itself_in`: seconds after which it is applied as if the operator had applied it, unless anything stands in its way.
        """
        super().__init__()
        self._session = session
        self._fields = fields
        self._by = by
        self._after = after
        self._when = datetime.now()
        self._planned = asyncio.Event()  # what was typed last
        self.state = DialogState(session.basis, None if by_itself_in is None else time.monotonic() + by_itself_in)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog change"):
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="plan", markup=False)
                yield Horizontal(id="steps")
            yield Foot(self._fields)

    def on_mount(self) -> None:
        self.state.type()
        self.begin(self.query_one(self._fields.first or "#cancel"))
        self.call_after_refresh(self._plan_what_is_typed)
        self.set_interval(1.0, self.tick)

    def field(self) -> Input | None:
        return self._fields.query_one("#reason", Input) if self.state.asking else None

    def is_for(self, focused: Widget | None, character: str) -> bool:
        return self._fields.is_for(focused, character)

    @property
    def _foot(self) -> Foot:
        return self.query_one(Foot)

    @property
    def _width(self) -> int:
        return max(40, self.query_one("#body").content_size.width - 1)

    # --- the plan ---

    def tick(self) -> None:
        """Look again, each second, at what the Directors tell: what is on the screen must be true of now."""
        now = time.monotonic()
        if self.state.phase is DialogPhase.RUNNING:
            self._foot.running(self.state.running_for(now))
            return
        if self.state.applies_at is not None and self.state.answered:
            # As by the key, so what is outdated or must be read anew is tried again in a second.
            if self.state.count_down(now):
                self.action_apply()
            else:
                self._show()
        if self.state.wants_renewal(now):
            self.run_worker(self._renew, exclusive=True, group="plan")  # type: ignore[arg-type]  # textual's is too narrow

    async def _renew(self) -> None:
        """Make the plan of the same intent once more, and show it where it is another one."""
        old = self.state.draft
        if old is not None:
            draft = await plan_draft(self._session, self._intent)
            if self.state.renew(old, draft, time.monotonic(), time.time()):
                self._show()

    def _plan_what_is_typed(self) -> None:
        """Begin the plan of what is typed. Until it is there, there is none that could be applied."""
        if not self.state.asking:
            return
        self.state.type()
        self._planned.clear()
        # The function, not its coroutine, which nothing would await where another takes its place before it begins.
        self.run_worker(self._plan_and_show, exclusive=True, group="plan")  # type: ignore[arg-type]  # textual's is too narrow

    async def _plan_and_show(self) -> None:
        patience = self.set_timer(0.25, self._show)
        self.state.answer(await plan_draft(self._session, self._intent))
        patience.stop()
        self._show()
        self._planned.set()

    def _intent(self) -> Intent:
        """Return what is typed now. Raises Incomplete."""
        return self._fields.intent(self._by, self._when)

    def _typed(self) -> Intent | None:
        try:
            return self._intent()
        except Incomplete:
            return None

    # --- showing it ---

    def _show(self) -> None:
        if not self.state.asking:
            return
        plan, fields, display = self.state.plan, self._fields, parts_of(self.app).shown_as
        context = 3 if self.size.height >= ROOMY else 1
        text = change_text.asking(
            self.state, fields.about(), fields.remark(), display, self._width, context, time.monotonic()
        )
        dialog = self.query_one(".dialog")
        dialog.border_title = Content(plan.title if plan is not None else fields.heading())
        self.query_one("#plan", Static).update(text)
        self.state.show()
        self._foot.show(plan)

    def on_foot_resized(self) -> None:
        body.fit(self, self._foot)

    def on_resize(self) -> None:
        body.fit(self, self._foot)
        if self.state.asking:
            self.call_after_refresh(self._show)
        elif self.state.plan is not None:
            self.call_after_refresh(self._show_steps)

    # --- what is typed and chosen ---

    def on_fields_intent_changed(self) -> None:
        self._plan_what_is_typed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Lead on, to what is still to be typed, or to the button that applies it; never to Cancel."""
        if self._foot.ask_for_rest():
            return
        if self.state.readable:
            self.offer()
        else:
            fields = [field for field in self._foot.query(Input) if field.display and field.focusable]
            fields[(fields.index(event.input) + 1) % len(fields)].focus()

    def action_step(self, by: int) -> None:
        if self.state.asking and isinstance(self._fields, WeightFields):
            self._fields.step(by)

    def action_switch(self) -> None:
        if self.state.asking:
            self._fields.switch()

    def action_scroll(self, lines: int) -> None:
        body.scroll(self, lines)

    def action_scroll_to(self, top: bool) -> None:
        part = self.query_one("#body")
        (part.scroll_home if top else part.scroll_end)(animate=False)

    # --- applying it ---

    def action_apply(self) -> None:
        """Apply the plan beside the keys: that of what was typed last may take its time, and Escape must be heard."""
        self.run_worker(self._apply_if_read, exclusive=True, group="apply")  # type: ignore[arg-type]  # textual's is too narrow

    async def _apply_if_read(self) -> None:
        if not self.state.asking:
            return
        typed = self._typed()
        await self._catch_up(typed)
        obstacle = self._obstacle(typed)
        if obstacle is Obstacle.OUTDATED:
            await self._renew()
            obstacle = self._obstacle(typed)
        if obstacle is None:
            self._run(self.state.apply(typed, self._foot.overrides(), time.monotonic()))
        elif obstacle is not Obstacle.GUARDS:
            self.notify(change_text.OBSTACLES[obstacle], severity="warning")
        elif self.state.plan is not None and not self._foot.ask():
            first = self.state.plan.blocking(self._foot.overrides())[0]
            self.notify(f"Not applied: {first.kind}: {first.text}", severity="warning", markup=False)

    def _obstacle(self, typed: Intent | None) -> Obstacle | None:
        return self.state.obstacle(typed, self._foot.overrides(), time.monotonic())

    async def _catch_up(self, typed: Intent | None) -> None:
        """Wait for the plan of what is typed, where it differs in its reason alone from the one that was read."""
        if self.state.plan is not None and self.state.plan.intent != typed:  # what was typed has not come here yet
            self._plan_what_is_typed()
        read = self.state.awaited_but_for_reason(typed)
        if read is not None:
            await self._planned.wait()
            self.state.compare(read, time.monotonic())

    def _run(self, plan: Plan) -> None:
        self._foot.running(0)
        self.query_one("#plan", Static).update(Content("\n").join([Content(str(line)) for line in plan.summary[:2]]))
        self.query_one("#body").scroll_home(animate=False)
        self.run_worker(self._apply(plan), exit_on_error=False)

    async def _apply(self, plan: Plan) -> None:
        await self.query_one("#steps").mount_all(Static(markup=False) for _ in plan.directors)
        self._show_steps()
        self.call_after_refresh(self._show_steps)  # as wide as they turned out to be

        def progress(steps: tuple[StepView, ...]) -> None:
            if self.state.progress(steps):
                self._show_steps()

        done = False
        try:
            outcome = await self._session.apply(plan, progress, self._foot.overrides())
        except PlanRefused as refused:
            end = change_text.refused(str(refused), self._width)
        except Exception as error:  # noqa: BLE001  # the operator must learn of it here, not from a closed console
            end = change_text.broken(error, self._width)
        else:
            done = outcome.kind == "done"
            end = change_text.outcome(outcome, self._after, self._width)
        self.state.end(done=done)
        self.query_one("#plan", Static).update(end)
        self._foot.over()

    def _show_steps(self) -> None:
        plan = self.state.plan
        assert plan is not None  # it is being carried out
        for column, director in zip(self.query("#steps Static").results(Static), plan.directors, strict=True):
            column.update(change_text.steps(plan, director, self.state.steps, column.size.width or 40))

    # --- leaving ---

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id != "go":
            self.action_leave()
        elif self.is_meant():
            self.action_apply()

    def action_leave(self) -> None:
        if self.state.phase is DialogPhase.RUNNING:
            text = "The change is running and cannot be cancelled. The outcome will appear here."
            self.notify(text, severity="warning")
        else:
            self.dismiss(self.state.phase is DialogPhase.DONE)

    def action_quit(self) -> None:
        warning = self.state.warn_of_quitting()
        if warning is not None:
            self.notify(change_text.quit_warning(warning, parts_of(self.app).keys), severity="warning")
        else:
            self.app.exit()

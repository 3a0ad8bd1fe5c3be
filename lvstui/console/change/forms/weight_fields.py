"""Ask for a weight: typed as a number, or stepped up and down with a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from lvstui.cluster.plan.intent import Intent
from lvstui.console.change.draft import Incomplete
from lvstui.console.change.forms.fields import MAX_WEIGHT, Scope, TargetFields
from lvstui.console.widgets.text_input import in_one_line

SIGNS = {"+": 1, "-": -1, "}": 10, "{": -10}  # by how much each changes a weight


class WeightInput(Input):
    """A field of digits. The signs change the number; what they made of it is selected, and a digit typed then replaces it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.step(1)", show=False),
        Binding("down", "screen.step(-1)", show=False),
    ]

    def __init__(self, weight: int | None) -> None:
        super().__init__("" if weight is None else str(weight), id="field", max_length=5, compact=True)

    def takes(self, character: str) -> bool:
        return (character.isascii() and character.isdecimal()) or character in SIGNS

    def put(self, weight: int) -> None:
        self.value = str(weight)
        self.action_select_all()

    async def _on_key(self, event: events.Key) -> None:
        step = SIGNS.get(event.character or "")
        if step is not None:
            event.stop()
            event.prevent_default()
            await self.run_action(f"screen.step({step})")

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = in_one_line(event.text)
        if text.isascii() and text.isdecimal():
            self.replace(text, *self.selection)


class WeightFields(TargetFields):
    """The form of a new weight."""

    action = "weight"
    verb = "Set the weight of"

    def __init__(self, scope: Scope, now: Sequence[int], step: int = 0) -> None:
        """Begin with the weights in the files, `now`, changed by `step`."""
        super().__init__(scope)
        self._now = now[0] if len(set(now)) == 1 else None
        self._from = max(now, default=0)
        self._first = _limited(self._from + step) if step else self._now
        self.first = "" if step else "#field"  # type: ignore[misc]

    def more(self) -> ComposeResult:
        now = "different now" if self._now is None else f"{self._now} now"
        with Horizontal(classes="field"):
            yield Label("Weight")
            yield WeightInput(self._first)
            yield Static(
                Content.assemble(
                    (f"{now}    ", "$foreground-muted"),
                    ("+ -", "bold $accent"), (" by 1   ", "$foreground-muted"),
                    ("} {", "bold $accent"), (" by 10", "$foreground-muted"),
                ),
                markup=False,
                classes="beside",
            )  # fmt: skip
        yield from self.reason()

    def is_for(self, focused: Widget | None, character: str) -> bool:
        if isinstance(focused, WeightInput):
            return focused.takes(character)
        if character in SIGNS and not isinstance(focused, Input):
            return True  # more of what opened the dialog
        return super().is_for(focused, character)

    def step(self, by: int) -> None:
        field = self.query_one("#field", WeightInput)
        weight = int(field.value) if field.value.isdecimal() else self._from
        field.put(_limited(weight + by))

    def intent(self, by: str, when: datetime) -> Intent:
        text = self.query_one("#field", Input).value
        if not text.isdecimal():
            raise Incomplete(f"Type the new weight, 0 to {MAX_WEIGHT}, or press + and -. The plan is shown here.")
        if int(text) == self._now:
            raise Incomplete(f"The weight is {text} now. Type another, or press + and -. The plan is shown here.")
        return replace(super().intent(by, when), weight=int(text))


def _limited(weight: int) -> int:
    return max(0, min(weight, MAX_WEIGHT))

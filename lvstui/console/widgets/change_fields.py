"""What is typed and chosen in the dialog of a change, one class for each action, and the intent that it makes.

Not for: what the intent would do (the plan), nor for applying it (the dialog).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from lvstui.cluster.history import undo_title
from lvstui.cluster.intent import Intent, Record, Target, undo_of
from lvstui.console import records

MAX_WEIGHT = 65535


class Incomplete(Exception):
    """Something is still to be typed before there can be a plan: what, in a sentence."""


@dataclass(frozen=True)
class Scope:
    """The real servers that are meant, and those of the whole machine when that would be more."""

    targets: tuple[Target, ...]
    machine: str = ""  # its address
    everywhere: tuple[Target, ...] = ()  # every port of it in every virtual server; empty: there is no choice
    remark: str = ""  # who was left out, and why


class Fields(Vertical):
    """The lower part of the dialog. `first` is what has the focus at first; "" is Cancel."""

    action: ClassVar[str]
    first: ClassVar[str] = ""

    class Edited(Message):
        """Something else was typed or chosen."""

    def heading(self) -> str:
        raise NotImplementedError

    def intent(self, by: str, when: datetime) -> Intent:
        """Raises Incomplete."""
        raise NotImplementedError

    def remark(self) -> str:
        """What the operator should be warned of beside the plan."""
        return ""

    def about(self) -> str:
        """What it is about, where the plan's own summary does not tell."""
        return ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Edited())


class Choice(Static, can_focus=True):
    """This port alone, or the whole machine."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,left,right", "switch", "Switch", show=False)]

    def __init__(self, scope: Scope) -> None:
        super().__init__(markup=False)
        self.scope = scope
        self.wide = False

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        few = len(self.scope.targets)
        here = "this one" if few == 1 else f"these {few}"
        servers = len({target.virtual_server for target in self.scope.everywhere})
        where = f" in {servers} virtual servers" if servers > 1 else ""
        everywhere = f"every port of {self.scope.machine}  ({len(self.scope.everywhere)}{where})"
        parts: list[tuple[str, str]] = [("m  ", "bold $accent")]
        for chosen, text in ((not self.wide, here), (self.wide, everywhere)):
            style = "" if chosen else "$foreground-muted"
            parts += [("● " if chosen else "○ ", "$accent" if chosen else style), (f"{text}   ", style)]
        self.update(Content.assemble(*parts))

    def action_switch(self) -> None:
        self.wide = not self.wide
        self._draw()
        self.post_message(Fields.Edited())

    def on_click(self) -> None:
        self.action_switch()


class OfTargets(Fields):
    """A change of real servers that are there."""

    verb: ClassVar[str]
    action: ClassVar[Literal["drain", "restore", "weight", "remove"]]

    def __init__(self, scope: Scope) -> None:
        super().__init__(id="fields")
        self.scope = scope
        self._choice = Choice(scope) if len(scope.everywhere) > len(scope.targets) else None

    def compose(self) -> ComposeResult:
        if self._choice is not None:
            with Horizontal(classes="field"):
                yield Label("Where")
                yield self._choice
        yield from self.more()

    def more(self) -> ComposeResult:
        """The action's own fields."""
        yield from ()

    def switch(self) -> None:
        if self._choice is not None:
            self._choice.action_switch()

    @property
    def targets(self) -> tuple[Target, ...]:
        return self.scope.everywhere if self._choice is not None and self._choice.wide else self.scope.targets

    def heading(self) -> str:
        return f"{self.verb} {_named(self.targets)}"

    def remark(self) -> str:
        return self.scope.remark

    def intent(self, by: str, when: datetime) -> Intent:
        return Intent(self.action, self.targets, None, by, when)


class Restore(OfTargets):
    action = "restore"
    verb = "Restore"


class Remove(OfTargets):
    action = "remove"
    verb = "Remove"


class Undo(Fields):
    """Nothing to type: what is undone, by whom it was made, and when."""

    action = "undo"

    def __init__(self, record: Record) -> None:
        super().__init__(id="fields")
        self._record = record

    def heading(self) -> str:
        return undo_title(self._record)

    def about(self) -> str:
        return f"Takes back what {records.made(self._record)}."

    def intent(self, by: str, when: datetime) -> Intent:
        return undo_of(self._record, by, when)


class Drain(OfTargets):
    """The reason goes into the file beside the weight, and with it the two times that are watched from then on."""

    action = "drain"
    verb = "Drain"

    def more(self) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label("Reason")
            yield Input(id="field", placeholder="why, kept beside the weight in the file", compact=True)
        with Horizontal(classes="field"):
            yield Label("Deadline")
            yield Input(id="deadline", classes="time", placeholder="HH:MM", max_length=16, compact=True)
            yield Label("Restore at", id="restore-label")
            yield Input(id="restore", classes="time", placeholder="HH:MM", max_length=16, compact=True)
            yield Static("by this console", classes="beside", markup=False)

    def intent(self, by: str, when: datetime) -> Intent:
        parts = [self.query_one("#field", Input).value.strip()]
        for id, word in (("deadline", "deadline"), ("restore", "restore at")):
            text = self.query_one(f"#{id}", Input).value.strip()
            if text:
                parts.append(f"{word} {_time(text, when)}")
        return replace(super().intent(by, when), reason=", ".join(part for part in parts if part))


def _time(text: str, now: datetime) -> str:
    """A time as the file keeps it: of the same day it stands alone. Raises Incomplete."""
    try:
        hour, minute = (int(part) for part in text.rpartition(" ")[2].split(":"))
        day = date.fromisoformat(text.rpartition(" ")[0].strip()) if " " in text else now.date()
        at = datetime.combine(day, time(hour, minute))
    except ValueError:
        raise Incomplete(f"{text}: a time is HH:MM, or YYYY-MM-DD HH:MM. What changes is shown here.") from None
    if " " not in text and at <= now:
        at += timedelta(days=1)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"


class WeightInput(Input):
    """Digits alone, so that `y` and the signs are keys here as everywhere in the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.step(1)", show=False),
        Binding("down", "screen.step(-1)", show=False),
    ]
    _KEYS: ClassVar[dict[str, str]] = {
        "y": "screen.apply",
        "q": "screen.quit",
        "m": "screen.switch",
        "+": "screen.step(1)",
        "-": "screen.step(-1)",
        "}": "screen.step(10)",
        "{": "screen.step(-10)",
    }

    def __init__(self, weight: int | None) -> None:
        super().__init__("" if weight is None else str(weight), id="field", max_length=5, compact=True)

    async def _on_key(self, event: events.Key) -> None:
        if event.character is None or not event.is_printable or event.character.isdecimal():
            return
        event.stop()
        event.prevent_default()
        action = self._KEYS.get(event.character)
        if action is not None:
            await self.run_action(action)


class Weight(OfTargets):
    action = "weight"
    verb = "Set the weight of"

    def __init__(self, scope: Scope, now: Sequence[int], step: int = 0) -> None:
        """`now`: the weights in the files; `step`: by how much it is changed at once."""
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

    def step(self, by: int) -> None:
        field = self.query_one("#field", Input)
        weight = int(field.value) if field.value.isdecimal() else self._from
        field.value = str(_limited(weight + by))

    def intent(self, by: str, when: datetime) -> Intent:
        text = self.query_one("#field", Input).value
        if not text.isdecimal():
            raise Incomplete(f"Type the new weight, 0 to {MAX_WEIGHT}, or press + and -. What changes is shown here.")
        if int(text) == self._now:
            raise Incomplete(f"The weight is {text} now. Type another, or press + and -. What changes is shown here.")
        return replace(super().intent(by, when), weight=int(text))


def _limited(weight: int) -> int:
    return max(0, min(weight, MAX_WEIGHT))


def _named(targets: Sequence[Target]) -> str:
    reals = sorted({target.real_server for target in targets})
    servers = sorted({target.virtual_server for target in targets})
    what = reals[0] if len(reals) == 1 else f"{len(targets)} real servers"
    return f"{what} in {servers[0] if len(servers) == 1 else f'{len(servers)} virtual servers'}"

"""Ask for what every change needs, in a form for each action, and make an intent of it.

Not for: what the intent would do (the plan), nor for applying it (the dialog).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import ChangeRecord, Intent, undo_of
from lvstui.cluster.plan.wording import undo_title
from lvstui.console.change import record_text
from lvstui.console.widgets.text_input import TextInput

MAX_WEIGHT = 65535
SWITCH = "ctrl+t"  # the key of the choice: no text has it in it


@dataclass(frozen=True)
class Scope:
    """A choice of real servers: those that are meant, and those of the whole machine when that would be more."""

    targets: tuple[Target, ...]
    machine: str = ""  # its address
    everywhere: tuple[Target, ...] = ()  # every port of it in every virtual server; empty: there is no choice
    remark: str = ""  # who was left out, and why


class Fields(Vertical):
    """A form in the lower part of the dialog. `first` is what has the focus at first; "" is Cancel. Each has a reason."""

    action: ClassVar[str]
    first: ClassVar[str] = ""
    why: ClassVar[str] = "type a reason; stored in the history"

    class IntentChanged(Message):
        """Something else was typed or chosen."""

    def reason(self) -> ComposeResult:
        """Compose the row for the reason."""
        with Horizontal(classes="field"):
            yield Label("Reason")
            yield TextInput("reason", self.why)

    @property
    def given(self) -> str:
        """Return the reason as it was typed."""
        return self.query_one("#reason", TextInput).value.strip()

    def is_for(self, focused: Widget | None, character: str) -> bool:
        """Return True if what has the focus takes this character itself; otherwise it is of the reason."""
        return isinstance(focused, Input) or (isinstance(focused, Choice) and character == " ")

    def switch(self) -> None:
        """Take the other one of two ways, where there are two."""

    def heading(self) -> str:
        raise NotImplementedError

    def intent(self, by: str, when: datetime) -> Intent:
        """Return the intent that is typed. Raises Incomplete."""
        raise NotImplementedError

    def remark(self) -> str:
        """Return what the operator should be warned of beside the plan."""
        return ""

    def about(self) -> str:
        """Return what it is about, where the plan's own summary does not tell."""
        return ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.IntentChanged())


class Choice(Static, can_focus=True):
    """A choice between two ways. `wide`: the second one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,left,right", "switch", "Switch", show=False)]

    def __init__(self, first: str, second: str) -> None:
        super().__init__(markup=False)
        self._ways = first, second
        self.wide = False

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        parts: list[tuple[str, str]] = [(f"{SWITCH}  ", "bold $accent")]
        for chosen, text in zip((not self.wide, self.wide), self._ways, strict=True):
            style = "" if chosen else "$foreground-muted"
            parts += [("● " if chosen else "○ ", "$accent" if chosen else style), (f"{text}   ", style)]
        self.update(Content.assemble(*parts).rstrip())

    def action_switch(self) -> None:
        self.wide = not self.wide
        self._draw()
        self.post_message(Fields.IntentChanged())

    def on_click(self) -> None:
        self.action_switch()


class MachineChoice(Choice):
    """A choice between this port alone and the whole machine."""

    def __init__(self, scope: Scope) -> None:
        few = len(scope.targets)
        servers = len({target.virtual_server for target in scope.everywhere})
        where = f" in {servers} virtual servers" if servers > 1 else ""
        everywhere = f"every port of {scope.machine}  ({len(scope.everywhere)}{where})"
        super().__init__("this one" if few == 1 else f"these {few}", everywhere)


class TargetFields(Fields):
    """The form of a change of real servers that are there."""

    verb: ClassVar[str]
    action: ClassVar[Literal["drain", "restore", "weight", "remove"]]

    def __init__(self, scope: Scope) -> None:
        super().__init__(id="fields")
        self.scope = scope
        self._choice = MachineChoice(scope) if len(scope.everywhere) > len(scope.targets) else None

    def compose(self) -> ComposeResult:
        if self._choice is not None:
            with Horizontal(classes="field"):
                yield Label("Where")
                yield self._choice
        yield from self.more()

    def more(self) -> ComposeResult:
        """Compose the action's own fields."""
        yield from self.reason()

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
        return Intent(self.action, self.targets, None, by, when, self.given)


class RestoreFields(TargetFields):
    """The form of a restore."""

    action = "restore"
    verb = "Restore"


class RemoveFields(TargetFields):
    """The form of a removal."""

    action = "remove"
    verb = "Remove"


class UndoFields(Fields):
    """The form of an undo, which says what is undone, who made it, and when."""

    action = "undo"

    def __init__(self, record: ChangeRecord) -> None:
        super().__init__(id="fields")
        self._record = record

    def compose(self) -> ComposeResult:
        yield from self.reason()

    def heading(self) -> str:
        return undo_title(self._record)

    def about(self) -> str:
        return f"Reverts what {record_text.made(self._record)}."

    def intent(self, by: str, when: datetime) -> Intent:
        return undo_of(self._record, by, when, self.given)


def _named(targets: Sequence[Target]) -> str:
    reals = sorted({target.real_server for target in targets})
    servers = sorted({target.virtual_server for target in targets})
    what = reals[0] if len(reals) == 1 else f"{len(targets)} real servers"
    return f"{what} in {servers[0] if len(servers) == 1 else f'{len(servers)} virtual servers'}"

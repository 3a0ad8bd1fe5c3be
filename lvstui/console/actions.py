"""What the operator can do: the one table behind the keys, the hints, the help and the palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from lvstui.console.commands import changes, console

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen


@dataclass(frozen=True)
class Action:
    name: str
    key: str
    label: str
    help: str
    run: Callable[[MainScreen], None]
    writes: bool = False
    hint: bool = True  # is it named at the bottom of the main screen

    @property
    def key_label(self) -> str:
        return {"question_mark": "?", "slash": "/", "plus": "+", "minus": "-"}.get(self.key, self.key)


ACTIONS = (
    Action("drain", "d", "Drain", "weight 0 on both Directors: no new connections, the others go on", changes.drain, writes=True),
    Action("restore", "r", "Restore", "the weight from before the drain, on both Directors", changes.restore, writes=True),
    Action("weight", "w", "Weight", "another weight, on both Directors", changes.weight, writes=True),
    Action("reconnect", "R", "Reconnect", "try the lost Directors now instead of waiting", console.reconnect),
    Action("help", "question_mark", "Help", "this page", console.show_help),
    Action("quit", "q", "Quit", "leave; nothing stays behind on the Directors", console.leave),
)  # fmt: skip

BY_NAME = {action.name: action for action in ACTIONS}
BINDINGS: list[BindingType] = [
    Binding(action.key, f"do('{action.name}')", action.label, id=action.name) for action in ACTIONS
]

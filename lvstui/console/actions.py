"""What the operator can do: the one table behind the keys, the hints, the help and the palette."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True)
class Action:
    name: str  # action_<name> of the main screen
    key: str
    label: str
    help: str
    writes: bool = False

    @property
    def key_label(self) -> str:
        return {"question_mark": "?"}.get(self.key, self.key)


ACTIONS = (
    Action("drain", "d", "Drain", "weight 0 on both Directors: no new connections, those that are there go on", writes=True),
    Action("restore", "r", "Restore", "the weight from before the drain, on both Directors", writes=True),
    Action("weight", "w", "Weight", "another weight, on both Directors", writes=True),
    Action("reconnect", "R", "Reconnect", "try the lost Directors now instead of waiting"),
    Action("help", "question_mark", "Help", "this page"),
    Action("quit", "q", "Quit", "leave; nothing stays behind on the Directors"),
)  # fmt: skip

BINDINGS: list[BindingType] = [Binding(action.key, action.name, action.label, id=action.name) for action in ACTIONS]

"""Join each action of the table to the function that does it: `@runs(DRAIN)` above the function.

Not for: keys and words (see `console.actions`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from lvstui.console.actions import Action

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen

COMMANDS: dict[Action, Callable[[MainScreen], None]] = {}
"""Name what each action runs. It is complete, and does not change, once `console.commands` is imported."""

Function = TypeVar("Function", bound=Callable[..., None])


def runs(action: Action, **given: Any) -> Callable[[Function], Function]:
    """Make a function of the main screen what an action does. `given`: further arguments of it."""

    def register(function: Function) -> Function:
        if action in COMMANDS:
            raise ValueError(f"two functions do {action.name}")
        COMMANDS[action] = partial(function, **given) if given else function
        return function

    return register

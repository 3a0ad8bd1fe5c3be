"""Record which actions of the table are run, in the place of what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from lvstui.console.actions import ACTIONS, Action
from lvstui.console.commands.registry import COMMANDS
from lvstui.console.screens.main_screen import MainScreen


class Recorder:
    """The actions that were run, in the place of what they do."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, actions: Sequence[Action] = ACTIONS) -> None:
        self.ran: list[str] = []
        for action in actions:
            monkeypatch.setitem(COMMANDS, action, self._run(action.name))

    def _run(self, name: str) -> Callable[[MainScreen], None]:
        def run(main: MainScreen) -> None:
            assert isinstance(main, MainScreen)
            self.ran.append(name)

        return run

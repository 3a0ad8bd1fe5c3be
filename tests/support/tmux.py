"""A program in a real terminal: tmux with a server of its own. What is on its screen, and keys as an operator presses them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.waiting import until

_ENDED = "#{pane_dead}"  # 1: the command has; its screen stays as it was


class Tmux:
    """`with Tmux([...], folder)`: the command runs in one pane. Its server and whatever runs in it end with it."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`folder`: for the server's socket; its path must be short."""
        self._command = list(command)
        self._socket = folder / "tmux"
        self._size = size
        # A test runner's own size would be taken for the terminal's.
        own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self._environment = {**own, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(environment or {})}
        self.pid = 0  # of the command

    def _tmux(self, *arguments: str) -> str:
        run = subprocess.run(
            ["tmux", "-f", "/dev/null", "-S", str(self._socket), *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return run.stdout

    def __enter__(self) -> Self:
        width, height = map(str, self._size)
        self._tmux("new-session", "-d", "-x", width, "-y", height, *self._command)
        self._tmux("set-option", "-g", "remain-on-exit", "on")  # what it last showed can be read
        self.pid = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server")

    @property
    def title(self) -> str:
        """The pane's title, as a terminal's window would show it."""
        return self._tmux("display-message", "-p", "#{pane_title}").strip()

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: "d", "Down", "Enter", "C-Up"."""
        self._tmux("send-keys", *keys)

    def write(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def until(self, shown: str | Callable[[str], bool]) -> str:
        """The screen as soon as it shows that. Fails at once when the command has ended without showing it."""
        wanted = shown if callable(shown) else (lambda screen: shown in screen)

        def is_there(seen: tuple[bool, str]) -> bool:
            ended, screen = seen
            there = wanted(screen)
            assert there or not ended, f"ended; last seen: {screen}"
            return there

        return until(self._ended_and_screen, is_there)[1]

    def _ended_and_screen(self) -> tuple[bool, str]:
        ended, _, screen = self._tmux("display-message", "-p", _ENDED, ";", "capture-pane", "-p").partition("\n")
        return ended == "1", screen

    def ended(self) -> bool:
        return self._tmux("display-message", "-p", _ENDED).strip() == "1"

"""The console as a process of its own on a pseudo-terminal: what is written to it, what it shows, when it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.support.waiting import LIMIT_S

CONSOLE = "from lvstui.cli.main import lvstui; lvstui(prog_name='lvstui')"


class Terminal:
    """`with Terminal([...])`: Python runs `code` there. Ended by its own id at the latest when the test is."""

    def __init__(
        self,
        arguments: Sequence[str] = (),
        *,
        code: str = CONSOLE,
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = [sys.executable, "-c", code, *arguments]
        self._size = size
        self._environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", **(environment or {})}
        self.shown = b""

    def __enter__(self) -> Self:
        self._ours, theirs = pty.openpty()
        width, height = self._size
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # its own terminal, which hangs up on it
            env={**os.environ, **self._environment},
        )
        os.close(theirs)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def until_shown(self, *texts: bytes) -> float:
        """Seconds since the start when all of it had been written. What is written between colours is one text each."""
        deadline = time.monotonic() + LIMIT_S
        while not all(text in self.shown for text in texts):
            assert time.monotonic() < deadline, (texts, self.shown[-3000:])
            self._read(0.05)
        return time.monotonic() - self.started

    def write(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def until_ended(self) -> float:
        """Seconds from now until the process has ended."""
        began = time.monotonic()
        while self._process.poll() is None:
            assert time.monotonic() < began + LIMIT_S, ("it does not end", self.shown[-3000:])
            self._read(0.02)
        ended, read = time.monotonic() - began, -1
        while read != len(self.shown):  # what it wrote last
            read = len(self.shown)
            self._read(0.0)
        return ended

    def signal(self, number: int) -> None:
        """Send it to the console's process group, as a shell does."""
        os.killpg(self._process.pid, number)

    def hang_up(self) -> None:
        """Close the terminal's window: nothing can be read of it or written to it any more."""
        os.close(self._ours)
        self._ours = os.open(os.devnull, os.O_RDWR)

    @property
    def stopped(self) -> bool:
        """Whether the process stands still, as after ctrl+z."""
        with open(f"/proc/{self._process.pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "T"

    def until(self, condition: Callable[[], bool]) -> None:
        """Read what is written until it holds."""
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < deadline, self.shown[-3000:]
            self._read(0.05)

    @property
    def status(self) -> int | None:
        return self._process.poll()

    def _read(self, seconds: float) -> None:
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if ready:
            try:
                self.shown += os.read(self._ours, 65536)
            except OSError:
                pass  # its other end is closed: it ends

"""The console itself, in a real terminal, against the real pair: what an operator presses, and what is on both Directors then."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.lab.lab import Lab
from tests.lab.agent_link import leftovers
from tests.lab.tmux import Tmux
from tests.lab.waiting import until

pytestmark = pytest.mark.lab

DIRECTORS = ("director1", "director2")
CONNECTED = 30.0  # seconds; bench_shown holds it to 3
CHANGED = 90.0
ENDED = 5.0  # 0.6 was seen on a machine that does nothing else, 1 is aimed at


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: there is a socket in it."""
    path = Path(tempfile.mkdtemp(prefix="lvt-"))
    yield path
    shutil.rmtree(path)


def console(lab: Lab, folder: Path) -> Tmux:
    command = [str(Path(sys.executable).parent / "lvstui"), "-F", str(lab.ssh_config), *DIRECTORS]
    places = {name: str(folder) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    return Tmux(command, folder, environment=places)


def files(lab: Lab) -> list[bytes]:
    return [lab.read_file(name) for name in DIRECTORS]


def weights(lab: Lab, port: int) -> list[int]:
    status = lab.status()["directors"]
    return [status[name]["real_servers"].get(f"192.168.211.13:{port}", -1) for name in DIRECTORS]


def known(screen: str) -> bool:
    return screen.count("● live") == 2 and screen.count("MASTER") == 3 and screen.count("BACKUP") == 3


def main(screen: str) -> bool:
    """No dialog is over it."""
    return "192.168.211.13:8083       UP" in screen and "Cancel" not in screen and "Close" not in screen


def ready(screen: str) -> bool:
    return "Apply on both" in screen or "type the word" in screen


def apply(terminal: Tmux) -> None:
    """`y` on the plan that is shown, to its end, and back. The lab's files may be newer than what was loaded: that asks."""
    if "type the word" in terminal.until(ready):
        terminal.press("y")
        terminal.write("pending")
        terminal.press("Enter")
        terminal.until(lambda screen: "Apply on both" in screen and "Enter, then" not in screen)
    terminal.press("y")
    done = terminal.until("Close", CHANGED)
    assert "✓ done" in done, done
    terminal.press("Enter")
    terminal.until(main)


def test_a_drain_a_restore_an_add_and_its_undo_by_their_keys(lab: Lab, folder: Path) -> None:
    before = files(lab)
    with console(lab, folder) as terminal:
        began = time.monotonic()
        terminal.until(known, CONNECTED)
        print(f"connected after {time.monotonic() - began:.1f} s")
        terminal.press("Down", "d")
        shown = terminal.until(ready)
        assert "51 +         weight 0  # drained, was 1, " in shown
        assert files(lab) == before
        apply(terminal)
        assert weights(lab, 8082) == [0, 0]
        assert all(b"weight 0  # drained, was 1, " in data for data in files(lab))
        terminal.until(lambda screen: "DRAINED" in screen or "DRAINING" in screen)
        terminal.press("r")
        apply(terminal)
        assert weights(lab, 8082) == [1, 1] and files(lab) == before

        terminal.press("a")
        terminal.until("address:port")
        terminal.write("192.168.211.13:8084")
        terminal.until("is new in tcp/10.10.0.20:80")
        terminal.press("Enter")
        terminal.until(lambda screen: "Enter, then" not in screen)
        terminal.press("BTab")  # back into the last field
        terminal.until("Enter, then")
        terminal.write("0")  # it stays there: nothing answers on that port
        terminal.until(lambda screen: "it goes in at weight 0" not in screen.lower() and "weight 0" in screen)
        terminal.press("Enter")
        terminal.until(lambda screen: "Enter, then" not in screen)
        apply(terminal)
        assert all(b"real_server 192.168.211.13 8084 {" in data for data in files(lab))
        terminal.press("u")
        terminal.until("Takes back what")
        apply(terminal)
        assert files(lab) == before and weights(lab, 8084) == [-1, -1]

        terminal.press("H")
        assert "Undo: Add 192.168.211.13:8084" in terminal.until("Drain 192.168.211.13:8082")
        terminal.press("Escape")
        terminal.until(main)
        left = time.monotonic()
        terminal.press("q")
        until(terminal.ended, seconds=ENDED)
        print(f"ended after {time.monotonic() - left:.1f} s")
        assert not os.path.exists(f"/proc/{terminal.pid}/exe")
    for director in DIRECTORS:
        until(lambda director=director: leftovers(lab, director), lambda found: found == "", 30.0)  # type: ignore[misc]


def test_a_console_that_is_only_looked_at_changes_nothing(lab: Lab, folder: Path) -> None:
    before = files(lab)
    with console(lab, folder) as terminal:
        terminal.until(known, CONNECTED)
        for key, shows in (
            ("d", "Drain 192.168.211.13:8081"),
            ("x", "Remove 192.168.211.13:8081"),
            ("+", "weight 1 → 2"),
        ):
            terminal.press(key)
            terminal.until(shows)
            terminal.press("Enter")  # Cancel has the focus
            terminal.until(main)
        terminal.press("C-Up")
        terminal.until("weight 1 → 11")
        terminal.press("{", "-")
        terminal.until("weight 1 → 0")
        terminal.press("Escape")
        terminal.until(main)
        terminal.press("q")
        until(terminal.ended, seconds=ENDED)
    assert files(lab) == before and weights(lab, 8081) == [1, 1]

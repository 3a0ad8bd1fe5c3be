"""The console itself, in a real terminal, against the real pair: what an operator presses, and what is on both Directors then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lvstui.lab.lab import Lab
from tests.support.lab_agent import leftovers
from tests.support.lab_console import DIRECTORS, console, known
from tests.support.tmux import Tmux
from tests.support.waiting import until

pytestmark = pytest.mark.lab

APPLIES = " ctrl+s "


def files(lab: Lab) -> list[bytes]:
    return [lab.read_file(name) for name in DIRECTORS]


def weights(lab: Lab, port: int) -> list[int]:
    status = lab.status()["directors"]
    return [status[name]["real_servers"].get(f"192.168.211.13:{port}", -1) for name in DIRECTORS]


def main(screen: str) -> bool:
    """No dialog is over it."""
    return "192.168.211.13:8083       UP" in screen and "Cancel" not in screen and "Close" not in screen


def ready(screen: str) -> bool:
    return APPLIES in screen or "type the word" in screen


def apply(terminal: Tmux) -> None:
    """The plan that is shown, to its end, and back. The lab's files may be newer than what was loaded: that asks."""
    if "type the word" in terminal.until(ready):
        terminal.press("C-s")
        terminal.write("pending")
        terminal.until(APPLIES)
    terminal.press("C-s")
    done = terminal.until(lambda screen: _is_done(terminal, screen))
    assert "✓ done" in done, done
    terminal.press("Enter")
    terminal.until(main)


def _is_done(terminal: Tmux, screen: str) -> bool:
    """Press again while it asks: a plan that has just come on the screen, as what was typed or a check has it, is not applied."""
    if APPLIES in screen:
        terminal.press("C-s")
    return "Close" in screen


def test_a_drain_a_restore_an_add_and_its_undo_by_their_keys(lab: Lab, folder: Path) -> None:
    before = files(lab)
    with console(lab, folder) as terminal:
        terminal.until(known)
        terminal.press("Down", "d")
        shown = terminal.until(ready)
        assert "51 +         weight 0  # drained, was 1, " in shown
        terminal.write(
            "maintenance by ana"
        )  # typed as a reason: it applies nothing, and does not take the whole machine
        shown = terminal.until(lambda screen: "maintenance by ana" in screen and ready(screen))
        assert "● this one" in shown and files(lab) == before
        apply(terminal)
        assert weights(lab, 8082) == [0, 0]
        assert all(b": maintenance by ana" in data for data in files(lab))
        terminal.until(lambda screen: "DRAINED" in screen or "DRAINING" in screen)
        terminal.press("r")
        apply(terminal)
        assert weights(lab, 8082) == [1, 1] and files(lab) == before

        terminal.press("a")
        terminal.until("address:port")
        terminal.write("192.168.211.13:8084")
        terminal.until("is new in tcp/10.10.0.20:80")
        terminal.press("Tab", "Tab")  # into the weight's field
        terminal.write("0")  # it stays there: nothing answers on that port
        terminal.until(lambda screen: "it starts at weight 0" not in screen.lower() and "weight 0" in screen)
        apply(terminal)
        assert all(b"real_server 192.168.211.13 8084 {" in data for data in files(lab))
        terminal.press("u")
        terminal.until("Reverts what")
        apply(terminal)
        assert files(lab) == before and weights(lab, 8084) == [-1, -1]

        terminal.press("H")
        assert "Undo: Add 192.168.211.13:8084" in terminal.until("Drain 192.168.211.13:8082")
        terminal.press("Escape")
        terminal.until(main)
        terminal.press("q")
        until(terminal.ended)
        assert not os.path.exists(f"/proc/{terminal.pid}/exe")
    for director in DIRECTORS:
        until(lambda director=director: leftovers(lab, director), lambda found: found == "")  # type: ignore[misc]


def test_a_console_that_is_only_looked_at_changes_nothing(lab: Lab, folder: Path) -> None:
    before = files(lab)
    with console(lab, folder) as terminal:
        terminal.until(known)
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
        until(terminal.ended)
    assert files(lab) == before and weights(lab, 8081) == [1, 1]

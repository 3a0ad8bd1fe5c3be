"""The terminal's title and its notifications: what is sent when, and on a real pseudo-terminal the bytes."""

from __future__ import annotations

import re
import signal
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lvstui.cluster.view import Severity
from lvstui.console.acknowledgements import Acknowledgements
from lvstui.console.terminal.terminal_signs import TerminalSigns, title
from lvstui.console.terminal.terminal_text import Terminal as Kind
from lvstui.settings.preferences import DEFAULTS
from tests.support.console import cluster, console, until
from tests.support.named_case import case
from tests.support.telling import PROBLEM, Pair
from tests.support.terminal import Terminal
from tests.support.tmux import Tmux
from tests.support.waiting import until as until_true

WELL = Pair().up().view()
ILL = replace(WELL, problems=(PROBLEM, replace(PROBLEM, id="other", severity=Severity.WARNING)))
KEEP, BACK = "\x1b[22;2t", "\x1b[23;2t"


def test_the_title_counts_what_is_wrong_and_not_acknowledged() -> None:
    known = Acknowledgements()
    assert title("web-prod", WELL, known) == title("web-prod", None, known) == "lvstui web-prod"
    assert title("web-prod", ILL, known) == "✖2 web-prod"
    known.toggle(ILL.problems[0])
    assert title("web-prod", ILL, known) == "!1 web-prod"
    known.toggle(ILL.problems[1])
    assert title("web-prod", ILL, known) == "lvstui web-prod"


def test_the_title_is_set_once_and_put_back_when_it_is_turned_off() -> None:
    sent: list[str] = []
    signs, known = TerminalSigns(Kind(True), sent.append, str), Acknowledgements()
    for view in (None, WELL, WELL):
        signs.show("web", view, DEFAULTS, known, 0.0)
    assert sent == [f"{KEEP}\x1b]2;lvstui web\x1b\\"]
    signs.show("web", WELL, replace(DEFAULTS, title=False), known, 0.0)
    signs.show("web", WELL, replace(DEFAULTS, title=False), known, 0.0)
    assert sent[1:] == [BACK]
    signs.put_back()
    assert sent[2:] == []


def test_nothing_is_told_while_the_terminal_has_the_focus() -> None:
    sent: list[str] = []
    signs, held = TerminalSigns(Kind(True), sent.append, str.upper), replace(DEFAULTS, title=False, notify="osc9")
    signs.show("web", WELL, held, Acknowledgements(), 0.0)
    signs.focused = True
    signs.show("web", ILL, held, Acknowledgements(), 0.0)
    signs.focused = False
    signs.show("web", ILL, held, Acknowledgements(), 60.0)
    assert sent == []
    signs.show("web", WELL, held, Acknowledgements(), 120.0)
    signs.show("web", ILL, held, Acknowledgements(), 180.0)
    assert sent == ["\x1b]9;LVSTUI WEB: 8081 IS DOWN\x1b\\"]


async def test_the_title_is_masked_as_the_screen_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(first=cluster("web-prod", privacy=True, ascii=True)) as (app, pilot):
        sent: list[str] = []
        monkeypatch.setattr(app._signs, "_send", sent.append)
        app._signs.put_back()
        await until(pilot, lambda: len(sent) > 1)
        assert "lvstui" in sent[1] and "web" not in sent[1] and sent[1].isascii()


def bells(shown: bytes) -> int:
    """Count the bells: Textual ends its own sequence for the pointer's shape with the same character."""
    return re.sub(rb"\x1b\]22;[^\x07]*\x07", b"", shown).count(b"\x07")


# Several consoles in one process, one after the other. Of each: the name of its cluster, how it tells, and TERM ("": as it is).
TELLING = """
import os
from dataclasses import replace
from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.live_preferences import LivePreferences
from lvstui.settings.preferences import DEFAULTS
from tests.support.fake_session import FakeSession
from tests.support.telling import PROBLEM, Pair

class Later(FakeSession):
    looks = 0
    def next_view(self):
        self.looks += 1
        view = self.view()
        return view if self.looks < 3 else replace(view, problems=(PROBLEM,))

for name, notify, term in {consoles!r}:
    print("BEGINS", flush=True)
    os.environ["TERM"] = term or os.environ["TERM"]
    session = Later(Pair().up())
    session.name = name
    choices = LivePreferences(general=replace(DEFAULTS, notify=notify))
    ConsoleApp(Cluster(session.name, lambda questions: session), choices=choices).run()
"""
XTERM = "xterm-256color"
ENVIRONMENT = {"TMUX": "", "XDG_CONFIG_HOME": "/nonexistent"}
EVIL = "web\x07\x1b]0;owned\x07\x9d"  # a name that would reach the terminal as a sequence


def telling(*consoles: tuple[str, str, str]) -> str:
    return TELLING.format(consoles=consoles)


def begin(terminal: Terminal) -> None:
    """Wait until the next console begins, and forget what those before it have written."""
    terminal.until_shown(b"BEGINS")
    terminal.shown = terminal.shown.partition(b"BEGINS")[2]


def ended(terminal: Terminal, *, is_last: bool) -> bytes:
    """End the console; return what it wrote until then."""
    terminal.write(b"q")
    if is_last:
        terminal.until_ended()
    else:
        terminal.until_shown(b"BEGINS")
    return terminal.shown.partition(b"BEGINS")[0]


def test_a_terminal_gets_the_title_the_notification_and_its_own_title_back() -> None:
    cases = [
        (("web", "bell", XTERM), b"", 1),
        ((EVIL, "osc9", XTERM), b"\x1b]9;lvstui web: 8081 is DOWN\x1b\\", 0),
        (("web", "osc777", XTERM), b"\x1b]777;notify;lvstui web;8081", 0),
    ]
    code = telling(*(console for console, _, _ in cases))
    with Terminal(code=code, environment=ENVIRONMENT) as terminal:
        for number, (console, told, rung) in enumerate(cases, 1):
            with case(*console):
                begin(terminal)
                terminal.until_shown(KEEP.encode(), b"\x1b]2;lvstui web\x1b\\", "\x1b]2;✖1 web\x1b\\".encode(), told)
                terminal.until(lambda: bells(terminal.shown) == rung)  # noqa: B023  # awaited at once
                shown = ended(terminal, is_last=number == len(cases))
                assert bells(shown) == rung and b"\x1b]0;" not in shown
                assert shown.count(KEEP.encode()) == shown.count(BACK.encode()) == 1
                assert shown.rindex(BACK.encode()) > shown.rindex(b"\x1b]2;")


def test_ctrl_z_puts_the_title_back_and_fg_sets_it_again() -> None:
    with Terminal(code=telling(("web", "none", XTERM)), environment=ENVIRONMENT) as terminal:
        terminal.until_shown("\x1b]2;✖1 web\x1b\\".encode())
        terminal.write(b"\x1a")
        terminal.until(lambda: terminal.stopped)
        terminal.until_shown(BACK.encode())
        drawn = len(terminal.shown)
        terminal.signal(signal.SIGCONT)
        terminal.until(lambda: "\x1b]2;✖1 web\x1b\\".encode() in terminal.shown[drawn:])
        terminal.write(b"q")
        terminal.until_ended()
        assert bells(terminal.shown) == 0


def test_a_terminal_that_would_print_it_gets_none_of_it() -> None:
    terms = ["linux", "dumb"]
    with Terminal(code=telling(*(("web", "osc9", term) for term in terms)), environment=ENVIRONMENT) as terminal:
        for term in terms:
            with case(term):
                begin(terminal)
                terminal.until_shown(b"problem")
                terminal.until(lambda: bells(terminal.shown) == 1)
                shown = ended(terminal, is_last=term == terms[-1])
                assert b"\x1b]2;" not in shown and b"\x1b]9;" not in shown and b"22;2t" not in shown


def test_tmux_shows_the_title_and_puts_its_own_back() -> None:
    code = telling(("web", "none", ""))
    with TemporaryDirectory(dir="/tmp") as folder, Tmux([sys.executable, "-c", code], Path(folder)) as tmux:
        before = tmux.title
        until_true(lambda: tmux.title == "✖1 web")
        tmux.press("q")
        until_true(lambda: tmux.title == before)

"""The sequences for the title and the notifications, and the terminals that get none. No name can end one or begin another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.console.terminal.terminal_text import Terminal
from lvstui.settings.values import Notify

XTERM = Terminal.of({"TERM": "xterm-256color"})
TMUX = Terminal.of({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"})


def test_the_title_and_the_notifications_of_a_terminal_that_has_them() -> None:
    assert XTERM.title("✖2 web-prod") == "\x1b]2;✖2 web-prod\x1b\\"
    assert (XTERM.keep_title(), XTERM.put_title_back()) == ("\x1b[22;2t", "\x1b[23;2t")
    assert XTERM.notification("osc9", "lvstui web", "8081 is DOWN") == "\x1b]9;lvstui web: 8081 is DOWN\x1b\\"
    assert XTERM.notification("osc777", "a;b", "c;d") == "\x1b]777;notify;a,b;c;d\x1b\\"
    assert XTERM.notification("bell", "a", "b") == "\x07" and XTERM.notification("none", "a", "b") == ""


@pytest.mark.parametrize("term", ["linux", "dumb", "", "vt100"])
def test_a_terminal_without_titles_gets_nothing_but_the_bell(term: str) -> None:
    terminal = Terminal.of({"TERM": term, "TMUX": ""})
    assert terminal.title("x") == terminal.keep_title() == terminal.put_title_back() == ""
    assert terminal.notification("osc9", "a", "b") == terminal.notification("osc777", "a", "b") == "\x07"
    assert terminal.notification("none", "a", "b") == ""


def test_tmux_passes_on_what_is_wrapped_for_it_and_has_titles_of_its_own() -> None:
    assert TMUX.notification("osc9", "a", "b") == "\x1bPtmux;\x1b\x1b]9;a: b\x1b\x1b\\\x1b\\"
    assert TMUX.title("x") == XTERM.title("x") and TMUX.notification("bell", "a", "b") == "\x07"


@given(st.text(), st.text())
def test_no_name_ends_a_sequence_or_begins_another(title: str, text: str) -> None:
    forms: tuple[Notify, ...] = ("osc9", "osc777")
    for sent in (XTERM.title(text), *(XTERM.notification(form, title, text) for form in forms)):
        assert sent.startswith("\x1b]") and sent.endswith("\x1b\\")
        assert sent[2:-2].isprintable() or not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in sent[2:-2])
    assert XTERM.notification("osc777", title, "").count(";") == 3

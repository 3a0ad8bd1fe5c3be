from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.text import local_time, plain, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kernel update", "kernel update"),
        ("grüße, 東京", "grüße, 東京"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\sixel", "sixel"),
        ("a\r\nb\tc", "a  b c"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\u200bb\u2066c", "abc"),
        ("bell\x07\x00\x7f", "bell"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_what_is_left_of_a_text(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(), st.integers(1, 50))
def test_nothing_that_a_terminal_obeys_is_left(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\tweight 1", "    weight 1"),
        ("\x1b[31mred", "�[31mred"),
        ("a\u202egpj.exe", "a�gpj.exe"),
        ("a\u200bb\x00c\x9bd", "a�b�c�d"),
        ("grüße, 東京", "grüße, 東京"),
        ("no\u00a0break", "no\u00a0break"),
        ("x" * 3000, "x" * 1999 + "…"),
    ],
)
def test_of_a_file_nothing_is_hidden(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_what_is_visible_never_instructs_a_terminal(text: str) -> None:
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(unicodedata.category(char) in bad for char in visible(text))


def test_a_time_of_another_day_has_its_date_and_each_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    try:
        assert local_time(82800.0, 90000.0) == "01:00:00 UTC", "of the day that it is here"
        assert local_time(3600.0, 90000.0, seconds=False) == "1970-01-01 03:00 UTC"
    finally:
        monkeypatch.undo()
        time.tzset()

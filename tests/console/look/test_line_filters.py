"""Only ASCII, and the privacy mask: every character has its place, and nothing that is masked can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from lvstui.console.look import glyphs
from lvstui.console.look.line_filters import Harmless, OnlyAscii, PrivacyMask, plain

BLACK = Color(0, 0, 0)


def test_every_sign_stays_told_from_the_others_of_its_kind() -> None:
    for kind in (glyphs.REAL_SERVER, glyphs.VRRP, glyphs.LINK, glyphs.SEVERITY, glyphs.GUARD, glyphs.STEP):
        plains = ["".join(map(plain, glyph)) for glyph, _ in kind.values()]
        assert all(text.isascii() for text in plains)
        assert len(set(plains)) >= len(plains) - 1, plains  # a word is always beside it


@pytest.mark.parametrize(
    ("drawn", "ascii"),
    [
        ("╭─ d1 ─╮", "+- d1 -+"),
        ("│║┃", "|||"),
        ("▁▂▃▄▅▆▇█", "__.-=+*#"),
        ("⣿⠀⡇", "# :"),
        ("é", "e"),
        ("日", "??"),
        ("\u0301", ""),
    ],
)
def test_borders_bars_and_letters(drawn: str, ascii: str) -> None:
    assert "".join(map(plain, drawn)) == ascii


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_only_ascii_of_the_same_width(text: str) -> None:
    segments = OnlyAscii().apply([Segment(text, Style(bold=True))], BLACK)
    result = segments[0].text
    assert result.isascii()
    assert len(result) == sum(cell_len(char) for char in text)
    assert segments[0].style == Style(bold=True)


@given(st.text(st.characters()))
def test_nothing_that_a_terminal_would_obey(text: str) -> None:
    (segment,) = Harmless().apply([Segment(text)], BLACK)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", segment.text)
    assert sum(map(cell_len, segment.text)) == sum(map(cell_len, text))


@pytest.mark.parametrize(
    "text",
    [
        "192.168.211.13:8081",
        "10.10.0.20",
        "[2001:db8::20]:53",
        "fe80::1",
        "52:54:00:12:34:56",
        "on 192.168.2… and more",
    ],
)
def test_an_address_becomes_another_of_the_same_length(text: str) -> None:
    mask = PrivacyMask(seed="a")
    masked = mask.masked(text)
    assert masked != text and len(masked) == len(text) and mask.masked(text) == masked
    assert re.sub(r"[0-9a-f]", "", masked) == re.sub(r"[0-9a-f]", "", text)


@pytest.mark.parametrize(
    "text", ["14:02:31", "keepalived 2.2.7", "weight 1/0", "1.5", "12 ms", "in 41 Mb/s", "d: Drain", "::"]
)
def test_figures_and_times_stay(text: str) -> None:
    assert PrivacyMask(["director1"], seed="a").masked(text) == text or text == "::"


def test_two_addresses_stay_two_and_their_network_stays_one() -> None:
    mask = PrivacyMask(seed="b")
    first, second = mask.masked("192.168.211.13"), mask.masked("192.168.211.14")
    assert first != second
    assert first.rpartition(".")[0] == second.rpartition(".")[0]
    every = {mask.masked(f"10.0.0.{last}") for last in range(256)}
    assert len(every) == 256


def test_names_are_masked_as_whole_words() -> None:
    mask = PrivacyMask(["director1", "director2", "web-prod", "lb"], seed="c")
    one, two = mask.masked("director1"), mask.masked("director2")
    assert "director" not in one + two and one != two and one.endswith("1") and two.endswith("2")
    assert "web-prod" not in mask.masked("lvstui web-prod  director1 live")
    assert mask.masked("lb director10") == "lb director10"


def test_a_mask_keeps_the_styles_where_they_are() -> None:
    segments = [Segment("at 192.168", Style(bold=True)), Segment(".211.13:80", Style(dim=True))]
    masked = PrivacyMask(seed="d").apply(segments, BLACK)
    assert [len(one.text) for one in masked] == [10, 10]
    assert [one.style for one in masked] == [one.style for one in segments]
    assert "192.168.211.13" not in "".join(one.text for one in masked)


def test_two_starts_mask_differently() -> None:
    assert len({PrivacyMask(["director1"]).masked("director1 192.168.211.13") for _ in range(20)}) > 1

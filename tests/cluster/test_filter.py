"""The words of a filter, and which real servers they show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.filter import ALL, BadFilter, parse
from lvstui.cluster.view import DrainedView, Figures, RealServerState, RealServerView


def real(
    state: RealServerState = RealServerState.UP,
    *,
    weights: tuple[int | None, int | None] = (1, 1),
    active: int | None = 5,
    drained: DrainedView | None = None,
) -> RealServerView:
    one = Figures(state, *weights, True, active, 0, 0, 0, 0, 0, 2.0, 0.0, 0.0, drained)
    return RealServerView("192.168.211.13:8081", "tcp/WWW:80", state, "connection Refused", None, {"director1": one})


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", True),
        ("8081", True),
        ("8081 www", True),
        ("8081 9090", False),
        ("refused", True),
        ("WWW:80", True),
        ("state:up", True),
        ("STATE:UP", True),
        ("state:u", True),
        ("state:down", False),
        ("!state:down", True),
        ("!!state:down", False),
        ("vs:www", True),
        ("vs:8081", False),
        ("rs:8081", True),
        ("rs:www", False),
        ("weight:1", True),
        ("weight:0", False),
        ("weight:<2 weight:>0", True),
        ("active:>5", False),
        ("active:5", True),
        ("conns:2", True),
        ("persistent:0", True),
        ("by:ana", False),
        ("fd00::1", False),
    ],
)
def test_what_words_show(words: str, shown: bool) -> None:
    assert parse(words).shows(real()) is shown


def test_a_weight_of_either_file_or_kernel_counts() -> None:
    assert parse("weight:0").shows(real(weights=(0, 1)))
    assert parse("weight:0").shows(real(weights=(1, 0)))
    assert not parse("weight:0").shows(real(weights=(1, None)))


def test_what_is_not_known_is_neither_more_nor_less() -> None:
    assert not parse("active:<5").shows(real(active=None))
    assert not parse("active:>0").shows(real(active=None))


def test_who_drained_it_and_why() -> None:
    drained = real(RealServerState.DRAINED, drained=DrainedView(1, "2026-11-22 14:01", "ana@ops1", "kernel update"))
    assert parse("by:ana by:kernel state:drain").shows(drained)
    assert not parse("by:bob").shows(drained)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("state:", "state: needs a value, for example state:down"),
        ("state:dwn", "no state begins with dwn: use up, drained, draining"),
        ("weight:x", "weight: needs a number"),
        ("colour:red", "unknown colour: use state:, vs:"),
        ("!", "! needs a word"),
        ("up !weight:", "weight: needs a value"),
    ],
)
def test_what_is_wrong_is_said(words: str, why: str) -> None:
    with pytest.raises(BadFilter, match="^" + why.replace("!", "\\!")):
        parse(words)


def test_no_words_are_no_filter() -> None:
    assert not ALL and not parse("  ") and parse("x")


@given(st.text(max_size=20))
def test_any_words_are_obeyed_or_refused_and_their_inverse_shows_the_others(words: str) -> None:
    try:
        wanted = parse(words)
    except BadFilter as bad:
        assert str(bad)
        return
    assert wanted.shows(real()) in (True, False)
    if len(words.split()) == 1 and not words.strip().startswith("!"):
        assert parse("!" + words.strip()).shows(real()) is not wanted.shows(real())

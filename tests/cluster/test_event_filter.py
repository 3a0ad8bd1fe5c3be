"""Which events a filter shows."""

from __future__ import annotations

import pytest

from lvstui.cluster.event_filter import parse_event_filter
from lvstui.cluster.filter import BadFilter
from lvstui.cluster.view import EventView, Severity

DOWN = EventView(1.0, Severity.ERROR, "lb1", "tcp/10.0.0.9:80 10.0.0.1:8083", "DOWN: TCP_CHECK failed")
ROLE = EventView(2.0, Severity.WARNING, "lb2", "VI_1", "BACKUP → MASTER")
DRAIN = EventView(3.0, Severity.INFO, "you", "", "Drain [fd00::1]:80: verified")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", [DOWN, ROLE, DRAIN]),
        ("8083 check", [DOWN]),
        ("severity:warning", [DOWN, ROLE]),
        ("sev:err", [DOWN]),
        ("director:lb2", [ROLE]),
        ("server:10.0.0.9", [DOWN]),
        ("!sev:error !you", [ROLE]),
        ("[fd00::1]:80", [DRAIN]),
        ("MASTER", [ROLE]),
    ],
)
def test_the_words_choose(words: str, shown: list[EventView]) -> None:
    wanted = parse_event_filter(words)
    assert [event for event in (DOWN, ROLE, DRAIN) if wanted.shows(event)] == shown


@pytest.mark.parametrize(("words", "why"), [("sev:", "for example sev:warning"), ("severity:bad", "use info, warning")])
def test_what_cannot_be_obeyed_is_told(words: str, why: str) -> None:
    with pytest.raises(BadFilter, match=why):
        parse_event_filter(words)

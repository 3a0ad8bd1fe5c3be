"""The line of an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView, Severity
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.look.display import Display
from lvstui.console.widgets.event_log import line
from lvstui.settings.values import Preferences
from tests.support import scenes
from tests.support.console import console, text, until
from tests.support.fake_session import FakeSession
from tests.support.scenes import shown_at
from tests.support.telling import Pair

SERVER = Target("tcp/10.10.0.20:80", "192.168.211.13:8083")


def test_an_event_names_what_it_is_about_once() -> None:
    event = EventView(
        0.0, Severity.ERROR, "director1", "tcp/10.10.0.20:80 192.168.211.13:8083", "DOWN: refused", (SERVER,)
    )
    assert "tcp/10.10.0.20:80 192.168.211.13:8083  DOWN" in line(event, 0.0, Display()).plain
    assert "director1    192.168.211.13:8083  DOWN" in line(event, 0.0, Display(), brief=True).plain
    same = replace(event, subject="10.10.0.20", text="now holds 10.10.0.20", targets=(), names_subject=True)
    assert line(same, 0.0, Display()).plain.count("10.10.0.20") == 1


def test_an_event_of_another_day_has_its_date_and_one_of_today_has_not() -> None:
    event, display = EventView(3600.0, Severity.INFO, "you", "", "drained"), Display(zone=UTC)
    assert line(event, 7200.0, display).plain.startswith("01:00:00  ")
    assert line(event, 3600.0 + 86400, display).plain.startswith("1 Jan 01:00:00  ")


async def test_at_midnight_the_events_of_the_day_get_their_date() -> None:
    session = FakeSession(Pair().up())
    view, event = session.view(), EventView(3600.0, Severity.INFO, "you", "", "drained")
    async with console(session, choices=LivePreferences(line=Preferences(zone="utc"))) as (app, pilot):
        session.shown = replace(view, events=(event,), wall=7200.0)
        session.tell()
        await until(pilot, lambda: " 01:00:00 " in text(app) and "1 Jan 01:00:00" not in text(app))
        session.shown = replace(view, events=(event,), wall=3600.0 + 86400)
        session.tell()
        await until(pilot, lambda: "1 Jan 01:00:00" in text(app))


async def test_no_line_is_cut_where_the_terminal_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the size its frame changes too, which Textual does not tell as another size of what is in it."""
    opened = await shown_at(monkeypatch, scenes.trouble, (100, 30))
    assert "TCP_CHECK failed after 3    │" in opened
    assert await shown_at(monkeypatch, scenes.trouble, (80, 24), (100, 30)) == opened

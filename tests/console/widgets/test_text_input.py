"""What is pasted into a field: every line of it, as one."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.support.change_dialog import only_the_first_lives, opened
from tests.support.console import console, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

FILTERS = [
    (("slash",), "#filter"),
    (("e", "slash"), "#words"),
    (("H", "slash"), "#filter"),
    (("c", "slash"), "#search"),
]


@pytest.mark.parametrize(("keys", "field"), FILTERS, ids=["the table", "the events", "the history", "a file"])
async def test_no_line_of_what_is_pasted_into_a_filter_is_lost(keys: tuple[str, ...], field: str) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press(*keys[:-1])
        await until(pilot, lambda: len(app.screen_stack) == len(keys))
        await pilot.press(keys[-1])
        await until(pilot, lambda: app.focused is app.screen.query_one(field))
        app.post_message(events.Paste("8081\n  8082\n"))
        await until(pilot, lambda: app.screen.query_one(field, Input).value == "8081 8082")


FIELDS = [("d", "#names"), ("d", "#deadline"), ("d", "#restore"), ("a", "#server")]


@pytest.mark.parametrize(("key", "field"), FIELDS, ids=[field for _, field in FIELDS])
async def test_no_line_of_what_is_pasted_into_a_dialog_is_lost(key: str, field: str) -> None:
    """Of a time that has two lines, the dialog says what it wants, instead of taking the first of them."""
    async with console(FakeSession(only_the_first_lives(Pair().up()))) as (app, pilot):
        await opened(pilot, app, key)
        found = app.screen.query_one(field, Input)
        await until(pilot, lambda: found.focusable and found.size.width > 0)
        found.focus()
        await until(pilot, lambda: app.focused is found)
        app.post_message(events.Paste("2026-11-30\n14:30\n"))
        await until(pilot, lambda: found.value == "2026-11-30 14:30")

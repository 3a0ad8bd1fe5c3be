"""What is pasted into a field: every line of it, as one."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.support.console import console, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

FIELDS = [(("slash",), "#filter"), (("e", "slash"), "#words"), (("H", "slash"), "#filter")]


@pytest.mark.parametrize(("keys", "field"), FIELDS, ids=["the table", "the events", "the history"])
async def test_no_line_of_what_is_pasted_into_a_filter_is_lost(keys: tuple[str, ...], field: str) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press(*keys[:-1])
        await until(pilot, lambda: len(app.screen_stack) == len(keys))
        await pilot.press(keys[-1])
        await until(pilot, lambda: app.focused is app.screen.query_one(field))
        app.post_message(events.Paste("8081\n  8082\n"))
        await until(pilot, lambda: app.screen.query_one(field, Input).value == "8081 8082")

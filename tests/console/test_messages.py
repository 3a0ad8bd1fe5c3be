"""Where the messages of the console lie: not over what the operator acts on next."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast

from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.hints import Hints
from tests.support.change_dialog import opened
from tests.support.console import SIZES, console, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair


@pytest.mark.parametrize("size", SIZES)
async def test_a_message_is_over_no_event_no_key_and_no_headline(size: tuple[int, int]) -> None:
    async with console(FakeSession(Pair().up()), size) as (app, pilot):
        await pilot.press("N")
        await until(pilot, lambda: bool(app.screen.query(Toast)) and app.screen.query_one(Toast).region.height > 0)
        message = app.screen.query_one(Toast).region
        assert message.height <= 2 and message.y > 0
        for part in (app.main.query_one(EventLog), app.main.query_one(Hints)):
            assert not message.overlaps(part.region)


@pytest.mark.parametrize("size", SIZES)
async def test_nor_over_the_foot_of_a_dialog(size: tuple[int, int]) -> None:
    async with console(FakeSession(Pair().up()), size) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        app.notify("Plan updated just now: review it, then apply.")
        await until(pilot, lambda: bool(app.screen.query(Toast)) and app.screen.query_one(Toast).region.height > 0)
        assert not app.screen.query_one(Toast).region.overlaps(app.screen.query_one("#foot").region)

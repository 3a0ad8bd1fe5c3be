"""Where the messages of the console lie: not over what the operator acts on next."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets._toast import Toast, ToastHolder

from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.hints import Hints
from tests.support.change_dialog import opened
from tests.support.console import SIZES, console, text, until
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


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
async def test_no_line_of_a_message_is_cut(size: tuple[int, int]) -> None:
    async with console(size=size) as (app, pilot):
        for count in range(4, 24):
            words = [f"word{number}" for number in range(count)]
            app.clear_notifications()
            await app.screen.query(ToastHolder).remove()
            app.notify(" ".join(words))
            await until(pilot, lambda last=words[-1]: last in text(app))  # type: ignore[misc]


async def test_a_picture_leaves_the_next_message_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with console() as (app, pilot):
        for count in (1, 2):
            await pilot.press("S")
            await until(pilot, lambda count=count: len(list(tmp_path.glob("*.svg"))) == count)  # type: ignore[misc]
            await until(pilot, lambda: "Saved" in text(app))
            assert [toast.region.y for toast in app.screen.query(Toast)] == [1]

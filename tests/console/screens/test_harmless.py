"""Nothing that a Director says harms a screen that one goes to from the main one."""

from __future__ import annotations

import pytest

from lvstui.console.widgets.lines import Lines
from tests.support.console import screen, shows, text
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair, configuration


@pytest.mark.parametrize("keys", [("down", "enter"), ("c",), ("t",)])
async def test_what_a_director_says_harms_no_screen(keys: tuple[str, ...]) -> None:
    evil = "\x1b]0;owned\x07\x1b[31m[bold red]\u202egnitteg[/]" + "x" * 10_000
    pair = Pair().up()
    comment = f" # {evil}\n".encode()
    for name in NAMES:
        text_of = (
            configuration()
            .replace(b"weight 1\n", b"weight 1" + comment)
            .replace(b"lb_algo rr\n", b"lb_algo rr" + comment)
        )
        pair.files(name, text_of)
        pair.log(name, f"(VI_1) Entering FAULT STATE ({evil})")
    pair.state.failed("director2", evil, evil, permanent=True, retry_in=None, now=pair.now)
    async with screen(FakeSession(pair), *keys) as (app, pilot):
        shown = await shows(app, pilot, "director1")
        await pilot.press("down", "down", "pagedown")
        shown += "\n" + text(app)
        assert not any(char in shown for char in "\x1b\x07\u202e")
        assert all(len(line) <= 120 for line in shown.splitlines())
        assert app.screen.query(Lines) or "[bold" in shown  # a long reason is broken between words

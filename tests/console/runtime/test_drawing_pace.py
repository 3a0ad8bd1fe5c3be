"""How often the console draws: figures of both Directors together, once a second; all else at once."""

from __future__ import annotations

import asyncio

from lvstui.console.runtime.drawing_pace import gather_figures
from tests.support.waiting import limit, turn

NEVER = float("inf")


class Session:
    """What a session says of the news."""

    def __init__(self) -> None:
        self.more_than_figures = False

    def urgent(self) -> bool:
        return self.more_than_figures


async def test_figures_wait_for_each_other_and_what_else_happens_does_not() -> None:
    session, news = Session(), asyncio.Event()
    gathering = asyncio.create_task(gather_figures(session.urgent, news, NEVER))
    for _ in range(5):
        news.set()
        await turn()
    assert not gathering.done(), "figures alone are drawn at once"
    session.more_than_figures = True
    news.set()
    async with limit():
        await gathering


async def test_what_is_urgent_already_is_not_waited_with() -> None:
    session = Session()
    session.more_than_figures = True
    async with limit():
        await gather_figures(session.urgent, asyncio.Event(), NEVER)


async def test_figures_are_drawn_when_their_second_is_over() -> None:
    async with limit():
        await gather_figures(Session().urgent, asyncio.Event(), asyncio.get_running_loop().time())

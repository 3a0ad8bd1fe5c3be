"""Waiting for what the Directors tell."""

from __future__ import annotations

import asyncio

from lvstui.session.subscription import until
from tests.support.answering_pair import AnsweringPair
from tests.support.waiting import LIMIT_S, turn


async def test_a_condition_that_comes_is_noticed_and_one_that_does_not_is_given_up() -> None:
    directors = AnsweringPair(["director1"])
    waiting = asyncio.ensure_future(until(directors, lambda: directors.looks > 0, LIMIT_S))
    await turn()
    directors.look()
    assert await waiting
    assert not await until(directors, lambda: False, 0.01)

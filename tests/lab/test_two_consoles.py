"""Two consoles that write at the same time; `make soak` does it 200 times."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.lab.lab import Lab
from tests.support.faulted_session import scene
from tests.support.two_consoles import attempt, rounds

pytestmark = pytest.mark.lab


async def test_of_two_changes_at_once_each_is_whole_and_the_loser_is_told_who_and_what(lab: Lab) -> None:
    ended = await rounds(lab, 3)
    assert sum(one.kind == "done" for one in ended) >= 3  # at least one of two in each round
    for one in ended:
        assert one.kind == "done" or "another change is being made" in one.text or "someone else" in one.text, one


async def test_one_that_comes_while_another_is_open_is_refused_with_its_name(lab: Lab) -> None:
    async with scene(lab, by="ana@ops1") as first, scene(lab, by="bob@ops2") as second:
        refused: list[str] = []
        at_it: list[asyncio.Task[None]] = []

        async def come() -> None:
            refused.append((await attempt(second, 1, 5)).text)

        first.on("director2", "verify", lambda: at_it.append(asyncio.ensure_future(come())))
        outcome = await first.make(first.drain())
        await at_it[0]
    assert outcome.kind == "done"
    assert "another change is being made on this Director: “Drain 192.168.211.13:8082" in refused[0]
    assert "by ana@ops1, by root (process " in refused[0]

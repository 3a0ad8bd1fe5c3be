"""Work beside the loop runs in a thread, one piece after the other, and pauses after each millisecond."""

from __future__ import annotations

import asyncio
import threading
from itertools import count

import pytest

from lvstui import keepalived
from lvstui.keepalived.parsing.cooperative import checkpoint
from lvstui.session.worker import Worker
from tests.support.waiting import LIMIT_S, turn

CONF = b"".join(b"virtual_server 10.0.0.1 %d {\nreal_server 10.0.0.2 80 {\n}\n}\n" % port for port in range(1, 201))


async def test_a_reading_pauses_after_each_millisecond() -> None:
    pauses: list[float] = []
    milliseconds = count()
    worker = Worker(lambda: next(milliseconds) * 0.0011, pauses.append)
    files = keepalived.MemoryFiles({"k.conf": CONF}, {})
    read = await worker.run(keepalived.load, "k.conf", files, "ops1", version=(2, 2, 7))
    assert len(read.virtual_servers) == 200
    assert len(pauses) > 400  # each block
    assert max(pauses) < 0.001


async def test_work_that_was_just_begun_does_not_pause() -> None:
    pauses: list[float] = []
    await Worker(lambda: 0.0, pauses.append).run(checkpoint)
    assert pauses == []


async def test_each_piece_runs_in_a_thread_when_the_one_before_is_done() -> None:
    worker = Worker()
    begun, go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> threading.Thread:
        begun.set()
        assert go_on.wait(LIMIT_S)
        order.append("first")
        return threading.current_thread()

    one = asyncio.create_task(worker.run(first))
    two = asyncio.create_task(worker.run(order.append, "second"))
    await asyncio.to_thread(begun.wait, LIMIT_S)
    await turn()
    assert order == []
    go_on.set()
    assert await one is not threading.main_thread()
    await two
    assert order == ["first", "second"]


async def test_what_the_work_raises_is_raised() -> None:
    worker = Worker()
    with pytest.raises(FileNotFoundError):
        await worker.run(keepalived.load, "k.conf", keepalived.MemoryFiles({}, {}), "ops1")
    assert await worker.run(lambda: "next") == "next"

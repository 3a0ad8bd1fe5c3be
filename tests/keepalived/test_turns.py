"""A long reading gives way to other threads: a loop beside it gets the interpreter when it asks, and more than half of it."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from lvstui import keepalived
from lvstui.keepalived import turns

SERVERS = "".join(
    f"virtual_server 10.8.{number}.1 80 {{\n"
    + "".join(f"real_server 10.9.{number}.{real} 80 {{\nweight {real}\n}}\n" for real in range(1, 101))
    + "}\n"
    for number in range(30)
)
FILES = keepalived.Files({"k.conf": SERVERS.encode()}, {})


def read() -> None:
    assert len(keepalived.load("k.conf", FILES, "ops1").virtual_servers) == 30


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The CPU time of the thread at each of its pauses."""
    found: list[float] = []
    sleep = time.sleep

    def pause(seconds: float) -> None:
        found.append(time.thread_time())
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", pause)
    return found


def in_a_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def test_a_reading_in_a_thread_pauses_all_the_time(pauses: list[float]) -> None:
    def timed() -> None:
        pauses.append(time.thread_time())
        read()
        pauses.append(time.thread_time())

    gc.disable()  # which may take long, whoever runs
    try:
        in_a_thread(timed)
    finally:
        gc.enable()
    stretches = sorted(later - before for before, later in pairwise(pauses))
    assert len(stretches) > 20
    short = sum(one for one in stretches if one < 0.005)  # some steps are one call of the interpreter's
    assert short > sum(stretches) / 2


def test_a_reading_in_the_main_thread_does_not(pauses: list[float]) -> None:
    read()
    assert pauses == []


def test_the_same_things_come_out() -> None:
    found: list[int] = []
    in_a_thread(lambda: found.extend(turns.in_turns(range(1000))))
    assert found == list(range(1000)) == list(turns.in_turns(range(1000)))

"""A long reading calls what it was given again and again, and nothing once that is over."""

from __future__ import annotations

import pytest

from lvstui import keepalived
from lvstui.keepalived.parsing.cooperative import checkpoint, checkpoints_call, with_checkpoints

SERVERS = "".join(
    f"virtual_server 10.8.{number}.1 80 {{\n"
    + "".join(f"real_server 10.9.{number}.{real} 80 {{\nweight {real}\n}}\n" for real in range(1, 101))
    + "}\n"
    for number in range(30)
)
FILES = keepalived.MemoryFiles({"k.conf": SERVERS.encode()}, {})


def read() -> None:
    assert len(keepalived.load("k.conf", FILES, "ops1").virtual_servers) == 30


def test_a_reading_may_pause_at_every_block() -> None:
    calls: list[None] = []
    with checkpoints_call(lambda: calls.append(None)):
        read()
    assert len(calls) > 30 * 101  # of virtual servers and of real servers, for some microseconds each


def test_nothing_is_called_afterwards() -> None:
    calls: list[None] = []
    with pytest.raises(ValueError), checkpoints_call(lambda: calls.append(None)):
        checkpoint()
        raise ValueError
    read()
    assert len(calls) == 1


def test_the_same_items_come_out() -> None:
    calls: list[None] = []
    with checkpoints_call(lambda: calls.append(None)):
        assert list(with_checkpoints(range(1000))) == list(range(1000))
    assert len(calls) == 32
    assert list(with_checkpoints(range(1000))) == list(range(1000))

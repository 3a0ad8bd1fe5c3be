"""A guest that is held to a share of a processor: how much it may use, and that it is the guest alone that waits."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.lab import processor_share
from lvstui.lab.errors import LabError
from lvstui.lab.processor_share import Account
from tests.support.waiting import limit


@pytest.mark.parametrize(("wish", "busy", "share"), [(1.0, 0.33, 0.33), (0.5, 0.33, 0.33), (0.1, 0.33, 0.1)])
def test_no_more_than_its_share_is_used_and_what_is_not_wanted_is_not_saved_up(
    wish: float, busy: float, share: float
) -> None:
    account, used, due = Account(busy), 0.0, True
    for _ in range(100):
        account.due(1.0, 0.0)  # idle
    for _ in range(10_000):
        spent = wish * 0.02 if due else 0.0
        used += spent
        due = account.due(0.02, spent)
    assert used == pytest.approx(share * 200, abs=0.2)


@pytest.mark.parametrize("text", ["0", "1.5", "-1", "a third", "nan", ""])
def test_a_share_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(processor_share.VARIABLE, text)
    with pytest.raises(LabError, match=r"the share is from 0\.05 to 1; nothing was started"):
        processor_share.wanted()


def test_without_a_wish_nothing_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(processor_share.VARIABLE, raising=False)
    assert processor_share.wanted() == 1.0


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing and names the folder, as a guest's kernel does."""
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()", str(tmp_path)])
    yield process
    process.kill()
    process.wait()


async def test_it_is_stopped_and_let_go_on_and_its_keeper_ends_with_it(
    kernel: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = [0.0, 0.0, 0.2, 0.0, 0.0, 0.0]  # seconds, of which it has saved up a tenth
    monkeypatch.setattr(processor_share, "_used", lambda pid, seen: used.pop(0) if used else 0.0)
    keeper = asyncio.create_task(asyncio.to_thread(processor_share.hold, kernel.pid, 1.0, tmp_path))
    for stopped in (True, False):
        _, status = await asyncio.to_thread(os.waitpid, kernel.pid, os.WUNTRACED | os.WCONTINUED)
        assert os.WIFSTOPPED(status) is stopped
    kernel.kill()
    async with limit():
        await keeper


def test_what_a_process_and_its_children_use_is_counted() -> None:
    seen: dict[int, int] = {}
    processor_share._used(os.getpid(), seen)
    first = sum(seen.values())
    for _ in range(3):
        sorted(range(200_000, 0, -1))
    assert processor_share._used(os.getpid(), seen) == (sum(seen.values()) - first) / 1e9 > 0

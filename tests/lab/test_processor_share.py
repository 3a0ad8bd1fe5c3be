"""A guest that is held to a share of a processor: how much it may use, and that it is the guest alone that waits."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.lab import processor_share
from lvstui.lab.errors import LabError
from lvstui.lab.machine import alive
from lvstui.lab.processor_share import Account
from tests.support.waiting import LIMIT_S, until


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
    """A process that does nothing and names the folder, as a guest's kernel does; its command line is there to be read."""
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()", str(tmp_path)])
    try:
        until(lambda: alive(process.pid, tmp_path))
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_it_is_stopped_and_let_go_on_and_its_keeper_ends_with_it(
    kernel: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = threading.Event()
    busy.set()
    more_than_saved_up = processor_share._SAVED_S + 0.01
    monkeypatch.setattr(processor_share, "_used", lambda pid, seen: more_than_saved_up if busy.is_set() else 0.0)
    keeper = threading.Thread(target=processor_share.hold, args=(kernel.pid, 1.0, tmp_path), daemon=True)
    keeper.start()
    assert os.WIFSTOPPED(changed(kernel))
    busy.clear()
    assert os.WIFCONTINUED(changed(kernel))
    kernel.kill()
    keeper.join(LIMIT_S)
    assert not keeper.is_alive()


def changed(process: subprocess.Popen[bytes]) -> int:
    """Wait until it is stopped, goes on or ends; return its status."""
    _, status = until(
        lambda: os.waitpid(process.pid, os.WUNTRACED | os.WCONTINUED | os.WNOHANG), lambda seen: seen[0] != 0
    )
    return status


def test_what_a_process_and_its_children_use_is_counted() -> None:
    seen: dict[int, int] = {}
    processor_share._used(os.getpid(), seen)
    first = sum(seen.values())
    for _ in range(3):
        sorted(range(200_000, 0, -1))
    assert processor_share._used(os.getpid(), seen) == (sum(seen.values()) - first) / 1e9 > 0

"""When a dump is the one that was asked for, and whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.director.linux.keepalived import dumps
from lvstui.director.system import Unavailable
from tests.support.waiting import LIMIT_S

# Holds its dump open until it gets a line, as one that writes it; and writes it anew, into the same inode, at each signal.
_CODE = """
import os, signal, sys
path = os.environ["TMPDIR"] + "/keepalived_check.data"
def write(*_):
    with open(path, "w") as file:
        file.write("new")
signal.signal(signal.SIGUSR1, write)
file = open(path, "w")
file.write("old")
file.flush()
print("open", flush=True)
sys.stdin.readline()
file.close()
print("closed", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    monkeypatch.setattr(dumps, "PATIENCE", LIMIT_S)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", _CODE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "open\n"
        yield process
        process.kill()


def close(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None and child.stdout is not None
    print(file=child.stdin, flush=True)
    assert child.stdout.readline() == "closed\n"


async def test_a_dump_that_got_the_inode_of_the_one_before_is_a_new_one(child: subprocess.Popen[str]) -> None:
    close(child)
    assert await dumps.dump(child.pid, signal.SIGUSR1, dumps.names("_check")) == b"new"


async def test_one_that_is_being_written_for_another_agent_is_not_taken_for_ours(
    child: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    ask, writes = dumps._ask, dumps._writes

    def seen_once(pid: int, identity: dumps.Identity) -> bool:
        is_written = writes(pid, identity)
        if not happened:
            assert is_written
            close(child)
            happened.append("closed")
        return is_written

    def asked(pid: int, number: int) -> bool:
        happened.append("asked")
        return ask(pid, number)

    monkeypatch.setattr(dumps, "_ask", asked)
    monkeypatch.setattr(dumps, "_writes", seen_once)
    assert await dumps.dump(child.pid, signal.SIGUSR1, dumps.names("_check")) == b"new"
    assert happened == ["closed", "asked"]


async def test_it_asks_again_where_a_reload_has_lost_the_signal(
    child: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    close(child)
    asked: list[int] = []
    ask = dumps._ask

    def lost_once(pid: int, number: int) -> bool:
        asked.append(number)
        return len(asked) == 1 or ask(pid, number)

    monkeypatch.setattr(dumps, "_ask", lost_once)
    monkeypatch.setattr(dumps, "_AGAIN", 0.05)
    assert await dumps.dump(child.pid, signal.SIGUSR1, dumps.names("_check")) == b"new"
    assert len(asked) == 2


async def test_one_that_is_never_written_is_asked_for_twice_at_most(
    child: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time is a line in keepalived's log."""
    close(child)
    asked: list[int] = []

    def lost(pid: int, number: int) -> bool:
        asked.append(number)
        return True

    monkeypatch.setattr(dumps, "_ask", lost)
    monkeypatch.setattr(dumps, "_AGAIN", 0.05)
    monkeypatch.setattr(dumps, "PATIENCE", 0.5)
    with pytest.raises(Unavailable, match="wrote no"):
        await dumps.dump(child.pid, signal.SIGUSR1, dumps.names("_check"))
    assert len(asked) == 2


async def test_one_that_has_ended_tells_nothing(child: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It may end between the looks for its dump and the signal, while the agent goes on."""
    close(child)
    ask = dumps._ask

    def ended(pid: int, number: int) -> bool:
        child.kill()
        child.wait()
        return ask(pid, number)

    monkeypatch.setattr(dumps, "_ask", ended)
    with pytest.raises(Unavailable, match=f"process {child.pid} ended before it told its state"):
        await dumps.dump(child.pid, signal.SIGUSR1, dumps.names("_check"))

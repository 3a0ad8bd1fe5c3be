from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from lvstui.director.linux.keepalived.command_line import options_of
from lvstui.director.linux.process import look, run, started, waits_for_signal
from tests.support.waiting import LIMIT_S


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["--dont-fork"], {"dont-fork": ""}),
        (["-f", "/a.conf", "-nlD"], {"use-file": "/a.conf", "dont-fork": "", "log-console": "", "D": ""}),
        (["-nf/a.conf", "-i", "left"], {"dont-fork": "", "use-file": "/a.conf", "config-id": "left"}),
        (["--use-file=/a b.conf", "--config-id", "x"], {"use-file": "/a b.conf", "config-id": "x"}),
        (["-g/var/log/k.log", "-g"], {"log-file": ""}),
        (["-D", "-g/var/log/k.log"], {"D": "", "log-file": "/var/log/k.log"}),
        (["--log-file"], {"log-file": ""}),
        (["-f"], {"use-file": ""}),
    ],
)
def test_options_are_read_as_keepalived_reads_them(words: list[str], options: dict[str, str]) -> None:
    assert options_of(["/usr/sbin/keepalived", *words]) == options


def test_a_process_of_now() -> None:
    me = look(os.getpid())
    assert me.parent == os.getppid()
    assert started(me) > 0
    with pytest.raises(OSError):
        look(2**22 + 1)


def test_a_signal_is_taken_by_a_handler_or_when_it_is_blocked() -> None:
    number = signal.SIGRTMIN + 2
    assert not waits_for_signal(os.getpid(), number)
    before = signal.signal(number, lambda *_: None)
    try:
        assert waits_for_signal(os.getpid(), number)
        assert not waits_for_signal(os.getpid(), number + 1)
    finally:
        signal.signal(number, before)
    signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    try:
        assert waits_for_signal(os.getpid(), number)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
    assert not waits_for_signal(2**22 + 1, number)


async def test_a_command_has_a_time_limit_and_leaves_no_child() -> None:
    assert await run(["sh", "-c", "echo out; echo err >&2; exit 3"], LIMIT_S) == (3, b"out\n", b"err\n")
    with pytest.raises(TimeoutError):
        await run(["sleep", "60.125"], 0.1)
    # This process may have other children: a test runner's, a lab's.
    assert b"sleep\0" + b"60.125\0" not in [_command_line(name) for name in os.listdir("/proc") if name.isdigit()]


def _command_line(pid: str) -> bytes:
    try:
        return Path("/proc", pid, "cmdline").read_bytes()
    except OSError:
        return b""  # ended meanwhile

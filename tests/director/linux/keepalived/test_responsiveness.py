from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from lvstui.director.linux.keepalived import responsiveness
from lvstui.director.linux.keepalived.dumps import dump
from lvstui.director.linux.keepalived.responsiveness import Responsiveness
from lvstui.director.protocol.keepalived_messages import DaemonProcess
from lvstui.director.system import Unavailable
from tests.support.waiting import until

# As keepalived does: signals are blocked, and taken when the loop comes round.
_LOOP = """
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print("ready", flush=True)
sys.stdin.readline()
signal.sigwait([signal.SIGUSR1])
print("taken", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def loop() -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen([sys.executable, "-c", _LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    yield child
    child.kill()
    child.communicate()


def test_a_process_that_leaves_a_signal_waiting_is_told_with_its_time(
    loop: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(responsiveness, "time", SimpleNamespace(monotonic=lambda: now))
    watched = Responsiveness()

    def look() -> DaemonProcess:
        (one,) = watched.look([("checkers", loop.pid), ("vrrp", 0)])
        return one

    calm = look()
    assert (calm.role, calm.pid, calm.stopped, calm.deaf_since) == ("checkers", loop.pid, False, None)
    os.kill(loop.pid, signal.SIGUSR1)
    assert look().deaf_since is None, "it may be busy"
    now += responsiveness.APPARENT
    assert look().deaf_since == 100.0
    now += 60.0
    assert look().deaf_since == 100.0, "since when does not move"
    assert loop.stdin is not None and loop.stdout is not None
    print(file=loop.stdin, flush=True)
    assert loop.stdout.readline() == "taken\n"
    assert look() == calm


async def test_a_stopped_process_is_told_and_is_not_asked(loop: subprocess.Popen[str]) -> None:
    watched = Responsiveness()
    os.kill(loop.pid, signal.SIGSTOP)
    stopped = until(lambda: watched.look([("vrrp", loop.pid)])[0], lambda one: one.stopped)
    with pytest.raises(Unavailable, match=f"process {loop.pid} is stopped.*kill -CONT {loop.pid}"):
        await dump(loop.pid, signal.SIGUSR1, "keepalived.data")
    os.kill(loop.pid, signal.SIGCONT)
    again = until(lambda: watched.look([("vrrp", loop.pid)])[0], lambda one: not one.stopped)
    assert again.deaf_since is None, "nothing waits for it: it was not asked"
    assert again == stopped._replace(stopped=False)


def test_a_process_that_has_ended_is_left_out(loop: subprocess.Popen[str]) -> None:
    loop.kill()
    loop.wait()
    assert Responsiveness().look([("parent", loop.pid)]) == ()

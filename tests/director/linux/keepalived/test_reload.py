"""A reload of a keepalived that does nothing ends, and says which process it is; one that has ended is started by its unit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lvstui.director.linux.files.config_files import ConfigFiles
from lvstui.director.linux.keepalived import reload
from lvstui.director.linux.process import look
from lvstui.director.protocol.file_messages import Match
from lvstui.director.system import Refused


@pytest.fixture
def stopped() -> Iterator[int]:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    os.kill(child.pid, signal.SIGSTOP)
    os.waitpid(child.pid, os.WUNTRACED)
    yield child.pid
    child.kill()
    child.communicate()


async def test_a_stopped_process_ends_the_wait_and_is_named(stopped: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked(daemon: Any) -> None:
        pass

    monkeypatch.setattr(reload, "_ask", asked)
    monkeypatch.setattr(reload, "_still_there", lambda daemon: None)
    monkeypatch.setattr(reload, "_LOOK", 0.05)
    monkeypatch.setattr(reload, "_STOPPED", 0.3)
    daemon: Any = SimpleNamespace(process=look(stopped), vrrp=os.getpid(), checkers=stopped)
    with pytest.raises(Refused, match=rf"keepalived's (main|checkers) process \({stopped}\) is stopped.*kill -CONT"):
        await reload.reload(daemon, lambda: False, 0.0, 600.0)


@pytest.mark.parametrize("starts", [True, False])
async def test_a_unit_that_systemd_has_unloaded_is_started(starts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody enabled is loaded only while it is active: once stopped, it cannot be reset, and can be started."""
    asked: list[list[str]] = []

    async def systemctl(argv: list[str], limit: float) -> tuple[int, bytes, bytes]:
        asked.append(argv[-2:])
        if argv[-2] == "reset-failed":
            return 1, b"", b"Failed to reset failed state of unit k.service: Unit k.service not loaded.\n"
        return (0, b"", b"") if starts else (5, b"", b"Failed to start k.service: Unit k.service not found.\n")

    monkeypatch.setattr(reload, "run", systemctl)
    if starts:
        await reload.start("k.service")
    else:
        with pytest.raises(Refused, match=r"systemctl start k\.service ended with status 5: .* not found"):
            await reload.start("k.service")
    assert asked == [["reset-failed", "k.service"], ["start", "k.service"]]


def test_what_keepalived_passes_over_is_told(tmp_path: Path) -> None:
    main, good, bad = tmp_path / "keepalived.conf", tmp_path / "a.inc", tmp_path / "b.inc"
    for path in (main, good, bad):
        path.write_bytes(b"global_defs {\n}\n")
        path.chmod(0o644)
    bad.chmod(0o654)
    pattern = f"{tmp_path}/*.inc"
    files = ConfigFiles().read(str(main), (pattern,))
    assert files.matches == (Match(pattern, (str(good),), (str(bad),)),)
    assert [file.path for file in files.files] == [str(main), str(good)]
    main.unlink()
    assert ConfigFiles().read(str(main), ()).files[0].lacking == "missing"
    main.mkdir()
    assert ConfigFiles().read(str(main), ()).files[0].lacking == "irregular"

"""A reload of a keepalived that does nothing ends, and says which process it is."""

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

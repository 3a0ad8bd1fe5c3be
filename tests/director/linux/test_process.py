"""Read what /proc tells of a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lvstui.director.linux.process import command_line, contents, look


def test_contents_are_whole_however_large(tmp_path: Path) -> None:
    for size in (0, 1, 16 * 1024, 16 * 1024 + 1, 100_000):
        (tmp_path / "file").write_bytes(data := os.urandom(size))
        assert contents(str(tmp_path / "file")) == data
    with pytest.raises(FileNotFoundError):
        contents(str(tmp_path / "none"))


def test_a_command_line_that_is_longer_than_one_read_is_whole() -> None:
    words = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", "x" * 20_000, "", "last"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
        assert command_line(process.pid)[3:] == ["x" * 20_000, "", "last"]
        assert look(process.pid).parent == os.getpid()
        process.stdin.close()
    with pytest.raises(OSError, match="No such"):
        look(process.pid)

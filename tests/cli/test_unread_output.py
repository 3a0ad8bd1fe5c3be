"""Output that nobody reads, or that has nowhere to go. A change is made as a whole, and its exit status is true; what only shows
ends without a traceback, and with 1.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.patience import patient
from tests.support.waiting import LIMIT_S

LVSCTL = [*patient("lvsctl"), "--demo"]
DRAIN = ["drain", "192.168.211.13:8081", "--yes"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))


def test_a_reader_that_goes_after_the_first_line_breaks_off_no_change() -> None:
    with subprocess.Popen([*LVSCTL, *DRAIN], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stderr is not None
        assert running.stdout.readline() == b"Drain 192.168.211.13:8081 in tcp/10.10.0.20:80\n"
        running.stdout.close()
        said = running.stderr.read()
        assert (running.wait(LIMIT_S), said) == (0, b"")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_changes_no_exit_status(options: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            [*LVSCTL, *DRAIN, *options], stdout=full, stderr=subprocess.PIPE, timeout=LIMIT_S, check=False
        )
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize("arguments", [["history"], ["conf", "keepalived.conf"], ["--help"]])
def test_what_is_shown_on_a_full_disk_is_said_to_be_lost(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keepalived.conf").write_text("vrrp_instance VI_9 {\n}\n")
    with open("/dev/full", "wb") as full:
        ran = subprocess.run([*LVSCTL, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=LIMIT_S, check=False)
    said = b"Error: the output could not be written: No space left on device\n"
    assert (ran.returncode, ran.stderr) == (1, said)


def test_a_reader_that_is_gone_is_told_nothing() -> None:
    for_reading, for_writing = os.pipe()
    os.close(for_reading)
    with open(for_writing, "wb") as nobody:
        ran = subprocess.run([*LVSCTL, "--help"], stdout=nobody, stderr=subprocess.PIPE, timeout=LIMIT_S, check=False)
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_what_the_terminal_cannot_write_is_written_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    ran = subprocess.run(
        [*LVSCTL, *DRAIN[:2], "--dry-run", "--reason", "für X"], capture_output=True, timeout=LIMIT_S, check=False
    )
    assert ran.returncode == 0 and rb": f\xfcr X" in ran.stdout

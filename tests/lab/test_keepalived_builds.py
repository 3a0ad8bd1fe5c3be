"""What `lvsctl lab up --keepalived` checks and takes along, with programs that every machine has in place of a build."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lvstui.lab import keepalived_builds
from lvstui.lab.errors import LabError
from lvstui.lab.options import LabOptions, builds_of


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A folder as `make install` leaves it, but with another program in it."""
    (tmp_path / "etc" / "keepalived").mkdir(parents=True)
    (tmp_path / "sbin").mkdir()
    shutil.copy(os.path.realpath("/bin/true"), tmp_path / "sbin" / "keepalived")
    return tmp_path


def test_the_program_and_its_libraries_are_taken(build: Path, tmp_path: Path) -> None:
    target = tmp_path / "lab"
    keepalived_builds.stage(str(build), target)
    assert os.access(target / "usr/sbin/keepalived", os.X_OK)
    taken = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert any("libc.so" in path for path in taken), taken
    assert not any("etc" in Path(path).parts for path in taken), "its configuration is the Director's"


def test_what_cannot_run_is_refused_before_anything_is_started(build: Path) -> None:
    program = build / "sbin" / "keepalived"
    assert LabOptions(keepalived=("", str(build))).keepalived == ("", str(build))
    program.chmod(0o644)
    with pytest.raises(LabError, match="cannot be executed; nothing was started"):
        LabOptions(keepalived=(str(build), ""))
    program.unlink()
    with pytest.raises(LabError, match="has no sbin/keepalived"):
        LabOptions(keepalived=(str(build), ""))


def test_a_folder_for_both_or_for_one_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert builds_of("") == ("", "")
    assert builds_of("here") == (f"{tmp_path}/here", f"{tmp_path}/here")
    assert builds_of(",/opt/k") == ("", "/opt/k")
    assert builds_of("/opt/k,") == ("/opt/k", "")
    with pytest.raises(LabError, match="nothing was started"):
        builds_of("a,b,c")

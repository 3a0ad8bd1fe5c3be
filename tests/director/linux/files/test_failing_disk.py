"""A disk that fails in the middle: the file that keepalived reads is as it was, or it is said where the old one is."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from lvstui.director.journal import JournalEntry, Swapped
from lvstui.director.linux.files import candidate, journal_file
from lvstui.director.protocol.change_messages import Replacement
from lvstui.director.system import Refused
from tests.support.fake_system import sha256

OLD, NEW = b"old\n", b"new\n"


@pytest.fixture
def change(tmp_path: Path) -> Replacement:
    path = tmp_path / "keepalived.conf"
    path.write_bytes(OLD)
    return Replacement(str(path), sha256(OLD), NEW)


def fail(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def beside(change: Replacement) -> list[str]:
    return sorted(os.listdir(os.path.dirname(change.path)))


@pytest.mark.parametrize("call", ["fsync", "fchown", "fchmod"])
def test_a_candidate_that_cannot_be_written_leaves_nothing(
    change: Replacement, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(Refused, match=r"\.keepalived\.conf\.lvstui-new cannot be written: Input/output error"):
        candidate.write(change)
    assert (beside(change), Path(change.path).read_bytes()) == (["keepalived.conf"], OLD)


@pytest.mark.parametrize("call", ["link", "rename"])
def test_a_swap_that_fails_leaves_the_old_file_and_no_second_name_of_it(
    change: Replacement, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    candidate.write(change)
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(Refused, match=r"keepalived\.conf cannot be replaced: Input/output error"):
        candidate.swap(change)
    assert Path(change.path).read_bytes() == OLD and os.stat(change.path).st_nlink == 1
    assert beside(change) == [".keepalived.conf.lvstui-new", "keepalived.conf"]


def test_an_old_file_that_cannot_be_put_back_is_kept_and_named(
    change: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate.write(change)
    candidate.swap(change)
    kept = candidate.swap_paths(change.path).kept
    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(Refused, match="could not be put back") as told:
        candidate.put_back(change.path, sha256(NEW))
    assert f"the old file is {kept}, move it there by hand" in str(told.value)
    assert (Path(kept).read_bytes(), Path(change.path).read_bytes()) == (OLD, NEW)


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_journal_that_cannot_be_written_leaves_the_one_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = str(tmp_path / "journal")
    before = JournalEntry("t1", "Drain", "ana", 1.5, "staged", (Swapped("/etc/k.conf", "0a", "1b"),))
    journal_file.write(path, before)
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(Refused, match="journal cannot be written: Input/output error"):
        journal_file.write(path, before._replace(phase="installing"))
    assert (os.listdir(tmp_path), journal_file.read(path)) == (["journal"], before)


def test_what_cannot_be_removed_is_named(change: Replacement, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    candidate.write(change)
    path = str(tmp_path / "journal")
    journal_file.write(path, JournalEntry("t1", "Drain", "ana", 1.5, "staged", ()))
    with monkeypatch.context() as failing:
        failing.setattr(os, "unlink", fail)
        with pytest.raises(Refused, match=r"\.keepalived\.conf\.lvstui-new could not be removed: Input/output error"):
            candidate.discard(change.path)
        with pytest.raises(Refused, match="journal could not be removed: Input/output error"):
            journal_file.forget(path)
    assert Path(change.path).read_bytes() == OLD

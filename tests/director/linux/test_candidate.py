"""The files' swap on a real disk: content, owner, mode, attributes, links, and nothing left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lvstui.director.linux import candidate
from lvstui.director.linux.files import ConfigFiles, matching
from lvstui.director.linux.lock import FolderLock
from lvstui.director.messages import Replacement
from lvstui.director.system import Refused
from tests.director.fake_system import sha256

OLD, NEW = b"old\n", b"new\n"


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "keepalived.conf"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def replacement(path: Path, data: bytes = NEW) -> Replacement:
    return Replacement(str(path), sha256(OLD), data)


def test_swapped_and_put_back(live: Path) -> None:
    before = live.stat()
    change = replacement(live)
    candidate.write(change)
    assert live.read_bytes() == OLD
    candidate.swap(change)
    assert live.read_bytes() == NEW
    assert live.stat().st_mode == before.st_mode
    candidate.put_back(change)
    candidate.discard(change)
    after = live.stat()
    assert live.read_bytes() == OLD
    assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (before.st_ino, before.st_mtime_ns, before.st_mode)
    assert os.listdir(live.parent) == [live.name]


def test_confirmed_leaves_nothing_beside(live: Path) -> None:
    change = replacement(live)
    candidate.write(change)
    candidate.swap(change)
    candidate.discard(change)
    assert os.listdir(live.parent) == [live.name]
    assert live.stat().st_nlink == 1


def test_a_symlink_is_followed_and_stays_one(live: Path, tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    link = folder / "keepalived.conf"
    link.symlink_to(live)
    change = replacement(link)
    candidate.write(change)
    candidate.swap(change)
    candidate.discard(change)
    assert link.is_symlink()
    assert live.read_bytes() == NEW


def test_attributes_are_kept(live: Path) -> None:
    os.setxattr(live, "user.lvstui", b"kept")
    change = replacement(live)
    candidate.write(change)
    candidate.swap(change)
    assert os.getxattr(live, "user.lvstui") == b"kept"


def test_no_include_pattern_finds_what_lies_beside(live: Path) -> None:
    change = replacement(live)
    candidate.write(change)
    candidate.swap(change)
    assert matching(f"{live.parent}/*") == [str(live)]
    assert matching(f"{live.parent}/*.conf") == [str(live)]


@pytest.mark.parametrize("spoil", ["changed", "executable", "missing", "folder", "fifo"])
def test_a_file_that_is_not_what_it_was_is_refused(live: Path, spoil: str) -> None:
    if spoil == "changed":
        live.write_bytes(b"another hand\n")
    elif spoil == "executable":
        live.chmod(0o744)
    else:
        live.unlink()
        if spoil == "folder":
            live.mkdir()
        elif spoil == "fifo":
            os.mkfifo(live)
    with pytest.raises(Refused):
        candidate.write(replacement(live))
    assert [name for name in os.listdir(live.parent) if "lvstui" in name] == []


def test_a_file_changed_between_staging_and_installing_is_refused(live: Path) -> None:
    change = replacement(live)
    candidate.write(change)
    live.write_bytes(b"another hand\n")
    with pytest.raises(Refused, match="another hand"):
        candidate.swap(change)
    candidate.discard(change)
    assert live.read_bytes() == b"another hand\n"
    assert os.listdir(live.parent) == [live.name]


def test_a_file_changed_after_installing_is_not_overwritten(live: Path) -> None:
    change = replacement(live)
    candidate.write(change)
    candidate.swap(change)
    live.write_bytes(b"another hand\n")
    with pytest.raises(Refused, match="lvstui-old"):
        candidate.put_back(change)
    assert live.read_bytes() == b"another hand\n"
    assert Path(candidate.place(str(live)).kept).read_bytes() == OLD


def test_an_empty_candidate_is_refused(live: Path) -> None:
    with pytest.raises(Refused, match="empty"):
        candidate.write(replacement(live, b" \n"))


def test_a_planted_link_in_the_candidates_place_is_not_written_through(live: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    Path(candidate.place(str(live)).candidate).symlink_to(victim)
    candidate.write(replacement(live))
    assert victim.read_bytes() == b"untouched"


def test_the_lock_excludes_and_names_its_holder(tmp_path: Path) -> None:
    first, second = FolderLock(), FolderLock()
    first.take(str(tmp_path))
    with pytest.raises(Refused, match=f"process {os.getpid()}|cannot see"):
        second.take(str(tmp_path))
    first.release()
    second.take(str(tmp_path))
    second.release()
    assert os.listdir(tmp_path) == []


def test_files_are_read_again_only_when_they_change(live: Path) -> None:
    files = ConfigFiles()
    first = files.read(str(live), (f"{live.parent}/*.conf",))
    assert first.files[0].data == OLD
    assert first.files[0].sha256 == sha256(OLD)
    assert first.matches[0].paths == (str(live),)
    assert files.read(str(live), ()).files[0] is first.files[0]
    live.write_bytes(NEW)
    assert files.read(str(live), ()).files[0].data == NEW


def test_an_unreadable_file_says_why(tmp_path: Path) -> None:
    (file,) = ConfigFiles().read(str(tmp_path / "none.conf"), ()).files
    assert file.error == "No such file or directory"
    os.mkfifo(tmp_path / "fifo")
    (file,) = ConfigFiles().read(str(tmp_path / "fifo"), ()).files
    assert file.error == "it is not a regular file"

"""The files' swap on a real disk: content, owner, mode, attributes, links, and nothing left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lvstui.director.journal import JournalEntry, Swapped, encode
from lvstui.director.linux.files import candidate, journal_file
from lvstui.director.linux.files.config_files import ConfigFiles, matching
from lvstui.director.linux.files.lock import FolderLock
from lvstui.director.protocol.change_messages import Replacement
from lvstui.director.system import Refused
from tests.support.fake_system import sha256

OLD, NEW = b"old\n", b"new\n"
ENTRY = JournalEntry("t1", "Drain 8082", "ana@ops1", 1.5, "staged", (Swapped("/etc/k.conf", "0a", "1b"),))


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
    candidate.put_back(change.path, sha256(change.data))
    candidate.discard(change.path)
    after = live.stat()
    assert live.read_bytes() == OLD
    assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (before.st_ino, before.st_mtime_ns, before.st_mode)
    assert os.listdir(live.parent) == [live.name]


def test_confirmed_leaves_nothing_beside(live: Path) -> None:
    change = replacement(live)
    candidate.write(change)
    candidate.swap(change)
    candidate.discard(change.path)
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
    candidate.discard(change.path)
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
    assert matching(f"{live.parent}/*") == (str(live),)
    assert matching(f"{live.parent}/*.conf") == (str(live),)


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
    with pytest.raises(Refused, match="someone else"):
        candidate.swap(change)
    candidate.discard(change.path)
    assert live.read_bytes() == b"another hand\n"
    assert os.listdir(live.parent) == [live.name]


def test_a_file_changed_after_installing_is_not_overwritten(live: Path) -> None:
    change = replacement(live)
    candidate.write(change)
    candidate.swap(change)
    live.write_bytes(b"another hand\n")
    with pytest.raises(Refused, match="lvstui-old"):
        candidate.put_back(change.path, sha256(change.data))
    assert live.read_bytes() == b"another hand\n"
    assert Path(candidate.swap_paths(str(live)).kept).read_bytes() == OLD


def test_an_empty_candidate_is_refused(live: Path) -> None:
    with pytest.raises(Refused, match="empty"):
        candidate.write(replacement(live, b" \n"))


def test_a_planted_link_in_the_candidates_place_is_not_written_through(live: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    Path(candidate.swap_paths(str(live)).candidate).symlink_to(victim)
    candidate.write(replacement(live))
    assert victim.read_bytes() == b"untouched"


async def test_the_lock_excludes_and_names_its_holder(tmp_path: Path) -> None:
    first, second = FolderLock(), FolderLock()
    path = str(tmp_path / ".journal")
    await first.take(str(tmp_path), path)
    journal_file.write(path, ENTRY)
    with pytest.raises(Refused, match=f"“Drain 8082” by ana@ops1, by .*(process {os.getpid()}|cannot see)"):
        await second.take(str(tmp_path), path)
    journal_file.forget(path)
    first.release()
    await second.take(str(tmp_path), path)
    second.release()
    assert os.listdir(tmp_path) == []


def test_the_journal_is_read_as_it_was_written_and_is_for_root_alone(tmp_path: Path) -> None:
    path = tmp_path / ".journal"
    assert journal_file.read(str(path)) is None
    for entry in (ENTRY, ENTRY._replace(phase="installing", note="ü\n")):
        journal_file.write(str(path), entry)
        assert journal_file.read(str(path)) == entry
        assert path.stat().st_mode & 0o7777 == 0o600
        assert os.listdir(tmp_path) == [path.name]
    journal_file.forget(str(path))
    journal_file.forget(str(path))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"null", encode(ENTRY).replace(b"staged", b"stages")])
def test_a_journal_that_is_none_is_not_guessed_at(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / ".journal"
    path.write_bytes(data)
    with pytest.raises(Refused, match="cannot be understood"):
        journal_file.read(str(path))


def test_what_is_left_of_a_change_is_seen_by_what_the_file_holds(live: Path) -> None:
    swapped = Swapped(str(live), sha256(OLD), sha256(NEW))
    assert candidate.left(swapped) == (str(live), "old", "")
    candidate.write(replacement(live))
    candidate.swap(replacement(live))
    kept = candidate.swap_paths(str(live)).kept
    assert candidate.left(swapped) == (str(live), "new", kept)
    live.write_bytes(b"another hand\n")
    assert candidate.left(swapped) == (str(live), "another", kept)
    live.unlink()
    assert candidate.left(swapped) == (str(live), "nothing", kept)


def test_a_candidate_that_another_hand_has_touched_is_not_installed(live: Path) -> None:
    candidate.write(replacement(live))
    Path(candidate.swap_paths(str(live)).candidate).write_bytes(b"another hand\n")
    with pytest.raises(Refused, match="someone else"):
        candidate.swap(replacement(live))
    assert live.read_bytes() == OLD


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

"""Write new files next to old ones, swap them in and put them back: atomically, with owner, mode, ACL and attributes kept.

The candidate and the kept old file have names that begin with a dot, so that no include pattern of keepalived matches them,
and lie in the folder of the real file (symlinks are followed, not replaced), so that a rename is all that a swap takes.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import Callable, NamedTuple, Tuple

from ...journal import Swapped
from ...protocol.change_messages import LeftFile, Replacement
from ...system import Refused


class SwapPaths(NamedTuple):
    """The paths of a file and of what lies next to it during a change."""

    live: str  # the real path
    candidate: str
    kept: str
    journal: str  # of a change, when the file is keepalived's main one

    @property
    def folder(self) -> str:
        return os.path.dirname(self.live)


def swap_paths(path: str) -> SwapPaths:
    """Return the paths for a file of the configuration; symlinks are followed."""
    live = os.path.realpath(path)
    folder, name = os.path.split(live)
    return SwapPaths(
        live, f"{folder}/.{name}.lvstui-new", f"{folder}/.{name}.lvstui-old", f"{folder}/.{name}.lvstui-journal"
    )


def check(path: str, sha256: str) -> os.stat_result:
    """Check that the file is a regular one, without x bit, and still what was read; raises Refused if it is not."""
    known, digest = look(path)
    if digest != sha256:
        raise Refused(f"{path} has been changed by someone else")
    return known


def look(path: str) -> Tuple[os.stat_result, str]:
    """Return the status and the sha256 of a file that keepalived would read. Raises Refused for any other."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            known = os.fstat(file.fileno())
            if not stat.S_ISREG(known.st_mode):
                raise Refused(f"{path} is not a regular file")
            digest = hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    if known.st_mode & 0o111:
        raise Refused(f"{path} is executable, and keepalived does not read such a file: chmod a-x it first")
    return known, digest


def write(replacement: Replacement) -> None:
    """Put the candidate next to the file. Raises Refused with nothing left."""
    if not replacement.data.strip():
        raise Refused(f"the new {replacement.path} is empty: keepalived would remove every virtual server")
    known = check(replacement.path, replacement.sha256)
    where = swap_paths(replacement.path)
    remove(where.candidate)  # of an agent that was killed: nobody else holds the lock
    try:
        _fill(where, replacement.data, known)
    except OSError as error:
        remove(where.candidate)
        raise Refused(f"{where.candidate} cannot be written: {error.strerror}") from None


def swap(replacement: Replacement) -> None:
    """Keep the old file under its other name and rename the candidate into its place. Raises Refused with nothing changed."""
    check(replacement.path, replacement.sha256)
    where = swap_paths(replacement.path)
    check(where.candidate, hashlib.sha256(replacement.data).hexdigest())
    remove(where.kept)
    try:
        os.link(where.live, where.kept)
        os.rename(where.candidate, where.live)
    except OSError as error:
        remove(where.kept)
        raise Refused(f"{where.live} cannot be replaced: {error.strerror}") from None
    sync(where.folder)


def put_back(path: str, sha256: str) -> None:
    """Put the very old file (its inode was kept) in the place of the new one (`sha256`). Raises Refused: where it is."""
    where = swap_paths(path)
    try:
        check(path, sha256)
    except Refused as error:
        raise Refused(f"{error}: it was left as it is now. The old file is {where.kept}") from None
    try:
        os.rename(where.kept, where.live)
    except OSError as error:
        raise Refused(
            f"{where.live} could not be put back ({error.strerror}): the old file is {where.kept}, move it there by hand"
        ) from None
    sync(where.folder)


def discard(path: str) -> None:
    """Remove the candidate and the kept old file. Raises Refused: what could not be removed."""
    where = swap_paths(path)
    for path_left in (where.candidate, where.kept):
        try:
            os.unlink(path_left)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Refused(f"{path_left} could not be removed: {error.strerror}") from None


def left(swapped: Swapped) -> LeftFile:
    """Return what a file of an unfinished change holds now."""
    kept = swap_paths(swapped.path).kept
    try:
        digest = look(swapped.path)[1]
    except Refused:
        holds = "nothing"
    else:
        holds = {swapped.new: "new", swapped.old: "old"}.get(digest, "another")
    return LeftFile(swapped.path, holds, kept if os.path.lexists(kept) else "")


def changed(swapped: Swapped) -> float:
    """Return the wall-clock time at which a file was last written, or put into its place; the latest that it may have been."""
    try:
        when = os.stat(swapped.path).st_ctime
    except OSError:
        return float("inf")
    return when if when % 1 else when + 1.0  # a file system of whole seconds


def _fill(where: SwapPaths, data: bytes, like: os.stat_result) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(where.candidate, flags, 0o600), "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fchown(file.fileno(), like.st_uid, like.st_gid)
        _copy_attributes(where.live, file.fileno())
        os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
        os.fsync(file.fileno())


def _copy_attributes(path: str, descriptor: int) -> None:
    """Copy the extended attributes; ACLs are among them (system.posix_acl_access)."""
    try:
        names = os.listxattr(path)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return
        raise
    for name in names:
        os.setxattr(descriptor, name, os.getxattr(path, name))


def sync(folder: str) -> None:
    """Bring what was renamed or removed in a folder to the disk. Best effort: not every file system can."""
    _quietly(lambda: _fsync_folder(folder))


def _fsync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: str) -> None:
    """Remove a file if it is there."""
    _quietly(lambda: os.unlink(path))


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except OSError:
        pass  # the step that needs it will say what is wrong

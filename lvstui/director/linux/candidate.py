"""New files beside old ones: written, swapped in and put back atomically, with owner, mode, ACL and attributes kept.

The candidate and the kept old file have names that begin with a dot, so that no include pattern of keepalived matches them,
and lie in the folder of the real file (symlinks are followed, not replaced), so that a rename is all that a swap takes.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import Callable, NamedTuple

from ..messages import Replacement
from ..system import Refused


class Place(NamedTuple):
    live: str  # the real path
    candidate: str
    kept: str

    @property
    def folder(self) -> str:
        return os.path.dirname(self.live)


def place(path: str) -> Place:
    live = os.path.realpath(path)
    folder, name = os.path.split(live)
    return Place(live, f"{folder}/.{name}.lvstui-new", f"{folder}/.{name}.lvstui-old")


def check(replacement: Replacement) -> os.stat_result:
    """Raises Refused unless the file is a regular one, without x bit, and still what was read."""
    try:
        with open(os.open(replacement.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            known = os.fstat(file.fileno())
            if not stat.S_ISREG(known.st_mode):
                raise Refused(f"{replacement.path} is not a regular file")
            digest = hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        raise Refused(f"{replacement.path} cannot be read: {error.strerror}") from None
    if known.st_mode & 0o111:
        raise Refused(f"{replacement.path} is executable, and keepalived does not read such a file: chmod a-x it first")
    if digest != replacement.sha256:
        raise Refused(f"{replacement.path} has been changed by another hand")
    return known


def write(replacement: Replacement) -> None:
    """Put the candidate beside the file. Raises Refused with nothing left."""
    if not replacement.data.strip():
        raise Refused(f"the new {replacement.path} is empty: keepalived would remove every virtual server")
    known = check(replacement)
    where = place(replacement.path)
    _remove(where.candidate)  # of an agent that was killed: nobody else holds the lock
    try:
        _fill(where, replacement.data, known)
    except OSError as error:
        _remove(where.candidate)
        raise Refused(f"{where.candidate} cannot be written: {error.strerror}") from None


def swap(replacement: Replacement) -> None:
    """Keep the old file under its other name and rename the candidate into its place. Raises Refused with nothing changed."""
    check(replacement)
    where = place(replacement.path)
    _remove(where.kept)
    try:
        os.link(where.live, where.kept)
        os.rename(where.candidate, where.live)
    except OSError as error:
        _remove(where.kept)
        raise Refused(f"{where.live} cannot be replaced: {error.strerror}") from None
    _sync(where.folder)


def put_back(replacement: Replacement) -> None:
    """The very old file again: its inode was kept. Raises Refused: where it is."""
    where = place(replacement.path)
    try:
        check(replacement._replace(sha256=hashlib.sha256(replacement.data).hexdigest()))
    except Refused as error:
        raise Refused(f"{error}: it was left as it is now. The old file is {where.kept}") from None
    try:
        os.rename(where.kept, where.live)
    except OSError as error:
        raise Refused(
            f"{where.live} could not be put back ({error.strerror}): the old file is {where.kept}, move it there by hand"
        ) from None
    _sync(where.folder)


def discard(replacement: Replacement) -> None:
    """Raises Refused: what could not be removed."""
    where = place(replacement.path)
    for path in (where.candidate, where.kept):
        try:
            os.unlink(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Refused(f"{path} could not be removed: {error.strerror}") from None


def _fill(where: Place, data: bytes, like: os.stat_result) -> None:
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
    """ACLs are among them (system.posix_acl_access)."""
    try:
        names = os.listxattr(path)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return
        raise
    for name in names:
        os.setxattr(descriptor, name, os.getxattr(path, name))


def _sync(folder: str) -> None:
    _quietly(lambda: _fsync_folder(folder))


def _fsync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    _quietly(lambda: os.unlink(path))


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except OSError:
        pass  # the step that needs it will say what is wrong

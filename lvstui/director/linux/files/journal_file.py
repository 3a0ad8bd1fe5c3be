"""Keep the journal in one file next to the configuration: mode 0600, with a name that no include matches. Not for its content."""

from __future__ import annotations

import os
from typing import Optional

from ...journal import JournalEntry, decode, encode
from ...system import Refused
from .candidate import remove, sync

_MAX = 1024 * 1024  # bytes


def read(path: str) -> Optional[JournalEntry]:
    """Return the journal; None when there is none. Raises Refused: it is no journal."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            return decode(file.read(_MAX))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"{path}, the journal of a change, cannot be read: {error.strerror}") from None
    except ValueError as error:
        why = "look at what lies beside the configuration, and remove it"
        raise Refused(f"{path}, the journal of a change, cannot be understood ({error}): {why}") from None


def write(path: str, entry: JournalEntry) -> None:
    """Write the journal atomically; it is on the disk when this returns. Raises Refused with the old one still there."""
    fresh = f"{path}-new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    remove(fresh)
    try:
        with open(os.open(fresh, flags, 0o600), "wb") as file:
            file.write(encode(entry))
            file.flush()
            os.fsync(file.fileno())
        os.rename(fresh, path)
    except OSError as error:
        remove(fresh)
        raise Refused(f"{path} cannot be written: {error.strerror}") from None
    sync(os.path.dirname(path))


def forget(path: str) -> None:
    """Remove the journal. Raises Refused: it could not be removed."""
    remove(f"{path}-new")
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Refused(f"{path} could not be removed: {error.strerror}") from None
    sync(os.path.dirname(path))

"""Give each verdict on a plan a kind from a fixed list, so that nobody has to read a sentence to know what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Level = Literal["ok", "note", "ask", "refuse"]


class GuardKind(StrEnum):
    """Name what a guard watches over: the word that `--override` takes and `docs/guards.md` tells. A published word stays."""

    # whether there can be a change at all
    NOTHING = "nothing"
    WEIGHT = "weight"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    PRIVILEGE = "privilege"
    UNFINISHED = "unfinished"
    STOPPED = "stopped"
    HUNG = "hung"
    VERSION = "version"
    CONFIGURATION = "configuration"
    FATAL = "fatal"
    KERNEL = "kernel"

    # what the edit does
    EDIT = "edit"
    DISAGREE = "disagree"

    # what the reload does beside it
    PENDING = "pending"
    REVIVED = "revived"
    MISC_DYNAMIC = "misc-dynamic"
    RELOAD_TIME = "reload-time"
    TWINS = "twins"

    # what clients meet
    QUORUM = "quorum"
    LAST_SERVER = "last-server"
    SORRY_SERVER = "sorry-server"
    HASH = "hash"
    PERSISTENCE = "persistence"
    FILE_WEIGHT = "file-weight"

    # who is MASTER
    MASTER = "master"
    FAULT = "fault"
    ADVERTS = "adverts"
    FEWER_ALIVE = "fewer-alive"
    HANDED_OVER = "handed-over"
    NOPREEMPT = "nopreempt"
    BY_STOP = "by-stop"
    PREEMPT_DELAY = "preempt-delay"
    SYNC_GROUP = "sync-group"
    OWNER = "owner"
    TRACKED = "tracked"
    ROOM = "room"
    ALONE = "alone"

    # that it is no time for a drill
    DRAINS = "drains"
    DRILL = "drill"

    # real servers that come or go
    CHECKER = "checker"
    COPIED = "copied"
    UNSEEN = "unseen"
    UNMANAGED = "unmanaged"
    CONNECTIONS = "connections"


OVERRIDABLE = frozenset(
    (
        GuardKind.ADVERTS,
        GuardKind.ALONE,
        GuardKind.CONNECTIONS,
        GuardKind.COPIED,
        GuardKind.DISAGREE,
        GuardKind.DRAINS,
        GuardKind.FEWER_ALIVE,
        GuardKind.FILE_WEIGHT,
        GuardKind.HASH,
        GuardKind.LAST_SERVER,
        GuardKind.MISC_DYNAMIC,
        GuardKind.PENDING,
        GuardKind.PERSISTENCE,
        GuardKind.QUORUM,
        GuardKind.RELOAD_TIME,
        GuardKind.REVIVED,
        GuardKind.SORRY_SERVER,
        GuardKind.TRACKED,
        GuardKind.TWINS,
        GuardKind.UNMANAGED,
    )
)
"""The guards that may ask ("ask"), and so may be overridden."""


@dataclass(frozen=True)
class Guard:
    """A verdict. "ask" stops the change until its kind is given (`--override KIND`, or typed); "refuse" stops it for good."""

    kind: GuardKind
    level: Level
    said: str  # which says nothing of where
    director: str | None = None  # None: of all together

    @property
    def text(self) -> str:
        """Return the whole sentence, with the Director's name."""
        return self.said if self.director is None else f"{self.director}: {self.said}"

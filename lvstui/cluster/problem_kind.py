"""List what can be wrong: one word for each kind of problem, a fixed list that `docs/lvsctl.md` tells.

A word that was published stays; code that treats one kind otherwise compares these, never a problem's id or its text.
"""

from __future__ import annotations

from enum import StrEnum


class ProblemKind(StrEnum):
    # a Director and its keepalived
    """A kind of problem."""

    LINK = "link"
    NOT_SEEN = "not-seen"
    UNFINISHED = "unfinished"
    KEEPALIVED_DOWN = "keepalived-down"
    HUNG = "hung"

    # the files
    CONFIGURATION = "configuration"
    FATAL = "fatal"
    ABSENT_INTERFACE = "absent-interface"
    UNUSABLE_FILE = "unusable-file"
    IGNORED_SERVER = "ignored-server"
    SHARED_SERVICE = "shared-service"
    PENDING = "pending"
    FILES_DIFFER = "files-differ"

    # VRRP
    SPLIT_BRAIN = "split-brain"
    NO_MASTER = "no-master"
    FAULT = "fault"
    VIP_TWICE = "vip-twice"
    VIP_NOWHERE = "vip-nowhere"
    NO_ADVERTS = "no-adverts"
    FOREIGN_ROUTER = "foreign-router"

    # what clients meet
    EMPTY_TABLE = "empty-table"
    SERVICE_MISSING = "service-missing"
    NO_LIVE_SERVER = "no-live-server"
    QUORUM = "quorum"
    IP_FORWARD = "ip-forward"
    GATEWAY = "gateway"

    # real servers
    DOWN = "down"
    FLAPPING = "flapping"
    DRIFT = "drift"
    UNMANAGED = "unmanaged"
    RESTORE_DUE = "restore-due"
    DRAIN_OVERDUE = "drain-overdue"

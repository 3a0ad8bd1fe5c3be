"""Decide whether two messages are of one life of keepalived. Not for what is forgotten with a life (see `receiving`)."""

from __future__ import annotations

from lvstui.director.protocol.keepalived_messages import Keepalived

_CLOCKS = 2.0  # seconds by which a clock that is set in between may move the start of a process


def in_same_life(pid: int, started: float, known: Keepalived) -> bool:
    """Return True if the daemon of that pid, started at that time of the Director's wall clock, is the one that is known now.

    A pid alone may be another's later: in a container, keepalived has the same one after each restart.
    """
    return pid == known.pid and abs(started - known.started) < _CLOCKS

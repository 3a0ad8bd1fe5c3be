"""Hold what waits to be sent, bounded however slow the link is. Not for encoding or writing.

A newer state of the same kind replaces the one that waits; log lines and sightings are joined, and the oldest fall out when
there are too many; answers are kept, for there are no more of them than questions.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import Deque, Dict, Optional, Tuple, Union

from ..protocol.checker_messages import Checkers, CheckersUnchanged
from ..protocol.file_messages import Files
from ..protocol.host_messages import Host, Network
from ..protocol.keepalived_messages import Keepalived, Log, LogLine
from ..protocol.message_registry import FromAgent
from ..protocol.sighting_messages import Sightings
from ..protocol.vrrp_messages import Adverts, Vrrp
from ..system import IpvsTable


class IpvsSample:
    """The state of the IPVS table at `at`, or why it is not known; it becomes a delta only when it is sent."""

    def __init__(self, at: float, table: Optional[IpvsTable], error: str = "") -> None:
        self.at = at
        self.table = table
        self.error = error


Outgoing = Union[FromAgent, IpvsSample]
_STATES = (IpvsSample, Network, Vrrp, Adverts, Checkers, CheckersUnchanged, Keepalived, Host, Files)
MAX_LOG_LINES = 2000
MAX_SIGHTINGS = 500


class Outbox:
    """A queue, first in, first out, but a state that waits is replaced in its place."""

    def __init__(self) -> None:
        self._answers: Deque[FromAgent] = deque()
        self._states: Dict[type, Outgoing] = {}
        self._log: Optional[Log] = None
        self._sightings: Optional[Sightings] = None
        self._fallen_out = 0  # sightings
        self._something = asyncio.Event()

    def put(self, message: Outgoing) -> None:
        """Add a message; it replaces a waiting state of its kind."""
        if isinstance(message, Log):
            self._log = message if self._log is None else _joined(self._log, message)
        elif isinstance(message, Sightings):
            self._see(message)
        elif isinstance(message, _STATES):
            self._states[type(message)] = message
        else:
            self._answers.append(message)
        self._something.set()

    def drop(self, *kinds: type) -> None:
        """Let what waits of these kinds of states never be sent. What comes of them later is sent after all that waits now."""
        for kind in kinds:
            self._states.pop(kind, None)

    def take(self) -> Optional[Outgoing]:
        """Return the next one to send: answers, sightings, states in the order in which they began to wait, then log lines."""
        if self._answers:
            return self._answers.popleft()
        if self._sightings is not None:
            sightings, self._sightings = self._sightings, None
            return replace(sightings, lost=sightings.lost + self._fallen_out)
        if self._states:
            return self._states.pop(next(iter(self._states)))
        log, self._log = self._log, None
        return log

    def _see(self, message: Sightings) -> None:
        """Join sightings with those that wait."""
        seen = message.seen if self._sightings is None else self._sightings.seen + message.seen
        too_many = max(0, len(seen) - MAX_SIGHTINGS)
        self._fallen_out += too_many
        self._sightings = replace(message, seen=seen[too_many:])

    async def wait(self) -> Outgoing:
        """Return the next one to send, as soon as there is one."""
        while True:
            message = self.take()
            if message is not None:
                return message
            self._something.clear()
            await self._something.wait()


def _joined(first: Log, second: Log) -> Log:
    lines: Tuple[LogLine, ...] = first.lines + second.lines
    if len(lines) > MAX_LOG_LINES:
        lost = len(lines) - MAX_LOG_LINES
        notice = LogLine(lines[lost].wall, "lvstui", f"{lost} lines of the log were left out: the link is too slow")
        lines = (notice, *lines[lost + 1 :])
    return replace(second, lines=lines, history=first.history)

"""Define how a link begins, is paced and ends: the greeting, the console's wishes, ping, and the farewell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Tuple

from .keepalived_messages import FoundDaemon


class Missing(NamedTuple):
    """Something that this link cannot do or see, in words for the operator."""

    what: str  # "IPVS counters", "host metrics", "writing"
    why: str  # the reason and what would mend it


@dataclass(frozen=True)
class Hello:
    """The first message of an agent: who and where it is."""

    at: float
    wall: float
    hostname: str
    user: str
    root: bool  # False: the observer's view
    kernel: str  # uname -r
    python: str
    missing: Tuple[Missing, ...]


@dataclass(frozen=True)
class SetInterval:
    """Take a sample every so many seconds, 0.2 to 10."""

    seconds: float


@dataclass(frozen=True)
class Watch:
    """Read the included files that these absolute glob patterns (no braces) match, instead of those of before."""

    patterns: Tuple[str, ...]


@dataclass(frozen=True)
class Refresh:
    """Read VRRP, checkers and files anew, and send a full IPVS sample, now."""


@dataclass(frozen=True)
class Ping:
    """Ask the agent for a Pong."""

    sent: float  # by the console's CLOCK_MONOTONIC


@dataclass(frozen=True)
class Pong:
    """The answer to Ping: with the time when it is heard, all four of a round trip, as in NTP."""

    at: float  # when it left
    sent: float  # as Ping says
    received: float  # when Ping came, by the clock of `at`
    wall: float  # at `at`


@dataclass(frozen=True)
class Goodbye:
    """The last message of an agent, and why it ends: it cannot run here, or could not understand a frame."""

    reason: str
    daemons: Tuple[FoundDaemon, ...] = ()  # several keepalived run here, and which is meant was not said

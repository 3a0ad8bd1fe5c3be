"""Judge the state of one VRRP instance on one Director, from all that tells of it.

keepalived's word is a claim: its dump, or a line of its log. Where the instance's VIPs are is the kernel's word, and comes
first when a VIP moves; it cannot tell FAULT from BACKUP.

    newest claim     the VIPs, when they moved after it        state       evidence
    any              did not move                              the claim   "keepalived", "log"
    FAULT            any                                       FAULT       ...            never hidden by an address
    BACKUP, INIT     all here now                              MASTER      "address"
    MASTER           none here any more                        unknown for 1 s, while keepalived has not told why;
                                                               then BACKUP "address"
    BACKUP, INIT     none here any more                        the claim
    any              some here, some not                       the claim
    none             all here                                  MASTER      "address"
    none             none here                                 BACKUP      "address"

While the first dump is awaited, VIPs that did not move tell nothing: a keepalived that was killed left them, and the next
one removes them when it starts.

Without keepalived there is no state, whoever holds the VIPs. Times are of the console's monotonic clock, at receipt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, NamedTuple

from lvstui.cluster.identity.vips import Vip
from lvstui.cluster.observed.clock_tolerances import EDGE_HOLDS
from lvstui.keepalived import VrrpKey

_TELL_WHY = 1.0  # seconds for keepalived's log to say whether it is BACKUP or FAULT
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Claim:
    """The word of keepalived, by its dump or its log."""

    state: str  # "INIT", "BACKUP", "MASTER", "FAULT"
    evidence: str  # "keepalived" or "log"
    at: float
    since: float | None  # operator's wall clock
    logged: bool = False  # a line of the log tells since when: a later line may tell better


class JudgedState(NamedTuple):
    """The state of an instance, and what tells it."""

    state: str | None  # as of a claim; None: not known
    evidence: str  # "keepalived", "log", "address"; "" not known
    since: float | None  # operator's wall clock


_UNKNOWN = JudgedState(None, "", None)


class Instance:
    """The evidence of one instance."""

    def __init__(self, key: VrrpKey, name: str, vips: tuple[Vip, ...]) -> None:
        self.key = key
        self.name = name
        self.vips = vips
        self.claim: Claim | None = None
        self.reason: str | None = None  # why FAULT, when the log says
        self.held: bool | None = None  # True: all VIPs are here, False: none is, None: some, or not known
        self._moved = _NEVER  # when `held` last changed
        self._moved_wall: float | None = None  # and by the operator's wall clock

    def called(self, key: VrrpKey, name: str, vips: tuple[Vip, ...]) -> None:
        """Take in how it is called now, and its VIPs. Others than before are where they are; they have not moved."""
        self.key, self.name = key, name
        if vips != self.vips:
            self.vips, self.held = vips, None
            self._moved, self._moved_wall = _NEVER, None

    def dumped(self, state: str, now: float, since: float | None, *, stayed: bool) -> None:
        """Take in keepalived's dump, with the time of the last transition by the operator's wall clock; None: not known.

        A reload sets that time anew and not the counts of transitions: with `stayed` those are as they were.
        """
        claim = self.claim
        logged = False
        if claim is not None and claim.state == state and claim.since is not None:
            logged = claim.logged and since is None
            since = claim.since if since is None else min(since, claim.since) if stayed else since
        if claim is not None and claim.state != state and claim.evidence == "log" and now - claim.at < EDGE_HOLDS:
            return
        if now - self._moved < EDGE_HOLDS and self.held is not None and (state == "MASTER") != self.held:
            return
        if state != "FAULT":
            self.reason = None
        self.claim = Claim(state, "keepalived", now, since, logged)

    def entered(self, state: str, reason: str | None, at: float, wall: float) -> None:
        """Take in a line of the log; `at` is earlier than now for one of the past.

        One that is older than the claim only explains it.
        """
        claim = self.claim
        if claim is not None and claim.state == state:
            self.reason = reason or self.reason
        if claim is not None and at < claim.at:
            if claim.since is None or claim.logged:
                self.claim = replace(claim, since=wall if claim.state == state else None, logged=True)
            return
        if claim is None or claim.state != state:
            self.reason = reason
        self.claim = Claim(state, "log", at, wall, logged=True)

    def addresses(self, here: Sequence[bool], now: float, wall: float, *, first: bool) -> None:
        """Take in which of the VIPs are here. With `first` nothing moved: they were where they are when we came."""
        held = None if not here or (any(here) and not all(here)) else all(here)
        if held != self.held:
            self._moved, self._moved_wall = (_NEVER, None) if first else (now, wall)
            self.held = held

    def memory(self) -> list[Any]:
        """Return, as JSON, what is known of it: since when, which a reload has taken out of later dumps, above all."""
        claim = None if self.claim is None else list(astuple(self.claim))
        moved = None if self._moved == _NEVER else self._moved
        return [claim, self.reason, self.held, moved, self._moved_wall]

    def recall(self, memory: Sequence[Any]) -> None:
        """Take in what `memory` returned."""
        claim, self.reason, self.held, moved, self._moved_wall = memory
        self.claim = None if claim is None else Claim(*claim)
        self._moved = _NEVER if moved is None else moved

    def forget(self) -> None:
        """Take in that keepalived ended or is another one: nothing that it said tells of the new one."""
        self.claim = self.reason = None
        self._moved, self._moved_wall = _NEVER, None

    def judge(self, now: float, *, awaited: bool) -> JudgedState:
        """Return the state, by all that tells of it. `awaited`: a dump is still to come."""
        claim = self.claim
        told = _UNKNOWN if claim is None else JudgedState(claim.state, claim.evidence, claim.since)
        newer = claim is None or self._moved >= claim.at
        if self.held is None or not newer or told.state == "FAULT" or (awaited and self._moved == _NEVER):
            return told
        if self.held:
            return told if told.state == "MASTER" else JudgedState("MASTER", "address", self._moved_wall)
        if told.state in ("BACKUP", "INIT"):
            return told
        if (awaited and claim is None) or now - self._moved < _TELL_WHY:
            return _UNKNOWN
        return JudgedState("BACKUP", "address", self._moved_wall)

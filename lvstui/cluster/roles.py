"""The state of one VRRP instance on one Director, from all that tells of it.

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

from collections.abc import Set
from dataclasses import dataclass

EDGE_HOLDS = 0.5  # seconds in which a dump does not contradict a newer edge: it may have been written before it
_TELL_WHY = 1.0  # seconds for keepalived's log to say whether it is BACKUP or FAULT
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Claim:
    state: str  # "INIT", "BACKUP", "MASTER", "FAULT"
    evidence: str  # "keepalived" or "log"
    at: float
    since: float | None  # operator's wall clock


class Instance:
    """The evidence of one instance."""

    def __init__(self, vips: tuple[str, ...]) -> None:
        self.vips = vips
        self.claim: Claim | None = None
        self.reason: str | None = None  # why FAULT, when the log says
        self.held: bool | None = None  # True: all VIPs are here, False: none is, None: some, or not known
        self._moved = _NEVER  # when `held` last changed
        self._moved_wall: float | None = None  # and by the operator's wall clock

    def dumped(self, state: str, now: float, since: float | None, *, stayed: bool) -> None:
        """keepalived's dump, which gives the time of the last transition itself (as operator's wall clock).

        A reload sets that time anew (seen with 2.2.7) and not the counts of transitions: with `stayed` those are as they were.
        """
        claim = self.claim
        if stayed and claim is not None and claim.state == state and claim.since is not None and since is not None:
            since = min(since, claim.since)
        if claim is not None and claim.state != state and claim.evidence == "log" and now - claim.at < EDGE_HOLDS:
            return
        if now - self._moved < EDGE_HOLDS and self.held is not None and (state == "MASTER") != self.held:
            return
        if state != "FAULT":
            self.reason = None
        self.claim = Claim(state, "keepalived", now, since)

    def entered(self, state: str, reason: str | None, at: float, wall: float) -> None:
        """A line of the log; `at` is earlier than now for one of the past. An older one than the claim only explains it."""
        claim = self.claim
        if claim is not None and claim.state == state:
            self.reason = reason or self.reason
        if claim is not None and at < claim.at:
            return
        if claim is None or claim.state != state:
            self.reason = reason
        self.claim = Claim(state, "log", at, wall)

    def addresses(self, present: Set[str], now: float, wall: float, *, first: bool) -> None:
        """All addresses of the Director. With `first` nothing moved: they were where they are when we came."""
        here = [vip in present for vip in self.vips]
        held = None if not here or (any(here) and not all(here)) else all(here)
        if held != self.held:
            self._moved, self._moved_wall = (_NEVER, None) if first else (now, wall)
            self.held = held

    def forget(self) -> None:
        """keepalived ended or is another one: nothing that it said tells of the new one."""
        self.claim = self.reason = None
        self._moved, self._moved_wall = _NEVER, None

    def judge(self, now: float, *, awaited: bool) -> tuple[str | None, str, float | None]:
        """State, where it comes from, and since when by the operator's wall clock. `awaited`: a dump is still to come."""
        claim = self.claim
        told = (None, "", None) if claim is None else (claim.state, claim.evidence, claim.since)
        newer = claim is None or self._moved >= claim.at
        if self.held is None or not newer or told[0] == "FAULT" or (awaited and self._moved == _NEVER):
            return told
        if self.held:
            return told if told[0] == "MASTER" else ("MASTER", "address", self._moved_wall)
        if told[0] in ("BACKUP", "INIT"):
            return told
        if (awaited and claim is None) or now - self._moved < _TELL_WHY:
            return None, "", None
        return "BACKUP", "address", self._moved_wall

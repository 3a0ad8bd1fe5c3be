"""Hold what is known of a virtual server's quorum and sorry server, worked out and ready to be drawn or printed.

Frozen values only; None is "not known" everywhere, as in `view`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class QuorumSide(NamedTuple):
    """On one Director, as its keepalived has loaded it; as its file says until that is known."""

    needed: int | None
    hysteresis: int | None
    live_weight: int | None  # the sum of the weights of the live real servers, with what checkers add
    met: bool | None
    since: float | None  # operator's wall clock, of the last time that it was gained or lost


NOT_KNOWN = QuorumSide(None, None, None, None, None)


@dataclass(frozen=True)
class QuorumView:
    """Of the Directors that tell, the worst decides: one that has lost it, else the one with the least live weight."""

    directors: Mapping[str, QuorumSide]

    @property
    def lost(self) -> tuple[str, ...]:
        """Return the Directors where it is lost."""
        return tuple(name for name, side in self.directors.items() if side.met is False)

    @property
    def worst(self) -> QuorumSide:
        """Return the side whose figures stand for the virtual server."""
        return min(self.directors.values(), key=_rank, default=NOT_KNOWN)

    def __str__(self) -> str:
        """Return it in words: `quorum 2 met, live weight 3`."""
        side = self.worst
        met = {True: " met", False: " LOST", None: ""}[side.met]
        hysteresis = f", hysteresis {side.hysteresis}" if side.needed and side.hysteresis else ""
        weight = "not known" if side.live_weight is None else side.live_weight
        return f"quorum {side.needed}{met}, live weight {weight}{hysteresis}"

    @property
    def brief(self) -> str:
        """Return it for a narrow column, live weight/needed: `quorum 3/2`, `quorum 1/2 LOST`; `quorum 3/2±1` with hysteresis."""
        side = self.worst
        hysteresis = f"±{side.hysteresis}" if side.needed and side.hysteresis else ""
        live = "?" if side.live_weight is None else side.live_weight
        return f"quorum {live}/{side.needed}{hysteresis}" + (" LOST" if side.met is False else "")

    @property
    def needed(self) -> int | None:
        return self.worst.needed

    @property
    def hysteresis(self) -> int | None:
        return self.worst.hysteresis

    @property
    def live_weight(self) -> int | None:
        return self.worst.live_weight

    @property
    def met(self) -> bool | None:
        return self.worst.met


def _rank(side: QuorumSide) -> tuple[int, float]:
    live = float("inf") if side.live_weight is None else float(side.live_weight)
    return {False: 0, True: 1, None: 2}[side.met], live


class SorryFigures(NamedTuple):
    """A sorry server in one kernel."""

    serving: bool | None  # does keepalived have it in, so that new clients get it
    kernel_weight: int | None  # None: not in the kernel, or not known
    active: int | None
    inactive: int | None
    persistent: int | None
    connections: int | None
    connections_per_s: float | None
    in_bps: float | None
    out_bps: float | None


@dataclass(frozen=True)
class SorryServerView:
    """A sorry server on all Directors."""

    id: str  # "192.168.211.13:9999"
    directors: Mapping[str, SorryFigures]

    @property
    def word(self) -> str:
        """Return its state in one word."""
        return {True: "SERVING", False: "standby", None: "not known"}[self.serving]

    @property
    def serving(self) -> bool | None:
        """Return True if it serves on any Director; None: none tells."""
        told = {one.serving for one in self.directors.values()}
        return True if True in told else False if False in told else None

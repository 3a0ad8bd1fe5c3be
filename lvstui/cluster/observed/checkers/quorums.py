"""Follow the quorum of each virtual server, as one Director's keepalived tells it: its dump, and the newer lines of its log.

    quorum      live weight                              becomes
    there       0, or less than quorum - hysteresis      lost
    lost        at least quorum + hysteresis             gained

Losing it, keepalived puts the sorry server in, if there is one, and takes the live real servers out.

Not for: what is shown of it (see `pool`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lvstui.cluster.identity import server_names
from lvstui.cluster.observed import log_wording
from lvstui.cluster.observed.clock_tolerances import EDGE_HOLDS
from lvstui.director.protocol.checker_messages import CheckedVirtualServer


class QuorumState(NamedTuple):
    """The quorum of a virtual server, as keepalived has loaded it."""

    needed: int
    hysteresis: int
    up: bool | None  # None: this version does not tell, and no line has
    sorry: bool | None  # has it a sorry server; None: not known
    since: float | None = None  # operator's wall clock; None: before anything that is known
    edge: float = 0.0  # when a line of the log last told, by the console's monotonic clock; 0.0 never


class Quorums:
    """The quorums of one Director."""

    def __init__(self) -> None:
        self._known: dict[str, QuorumState] = {}

    def get(self, virtual_server: str) -> QuorumState | None:
        """Return what is known of a virtual server's quorum."""
        return self._known.get(virtual_server)

    def clear(self) -> None:
        """Forget all: the daemon that told it is gone."""
        self._known.clear()

    def dump(self, told: Sequence[CheckedVirtualServer], now: float, wall: float) -> set[str]:
        """Take in a whole dump, received at `now`; the virtual servers of which it changed something."""
        old = self._known
        new: dict[str, QuorumState] = {}
        for one in told:
            for name in server_names.dumped_virtual_servers(one.name):
                new.setdefault(name, _dumped(old.get(name), one, now, wall))  # of two in one service the first has it
        self._known = new
        return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}

    def line(self, told: log_wording.QuorumChange, wall: float, now: float, *, history: bool) -> set[str]:
        """Take in a line of the log, of operator's time `wall`; the virtual servers of which it changed something.

        One of the `history`, older than the dump, explains what the dump says and does not contradict it.
        """
        names = [name for name in told.virtual_servers if name in self._known] or told.virtual_servers
        if len(names) > 1 and names is not told.virtual_servers:
            return set()  # which one it is, the line does not tell, and the next dump does
        changed: set[str] = set()
        for name in names:
            known = self._known.get(name)
            if known is not None and known.up is not None and known.up != told.up and history:
                continue
            if known is not None and known.sorry is not None and history:
                self._known[name] = known._replace(since=wall)  # its numbers may be those before a reload
            else:
                sorry = None if known is None else known.sorry
                edge = 0.0 if history else now
                self._known[name] = QuorumState(told.needed, told.hysteresis, told.up, sorry, wall, edge)
            changed.add(name)
        return changed


def _dumped(known: QuorumState | None, told: CheckedVirtualServer, now: float, wall: float) -> QuorumState:
    sorry = told.sorry_server is not None
    if known is None:
        return QuorumState(told.quorum, told.hysteresis, told.quorum_up, sorry)
    same = told.quorum_up is None or known.up == told.quorum_up or now - known.edge < EDGE_HOLDS
    if same:
        return known._replace(needed=told.quorum, hysteresis=told.hysteresis, sorry=sorry)
    since = None if known.up is None else wall
    return QuorumState(told.quorum, told.hysteresis, told.quorum_up, sorry, since)

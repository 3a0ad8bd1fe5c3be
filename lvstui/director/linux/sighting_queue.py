"""Gather what was seen at a moment, a little at a time, and tell it in few messages: bounded in number and by rate.

Also tells what differs between two states of the network. Not for: seeing (see `vrrp`, `network`).
"""

from __future__ import annotations

import asyncio
import time
from typing import Callable, Dict, List, Optional, Protocol, Tuple

from ..protocol.host_messages import Address, Network
from ..protocol.sighting_messages import Sighting, Sightings
from ..protocol.vrrp_messages import Advertiser

_SOON = 0.02  # seconds that what is seen together is gathered for
_PER_S, _BURST = 20.0, 300.0  # sightings per second on the whole, and at once
_REMOVED = 0.05  # seconds that rtnetlink's word of what is gone, or of a link, may have waited for the agent
_LATE = 1.0  # seconds; an address whose stamp is older was not put there just now, if it is older than what was known before


class WatchedPackets(Protocol):
    """Give what a watch of packets knows by now."""

    @property
    def sent(self) -> Tuple[Advertiser, ...]: ...

    @property
    def watched(self) -> Tuple[str, ...]: ...

    @property
    def lost(self) -> int: ...

    @property
    def error(self) -> Optional[str]: ...


class SightingQueue:
    """Keep what was seen and not told yet."""

    def __init__(self, tell: Callable[[Sightings], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._waiting: List[Sighting] = []
        self._lost = 0
        self._room, self._filled = _BURST, clock()
        self._due = False
        self._network: Optional[Network] = None
        self._told: Optional[Tuple[object, ...]] = None
        self.packets: Optional[WatchedPackets] = None

    def add(self, sighting: Sighting) -> None:
        """Take one in. It is told soon, with what comes meanwhile."""
        now = self._clock()
        self._room = min(_BURST, self._room + (now - self._filled) * _PER_S)
        self._filled = now
        if self._room < 1:
            self._lost += 1
            return
        self._room -= 1
        self._waiting.append(sighting)
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(_SOON, self.flush)

    def flush(self) -> None:
        """Tell what is new, if anything is."""
        self._due = False
        seen, self._waiting = tuple(sorted(self._waiting, key=lambda one: one.at)), []
        packets, lost = self.packets, self._lost
        sent: Tuple[Advertiser, ...] = ()
        watched: Tuple[str, ...] = ()
        error: Optional[str] = None
        if packets is not None:
            sent, watched, error, lost = packets.sent, packets.watched, packets.error, lost + packets.lost
        state = (sent, watched, lost, error)
        if seen or state != self._told:
            self._told = state
            self._tell(Sightings(self._clock(), seen, sent, watched, lost, error))

    def tell_again(self) -> None:
        """Tell whether packets are watched, even where that was told before: somebody asks who has not heard it."""
        self._told = None

    def process(self, kind: str) -> None:
        """Take in that a process of keepalived "began" or "ended", just now."""
        self.add(Sighting(kind, self._clock(), _REMOVED, "", own=True))

    def network(self, state: Network) -> None:
        """Take in the state of the network: what is new in it, and what is gone."""
        before, self._network = self._network, state
        if before is None or before.error is not None or state.error is not None:
            return
        old, new = _addresses(before), _addresses(state)
        for key in new.keys() - old.keys():
            self.add(_added(new[key], before.at, state.at))
        for key in old.keys() - new.keys():
            self.add(_removed(old[key], state.at, _REMOVED))
        for key in old.keys() & new.keys():
            if new[key].created > old[key].created:  # put back before a busy agent had read that it was gone
                gone_by = min(new[key].created, state.at)
                self.add(_removed(old[key], gone_by, _REMOVED + state.at - gone_by))
                self.add(_added(new[key], old[key].created, state.at))
        were = {link.name: link.up for link in before.links}
        for link in state.links:
            if were.get(link.name, link.up) != link.up:
                self.add(Sighting("up" if link.up else "down", state.at, _REMOVED, link.name, own=True))


def _added(address: Address, known: float, read: float) -> Sighting:
    """Say when an address was put there: after the kernel's stamp, which is cut to its ticks, and before it was read.

    `known`: when it was not there yet. An address with an older stamp was there: its interface has another name now.
    """
    at, uncertainty = read, _REMOVED
    if min(known, read - _LATE) < address.created <= read:
        at = (address.created + read) / 2
        uncertainty = read - at
    return Sighting("added", at, uncertainty, address.interface, True, _family(address), address=address.address)


def _removed(address: Address, at: float, uncertainty: float) -> Sighting:
    family = _family(address)
    return Sighting("removed", at, uncertainty, address.interface, True, family, address=address.address)


def _addresses(state: Network) -> Dict[Tuple[str, str, int], Address]:
    return {(one.interface, one.address, one.prefix): one for one in state.addresses}


def _family(address: Address) -> str:
    return "inet6" if ":" in address.address else "inet"

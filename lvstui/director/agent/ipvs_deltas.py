"""Turn IPVS samples into differences to what the console was last sent. Not for reading the table, nor for its meaning."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from ..protocol.ipvs_messages import Ipvs, RealServer, RealServerId, Service, ServiceChange, ServiceId
from ..system import IpvsTable

RealServers = Tuple[RealServer, ...]


class IpvsDeltas:
    """Know what the console knows of the table: the next sample is the difference, the first one is everything."""

    def __init__(self) -> None:
        self._sent: Optional[IpvsTable] = None
        self.weights_moved = False  # in the last one a real server came, went, or had another weight

    def reset(self) -> None:
        """Send everything the next time."""
        self._sent = None

    def unknown(self, why: str, at: float) -> Ipvs:
        """Return the sample of a table that cannot be read: the console forgets it, and gets everything the next time."""
        self._sent = None
        return Ipvs(at=at, full=True, counters=False, changed=(), gone=(), error=why)

    def next(self, table: IpvsTable, at: float) -> Ipvs:
        """Return the difference to the last sample."""
        sent, self._sent = self._sent, table
        self.weights_moved = False
        if sent is None or sent.counters is not table.counters:
            changed = tuple(ServiceChange(service, reals, ()) for service, reals in table.services)
            return Ipvs(at=at, full=True, counters=table.counters, changed=changed, gone=(), error=None)
        changes, gone, self.weights_moved = _services(sent, table)
        return Ipvs(at=at, full=False, counters=table.counters, changed=tuple(changes), gone=gone, error=None)


def _services(old: IpvsTable, new: IpvsTable) -> Tuple[List[ServiceChange], Tuple[ServiceId, ...], bool]:
    """Return the changes, the services that are gone, and True if any weight moved."""
    before: Dict[ServiceId, Tuple[Service, RealServers]] = {entry[0].id: entry for entry in old.services}
    changes: List[ServiceChange] = []
    moved = False
    for service, reals in new.services:
        known = before.pop(service.id, None)
        if known is None:
            changes.append(ServiceChange(service, reals, ()))
            moved = True
        elif known[0] != service or known[1] != reals:
            changed, gone, weights = _real_servers(known[1], reals)
            changes.append(ServiceChange(service, changed, gone))
            moved = moved or weights
    return changes, tuple(before), moved or bool(before)


def _real_servers(old: RealServers, new: RealServers) -> Tuple[RealServers, Tuple[RealServerId, ...], bool]:
    # The kernel keeps its order, so nearly always the two line up and no dictionary of thousands has to be built.
    if len(old) == len(new) and all(a[0] == b[0] and a[1] == b[1] for a, b in zip(old, new)):
        pairs = [(a, b) for a, b in zip(old, new) if a != b]
        return tuple([b for _, b in pairs]), (), any(a[3] != b[3] for a, b in pairs)
    before = {(real.address, real.port): real for real in old}
    changed = [real for real in new if before.pop((real.address, real.port), None) != real]
    return tuple(changed), tuple([RealServerId(*key) for key in before]), True

"""Keep one Director's IPVS table up to date from the agent's deltas, and tell what each delta changed.

Not for: what a row means (see `servers.states`), nor rates (see `rates`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, RealServerId, Service, ServiceChange, ServiceId

RealKey = tuple[str, int]  # what a RealServerId is: address and port
RowKey = tuple[ServiceId, RealKey]


class Destination:
    """A real server of a service in one kernel: the same object from one sample to the next, while it is there."""

    __slots__ = ("key", "row")

    def __init__(self, key: RowKey, row: RealServer) -> None:
        self.key = key
        self.row: RealServer | None = row  # as it was last seen; None: it is gone


RowChange = tuple[Destination, RealServer | None, RealServer | None]  # before and after; None: not there


class KernelTable:
    """The services and real servers of one kernel, in the kernel's order."""

    def __init__(self) -> None:
        self.services: dict[ServiceId, Service] = {}
        self.destinations: dict[ServiceId, dict[RealKey, Destination]] = {}
        self.rows: dict[ServiceId, dict[RealKey, RealServer]] = {}  # their rows side by side, for who copies them all
        self.counters = False  # are connections, packets and bytes known
        self.awaited = True  # no sample has come yet
        self.error: str | None = "no sample yet"
        self.samples = 0
        self.at = 0.0  # of the last sample, by the Director's monotonic clock
        self.gap = 0.0  # seconds between the last two samples; 0.0 until there are two
        self._weights: dict[tuple[ServiceId, RealServerId], int] = {}
        self._shown_weights: Mapping[tuple[ServiceId, RealServerId], int] | None = None

    def apply(self, sample: Ipvs) -> list[RowChange]:
        """Take one sample in; the rows that it changed. A sample in error changes nothing but `error`."""
        self.awaited = False
        self.error = sample.error
        if sample.error is not None:
            return []
        self.gap = sample.at - self.at if self.samples else 0.0
        self.at = sample.at
        self.samples += 1
        self.counters = sample.counters
        changes: list[RowChange] = []
        known = self.destinations
        kept = {change.service.id for change in sample.changed} if sample.full else set(known)
        for service in [*sample.gone, *(one for one in known if one not in kept)]:
            self._remove(service, changes)
        for change in sample.changed:
            self._update(change, sample.full, changes)
        self._weigh(changes)
        return changes

    @property
    def weights(self) -> Mapping[tuple[ServiceId, RealServerId], int]:
        """Return every row's weight, as it is now: the same object while no row comes, goes, or has another weight or method."""
        if self._shown_weights is None:
            self._shown_weights = self._weights.copy()
        return self._shown_weights

    def _weigh(self, changes: Sequence[RowChange]) -> None:
        for destination, before, after in changes:
            if (
                before is not None
                and after is not None
                and before.weight == after.weight
                and before.method == after.method
            ):
                continue
            self._shown_weights = None
            service, (address, port) = destination.key
            key = (service, RealServerId(address, port))
            if after is None:
                self._weights.pop(key, None)
            else:
                self._weights[key] = after.weight

    def _remove(self, service: ServiceId, changes: list[RowChange]) -> None:
        self.services.pop(service, None)
        self.rows.pop(service, None)
        for destination in self.destinations.pop(service, {}).values():
            self._drop(destination, changes)

    def _drop(self, destination: Destination, changes: list[RowChange]) -> None:
        before, destination.row = destination.row, None
        changes.append((destination, before, None))

    def _update(self, change: ServiceChange, full: bool, changes: list[RowChange]) -> None:
        service = change.service.id
        self.services[service] = change.service
        known, rows = self.destinations.setdefault(service, {}), self.rows.setdefault(service, {})
        gone: Iterator[RealKey] = iter(change.gone)
        if full:
            listed = {(row.address, row.port) for row in change.changed}
            gone = iter([real for real in known if real not in listed])
        for real in gone:
            destination = known.pop(real, None)
            if destination is not None:
                del rows[real]
                self._drop(destination, changes)
        for row in change.changed:
            real = (row.address, row.port)
            destination = known.get(real)
            if destination is None:
                destination = known[real] = Destination((service, real), row)
                rows[real] = row
                changes.append((destination, None, row))
            elif row != destination.row:
                changes.append((destination, destination.row, row))
                destination.row = rows[real] = row

    def find(self, service: ServiceId, real: RealKey) -> Destination | None:
        """Return a real server of a service; None: it was never there."""
        known = self.destinations.get(service)
        return None if known is None else known.get(real)

    def row(self, service: ServiceId, real: RealKey) -> RealServer | None:
        """Return its row; None: it is not there."""
        rows = self.rows.get(service)
        return None if rows is None else rows.get(real)

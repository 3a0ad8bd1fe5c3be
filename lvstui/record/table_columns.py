"""Put samples of the kernel's tables into columns of differences, as JSON, and read them back: a third of the bytes.

What a service or a row is called and what seldom changes in it is written once in a chunk, and is a number from then on. Of all
numbers that change, the difference to the last sample is written, all real servers side by side: small numbers of one kind,
which zstd packs to little more than what they tell. A service's counters are its real servers' together, so they are written as
what they differ from that. Who reads a chunk must read it from its beginning, as who writes it does.

Not for: other messages (see `recorded_entries`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add, itemgetter, sub
from typing import Any

from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, RealServerId, Service, ServiceChange, ServiceId

_SERVICE_COUNTERS = 5  # at the end of a Service, and of a RealServer
_ROW_NAMED = itemgetter(0, 1, 2, 4, 5)  # of a RealServer: address, port, method, thresholds
_ROW_NUMBERS = itemgetter(3, 6, 7, 8, 9, 10, 11, 12, 13)  # weight, active, inactive, persistent, counters
_NUMBERS = 9
_REAL_SERVER = RealServer._make  # thousands are made to reach a moment
_Numbers = tuple[int, ...]


class TableColumns:
    """The tables of all Directors of one chunk."""

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}

    def encode(self, director: str, sample: Ipvs) -> list[Any]:
        """Return a sample as JSON."""
        return self._table(director).encode(sample)

    def decode(self, director: str, value: Sequence[Any]) -> Ipvs:
        """Return the sample of such JSON. Raises what damaged JSON may: ValueError, TypeError, LookupError."""
        return self._table(director).decode(value)

    def _table(self, director: str) -> _Table:
        return self._tables.setdefault(director, _Table())


class _Table:
    """Hold what was named so far of one Director's table, and its numbers as they were last."""

    def __init__(self) -> None:
        self._services: dict[tuple[Any, ...], int] = {}  # id, and what seldom changes
        self._rows: dict[tuple[Any, ...], int] = {}  # number of the service, and what seldom changes
        self._named_services: list[tuple[Any, ...]] = []
        self._named_rows: list[tuple[Any, ...]] = []
        self._counters: list[_Numbers] = []  # by number of the service
        self._numbers: list[_Numbers] = []  # by number of the row

    def encode(self, sample: Ipvs) -> list[Any]:
        new_services, new_rows = len(self._named_services), len(self._named_rows)
        services: list[_Numbers] = []
        rows: list[_Numbers] = []
        gone: list[list[Any]] = []
        service_before = row_before = 0
        for place, change in enumerate(sample.changed):
            number = self._service(change.service)
            sums = [0] * _SERVICE_COUNTERS
            for row in change.changed:
                at = self._row(number, row)
                numbers: _Numbers = _ROW_NUMBERS(row)
                moved = _less(numbers, self._numbers[at])
                self._numbers[at] = numbers
                rows.append((at - row_before, *moved))
                row_before = at
                sums = list(map(add, sums, moved[-_SERVICE_COUNTERS:]))
            counters: _Numbers = change.service[-_SERVICE_COUNTERS:]  # type: ignore[assignment]  # which are numbers
            beyond = _less(_less(counters, self._counters[number]), sums)
            self._counters[number] = counters
            services.append((number - service_before, len(change.changed), *beyond))
            service_before = number
            gone += [[place, *one] for one in change.gone]
        named = [_listed(one) for one in self._named_services[new_services:]]
        named_rows = [list(one) for one in self._named_rows[new_rows:]]
        head = [sample.at, sample.full, sample.counters, sample.error, [list(one) for one in sample.gone]]
        return [*head, named, named_rows, _columns(services), _columns(rows), gone]

    def decode(self, value: Sequence[Any]) -> Ipvs:
        at, full, counted, error, gone_services, named, named_rows, services, rows, gone = value
        for id, *rest in named:
            self._name_service((ServiceId(*id), *rest))
        for one in named_rows:
            self._name_row(tuple(one))
        steps, *moved_rows = _unpacked(rows) or [()]
        differences = list(zip(*moved_rows, strict=True))
        changes: list[ServiceChange] = []
        service = row = read = 0
        all_numbers, named_of = self._numbers, self._named_rows
        for moved, count, *beyond in zip(*_unpacked(services), strict=True):
            service += moved
            found: list[RealServer] = []
            for line in range(read, read + count):
                row += steps[line]
                numbers = all_numbers[row] = tuple(map(add, all_numbers[row], differences[line]))
                found.append(_row_of(named_of[row], numbers))
            sums = [sum(column[read : read + count]) for column in moved_rows[-_SERVICE_COUNTERS:]]
            sums = sums or [0] * _SERVICE_COUNTERS
            read += count
            counters = self._counters[service] = _plus(_plus(self._counters[service], sums), beyond)
            changes.append(ServiceChange(Service(*self._named_services[service], *counters), tuple(found), ()))
        for place, address, port in gone:
            change = changes[place]
            changes[place] = change._replace(gone=(*change.gone, RealServerId(address, port)))
        return Ipvs(at, full, counted, tuple(changes), tuple([ServiceId(*one) for one in gone_services]), error)

    def _service(self, service: Service) -> int:
        named = tuple(service[:-_SERVICE_COUNTERS])
        number = self._services.get(named)
        return self._name_service(named) if number is None else number

    def _name_service(self, named: tuple[Any, ...]) -> int:
        number = self._services[named] = len(self._named_services)
        self._named_services.append(named)
        self._counters.append((0,) * _SERVICE_COUNTERS)
        return number

    def _row(self, service: int, row: RealServer) -> int:
        named = (service, *_ROW_NAMED(row))
        number = self._rows.get(named)
        return self._name_row(named) if number is None else number

    def _name_row(self, named: tuple[Any, ...]) -> int:
        number = self._rows[named] = len(self._named_rows)
        self._named_rows.append(named)
        self._numbers.append((0,) * _NUMBERS)
        return number


def _listed(named: tuple[Any, ...]) -> list[Any]:
    id, *rest = named
    return [list(id), *rest]


def _row_of(named: tuple[Any, ...], numbers: _Numbers) -> RealServer:
    _, address, port, method, upper, lower = named
    return _REAL_SERVER((address, port, method, numbers[0], upper, lower, *numbers[1:]))


def _less(numbers: Iterable[int], before: Iterable[int]) -> _Numbers:
    return tuple(map(sub, numbers, before))


def _plus(numbers: Iterable[int], differences: Iterable[int]) -> _Numbers:
    return tuple(map(add, numbers, differences))


def _columns(lines: Sequence[_Numbers]) -> list[Any]:
    """Return how many lines there are, and their columns; 0 stands for a column of nothing but that."""
    return [len(lines), *[list(column) if any(column) else 0 for column in zip(*lines, strict=True)]]


def _unpacked(columns: Sequence[Any]) -> list[Sequence[int]]:
    count, *rest = columns
    return [[0] * count if column == 0 else column for column in rest]

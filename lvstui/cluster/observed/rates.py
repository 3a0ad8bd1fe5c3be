"""Measure the rates of one kernel's real servers by their counters.

The kernel refreshes the counters that it shows only every 2 s, all that happened in between at once. So a difference
seen in one sample is 2 s of traffic however close the samples are, and a rate stays until the refresh after it is due.
With samples further apart than that, it is the traffic of the time between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lvstui.cluster.observed.ipvs_table import Destination, RowChange
from lvstui.director.protocol.ipvs_messages import RealServer

REFRESH = 2.0  # seconds between two refreshes of the kernel's counters
_LATE = 1.2  # sample intervals to wait for a refresh that is due before calling a counter still


class Rate(NamedTuple):
    """The rates of a row."""

    connections: float  # per second
    in_bits: float
    out_bits: float


NOTHING = Rate(0.0, 0.0, 0.0)


class Rates:
    """The rates of all rows; None until a row's first refresh, and again after its counters were set back."""

    def __init__(self) -> None:
        self._rates: dict[Destination, Rate] = {}
        self._moved: dict[Destination, float] = {}  # when a row last moved or was first seen, oldest first

    def get(self, destination: Destination) -> Rate | None:
        """Return the rate of a row; None: it is not known yet."""
        return self._rates.get(destination)

    def apply(self, changes: Iterable[RowChange], at: float, gap: float) -> list[Destination]:
        """Take in what a sample changed, made at `at`, `gap` seconds after the one before.

        Gives the rows whose rate became nothing: rows that did not change and yet look different now.
        """
        elapsed = max(REFRESH, gap)
        rates, moved = self._rates, self._moved
        for destination, before, after in changes:
            if after is None:
                rates.pop(destination, None)
                moved.pop(destination, None)
                continue
            if before is None or _began_anew(before, after):
                rates.pop(destination, None)  # new, or created again: its counters began anew
            elif _counters_differ(before, after):
                rates[destination] = Rate(
                    (after.connections - before.connections) / elapsed,
                    (after.in_bytes - before.in_bytes) * 8 / elapsed,
                    (after.out_bytes - before.out_bytes) * 8 / elapsed,
                )
            else:
                continue
            moved.pop(destination, None)
            moved[destination] = at
        return self._settle(at - REFRESH - _LATE * gap)

    def _settle(self, before: float) -> list[Destination]:
        still: list[Destination] = []
        for destination, moved in self._moved.items():
            if moved >= before:
                break
            still.append(destination)
        for destination in still:
            del self._moved[destination]
            self._rates[destination] = NOTHING
        return still


def _began_anew(before: RealServer, after: RealServer) -> bool:
    """Return True if the counters began anew."""
    return (
        after.connections < before.connections or after.in_bytes < before.in_bytes or after.out_bytes < before.out_bytes
    )


def _counters_differ(before: RealServer, after: RealServer) -> bool:
    """Return True if any counter is another."""
    return (
        after.connections != before.connections
        or after.in_packets != before.in_packets
        or after.out_packets != before.out_packets
        or after.in_bytes != before.in_bytes
        or after.out_bytes != before.out_bytes
    )

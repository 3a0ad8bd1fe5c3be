"""Both clocks are read as of one moment, also on a machine that does something else in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvstui.director import clocks
from lvstui.director.clocks import ClockReading, SteadyClocks, read_clocks

BOOT = 1_700_000_000.0


class Machine:
    """A machine whose time goes by between two readings: so many seconds, then none."""

    def __init__(self, *pauses: float) -> None:
        self.now = 100.0
        self._pauses: Iterator[float] = iter(pauses)

    def monotonic(self) -> float:
        self.now += next(self._pauses, 0.0)
        return self.now

    def wall(self) -> float:
        self.now += next(self._pauses, 0.0)
        return BOOT + self.now


def test_a_reading_that_something_came_into_is_made_again() -> None:
    machine = Machine(0.0, 0.4, 0.0, 0.0, 0.0, 0.0)
    found = read_clocks(machine.monotonic, machine.wall)
    assert found.wall - found.monotonic == BOOT


def test_of_a_machine_that_is_always_busy_the_best_reading_counts() -> None:
    pauses = [0.0, 0.2, 0.2] * 3 + [0.0, 0.001, 0.0] + [0.0, 0.2, 0.2] * 9
    machine = Machine(*pauses)
    found = read_clocks(machine.monotonic, machine.wall)
    assert abs(found.wall - found.monotonic - BOOT) < 0.002


def test_the_wall_clock_is_steady_against_the_other_until_it_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = [(10.0, 1010.0), (10.1, 1010.0997), (10.2, 1010.2003), (10.3, 1310.3), (10.4, 1310.4002)]
    told = iter([ClockReading(*one) for one in readings])
    monkeypatch.setattr(clocks, "read_clocks", lambda: next(told))
    steady = SteadyClocks()
    seen = [steady.read() for _ in readings]
    assert [one.monotonic for one in seen] == [10.0, 10.1, 10.2, 10.3, 10.4]
    assert [one.wall for one in seen] == pytest.approx([1010.0, 1010.1, 1010.2, 1310.3, 1310.4], abs=1e-9)

"""Both clocks are read as of one moment, also on a machine that does something else in between."""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.director.clocks import read_clocks

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

"""A view is never before what it shows, however far apart two readings of this machine's clocks are."""

from __future__ import annotations

import pytest

from lvstui.record.recorded_state import RecordedState
from lvstui.record.recorder import Recorder


class Noted(Recorder):
    """A recorder that keeps the entries that it is given."""

    def __init__(self) -> None:
        self.walls: list[float] = []

    def put(self, kind: str, name: str, value: object, now: float | None = None, wall: float | None = None) -> None:
        self.walls.append(wall or 0.0)

    def viewed(self, view: object, now: float, *, begins: bool) -> None:
        """Keep nothing."""


@pytest.mark.parametrize("jitter", [-0.0005, 0.0005])
def test_a_view_is_not_before_what_it_shows(jitter: float) -> None:
    recorder = Noted()
    state = RecordedState(recorder, ("director1",), 100.0, 1_000_100.0, interval=1.0)
    state.connecting("director1", 101.0)
    assert state.view(101.00001, 1_000_101.00001 + jitter).wall >= recorder.walls[-1]


def test_a_clock_that_was_set_is_followed() -> None:
    state = RecordedState(Noted(), ("director1",), 100.0, 1_000_100.0, interval=1.0)
    assert state.view(101.0, 1_000_099.0).wall == 1_000_099.0

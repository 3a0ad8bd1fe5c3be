"""Find the real servers that flap: they go DOWN and come back again and again. Pure: what happened and a clock in, values out.

A server flaps from its third change to DOWN within a minute on one Director, and until it has not changed for a minute on
any. Then it is one problem, whatever its state is at the moment; its events are folded into one line where they are listed.

Not for: what is said of it (see `checks.real_servers`), nor a server that is DOWN and stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView, ServerTurn, Severity

FLAPS = 3  # changes to DOWN
WITHIN = 60.0  # seconds in which there are so many
BOTH = "both"  # the source of an event that both Directors tell, and that names them
QUIET = 60.0  # seconds without any change, after which it does not flap any more


@dataclass(slots=True)
class FlappingRun:
    """The changes of one real server that belong together."""

    first: float
    last: float
    downs: dict[str, list[float]] = field(default_factory=dict)  # by Director
    flaps: bool = False

    def add(self, director: str, turn: ServerTurn, at: float) -> None:
        """Take in a change."""
        self.last = at
        if turn is not ServerTurn.DOWN:
            return
        downs = self.downs.setdefault(director, [])
        downs.append(at)
        self.flaps = self.flaps or (len(downs) >= FLAPS and at - downs[-FLAPS] <= WITHIN)

    def forget_old(self, now: float) -> None:
        """Forget what is too long ago to count, while it does not flap."""
        if not self.flaps:
            kept = {name: [at for at in downs if now - at <= WITHIN] for name, downs in self.downs.items()}
            self.downs = {name: downs for name, downs in kept.items() if downs}
            self.first = min((at for downs in self.downs.values() for at in downs), default=now)

    @property
    def count(self) -> int:
        """Return how often it went DOWN, on the Director where that was most often."""
        return max(map(len, self.downs.values()), default=0)

    def text(self) -> str:
        """Say how often it flapped, and in what time."""
        return f"flapped {self.count} times in {_span(self.last - self.first)}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


class _Change(Protocol):
    """A change of a real server's state on a Director."""

    @property
    def director(self) -> str: ...
    @property
    def key(self) -> tuple[str, str]: ...
    @property
    def turn(self) -> ServerTurn | None: ...


class Flapping:
    """The real servers of one pair that flap now."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], FlappingRun] = {}

    def after(self, changes: Iterable[_Change], now: float) -> Mapping[tuple[str, str], FlappingRun]:
        """Take in what happened since the last call, and return what flaps now, by virtual and real server."""
        for key, run in list(self._runs.items()):
            if now - run.last >= QUIET:
                del self._runs[key]
        for change in changes:
            if change.turn is not None:
                run = self._runs.setdefault(change.key, FlappingRun(now, now))
                run.forget_old(now)
                run.add(change.director, change.turn, now)
        return {key: run for key, run in self._runs.items() if run.flaps}

    def memory(self) -> list[list[object]]:
        """Return what is known of all of them, as JSON."""
        return [[*key, run.first, run.last, run.downs, run.flaps] for key, run in self._runs.items()]

    def recall(self, memory: Iterable[tuple[str, str, float, float, Mapping[str, Sequence[float]], bool]]) -> None:
        """Take in what `memory` returned."""
        self._runs = {
            (virtual, real): FlappingRun(first, last, {name: list(at) for name, at in downs.items()}, flaps)
            for virtual, real, first, last, downs, flaps in memory
        }


# --- its events ---


def folded(events: Sequence[EventView]) -> tuple[EventView, ...]:
    """Return these events, oldest first, with those of each flapping server as one, at the place of its last."""
    runs: dict[Target, tuple[FlappingRun, list[int]]] = {}
    found: list[tuple[FlappingRun, list[int]]] = []
    for number, event in enumerate(events):
        if event.turn is None or not event.targets:
            continue
        run, numbers = runs.get(event.targets[0], (None, []))
        if run is None or event.wall - run.last >= QUIET:
            run, numbers = FlappingRun(event.wall, event.wall), []
            runs[event.targets[0]] = run, numbers
            found.append((run, numbers))
        run.add(event.source, event.turn, event.wall)
        numbers.append(number)
    gone: set[int] = set()
    last: dict[int, EventView] = {}
    for run, numbers in found:
        if run.flaps:
            gone |= set(numbers)
            last[numbers[-1]] = _folded(run, [events[number] for number in numbers])
    if not gone:
        return tuple(events)
    return tuple([last.get(n, event) for n, event in enumerate(events) if n not in gone or n in last])


def _folded(run: FlappingRun, some: Sequence[EventView]) -> EventView:
    sources = sorted({event.source for event in some})
    where = f" on {' and '.join(sources)}" if len(sources) > 1 else ""
    text = f"{run.text()}{where}; last: {some[-1].text}"
    source = sources[0] if len(sources) == 1 else BOTH
    return replace(some[-1], severity=Severity.ERROR, source=source, text=text, turn=None)

"""Hold the parts of a failover's picture: bars and marks in lanes, over one axis of time. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BarKind(StrEnum):
    """The state that a bar stands for; its value is what is written on it."""

    MASTER = "MASTER"
    BACKUP = "BACKUP"
    FAULT = "FAULT"
    STOPPED = "no keepalived"
    SILENT = "silent"
    NO_DATA = "no data"
    ANSWERED = "answered"
    UNANSWERED = "no answer"


class LaneKind(StrEnum):
    """The things that a lane shows; its value is its name."""

    STATE = "state"
    ADVERTS = "adverts"
    VIPS = "VIPs"
    ARP = "ARP"
    LOG = "log"
    CLIENTS = "clients"


@dataclass(frozen=True)
class Bar:
    """A state, from one moment to another."""

    kind: BarKind
    start: float
    end: float


@dataclass(frozen=True)
class PictureMark:
    """Something that happened at a moment; a step of the failover stands out, with its uncertainty."""

    at: float
    uncertainty: float
    text: str
    step: bool = False


@dataclass(frozen=True)
class Lane:
    """One line of the picture."""

    kind: LaneKind
    director: str  # "" of clients
    name: str  # of the instance, of a state's lane; else what is shown
    bars: tuple[Bar, ...] = ()
    marks: tuple[PictureMark, ...] = ()


@dataclass(frozen=True)
class PictureWindow:
    """A time without a MASTER, or with two, over the lanes of an instance."""

    start: float
    end: float
    two: bool
    instance: str


@dataclass(frozen=True)
class DrillPicture:
    """A picture: its lanes, each Director's together, over the time from `start` to `end`."""

    title: str
    zero: float  # the moment that the axis counts from
    start: float
    end: float
    lanes: tuple[Lane, ...]
    windows: tuple[PictureWindow, ...] = ()

    @property
    def length(self) -> float:
        """Return the seconds that it shows."""
        return self.end - self.start

    def place(self, at: float) -> float:
        """Return where a moment is, 0 at the left edge and 1 at the right one."""
        return (at - self.start) / self.length


STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


def ticks(picture: DrillPicture, most: int) -> tuple[tuple[float, str], ...]:
    """Return at most so many marks of the axis, at round numbers: each with its moment, and what is written there."""
    room = max(1, most - 1)
    step = next((step for step in STEPS if picture.length / step <= room), picture.length / room)
    first = -int((picture.zero - picture.start) / step)
    last = int((picture.end - picture.zero) / step)
    places = 2 if step < 0.1 else 1 if step < 1 else 0
    return tuple(  # the last digit of a float may lie outside
        (
            max(picture.start, min(picture.zero + number * step, picture.end)),
            f"{number * step:+.{places}f} s" if number else "0",
        )
        for number in range(first, last + 1)
    )

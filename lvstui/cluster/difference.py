"""A difference between Directors, and how one is found in values that each of them tells. Pure.

Not for: what is compared (see `drift`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from lvstui.cluster.text import plain

ABSENT = "not configured"
FAILOVER = "A failover would change what clients get."


class Side(NamedTuple):
    label: str  # a Director's name, with "kernel" where it is the kernel's word
    director: str
    value: str
    path: str | None
    line: int | None  # 1-based


@dataclass(frozen=True)
class Difference:
    where: Literal["files", "kernel"]
    subject: str  # "VI_1", "tcp/10.10.0.20:80", "tcp/10.10.0.20:80 192.168.211.13:8081"
    what: str  # "weight"
    sides: tuple[Side, ...]
    why: str  # what it leads to, may be ""
    matters: bool  # for a failover

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for as long as it is the same difference."""
        return self.where, self.subject, self.what


class Place(NamedTuple):
    path: str
    line: int


T = TypeVar("T")
Told = tuple[str, Place | None]  # a value in words, and where it is said
Sides = Sequence[tuple[str, T | None]]  # a Director's name, and what it has


def differ(
    subject: str, what: str, sides: Iterable[tuple[str, Told]], *, why: str = "", matters: bool = False
) -> Iterator[Difference]:
    told = list(sides)
    if len({value for _, (value, _) in told}) > 1:
        shown = tuple(
            Side(name, name, plain(value, 120), place.path if place else None, place.line if place else None)
            for name, (value, place) in told
        )
        yield Difference("files", plain(subject), what, shown, why, matters)


def presence(
    subject: str, what: str, sides: Sides[T], place: Callable[[T], Place], why: str = FAILOVER
) -> Iterator[Difference]:
    told = [(name, (ABSENT, None) if one is None else ("configured", place(one))) for name, one in sides]
    yield from differ(subject, what, told, why=why, matters=True)

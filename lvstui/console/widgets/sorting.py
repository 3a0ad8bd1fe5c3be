"""What the columns are sorted by: the value of a real server's row, None where it is not known. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lvstui.cluster.view import RealServerState
from lvstui.console import figures
from lvstui.console.listing import Row, Value

_GRAVITY = {state: rank for rank, state in enumerate(RealServerState)}
_PARTS = re.compile(r"(\d+)")


def natural(text: str) -> tuple[str | int, ...]:
    """As a person sorts names: the numbers in it by their size."""
    return tuple(int(part) if number % 2 else part for number, part in enumerate(_PARTS.split(text)))


def name(row: Row) -> Value:
    return None if row.real is None else natural(row.real.id)


def owner(row: Row) -> Value:
    return natural(row.virtual.id)


def gravity(row: Row) -> Value:
    return None if row.real is None else _GRAVITY[row.real.state]


def since(row: Row) -> Value:
    """When it came to its state; what is UP has no note, and none to sort by."""
    return None if row.real is None or row.real.state is RealServerState.UP else row.real.since


def weight(director: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        one = None if row.real is None else row.real.directors.get(director)
        if one is None:
            return None
        return one.configured_weight if one.kernel_weight is None else one.kernel_weight

    return value


def field(director: str, field: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        one = row.figures(director)
        known: float | None = None if one is None else getattr(one, field)
        return known

    return value


def total(sides: Sequence[tuple[str, bool]], field: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        found = [row.figures(name) for name, _ in sides]
        return figures.total(None if one is None else getattr(one, field) for one in found)

    return value


def most(sides: Sequence[tuple[str, bool]], field: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        found = [row.figures(name) for name, _ in sides]
        return max((v for one in found if one is not None and (v := getattr(one, field)) is not None), default=None)

    return value

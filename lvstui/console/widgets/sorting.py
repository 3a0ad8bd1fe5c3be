"""What the columns are sorted by: the value of a real server's row, None where it is not known. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from lvstui.cluster.view import RealServerState
from lvstui.console.listing import Row, Value

_GRAVITY = {state: rank for rank, state in enumerate(RealServerState)}


@lru_cache(65536)
def natural(text: str) -> tuple[str, ...]:
    """As a person sorts addresses: by the numbers in them."""
    return tuple([part.zfill(5) for part in text.replace(":", ".").replace("/", ".").split(".")])


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
    names = [name for name, _ in sides]

    def value(row: Row) -> Value:
        total: float | None = None
        for name in names:
            one = row.figures(name)
            known = None if one is None else getattr(one, field)
            if known is not None:
                total = known if total is None else total + known
        return total

    return value


def most(sides: Sequence[tuple[str, bool]], field: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        found = [row.figures(name) for name, _ in sides]
        return max((v for one in found if one is not None and (v := getattr(one, field)) is not None), default=None)

    return value

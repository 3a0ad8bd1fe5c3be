"""Give the values that columns are sorted by: one of each row, None where it is not known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from lvstui.cluster.view import RealServerState
from lvstui.console.table.rows import TableRow, Value

_GRAVITY = {state: rank for rank, state in enumerate(RealServerState)}


@lru_cache(65536)
def natural(text: str) -> tuple[str, ...]:
    """Return a key that sorts addresses as a person does: by the numbers in them."""
    return tuple([part.zfill(5) for part in text.replace(":", ".").replace("/", ".").split(".")])


def name(row: TableRow) -> Value:
    return None if row.real is None else natural(row.real.id)


def owner(row: TableRow) -> Value:
    return natural(row.virtual.id)


def gravity(row: TableRow) -> Value:
    return None if row.real is None else _GRAVITY[row.real.state]


def since(row: TableRow) -> Value:
    """Return when it came to its state; a server that is UP has no note, and nothing to sort by."""
    return None if row.real is None or row.real.state is RealServerState.UP else row.real.since


def weight(director: str) -> Callable[[TableRow], Value]:
    def value(row: TableRow) -> Value:
        one = None if row.real is None else row.real.directors.get(director)
        if one is None:
            return None
        return one.configured_weight if one.kernel_weight is None else one.kernel_weight

    return value


def field(director: str, field: str) -> Callable[[TableRow], Value]:
    def value(row: TableRow) -> Value:
        one = row.figures(director)
        known: float | None = None if one is None else getattr(one, field)
        return known

    return value


def total(sides: Sequence[tuple[str, bool]], field: str) -> Callable[[TableRow], Value]:
    names = [name for name, _ in sides]

    def value(row: TableRow) -> Value:
        total: float | None = None
        for name in names:
            one = row.figures(name)
            known = None if one is None else getattr(one, field)
            if known is not None:
                total = known if total is None else total + known
        return total

    return value


def most(sides: Sequence[tuple[str, bool]], field: str) -> Callable[[TableRow], Value]:
    def value(row: TableRow) -> Value:
        found = [row.figures(name) for name, _ in sides]
        return max((v for one in found if one is not None and (v := getattr(one, field)) is not None), default=None)

    return value

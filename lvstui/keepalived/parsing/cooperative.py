"""Offer whoever runs a long reading the moments at which it may pause: the checkpoints.

A reading that runs beside an event loop shares the interpreter with it. It does not know that: it only calls what was given
with `checkpoints_call`, some microseconds of work after the last time. The caller decides whether to pause, and how. What is
given counts for the caller's own context alone (see `contextvars`), and nothing is called where nothing was given.

Not for: pausing (see `session.worker`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

_Item = TypeVar("_Item")
_ITEMS = 32  # between two checkpoints

_given: ContextVar[Callable[[], None] | None] = ContextVar("checkpoint", default=None)


@contextmanager
def checkpoints_call(pause: Callable[[], None]) -> Iterator[None]:
    """Call `pause` at each checkpoint of what runs inside."""
    token = _given.set(pause)
    try:
        yield
    finally:
        _given.reset(token)


def checkpoint() -> None:
    """Let the caller pause now."""
    if (pause := _given.get()) is not None:
        pause()


def with_checkpoints(items: Iterable[_Item]) -> Iterable[_Item]:
    """Return the same items, with a checkpoint before the first and now and then between two."""
    pause = _given.get()
    return items if pause is None else _with_checkpoints(items, pause)


def _with_checkpoints(items: Iterable[_Item], pause: Callable[[], None]) -> Iterator[_Item]:
    for number, item in enumerate(items):
        if not number % _ITEMS:
            pause()
        yield item

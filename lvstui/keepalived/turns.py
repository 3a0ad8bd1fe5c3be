"""How what takes long lets others have the interpreter, when it runs in a thread beside an event loop.

CPython's interpreter is for one thread at a time. A thread that only computes lets go of it when another has asked for 5 ms, and
takes it back likewise: everything that the loop does then takes twice as long. One that pauses by itself, for an instant after
each millisecond, is in nobody's way: the loop waits for a millisecond when it has something to do, and has five of every six.

In the main thread there is nobody else, and nothing is done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

_Thing = TypeVar("_Thing")
_PIECE = 0.001  # seconds of work
_PAUSE = 0.00005  # seconds: long enough for a thread that waits for the interpreter to get it
_OFTEN = 32  # things


class _Since(threading.local):
    """When this thread last paused, by the monotonic clock."""

    at = 0.0


_since = _Since()


def give_way() -> None:
    """Now is a good moment, some microseconds of work after the last one."""
    if time.monotonic() - _since.at > _PIECE:
        if _beside():
            time.sleep(_PAUSE)
        _since.at = time.monotonic()


def in_turns(things: Iterable[_Thing]) -> Iterable[_Thing]:
    """The same things, giving way now and then."""
    return _in_turns(things) if _beside() else things


def _in_turns(things: Iterable[_Thing]) -> Iterator[_Thing]:
    for number, thing in enumerate(things):
        if not number % _OFTEN:
            give_way()
        yield thing


def _beside() -> bool:
    return threading.current_thread() is not threading.main_thread()

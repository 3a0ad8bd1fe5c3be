"""Waiting for a condition, with a deadline: what the lab's tests do instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(what: Callable[[], T], wanted: Callable[[T], bool] = bool, seconds: float = 30.0) -> T:
    """What `what()` gives as soon as it is wanted; fails with the last answer when the time is over."""
    deadline = time.monotonic() + seconds
    while not wanted(seen := what()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s; last seen: {seen}"
        time.sleep(0.05)
    return seen

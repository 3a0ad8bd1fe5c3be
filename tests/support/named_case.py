"""Name one of several cases that a test goes through in one console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def case(*about: object) -> Iterator[None]:
    """Say of what fails here in which case it did."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"in the case: {' '.join(map(str, about))}")
        raise

"""What is typed at the terminal, for the tests of what asks there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of the terminal at which it is asked."""
    ours, theirs = os.openpty()
    with open(theirs) as opened:
        monkeypatch.setattr(sys, "stdin", opened)
        yield ours
    os.close(ours)

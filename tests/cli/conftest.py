"""What holds for every command: nothing is given up because the machine is slow. And what is typed at the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from tests.support.patience import held_live, held_story, patient_commands, patient_links

__all__ = ["held_live", "held_story", "patient_commands", "patient_links"]  # the last two hold for every test


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of the terminal at which it is asked."""
    ours, theirs = os.openpty()
    with open(theirs) as opened:
        monkeypatch.setattr(sys, "stdin", opened)
        yield ours
    os.close(ours)

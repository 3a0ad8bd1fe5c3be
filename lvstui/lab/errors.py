"""What can go wrong with the lab, told to the one who runs it."""

from __future__ import annotations


class LabError(Exception):
    """The text says what happened, what was left, and what to do next."""

"""Define the error of the lab, for the one who runs it."""

from __future__ import annotations


class LabError(Exception):
    """Something went wrong with the lab. The text says what happened, what was left, and what to do next."""

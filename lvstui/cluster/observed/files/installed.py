"""Hold which files lvstui installed on a Director and saw loaded there. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Installed:
    """The files of a Director as they were verified to be loaded, by one life of its keepalived."""

    pid: int
    started: float  # the Director's wall clock
    files: tuple[tuple[str, str], ...]  # path and sha256, of all of them

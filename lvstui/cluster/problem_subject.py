"""Hold what a problem is about as typed facts: an operator is led there, and told again when it is about something else."""

from __future__ import annotations

from dataclasses import dataclass

from lvstui.cluster.identity.target import Target


@dataclass(frozen=True, slots=True)
class ProblemSubject:
    """Name what a problem is about, beside its Director. All of it empty: the pair as a whole."""

    targets: tuple[Target, ...] = ()  # real servers
    virtual_server: str | None = None
    file: str | None = None  # a path on the Director
    line: int = 1  # of the file


PAIR = ProblemSubject()

"""Hold a table of a drill's report: cells of text, those of a figure with the figure itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportCell:
    """A cell: what is written, and the figure that it writes, in milliseconds."""

    text: str
    ms: float | None = None


@dataclass(frozen=True)
class ReportTable:
    """A table with its title; `remark` says what its figures mean."""

    name: str  # one word, of its place in the page
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    remark: str = ""
    figures: frozenset[int] = frozenset()  # the columns that are aligned right


def cells(*values: str | ReportCell) -> tuple[ReportCell, ...]:
    """Return a row."""
    return tuple(one if isinstance(one, ReportCell) else ReportCell(one) for one in values)


def in_ms(seconds: float | None) -> float | None:
    """Return a length as the JSON of a drill has it."""
    return None if seconds is None else round(seconds * 1000, 3)

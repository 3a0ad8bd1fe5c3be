"""Read the numbers that the lab's commands take, and say of a wrong one which are right, as lvstui's own commands do."""

from __future__ import annotations

from typing import Any

import click


class LabWholeRange(click.IntRange):
    """A range of whole numbers."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail as a usage error."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(f"{value} is not a whole number {_limits(self)}.", param, ctx)


class LabNumberRange(click.FloatRange):
    """A range of numbers."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or fail as a usage error."""
        try:
            number = float(super().convert(value, param, ctx))
        except click.BadParameter:
            number = float("nan")
        if number != number:  # nan, which click lets through
            self.fail(f"{value} is not a number {_limits(self)}.", param, ctx)
        return number


def _limits(numbers: click.FloatRange | click.IntRange) -> str:
    return f"of at least {numbers.min}" if numbers.max is None else f"from {numbers.min} to {numbers.max}"

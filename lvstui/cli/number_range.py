"""Read the numbers that options and arguments take, and say of a wrong one which are right."""

from __future__ import annotations

import math
from typing import Any

import click


class FiniteRange(click.FloatRange):
    """A range of finite numbers: click lets `nan` through, which is in no range and never runs out as a deadline."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or fail as a usage error."""
        try:
            number = float(super().convert(value, param, ctx))
        except click.BadParameter:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"{value} is not a number {_limits(self)}.", param, ctx)
        return number


class WholeRange(click.IntRange):
    """A range of whole numbers."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail as a usage error."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(f"{value} is not a whole number {_limits(self)}.", param, ctx)


def _limits(numbers: click.FloatRange | click.IntRange) -> str:
    return f"of at least {numbers.min}" if numbers.max is None else f"from {numbers.min} to {numbers.max}"

"""Take the path of a recording from the command line; `demo` is the one that lvstui brings along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

DEMO = Path(__file__).parents[2] / "demo" / "failover.lvsrec"
"""A drain, a web server that stops, and a failover and back, recorded in the lab (`make demo-recording`)."""


class RecordingPath(click.Path):
    """A recording, which is opened later: what cannot be read is told there."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return its path."""
        return DEMO if value == "demo" and not Path(value).exists() else super().convert(value, param, ctx)

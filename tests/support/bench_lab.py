"""A lab for one benchmark."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions


@contextmanager
def a_lab(options: LabOptions | None = None) -> Iterator[Lab]:
    """Up, in a folder of its own, and down again."""
    with tempfile.TemporaryDirectory(prefix="lvl-") as folder, Lab.up(options, Path(folder) / "lab") as lab:
        yield lab

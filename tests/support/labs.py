"""Labs for tests: up in a folder of their own, and down again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions


@contextmanager
def a_lab(options: LabOptions) -> Iterator[Lab]:
    """Up, in a folder of its own (a short one: there are sockets in it), and down again."""
    folder = Path(tempfile.mkdtemp(prefix="lvl-"))
    try:
        with Lab.up(options, folder / "lab") as lab:
            yield lab
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the lab removes an empty one itself

"""Keep the results of drills on this machine: a file of JSON for each, its page of HTML beside it, in a folder for each cluster.

Whole or not at all, and readable by their owner alone. A file that is no result is told, not passed over in silence.
Not for: what stands in a result (see `cluster.drill.result_json`).
"""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.drill.result_json import DrillFormatError, dumps, loads
from lvstui.cluster.drill.views.drill_picture import pictures
from lvstui.cluster.drill.views.drill_report import report
from lvstui.report.report_html import html

SUFFIX, PAGE = ".json", ".html"
LAST = "last"
_LARGEST = 1e11  # seconds, and counts: what is more is no figure of a drill


class KeptDrillError(ValueError):
    """A drill that is not there, or whose file cannot be read."""


@dataclass(frozen=True)
class KeptDrill:
    """A drill as it lies in the folder."""

    path: Path
    result: DrillResult

    @property
    def page(self) -> Path:
        """Return where its report was written."""
        return self.path.with_suffix(PAGE)


class KeptDrills:
    """The drills in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, result: DrillResult, zone: tzinfo | None = None) -> KeptDrill:
        """Write a result and its report. One of the same name gets another one. Raises OSError, and then nothing is left."""
        folder = self.folder / quote(result.cluster, safe=" ")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, kept = 1, result
        while True:
            path = folder / f"{quote(kept.id, safe=' ')}{SUFFIX}"
            try:
                _write(path, dumps(kept))
                break
            except FileExistsError:
                number += 1
                kept = replace(result, id=f"{result.id}-{number}")
        written = KeptDrill(path, kept)
        try:
            _write(written.page, html(report(kept, zone), pictures(kept)))
        except FileExistsError:
            pass  # somebody's own, of a result that was removed: it is not ours to replace
        return written

    def found(self, cluster: str | None = None) -> Iterator[KeptDrill | KeptDrillError]:
        """Give the drills of a cluster, or of all, the oldest first; of one that cannot be read, why."""
        folders = [self.folder / quote(cluster, safe=" ")] if cluster is not None else sorted(self.folder.glob("*"))
        read = [_tried(path) for folder in folders for path in sorted(folder.glob(f"*{SUFFIX}"))]
        yield from (one for one in read if isinstance(one, KeptDrillError))
        yield from sorted((one for one in read if isinstance(one, KeptDrill)), key=lambda one: one.result.started)

    def find(self, wanted: str, cluster: str | None = None) -> KeptDrill:
        """Return the drill whose id begins so, of the last one `last`. Raises KeptDrillError."""
        every = list(self.found(cluster))
        drills = [one for one in every if isinstance(one, KeptDrill)]
        if wanted == LAST and drills:
            return drills[-1]
        exact = [one for one in drills if one.result.id == wanted]
        fitting = exact or [one for one in drills if one.result.id.startswith(wanted)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            several = ", ".join(f"{one.result.id} of {one.result.cluster}" for one in fitting[:5])
            raise KeptDrillError(f"{wanted} names more than one drill: {several}")
        for one in every:
            if isinstance(one, KeptDrillError) and f"{os.sep}{wanted}" in str(one):
                raise one
        where = self.folder if cluster is None else self.folder / quote(cluster, safe=" ")
        raise KeptDrillError(f"there is no drill {wanted} in {where}; lvsctl drill list lists what there is")


def read_drill(path: Path) -> KeptDrill:
    """Return the drill of a file. Raises KeptDrillError, which names the file."""
    try:
        data = path.read_bytes()
        if not data.strip():
            raise KeptDrillError(f"{path}: it is empty")
        result = loads(data)
    except OSError as error:
        raise KeptDrillError(f"{path}: {error.strerror or error}") from error
    except (DrillFormatError, RecursionError) as error:
        raise KeptDrillError(f"{path}: {error}") from error
    if not _sane(result):
        raise KeptDrillError(f"{path}: it has a figure that is neither a time nor a count")
    return KeptDrill(path, result)


def _tried(path: Path) -> KeptDrill | KeptDrillError:
    try:
        return read_drill(path)
    except KeptDrillError as error:
        return error


def _sane(value: Any) -> bool:
    """Return True if all figures are such as a drill can have."""
    if isinstance(value, float | int):
        return math.isfinite(value) and abs(value) < _LARGEST
    if isinstance(value, tuple):
        return all(map(_sane, value))
    names = getattr(value, "__dataclass_fields__", ())
    return all(_sane(getattr(value, name)) for name in names)


def _write(path: Path, text: str) -> None:
    """Write a new file, whole and on the disk. Raises FileExistsError, OSError."""
    descriptor, beside = tempfile.mkstemp(prefix=".", dir=path.parent)  # for its owner alone
    try:
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        os.link(beside, path)  # as no rename does, it never replaces what is there
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)

"""Make the files that leave the console: the table as CSV or JSON, the screen as a picture. Not for: when it is asked for.

Addresses and names in the table's files are the real ones, whatever the privacy mask does to the screen.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import time
from pathlib import Path

import platformdirs

from lvstui.cluster.view import ClusterView, Figures

_FIGURES = tuple(name for name in Figures._fields if name not in ("state", "drained"))
COLUMNS = ("virtual_server", "scheduler", "method", "real_server", "state", "reason", "director", *_FIGURES)


def as_json(view: ClusterView) -> str:
    """Return the object of `lvsctl status --json`."""
    from lvstui.cluster.views import status  # the first frame waits for none of it

    return json.dumps(status.as_json(view), indent=1) + "\n"


def as_csv(view: ClusterView) -> str:
    """Return a line for each real server on each Director. What is not known is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for virtual in view.virtual_servers:
        for real in virtual.real_servers:
            for director, figures in real.directors.items():
                words = (
                    virtual.id,
                    virtual.scheduler,
                    virtual.method,
                    real.id,
                    real.state.value,
                    real.reason,
                    director,
                )
                numbers = ("" if value is None else value for value in (getattr(figures, name) for name in _FIGURES))
                writer.writerow([*(_harmless(word or "") for word in words), *numbers])
    return text.getvalue()


def _harmless(word: str) -> str:
    """Return a word of a Director's so that no spreadsheet takes it for a formula."""
    return f"'{word}" if word[:1] in ("=", "+", "-", "@", "\t", "\r") else word


def save(content: str, cluster: str, kind: str, folder: Path | None = None) -> Path:
    """Return a new file, in the current folder or, where that cannot be written, in lvstui's own. Raises OSError."""
    name = (
        f"lvstui-{re.sub(r'[^A-Za-z0-9._-]+', '-', cluster).strip('-.') or 'cluster'}-{time.strftime('%Y%m%d-%H%M%S')}"
    )
    for place in (folder or Path.cwd(), Path(platformdirs.user_state_dir("lvstui"))):
        for number in range(1, 100):
            path = place / (f"{name}.{kind}" if number == 1 else f"{name}-{number}.{kind}")
            try:
                place.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            except FileExistsError:
                continue
            except OSError as error:
                failure = error
                break  # the other folder
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
            return path
    raise failure

"""Tell who sits at this machine, as it is written into files and the history: ana@ops1."""

from __future__ import annotations

import getpass
import os
import platform


def operator() -> str:
    """Return the user and the host."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):  # in no passwd, and in no variable
        name = f"uid{os.getuid()}"
    return f"{name}@{platform.node().partition('.')[0]}"

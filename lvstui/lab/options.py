"""What a lab is asked to be, and where it lives. Frozen values, checked when they are made."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lvstui.lab.errors import LabError
from lvstui.lab.guest import topology
from lvstui.lab.roots import RELEASES

INITS = ("systemd", "none")
RETURN_PATHS = topology.RETURN_PATHS


@dataclass(frozen=True)
class LabOptions:
    """A pair of Directors; releases and inits are those of director1 and director2. Raises LabError."""

    releases: tuple[str, str] = ("bookworm", "bookworm")
    inits: tuple[str, str] = ("systemd", "systemd")
    return_path: str = "single-nic"
    # Extra virtual servers, for scale: each with so many real servers, without checkers.
    services: int = 0
    real_servers: int = 10
    memory_mib: int = 1024

    def __post_init__(self) -> None:
        for value, known in (
            *((release, RELEASES) for release in self.releases),
            *((init, INITS) for init in self.inits),
            (self.return_path, RETURN_PATHS),
        ):
            if value not in known:
                raise LabError(f"{value!r} is not one of {', '.join(known)}; nothing was started.")


def pair(text: str) -> tuple[str, str]:
    """ "a" or "a,b" as the values of director1 and director2; raises LabError."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 2 or not all(parts):
        raise LabError(f"{text!r}: give one value for both Directors, or two with a comma; nothing was started.")
    return parts[0], parts[-1]


def default_directory(name: str = "default") -> Path:
    """The lab's folder. Short on purpose: the sockets in it have paths of at most 107 bytes."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) if runtime and os.path.isdir(runtime) else Path(tempfile.gettempdir())
    return base / f"lvstui-lab-{os.getuid()}" / name

"""Define what a lab is asked to be, and where it lives. Frozen values, checked when they are made."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lvstui.lab import keepalived_builds
from lvstui.lab.debian.root_images import RELEASES
from lvstui.lab.errors import LabError
from lvstui.lab.guest import addresses

INITS = ("systemd", "none")
MOST_ROWS = 30_000  # real servers on each Director, the seed's aside: what the guest's memory was tried with
_READY_LIMIT_S = 300.0
_PER_ROW_S = 0.03  # of 10,000 on each Director, 12 s in all were seen
RETURN_PATHS = addresses.RETURN_PATHS


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
    # Folders with another build of keepalived; "" is the release's own.
    keepalived: tuple[str, str] = ("", "")
    later: str = ""  # another release, which `Lab.upgrade` puts in the place of a Director's own

    def __post_init__(self) -> None:
        for value, known in (
            *((release, RELEASES) for release in self.releases),
            *((init, INITS) for init in self.inits),
            *((release, RELEASES) for release in filter(None, (self.later,))),
            (self.return_path, RETURN_PATHS),
        ):
            if value not in known:
                raise LabError(f"{value!r} is not one of {', '.join(known)}; nothing was started.")
        for folder in filter(None, self.keepalived):
            keepalived_builds.check(folder)
        if self.rows > MOST_ROWS:
            asked = f"{self.services} x {self.real_servers} are {self.rows:,} real servers"
            raise LabError(f"{asked}, more than {MOST_ROWS:,}; nothing was started.")

    @property
    def devices(self) -> dict[str, str | None]:
        """Return the guest's block devices by release; the first is its own root. The last one may be of no Director yet."""
        images = dict.fromkeys([*self.releases, *filter(None, (self.later,))])
        return {release: f"/dev/ubd{'abc'[number]}" if number else None for number, release in enumerate(images)}

    @property
    def rows(self) -> int:
        """Return the number of real servers on each Director, the seed's not counted."""
        return self.services * self.real_servers

    @property
    def ready_limit_s(self) -> float:
        """Return how long it is waited for until it is ready: what never comes, not what is late on a busy machine."""
        return _READY_LIMIT_S + _PER_ROW_S * self.rows


def pair(text: str) -> tuple[str, str]:
    """Read "a" or "a,b" as the values of director1 and director2; raises LabError."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 2 or not all(parts):
        raise LabError(f"{text!r}: give one value for both Directors, or two with a comma; nothing was started.")
    return parts[0], parts[-1]


def builds_of(text: str) -> tuple[str, str]:
    """Read "PATH" for both Directors, "PATH,PATH", "PATH," or ",PATH" for one of them, as absolute paths; raises LabError."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 2:
        raise LabError(f"{text!r}: give one folder for both Directors, or two with a comma; nothing was started.")
    folders = [os.path.abspath(os.path.expanduser(part)) if part else "" for part in parts]
    return folders[0], folders[-1]


def default_directory(name: str = "default") -> Path:
    """Return the lab's folder. Short on purpose: the sockets in it have paths of at most 107 bytes."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) if runtime and os.path.isdir(runtime) else Path(tempfile.gettempdir())
    return base / f"lvstui-lab-{os.getuid()}" / name

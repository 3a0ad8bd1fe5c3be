"""Sessions that record a real or simulated pair, and what they showed live, to hold against the recording."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lvstui.cli import launch
from lvstui.cluster.views.status import as_json
from lvstui.session.session import Session
from tests.support.differences import different
from tests.support.lab_sessions import DIRECTORS
from tests.support.waiting import LIMIT_S

Status = dict[str, Any]


def recorded_session(ssh_config: Path) -> Session:
    """Return a session with the pair that is recorded, as `lvsctl record` makes it."""
    return launch.script_recorded(None, DIRECTORS, ssh_config)[0]


class LiveMoments:
    """The status at some moments of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.seen: list[tuple[float, Status]] = []

    def look(self) -> None:
        """Keep how it is now."""
        view = self._session.view()
        self.seen.append((view.wall, as_json(view)))


def lvsctl(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command with its state in a folder. Return its exit status, and what it printed on either stream."""
    command = [str(Path(sys.executable).parent / "lvsctl"), "-d", DIRECTORS[1], "-d", DIRECTORS[0]]
    environment = {"XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": "/usr/bin:/bin", "TZ": "UTC"}
    done = subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    return done.returncode, done.stdout, done.stderr


def recorded_status(folder: Path, wall: float) -> Status:
    """Return the status at a moment, from the recording."""
    code, printed, said = lvsctl(folder, "--at", written(wall), "status", "--json")
    assert code == 0, said
    status: Status = json.loads(printed)
    return status


def written(wall: float) -> str:
    """Return a moment as it is given to --at."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="microseconds")


def unlike(live: Status, recorded: Status) -> list[str]:
    """Return where two statuses differ, but for ages and the last digits of times."""
    return different(_without_ages(live), _without_ages(recorded))


def _without_ages(status: Status) -> Status:
    return {**status, "directors": [{**one, "age_s": None} for one in status["directors"]]}

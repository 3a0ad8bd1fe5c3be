"""The programs against the lab's pair, as an operator runs them: the console in a terminal, and lvsctl."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from lvstui.cli import main
from lvstui.lab.lab import Lab
from tests.support.patience import patient
from tests.support.tmux import Tmux

DIRECTORS = ("director1", "director2")
CONFIG = "/etc/keepalived/keepalived.conf"
REAL = "192.168.211.13:8082"
REFUSED = 1


def console(lab: Lab, folder: Path, size: tuple[int, int] = (120, 40)) -> Tmux:
    command = [*patient("lvstui"), "-F", str(lab.ssh_config), *DIRECTORS]
    return Tmux(command, folder, size=size, environment=_places(folder))


def known(screen: str) -> bool:
    return screen.count("● live") == 2 and screen.count("MASTER") == 3 and screen.count("BACKUP") == 3


def lvsctl(lab: Lab, folder: Path, *arguments: str) -> tuple[int, str]:
    """The command with these arguments, in this process: its exit status, and all that it printed."""
    ran = _invoke(lab, folder, *arguments)
    return ran.exit_code, ran.output


def problems(lab: Lab, folder: Path) -> list[Mapping[str, Any]]:
    """What `lvsctl status` says to be wrong."""
    found: list[Mapping[str, Any]] = json.loads(_invoke(lab, folder, "--json", "status").stdout)["problems"]
    return found


def _invoke(lab: Lab, folder: Path, *arguments: str) -> Result:
    pair = ["-F", str(lab.ssh_config), *(word for name in DIRECTORS for word in ("-d", name))]
    ran = CliRunner(env=_places(folder)).invoke(main.lvsctl, [*pair, *arguments])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran


def _places(folder: Path) -> dict[str, str]:
    return {name: str(folder) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}

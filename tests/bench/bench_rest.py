"""What the console costs while nobody does anything: the seed's pair in the lab, a sample a second, for a minute; beside btop.

python -m tests.bench.bench_rest
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.support.bench_lab import a_lab
from tests.support.tmux import Tmux

SECONDS = 60.0
SETTLED = 25.0  # after the start: the first minute's plots and dumps are there
PROMISED = 2.0  # percent of a processor
SIZES = ((80, 24), (120, 40), (200, 60))
_TICKS = os.sysconf("SC_CLK_TCK")


def spent(pid: int) -> float:
    """Return the processor time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def main() -> int:
    """0 when the console costs no more than is promised at 120x40."""
    btop = shutil.which("btop")
    with ExitStack() as opened:
        lab = opened.enter_context(a_lab())
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="lvr-"))
        console = [sys.executable, "-c", "from lvstui.cli.main import lvstui; lvstui()"]
        commands = {
            f"lvstui {width}x{height}": (
                [*console, "-F", str(lab.ssh_config), "director1", "director2"],
                (width, height),
            )
            for width, height in SIZES
        }
        if btop:
            commands["btop 120x40"] = ([btop], (120, 40))
        panes = {}
        for number, (name, (command, size)) in enumerate(commands.items()):
            (Path(folder) / str(number)).mkdir()
            panes[name] = opened.enter_context(Tmux(command, Path(folder) / str(number), size=size))
        time.sleep(SETTLED)
        began, before = time.monotonic(), {name: spent(pane.pid) for name, pane in panes.items()}
        time.sleep(SECONDS)
        share = {
            name: 100 * (spent(pane.pid) - before[name]) / (time.monotonic() - began) for name, pane in panes.items()
        }
    for name, percent in share.items():
        print(f"at rest, {name}: {percent:.1f} % of a processor")
    if not btop:
        print("btop is not installed here: apt install btop, for the comparison")
    return 0 if share["lvstui 120x40"] <= PROMISED else 1


if __name__ == "__main__":
    raise SystemExit(main())

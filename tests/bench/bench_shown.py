"""How long after the command the console shows the lab's pair: its table, and the role of each Director in each instance.

In a real terminal, RUNS times, beside what somebody would run instead: ssh to one Director after the other for `ipvsadm -Ln`
and `ip address`. Target: the pair within 3 s. Run by `make bench`, or alone: python -m tests.bench.bench_shown
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lvstui.lab.lab import Lab
from tests.support.bench_lab import a_lab
from tests.support.tmux import Tmux

RUNS, TARGET = 7, 3.0
LIMIT, STEP, PAUSE = 30.0, 0.02, 1.0  # seconds
DIRECTORS = ("director1", "director2")


def shown(lab: Lab) -> tuple[float, float]:
    """Seconds until the table is there, and until every role is."""
    with tempfile.TemporaryDirectory(prefix="lvt-") as folder:
        places = dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), folder)
        command = [str(Path(sys.executable).parent / "lvstui"), "-F", str(lab.ssh_config), *DIRECTORS]
        began, table = time.monotonic(), 0.0
        with Tmux(command, Path(folder), environment={**places, "PYTHONDONTWRITEBYTECODE": ""}) as terminal:
            while (now := time.monotonic() - began) < LIMIT:
                screen = terminal.screen()
                if not table and all(f"192.168.211.13:{port}       UP" in screen for port in (8081, 8082, 8083)):
                    table = now
                if table and screen.count("MASTER") == 3 and screen.count("BACKUP") == 3:
                    return table, now
                time.sleep(STEP)
    raise TimeoutError(f"the pair was not shown within {LIMIT:.0f} s")


def by_hand(lab: Lab) -> float:
    """Seconds for the same by ssh, without checks, rates or a configuration."""
    began = time.monotonic()
    for name in DIRECTORS:
        command = ["ssh", "-F", str(lab.ssh_config), name, "ipvsadm -Ln; ip -brief address"]
        subprocess.run(command, check=True, capture_output=True, timeout=LIMIT)
    return time.monotonic() - began


def main() -> int:
    """0 when the median is within what is promised."""
    tables, wholes, hands = [], [], []
    with a_lab() as lab:
        for _ in range(RUNS):
            table, whole = shown(lab)
            tables.append(table)
            wholes.append(whole)
            time.sleep(PAUSE)  # the agents have ended
            hands.append(by_hand(lab))
    table, whole, hand = (statistics.median(times) for times in (tables, wholes, hands))
    print(
        f"the lab's pair after the command: table {table:.2f} s, roles {whole:.2f} s (worst {max(wholes):.2f}); "
        f"ssh, ipvsadm and ip on one after the other: {hand:.2f} s ({whole / hand:.2f})"
    )
    return int(whole > TARGET)


if __name__ == "__main__":
    raise SystemExit(main())

"""How long after keepalived's own verdict the console's row says DOWN, and UP again.

On the real lab, brought up for it: a web server is stopped and started again, RUNS times. A verdict's moment is that of the
earlier Director's log line, as the Director's journald has it; the guest's clock is compared with this machine's.
Target: within 1 s. Run by `make bench`, or alone: python -m tests.bench.bench_down
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

from textual.pilot import Pilot

from lvstui.cli import launch
from lvstui.console.app import ConsoleApp
from lvstui.lab.lab import Lab
from tests.support.bench_lab import a_lab
from tests.support.console import text

RUNS, TARGET_MS = 6, 1000
LIMIT = 60.0  # seconds for a verdict: the checks are 6 s apart, and tried again three times
DIRECTORS = ("director1", "director2")
PORTS = (8081, 8082, 8083)


def behind(lab: Lab) -> float:
    """This machine's wall clock less the guest's, from the quickest of ten looks."""
    best = (float("inf"), 0.0)
    for _ in range(10):
        sent = time.time()
        there = float(lab.exec("director1", ["date", "+%s.%N"]).stdout)
        received = time.time()
        best = min(best, (received - sent, (sent + received) / 2 - there))
    return best[1]


def verdict(lab: Lab, begun: float, port: int, words: str) -> float:
    """The guest's wall clock at the first line since `begun` that says this of the port; infinity: none yet."""
    times = [float("inf")]
    for name in DIRECTORS:
        command = ["journalctl", "--output=json", "--unit=keepalived", f"--since=@{begun:.3f}"]
        for line in lab.exec(name, command).stdout.splitlines():
            entry = json.loads(line)
            if words in entry["MESSAGE"] and f":{port}" in entry["MESSAGE"]:
                times.append(int(entry["_SOURCE_REALTIME_TIMESTAMP"]) / 1e6)
    return min(times)


def says(app: ConsoleApp, port: int, state: str) -> bool:
    return any(f"192.168.211.13:{port}" in line and state in line.split() for line in text(app).splitlines())


async def shown(pilot: Pilot[None], app: ConsoleApp, port: int, state: str) -> float:
    """The wall clock when the row of the port says that; raises TimeoutError."""
    async with asyncio.timeout(LIMIT):
        while not says(app, port, state):
            await pilot.pause(0.005)
    return time.time()


async def measure(lab: Lab) -> tuple[list[float], list[float]]:
    """Milliseconds to DOWN and to UP."""
    app = ConsoleApp(
        lambda questions: launch.session(
            DIRECTORS, questions, ssh_config=lab.ssh_config, name="lab", interval=1.0, read_only=None
        )
    )
    downs: list[float] = []
    ups: list[float] = []
    async with app.run_test(size=(120, 40)) as pilot:
        for number in range(RUNS):
            port = PORTS[number % len(PORTS)]
            await shown(pilot, app, port, "UP")
            await asyncio.sleep(2)  # the other Director has said so too
            for taken, state, words in ((downs, "DOWN", "Removing service"), (ups, "UP", "Adding service")):
                between = await asyncio.to_thread(behind, lab)
                begun = time.time() - between
                if state == "DOWN":
                    await asyncio.to_thread(lab.fault, "web-stopped", port)
                else:
                    await asyncio.to_thread(lab.lift)
                seen = await shown(pilot, app, port, state)
                said = await asyncio.to_thread(verdict, lab, begun, port, words)
                taken.append((seen - said - between) * 1000)
                print(f"{number + 1:>3} {state}: {taken[-1]:.0f} ms", file=sys.stderr)
    return downs, ups


def main() -> int:
    """0 when every row was in time."""
    with a_lab() as lab:
        downs, ups = asyncio.run(measure(lab))
    for state, taken in (("DOWN", downs), ("UP", ups)):
        print(
            f"keepalived's verdict -> {state} on the screen, {len(taken)} times: "
            f"median {statistics.median(taken):.0f} ms, longest {max(taken):.0f} ms (target {TARGET_MS})"
        )
    return int(max(downs) > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())

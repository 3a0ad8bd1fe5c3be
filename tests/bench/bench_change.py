"""A drain on both Directors, from the key to verified on both, beside the same steps as a script over ssh, in one run.

On the real lab, brought up for it. The script is what a careful person would write: for each Director over a shared connection,
edit a copy with sed, `keepalived -t` on it, mv, systemctl reload, and look with ipvsadm until the weight is there. It has no
lock, no rollback, no look at the rest of the table, and leaves the other Director as it was when one fails.

Run by `make bench`, or alone: python -m tests.bench.bench_change
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime

from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import StepView
from lvstui.lab.lab import Lab
from tests.support.bench_lab import a_lab
from tests.support.faulted_session import DIRECTORS, TARGET, Scene, scene

RUNS, TARGET_RATIO = 5, 2.0
FOLDER = "/etc/keepalived"
_PORT = TARGET.real_server.rpartition(":")[2]


def steps(before: int, after: int) -> list[str]:
    """The script's, on one Director."""
    edit = f"/real_server 192.168.211.13 {_PORT} /,/weight/s/weight {before}$/weight {after}/"
    return [
        f"cd {FOLDER} && cp -p keepalived.conf new && sed -i '{edit}' new",
        f"cd {FOLDER} && keepalived -t -f {FOLDER}/new; test $? -ne 2",
        f"cd {FOLDER} && mv new keepalived.conf",
        "systemctl reload keepalived",
        f"until ipvsadm -Ln | grep -Eq ':{_PORT} +Masq +{after} '; do sleep 0.05; done",
    ]


class Script:
    """ssh with a shared connection to each Director."""

    def __init__(self, lab: Lab) -> None:
        shared = ["-o", "ControlMaster=auto", "-o", "ControlPersist=60", "-o", f"ControlPath={lab.directory}/%n"]
        self._ssh = ["ssh", "-F", str(lab.ssh_config), *shared]
        for name in DIRECTORS:
            self._run(name, "true")

    def change(self, before: int, after: int, *, calls: bool) -> float:
        """Seconds that it took; `calls`: every step is a call of ssh, otherwise all of a Director's are one."""
        began = time.monotonic()
        for name in reversed(DIRECTORS):
            every = steps(before, after)
            for step in every if calls else [" && ".join(f"{{ {one}; }}" for one in every)]:
                self._run(name, step)
        return time.monotonic() - began

    def end(self) -> None:
        for name in DIRECTORS:
            subprocess.run([*self._ssh, "-O", "exit", name], stderr=subprocess.DEVNULL, check=False)

    def _run(self, name: str, step: str) -> None:
        subprocess.run([*self._ssh, name, step], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


async def ours(session: Scene, weight: int) -> tuple[float, float]:
    """Seconds from the key to verified on both, and to the end."""
    await session.ready()
    verified: list[float] = []

    def progress(views: Sequence[StepView]) -> None:
        done = [one.state == "done" for one in views if one.step == "verify"]
        if all(done) and not verified:
            verified.append(time.monotonic())

    began = time.monotonic()
    when = datetime.now().replace(second=0, microsecond=0)
    plan = session.plan(Intent("weight", (TARGET,), weight, "bench", when, ""))
    outcome = await session.apply(plan, progress, frozenset({"pending", "checker"}))
    assert outcome.kind == "done", outcome
    return verified[0] - began, time.monotonic() - began


async def seen(session: Scene, weight: int) -> None:
    """The session knows what the script has changed."""
    await session.see(
        lambda view: all(
            figures.kernel_weight == figures.configured_weight == weight
            for server in view.virtual_servers
            for real in server.real_servers
            if real.id == TARGET.real_server
            for figures in real.directors.values()
        )
    )


async def measure(lab: Lab) -> dict[str, list[float]]:
    script = Script(lab)
    taken: dict[str, list[float]] = {"verified": [], "done": [], "calls": [], "one": []}
    try:
        async with scene(lab) as session:
            for _ in range(RUNS):
                for before, after in ((1, 2), (2, 1)):
                    verified, done = await ours(session, after)
                    taken["verified"].append(verified)
                    taken["done"].append(done)
                    await seen(session, after)
                    taken["calls"].append(await asyncio.to_thread(script.change, after, before, calls=True))
                    await seen(session, before)
                    taken["one"].append(await asyncio.to_thread(script.change, before, after, calls=False))
                    await seen(session, after)
    finally:
        script.end()
    return taken


def main() -> int:
    with a_lab() as lab:
        taken = asyncio.run(measure(lab))
    median = {name: statistics.median(times) for name, times in taken.items()}
    ratio = median["verified"] / median["calls"]
    print(
        f"a change on both Directors, {2 * RUNS} times: key -> verified on both median {median['verified']:.2f} s, "
        f"-> closed {median['done']:.2f} s; as a script, a call of ssh for each step {median['calls']:.2f} s "
        f"({ratio:.2f} of it), one for each Director {median['one']:.2f} s "
        f"({median['verified'] / median['one']:.2f} of it)"
    )
    return int(ratio > TARGET_RATIO)


if __name__ == "__main__":
    sys.exit(main())

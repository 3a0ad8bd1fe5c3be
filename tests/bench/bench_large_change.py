"""One whole change where each Director has 10,000 real servers: the plan, and each step up to the end, on the real lab.

The lab's virtual servers have no checkers: a thousand connections a second would be another benchmark. Prints the load of the
machine, for what the guest does takes as long as the processor lets it.

Run by `make bench`, or alone: python -m tests.bench.bench_large_change
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import datetime

from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import StepView
from lvstui.lab.options import LabOptions
from tests.support.bench_lab import a_lab
from tests.support.faulted_session import TARGET, Scene, scene

SERVICES, REAL_SERVERS, RUNS, TARGET_S = 100, 100, 4, 30.0


class Steps:
    """When each step had ended on both Directors, in seconds from the key."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.ended: dict[str, float] = {}

    def note(self, name: str) -> None:
        self.ended.setdefault(name, time.monotonic() - self._began)

    def progress(self, views: Sequence[StepView]) -> None:
        for name in dict.fromkeys(one.step for one in views):
            if all(one.state == "done" for one in views if one.step == name):
                self.note(name)


async def change(session: Scene, weight: int) -> dict[str, float]:
    await session.ready()
    steps = Steps()
    when = datetime.now().replace(second=0, microsecond=0)
    plan = session.plan(Intent("weight", (TARGET,), weight, "bench", when, ""))
    steps.note("plan")
    outcome = await session.apply(plan, steps.progress, frozenset({"pending", "reload-time"}))
    assert outcome.kind == "done", outcome
    steps.note("end")
    return steps.ended


async def measure(options: LabOptions) -> list[dict[str, float]]:
    with a_lab(options) as lab:
        async with scene(lab) as session:
            return [await change(session, 2 - number % 2) for number in range(RUNS)]


def main() -> int:
    load_before = os.getloadavg()[0]
    taken = asyncio.run(measure(LabOptions(services=SERVICES, real_servers=REAL_SERVERS)))
    for name in taken[0]:
        times = [one[name] for one in taken]
        print(
            f"{name:<8} ended after {statistics.median(times):6.2f} s (median), {max(times):6.2f} s (longest of {RUNS})"
        )
    load = f"load of the machine {load_before:.1f} before, {os.getloadavg()[0]:.1f} after"
    print(f"{SERVICES * REAL_SERVERS:,} real servers on each Director; {load}")
    return int(statistics.median(one["verify"] for one in taken) > TARGET_S)


if __name__ == "__main__":
    sys.exit(main())

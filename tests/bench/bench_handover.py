"""How many requests clients lose while director1 is handed over and taken back, again and again, under traffic.

On the real lab, brought up for it: RUNS round trips, while a client asks RATE times a second through the VIP. None may be lost,
no instance may be seen without a MASTER, and the files must be what they were. Run by hand, for it takes a quarter of an hour.

Two ways let connections go on, and some are held open all the time then. With --stateless, the scheduler is `sh`, which sends a
client's port to the same real server on either Director, and `sloppy_tcp` takes connections up in the middle. With
--synchronised, the kernel of the MASTER tells that of the BACKUP its connections (`lvs_sync_daemon`).

python -m tests.bench.bench_handover [RUNS] [--stateless | --synchronised]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from contextlib import nullcontext
from datetime import datetime
from typing import Literal

from lvstui.cli import launch
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import Outcome, SeenTakeover
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.lab.client_traffic import RunningTraffic, Traffic
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from lvstui.session.subscription import until
from tests.support.bench_lab import a_lab
from tests.support.handover_lab import hashing, synchronising

RUNS, RATE = 50, 50.0
# A client's: TCP sends a packet again in that time, but the VIPs are not yet back, which would save what is lost.
PATIENCE_S = 3.0
HELD = 10  # connections that are open all the time, where they go on
LIMIT = 120.0  # seconds until a plan is possible again
DIRECTORS = ("director1", "director2")


async def made(session: Session, action: Literal["handover", "takeback"]) -> tuple[float, Outcome]:
    """Make a change as soon as it is possible. Return the seconds that it took, and how it ended."""
    intent = Intent(action, (), None, "bench@lab", datetime.now(), "bench", director="director1")

    def possible() -> bool:
        try:
            return not session.plan(intent).blocking(frozenset(("connections",)))
        except PlanRefused:
            return False

    if not await until(session, possible, LIMIT):
        raise RuntimeError(f"{action} is not possible: {session.plan(intent).guards}")
    began = time.monotonic()
    outcome = await session.apply(session.plan(intent), lambda steps: None, frozenset(("connections",)))
    return time.monotonic() - began, outcome


def apart(session: Session, director: str) -> float:
    """Return the seconds between the moments at which a Director became MASTER of its instances, as it says."""
    facts = next(one for one in session.facts() if one.name == director)
    times = [one.since.wall for one in facts.details.values() if one.since is not None]
    return max(times) - min(times) if times else 0.0


async def measure(lab: Lab, runs: int, traffic: RunningTraffic) -> tuple[list[float], list[SeenTakeover], list[str]]:
    """Return the seconds of each change, what was seen of each instance, and the outcomes that were not done."""
    taken: list[float] = []
    seen: list[SeenTakeover] = []
    failed: list[str] = []
    async with launch.script_session(DIRECTORS, lab.ssh_config) as session:
        for number in range(runs):
            for action in ("handover", "takeback"):
                seconds, outcome = await made(session, action)
                taken.append(seconds)
                seen += outcome.takeovers
                failed += [outcome.text] if outcome.kind != "done" else []
                between = apart(session, "director2" if action == "handover" else "director1")
                now = traffic.report()
                told = f"{number + 1:>3} {action}: {seconds:.1f} s, instances {between * 1000:.0f} ms apart"
                told += f", so far {sum(now.errors.values())} lost and {now.late} late"
                print(told, file=sys.stderr, flush=True)
    return taken, seen, failed


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", nargs="?", type=int, default=RUNS)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--stateless", dest="way", action="store_const", const=hashing)
    ways.add_argument("--synchronised", dest="way", action="store_const", const=synchronising)
    asked = parser.parse_args()
    runs: int = asked.runs
    with a_lab() as lab, asked.way(lab) if asked.way else nullcontext():
        hold = Traffic("hold", count=HELD, rate=10.0, seconds=86_400.0, patience_s=PATIENCE_S)
        held = lab.start_traffic(hold) if asked.way else None
        before = [lab.read_file(name) for name in DIRECTORS]
        traffic = lab.start_traffic(Traffic(rate=RATE, seconds=86_400.0, patience_s=PATIENCE_S))
        taken, seen, failed = asyncio.run(measure(lab, runs, traffic))
        report = traffic.report(stop=True)
        cut = held.report(stop=True).errors if held else {}
        same = [lab.read_file(name) for name in DIRECTORS] == before
    lost = sum(report.errors.values())
    without = [one for one in seen if one.without]
    print(
        f"{runs} round trips, {RATE:.0f} requests per second: {report.answered:,} of {report.sent:,} answered, {lost} lost "
        f"{report.errors or ''}, {report.late} late (longest answer {report.longest_answer_s:.3f} s), longest gap between "
        f"answers {report.longest_gap_s:.3f} s; {len(without)} of {len(seen)} instances seen without a MASTER; a change took "
        f"{statistics.median(taken):.1f} s (median), {max(taken):.1f} s at the most; {len(failed)} not done; "
        f"files {'as before' if same else 'NOT AS BEFORE'}"
    )
    if held:
        print(f"{HELD - sum(cut.values())} of {HELD} connections that were held open were never cut {cut or ''}")
    for text in (*failed, *map(str, without)):
        print(text, file=sys.stderr)
    return int(bool(lost or cut or without or failed or not same))


if __name__ == "__main__":
    sys.exit(main())

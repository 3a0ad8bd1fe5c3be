"""Drills of the lab's pair, and what is done to their console, link or agent while they run."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from lvstui.cluster.drill.views.drill_state import DrillStep
from lvstui.cluster.plan.drill_plan import DrillHow, DrillIntent
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.lab.lab import Lab, is_seed_state
from lvstui.session.drill_run import DrillProbe, DrillRun, EndedDrill
from lvstui.session.session import Session
from tests.support.lab_sessions import seen, session
from tests.support.pair_state import beside
from tests.support.patience import hold_live, wait_long
from tests.support.waiting import until

OVERRIDES = frozenset(("connections",))
NAME = "director1"
Fault = Callable[[Session], None]


def intent(how: DrillHow, hold: float = 4.0) -> DrillIntent:
    return DrillIntent(how, None, hold, "ana@ops1", datetime(2026, 11, 29, 8, 10), "test")


class Faulted:
    """Something that is done once, when a step of a run begins."""

    def __init__(self, opened: Session, step: int, fault: Fault) -> None:
        self._opened, self._step, self._fault = opened, step, fault
        self.done = False

    def __call__(self, steps: Sequence[DrillStep]) -> None:
        if not self.done and steps[self._step].state == "running":
            self.done = True
            self._fault(self._opened)


# The steps of a run without a probe.
WATCH, CAUSE, HOLD, UNDO, FAILBACK = range(5)


async def ready(opened: Session) -> None:
    """Wait until a drill of it can be planned: it knows all, who is MASTER, and of nobody who is late."""

    def plannable() -> bool:
        try:
            opened.plan_drill(intent("stop"))
        except PlanRefused:
            return False
        return settled(opened)

    await seen(opened, lambda view: plannable() and [one.role for one in view.directors] == ["MASTER", "BACKUP"])


def settled(opened: Session) -> bool:
    """Does the BACKUP miss no advert, and neither Director a real server's answer, because the machine is slow?"""
    facts = opened.facts()
    heard = not any(one.hears is False for one in facts[1].details.values())
    return heard and all(alive for fact in facts for alive in fact.alive.values())


async def run(
    opened: Session,
    how: DrillHow,
    *,
    hold: float = 4.0,
    probe: DrillProbe | None = None,
    step: int = 0,
    fault: Fault | None = None,
) -> EndedDrill:
    """Run a drill, and do something to it when a step of it begins."""
    await ready(opened)
    progress = Faulted(opened, step, fault or (lambda opened: None))
    drill = DrillRun(opened, opened.plan_drill(intent(how, hold)), probe=probe, overrides=OVERRIDES, progress=progress)
    return await drill.run()


def kill_agent(lab: Lab) -> Fault:
    def kill(opened: Session) -> None:
        # In a thread: the run goes on, and the lab's answer takes its time.
        asyncio.get_running_loop().run_in_executor(
            None, lab.exec, NAME, ["sh", "-c", "kill -9 $(pgrep -f '[a]2b_base64')"]
        )

    return kill


def cut_link(opened: Session) -> None:
    opened._links[NAME].abort()


def killed_console(lab: Lab, how: DrillHow, step: int) -> None:
    """Run a drill in a process of its own that kills itself when the step begins."""
    module = "tests.support.lab_drills"
    done = subprocess.run(
        [sys.executable, "-m", module, str(lab.directory), how, str(step)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def kill_console(opened: Session) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def undone(lab: Lab) -> None:
    """Wait until the pair is as at first, with nobody's help."""
    until(lambda: is_seed_state(lab.status()))


async def told(lab: Lab, files: dict[str, bytes], count: int = 0) -> list[str]:
    """What the next console is told of a drill that was undone (see `tidied`); after that nothing of it is left."""
    async with session(lab) as opened:
        await ready(opened)
        return await tidied(lab, opened, files, count)


async def tidied(lab: Lab, opened: Session, files: dict[str, bytes], count: int = 0) -> list[str]:
    """Wait until nothing of a drill is left; return what the console was told, of `count` drills. 0: maybe of none."""
    view = await seen(
        opened, lambda view: len(events(opened)) >= max(count, 1) or (count == 0 and not beside(lab, NAME))
    )
    assert not any(one.unfinished or one.handed_over for one in view.directors)
    until(lambda: beside(lab, NAME), lambda names: not names)
    assert {name: lab.read_file(name) for name in files} == files
    return events(opened)


def events(opened: Session) -> list[str]:
    return [one.text for one in opened.view().events if "was undone" in one.text]


async def _run_killed(lab: Lab, how: DrillHow, step: int) -> None:
    async with session(lab) as opened:
        await run(opened, how, step=step, fault=kill_console)


if __name__ == "__main__":
    folder, wanted, number = sys.argv[1:]
    wait_long(setattr)
    hold_live(setattr)
    asyncio.run(_run_killed(Lab.attach(Path(folder)), wanted, int(number)))  # type: ignore[arg-type]

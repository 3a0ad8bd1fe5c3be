"""Kill console, link or agent at each step of each kind of drill, on the lab's pair, and count the Directors left degraded.

`make drill-faults`; python -m tests.support.drill_faults [LAB_FOLDER] brings its own lab up without a folder.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import get_args

from lvstui.cluster.plan.drill_plan import DrillHow
from lvstui.lab.lab import Lab, is_seed_state
from lvstui.lab.options import LabOptions
from tests.support import lab_drills
from tests.support.lab_drills import CAUSE, FAILBACK, HOLD, UNDO
from tests.support.lab_sessions import DIRECTORS, session
from tests.support.labs import a_lab

_STEPS = {"cause": CAUSE, "hold": HOLD, "undo": UNDO, "failback": FAILBACK}
_FAULTS = ("agent", "link", "console")
_PATIENCE = 180.0  # seconds for one case: what is not as before then is degraded


async def _case(lab: Lab, how: DrillHow, fault: str, step: int) -> str:
    files = {name: lab.read_file(name) for name in DIRECTORS}
    if fault == "console":
        await asyncio.to_thread(lab_drills.killed_console, lab, how, step)
    else:
        done = lab_drills.kill_agent(lab) if fault == "agent" else lab_drills.cut_link
        async with session(lab) as opened:
            await lab_drills.run(opened, how, hold=30.0 if step == HOLD else 3.0, step=step, fault=done)
    await asyncio.to_thread(lab_drills.undone, lab)
    told = await lab_drills.told(lab, files)
    return told[0] if told else "nobody had to be told"


async def _all(lab: Lab) -> int:
    degraded = 0
    for how, fault, (name, step) in product(get_args(DrillHow), _FAULTS, _STEPS.items()):
        try:
            async with asyncio.timeout(_PATIENCE):
                said = await _case(lab, how, fault, step)
        except Exception as error:  # noqa: BLE001  # the next case is to be tried all the same
            degraded += not is_seed_state(lab.status())
            said = f"FAILED: {type(error).__name__}: {error}"
            lab.reset()
        print(f"{how:<9} {fault:<8} at {name:<9} {said}", flush=True)
    print(f"{degraded} pairs left degraded")
    return 1 if degraded else 0


@contextmanager
def _lab(folder: str | None) -> Iterator[Lab]:
    if folder is not None:
        yield Lab.attach(Path(folder))
        return
    with a_lab(LabOptions()) as lab:
        yield lab


if __name__ == "__main__":
    with _lab(sys.argv[1] if len(sys.argv) > 1 else None) as opened_lab:
        raise SystemExit(asyncio.run(_all(opened_lab)))

"""Decide in which order the tests run, and which of them on which worker.

What runs on one worker without a break is a unit: the tests of a file, or those of them that use a lab of one kind. A lab is up
once for each worker that has units of its kind, so each worker takes those of one kind as long as there are any, and then
whatever is left. Tests of a lab wait for most of their time, and so begin first and go before all others, which fill the time in
which they wait. What takes most of a processor begins first, as `tests/processor_time.json` has it, which `make processor-time`
writes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

STORED = Path(__file__).resolve().parents[1] / "processor_time.json"
DEFAULT, OTHERS, NONE = "lab", "others", ""  # kinds of labs
_KINDS = (DEFAULT, OTHERS, NONE)  # in the order in which they begin
UNKNOWN_S = {DEFAULT: 20.0, OTHERS: 20.0, NONE: 2.0}  # of a processor, for what was never measured
_BEGIN_WITH = {
    "gw0": DEFAULT,
    "gw1": DEFAULT,
    "gw2": DEFAULT,
    "gw3": DEFAULT,
    "gw4": OTHERS,
}  # by worker; all others with files that need no lab
_GIVES_WAY = 5  # how nice these are: a third of the share of another process


def unit(item: pytest.Item) -> str:
    """Return what is measured as one: the test's file, and the kind of lab that it uses, if any."""
    file = item.nodeid.partition("::")[0]
    return f"{file}@{kind}" if (kind := _kind(item)) else file


def _kind(item: pytest.Item) -> str:
    """Return which lab a test uses: the shared one of the default kind, others (which it may bring up itself), or none."""
    names = getattr(item, "fixturenames", ())
    labs = {name for name in names if name.startswith("running_") and name.endswith("lab")}
    return DEFAULT if labs == {"running_lab"} else OTHERS if labs or item.nodeid.startswith("tests/lab/") else NONE


def _kind_of(unit: str) -> str:
    return unit.partition("@")[2]


def stored() -> dict[str, float]:
    """Return the seconds of a processor by unit, as they were measured last."""
    found: dict[str, float] = json.loads(STORED.read_text()) if STORED.exists() else {}
    return found


def arrange(items: list[pytest.Item], *, name_kinds: bool) -> None:
    """Put the items into their order; with `name_kinds` their ids tell their labs' kinds: ids are all that a scheduler sees."""
    seconds = stored()

    def rank(item: pytest.Item) -> tuple[int, float, str]:
        name = unit(item)
        kind = _kind_of(name)
        return _KINDS.index(kind), -seconds.get(name, UNKNOWN_S[kind]), name

    items.sort(key=rank)
    if name_kinds:
        for item, kind in [(item, _kind(item)) for item in items if _kind(item)]:
            item._nodeid = f"{item.nodeid}@{kind}"


def give_way(worker: str) -> None:
    """Let the other workers go before this one if it begins with files that need no lab; not where all give way already."""
    if worker not in _BEGIN_WITH and os.nice(0) == 0:
        os.nice(_GIVES_WAY)


class ByUnit(LoadScopeScheduling):
    """Give each unit to one worker, in the order of the items, but to each worker first those of the kind that it begins with."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        kind = name.rpartition("@")[2]
        return f"{file}@{kind}" if "@" in name and kind in _KINDS else file

    def _assign_work_unit(self, node: Any) -> None:
        wanted = _BEGIN_WITH.get(node.gateway.id, NONE)
        for name in self.workqueue:
            if _kind_of(name) == wanted:
                self.workqueue.move_to_end(name, last=False)
                break
        super()._assign_work_unit(node)

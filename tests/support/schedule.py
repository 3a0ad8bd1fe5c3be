"""Decide in which order the tests run, and which of them on the same worker.

A lab is up once for each worker that runs tests of its kind, so those are kept together: the default lab's on two workers, as
they take longest, and those of every other lab on a third. All others are kept together by their file. What takes most of a
processor begins first, as `tests/processor_time.json` has it, which `make processor-time` writes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

STORED = Path(__file__).resolve().parents[1] / "processor_time.json"
UNKNOWN_S = 2.0  # of a processor, for what was never measured
_OF_THE_DEFAULT_LAB = 2  # workers


def unit(item: pytest.Item) -> str:
    """Return what is measured as one: the test's file, and the kind of lab that it uses, if any."""
    file = item.nodeid.partition("::")[0]
    return f"{file}@{kind}" if (kind := _kind(item)) else file


def _kind(item: pytest.Item) -> str:
    """Return "lab" for the shared lab of the default kind, "others" for those of other kinds, "" for a test without."""
    names = getattr(item, "fixturenames", ())
    labs = {name for name in names if name.startswith("running_") and name.endswith("lab")}
    return "" if not labs else "lab" if labs == {"running_lab"} else "others"


def stored() -> dict[str, float]:
    """Return the seconds of a processor by unit, as they were measured last."""
    found: dict[str, float] = json.loads(STORED.read_text()) if STORED.exists() else {}
    return found


def groups(units: set[str], seconds: dict[str, float]) -> dict[str, str]:
    """Return the group of each unit; a group runs on one worker."""
    found = {one: one.partition("@")[2] or one for one in units}
    filled = dict.fromkeys((f"lab-{number + 1}" for number in range(_OF_THE_DEFAULT_LAB)), 0.0)
    for one in _longest_first({one for one in units if one.endswith("@lab")}, seconds):
        group = min(filled, key=lambda name: (filled[name], name))
        filled[group] += seconds.get(one, UNKNOWN_S)
        found[one] = group
    return found


def _longest_first(names: set[str], seconds: dict[str, float]) -> list[str]:
    return sorted(names, key=lambda name: (-seconds.get(name, UNKNOWN_S), name))


def arrange(items: list[pytest.Item], *, name_groups: bool) -> None:
    """Put the items into their order; with `name_groups` their ids tell their groups, which is all that a scheduler sees."""
    seconds = stored()
    units = {unit(item) for item in items}
    of = groups(units, seconds)
    taken: dict[str, float] = defaultdict(float)
    for one in units:
        taken[of[one]] += seconds.get(one, UNKNOWN_S)
    rank = {name: number for number, name in enumerate(_longest_first(set(taken), taken))}
    items.sort(key=lambda item: (rank[of[unit(item)]], -seconds.get(unit(item), UNKNOWN_S), unit(item)))
    if name_groups:
        for item, group in [(item, of[unit(item)]) for item in items if "@" in unit(item)]:
            item._nodeid = f"{item.nodeid}@{group}"


class ByGroup(LoadScopeScheduling):
    """Give each group to one worker, in the order of the items."""

    def _split_scope(self, nodeid: str) -> str:
        name = nodeid.rpartition("::")[2]
        after = name.rpartition("@")[2]
        return after if "@" in name and "]" not in after else nodeid.partition("::")[0]

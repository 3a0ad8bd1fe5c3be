"""The order in which the tests run: the labs' tests first, each kind of lab on few workers, and the longest first."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support import schedule


def item(nodeid: str, *fixtures: str) -> Any:
    return SimpleNamespace(nodeid=nodeid, fixturenames=fixtures)


def test_a_test_is_measured_with_its_file_and_the_kind_of_its_lab() -> None:
    units = [
        schedule.unit(item("tests/a/test_a.py::test_it[fe80::1]", "tmp_path")),
        schedule.unit(item("tests/lab/test_b.py::test_it", "lab", "running_lab")),
        schedule.unit(item("tests/lab/test_b.py::test_it", "mixed_lab", "running_mixed_lab")),
        schedule.unit(item("tests/lab/test_b.py::test_it", "running_lab", "running_plain_lab")),
        schedule.unit(item("tests/lab/test_b.py::test_it_brings_up_its_own", "tmp_path")),
    ]
    assert units == [
        "tests/a/test_a.py", "tests/lab/test_b.py@lab", "tests/lab/test_b.py@others", "tests/lab/test_b.py@others",
        "tests/lab/test_b.py@others",
    ]  # fmt: skip


def test_labs_begin_first_then_what_takes_longest_and_a_worker_can_tell_what_belongs_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "STORED", tmp_path / "stored.json")
    schedule.STORED.write_text(json.dumps({"e.py": 9.0, "d.py@others": 99.0, "a.py@lab": 50.0, "b.py@lab": 60.0}))
    short, long = item("c.py::test_it[ana@ops1]"), item("e.py::test_it[a@]")
    first, second = item("a.py::test_it", "running_lab"), item("b.py::test_it[::1]", "running_lab")
    other = item("d.py::test_it", "running_mixed_lab")
    items = [short, first, second, other, long]
    schedule.arrange(items, name_kinds=False)
    assert items == [second, first, other, long, short]
    assert [scope(one.nodeid) for one in items] == ["b.py", "a.py", "d.py", "e.py", "c.py"]
    schedule.arrange(items, name_kinds=True)
    named = [getattr(one, "_nodeid", one.nodeid) for one in items]
    assert named == [
        "b.py::test_it[::1]@lab", "a.py::test_it@lab", "d.py::test_it@others", "e.py::test_it[a@]", "c.py::test_it[ana@ops1]",
    ]  # fmt: skip
    assert [scope(one) for one in named] == ["b.py@lab", "a.py@lab", "d.py@others", "e.py", "c.py"]


def scope(nodeid: str) -> str:
    return schedule.ByUnit._split_scope(schedule.ByUnit.__new__(schedule.ByUnit), nodeid)


def test_a_worker_takes_what_it_begins_with_and_then_whatever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(
        LoadScopeScheduling, "_assign_work_unit", lambda self, node: taken.append(self.workqueue.popitem(last=False)[0])
    )
    scheduler = schedule.ByUnit.__new__(schedule.ByUnit)
    queue = ["a@lab", "b@lab", "c@lab", "d@others", "e@others", "f", "g"]
    scheduler.workqueue = OrderedDict((name, {}) for name in queue)
    for worker in ("gw4", "gw5", "gw0", "gw4", "gw4", "gw6", "gw6"):
        scheduler._assign_work_unit(SimpleNamespace(gateway=SimpleNamespace(id=worker)))
    assert taken == ["d@others", "f", "a@lab", "e@others", "b@lab", "g", "c@lab"]


@pytest.mark.parametrize(("already", "worker", "then"), [(0, "gw4", 0), (0, "gw5", 5), (10, "gw5", 10)])
def test_workers_that_begin_with_files_give_way_but_not_twice(
    monkeypatch: pytest.MonkeyPatch, already: int, worker: str, then: int
) -> None:
    nice = [already]

    def by(more: int) -> int:
        nice.append(nice[-1] + more)
        return nice[-1]

    monkeypatch.setattr(os, "nice", by)
    schedule.give_way(worker)
    assert nice[-1] == then

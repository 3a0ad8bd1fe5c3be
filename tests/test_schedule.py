"""The order in which the tests run: the labs' tests together, on few workers, and the longest first."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support import schedule


def item(nodeid: str, *fixtures: str) -> Any:
    return SimpleNamespace(nodeid=nodeid, fixturenames=fixtures)


def test_a_test_is_measured_with_its_file_and_the_kind_of_its_lab() -> None:
    units = [
        schedule.unit(item("tests/a/test_a.py::test_it[fe80::1]", "tmp_path")),
        schedule.unit(item("tests/lab/test_b.py::test_it", "lab", "running_lab")),
        schedule.unit(item("tests/lab/test_b.py::test_it", "mixed_lab", "running_mixed_lab")),
        schedule.unit(item("tests/lab/test_b.py::test_it", "running_lab", "running_plain_lab")),
        schedule.unit(item("tests/lab/test_b.py::test_it", "tmp_path")),
    ]
    assert units == [
        "tests/a/test_a.py", "tests/lab/test_b.py@lab", "tests/lab/test_b.py@others", "tests/lab/test_b.py@others",
        "tests/lab/test_b.py",
    ]  # fmt: skip


def test_the_default_lab_s_files_fill_two_workers_evenly() -> None:
    seconds = {"a@lab": 50.0, "b@lab": 30.0, "c@lab": 25.0, "d@others": 99.0, "e": 3.0}
    assert schedule.groups({*seconds, "new@lab"}, seconds) == {
        "a@lab": "lab-1", "b@lab": "lab-2", "c@lab": "lab-2", "new@lab": "lab-1", "d@others": "others", "e": "e",
    }  # fmt: skip


def test_what_takes_longest_begins_first_and_a_worker_can_tell_what_belongs_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "STORED", tmp_path / "stored.json")
    schedule.STORED.write_text(json.dumps({"e.py": 9.0, "d.py@others": 99.0, "a.py@lab": 50.0, "b.py@lab": 60.0}))
    short, long = item("c.py::test_it[ana@ops1]"), item("e.py::test_it")
    first, second = item("a.py::test_it", "running_lab"), item("b.py::test_it[::1]", "running_lab")
    other = item("d.py::test_it", "running_mixed_lab")
    items = [short, first, second, other, long]
    schedule.arrange(items, name_groups=False)
    assert items == [other, second, first, long, short]
    by_group = cast(schedule.ByGroup, SimpleNamespace())
    assert [schedule.ByGroup._split_scope(by_group, one.nodeid) for one in items] == [
        "d.py",
        "b.py",
        "a.py",
        "e.py",
        "c.py",
    ]
    schedule.arrange(items, name_groups=True)
    named = [getattr(one, "_nodeid", one.nodeid) for one in items]
    assert named == [
        "d.py::test_it@others", "b.py::test_it[::1]@lab-1", "a.py::test_it@lab-2", "e.py::test_it", "c.py::test_it[ana@ops1]",
    ]  # fmt: skip
    assert [schedule.ByGroup._split_scope(by_group, one) for one in named] == [
        "others",
        "lab-1",
        "lab-2",
        "e.py",
        "c.py",
    ]

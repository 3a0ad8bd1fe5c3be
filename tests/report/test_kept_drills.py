"""Drills are kept whole, for their owner alone; what is torn, foreign or newer is told with its file."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.drill.result_json import dumps
from lvstui.report.kept_drills import KeptDrill, KeptDrillError, KeptDrills
from tests.support.drill_pages import page, whole
from tests.support.drill_results import A_STOP


def later(seconds: int, id: str, **said: object) -> DrillResult:
    return replace(A_STOP, id=id, started=A_STOP.started + seconds, ended=A_STOP.ended + seconds, **said)  # type: ignore[arg-type]


def test_what_is_kept_is_found_again_the_oldest_first(tmp_path: Path) -> None:
    drills = KeptDrills(tmp_path / "drills")
    for one in (later(60, "b"), A_STOP, later(120, "a", cluster="other/../x")):
        drills.keep(one, UTC)
    found = [one.result.id for one in drills.found() if isinstance(one, KeptDrill)]
    assert found == [A_STOP.id, "b", "a"]
    assert [one.result for one in drills.found("seed") if isinstance(one, KeptDrill)] == [A_STOP, later(60, "b")]
    assert {path.parent.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "drills"}


def test_a_drill_and_its_page_are_for_their_owner_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    kept = KeptDrills(tmp_path / "drills").keep(whole(), UTC)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert files == sorted((kept.path, kept.page))
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700
    assert page(kept.page.read_text()).verdict.startswith("As expected")


def test_one_of_the_same_name_does_not_replace_another(tmp_path: Path) -> None:
    drills = KeptDrills(tmp_path)
    first, second = drills.keep(A_STOP), drills.keep(replace(A_STOP, reason="again"))
    assert (second.result.id, second.result.reason) == (f"{A_STOP.id}-2", "again")
    assert [drills.find(one.result.id) for one in (first, second)] == [first, second]


def test_a_drill_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    drills = KeptDrills(tmp_path)
    for one in (later(0, "2025-11-29T08"), later(60, "2025-11-30T08")):
        drills.keep(one)
    assert drills.find("2025-11-29").result.id == "2025-11-29T08"
    assert drills.find("last").result.id == "2025-11-30T08"
    with pytest.raises(KeptDrillError, match="names more than one drill"):
        drills.find("2025")
    with pytest.raises(KeptDrillError, match="there is no drill moon"):
        drills.find("moon")


def changed(**parts: object) -> bytes:
    return json.dumps({**json.loads(dumps(A_STOP)), **parts}).encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is empty"),
        (dumps(A_STOP).encode()[:200], "not JSON"),
        (b"\x00\xff", "not JSON"),
        (b'{"a": 1}', "not the result of a drill"),
        (b"[" * 100_000, "it is not JSON|recursion"),
        (changed(version=99), "version 99.*newer lvstui"),
        (changed(started=1e300), "neither a time nor a count"),
        (b'{"format": "lvstui drill", "version": 1, "id": NaN}', "result"),
    ],
    ids=["empty", "torn", "bytes", "foreign", "deep", "newer", "no time", "not a number"],
)
def test_a_file_that_is_no_drill_is_told_with_its_path(tmp_path: Path, data: bytes, told: str) -> None:
    drills = KeptDrills(tmp_path)
    kept = drills.keep(A_STOP)
    bad = kept.path.with_name("bad.json")
    bad.write_bytes(data)
    (error,) = (one for one in drills.found() if isinstance(one, KeptDrillError))
    assert str(error).startswith(f"{bad}: ")
    with pytest.raises(KeptDrillError, match=told):
        drills.find("bad")
    assert drills.find("last") == kept


def test_a_page_that_was_removed_takes_nothing_from_the_result(tmp_path: Path) -> None:
    drills = KeptDrills(tmp_path)
    kept = drills.keep(A_STOP)
    kept.page.unlink()
    assert drills.find("last") == kept

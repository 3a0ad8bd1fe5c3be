"""`lvsctl drill list`, `show` and `compare` print what was kept; what cannot be read is told, and stops nobody."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lvstui.cli.main import lvsctl
from lvstui.report.kept_drills import KeptDrill, KeptDrills
from lvstui.report.report_json import as_json
from lvstui.settings import places
from tests.support.drill_pages import numbers, page, whole
from tests.support.drill_results import A_STOP

REFUSED, USAGE = 1, 2


@pytest.fixture
def drills(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KeptDrills:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return KeptDrills(places.drills_folder())


def kept(drills: KeptDrills, *days: int) -> list[KeptDrill]:
    return [
        drills.keep(
            replace(
                A_STOP,
                id=f"2025-11-{day}-stop",
                started=A_STOP.started + (day - 29) * 86_400,
                ended=A_STOP.ended + (day - 29) * 86_400,
            )
        )
        for day in days
    ]


def run(*words: str) -> Result:
    return CliRunner().invoke(lvsctl, words)


def test_drills_are_listed_with_their_outage_and_verdict(drills: KeptDrills) -> None:
    assert "No drill has been kept" in run("drill", "list").output
    kept(drills, 29, 28)
    drills.keep(whole())
    lines = run("drill", "list").output.splitlines()
    assert [line.split()[0] for line in lines] == ["drill", "2025-11-28-stop", "2025-11-29-stop", A_STOP.id]
    assert lines[1].split()[1:] == ["seed", "stop", "director1", "650", "ms", "as", "expected"]
    told = json.loads(run("-c", "seed", "drill", "list", "--json").output)
    assert [one["id"] for one in told["drills"]] == ["2025-11-28-stop", "2025-11-29-stop"]
    assert Path(told["drills"][0]["page"]).exists()


def test_a_file_that_cannot_be_read_is_told_beside_the_others(drills: KeptDrills) -> None:
    (one,) = kept(drills, 29)
    bad = one.path.with_name("bad.json")
    bad.write_text(one.path.read_text()[:100])
    listed = run("drill", "list")
    assert (listed.exit_code, "2025-11-29-stop" in listed.stdout) == (0, True)
    assert f"skipped: {bad}: it is not JSON" in listed.stderr
    shown = run("drill", "show", "bad")
    assert (shown.exit_code, shown.stdout) == (REFUSED, "")
    assert f"refused: {bad}" in shown.stderr
    assert json.loads(run("drill", "list", "--json").stdout)["unreadable"][0].startswith(str(bad))


def test_a_report_is_shown_in_each_form(drills: KeptDrills) -> None:
    drills.keep(whole())
    assert run("drill", "show", "last").output.startswith("# Failover drill of web-prod")
    told = json.loads(run("drill", "show", "last", "--json").output)
    assert told == json.loads(json.dumps(as_json(whole())))
    assert told == json.loads(run("drill", "show", "last", "--format", "json").output)
    read = page(run("drill", "show", "last", "--format", "html").output)
    assert read.verdict == told["sentence"]
    assert set(read.figures) <= numbers(told)
    assert run("--json", "drill", "show", "last", "--format", "html").exit_code == USAGE


def test_a_report_is_written_into_a_new_file_alone(drills: KeptDrills, tmp_path: Path) -> None:
    drills.keep(whole())
    file = tmp_path / "drill.html"
    written = run("drill", "show", A_STOP.id[:10], "--format", "html", "-o", str(file))
    assert (written.exit_code, str(file) in written.output) == (0, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert page(file.read_text()).verdict
    before = file.read_bytes()
    again = run("drill", "show", "last", "-o", str(file))
    assert (again.exit_code, "already exists" in again.stderr, file.read_bytes()) == (REFUSED, True, before)
    assert run("drill", "show", "last", "-o", str(tmp_path / "no" / "where")).exit_code == REFUSED


def test_the_last_drill_is_compared_with_earlier_ones(drills: KeptDrills) -> None:
    kept(drills, 27)
    alone = run("drill", "compare")
    assert (alone.exit_code, "no earlier drill of seed" in alone.stderr) == (REFUSED, True)
    kept(drills, 28, 29)
    compared = run("drill", "compare")
    assert compared.exit_code == 0
    assert "outage of clients" in compared.output and "as before" in compared.output
    told = json.loads(run("drill", "compare", "2025-11-27", "2025-11-29", "--json").output)
    assert told["drills"] == ["2025-11-27-stop", "2025-11-29-stop"]
    figures = {one["name"]: one for one in told["figures"]}
    assert figures["outage of clients"]["values"] == [{"ms": 650.0, "uncertainty_ms": 50.0}] * 2
    assert (figures["takeover"]["against_earlier"], figures["takeover"]["to_median_ms"]) == (None, 0.0)


@pytest.mark.parametrize("words", [("a", "b", "c")])
def test_more_than_two_are_a_usage_error(drills: KeptDrills, words: tuple[str, ...]) -> None:
    assert run("drill", "compare", *words).exit_code == USAGE
    kept(drills, 29)
    assert run("drill", "compare", "last", "2025").exit_code == REFUSED


@pytest.mark.parametrize("past", [("--at", "03:12"), ("--replay", "demo")])
@pytest.mark.parametrize("words", [("list",), ("show", "last"), ("compare",)])
def test_a_recording_is_refused_and_not_passed_over(
    drills: KeptDrills, words: tuple[str, ...], past: tuple[str, str]
) -> None:
    kept(drills, 28, 29)
    refused = run(*past, "drill", *words)
    assert (refused.exit_code, refused.stdout) == (USAGE, "")
    assert "leave out --at and --replay" in " ".join(refused.stderr.split())

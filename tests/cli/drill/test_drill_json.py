"""The JSON of `lvsctl drill` has the fields and the words that docs/lvsctl.md has, and no others."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lvstui.cli.main import lvsctl
from lvstui.cluster.drill.drill_facts import FactKind
from lvstui.cluster.drill.milestones import MilestoneKind, MomentSource, Unseen
from lvstui.cluster.drill.result import DrillCause, DrillNote, DrillResult, DrillVerdict, HeldFate, NoteOn, TimeWindow
from lvstui.report.kept_drills import KeptDrills
from lvstui.report.report_json import as_json
from lvstui.settings import places
from tests.support.drill_pages import whole
from tests.support.drill_results import BEGIN
from tests.support.lvsctl import DOCS, documented, shape

WORDS: dict[str, type[StrEnum]] = {
    "verdict": DrillVerdict,
    "cause": DrillCause,
    "note": DrillNote,
    "milestones[].kind": MilestoneKind,
    "source": MomentSource,
    "unseen": Unseen,
    "events[].kind": FactKind,
    "fate": HeldFate,
}


def told() -> DrillResult:
    """A result in which every list has something in it, but what a run has left."""
    result = whole()
    assert result.probe is not None
    first = replace(result.failovers[0], two_masters=(TimeWindow(BEGIN + 2.0, BEGIN + 2.1, 0.01),))
    return replace(
        result,
        failovers=(first, *result.failovers[1:]),
        notes=(NoteOn(DrillNote.GATEWAY_STAYED, ("VI_1",), ("director1",), ("10.10.0.20",)),),
        probe=replace(result.probe, reasons=("no answer: 12",)),
    )


@pytest.fixture
def drills(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> KeptDrills:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return KeptDrills(places.drills_folder())


def printed(*words: str) -> Any:
    return json.loads(CliRunner().invoke(lvsctl, [*words, "--json"]).stdout)


def test_a_result_is_as_documented_field_by_field() -> None:
    assert shape(as_json(told())) == shape(documented("drill"))


def test_the_list_is_as_documented(drills: KeptDrills) -> None:
    drills.keep(told())
    found, page = printed("drill", "list"), documented("drill list")
    assert found.keys() == page.keys()
    [one] = found["drills"]
    assert set(one) == set(documented("drill")) - {"events"} | set(page["drills"][0])


def test_a_comparison_is_as_documented(drills: KeptDrills) -> None:
    drills.keep(told())
    drills.keep(replace(told(), id="2025-11-28-stop", started=BEGIN - 86_400))
    assert shape(printed("drill", "compare")) == shape(documented("drill compare"))


@pytest.mark.parametrize("field", list(WORDS))
def test_each_word_is_documented_and_no_other(field: str) -> None:
    section = DOCS.read_text().split("### drill\n")[1].split("\n### ")[0]
    (line,) = [one for one in section.splitlines() if one.startswith(f"| `{field}` |")]
    assert re.findall(r"`([^`]+)`", line.split("|")[2]) == [one.value for one in WORDS[field]]

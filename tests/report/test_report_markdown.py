"""A report as Markdown: the verdict at the top, tables of one width, and no markup but its own."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.drill.views.drill_report import report
from lvstui.report.report_markdown import escaped, markdown
from tests.support.drill_pages import whole


def test_it_begins_with_the_verdict_and_has_each_table() -> None:
    lines = markdown(report(whole(), UTC)).splitlines()
    assert lines[0] == "# Failover drill of web-prod: stop of keepalived"
    assert lines[2].startswith("**As expected: director2 took over VI_1 and VI_2, 610 ms ± 4.0 ms after")
    assert "| Failover | VI_1 | no MASTER | 08:00:01.000 | 610 ms ± 4.0 ms |" in [
        line.replace("\\", "") for line in lines
    ]
    for number, line in enumerate(lines):
        if line.startswith("| ---"):
            width = line.count("|")
            rows = [one.replace("\\|", "") for one in lines[number - 1 :]]
            assert all(row.count("|") == width for row in rows[: rows.index("") if "" in rows else None])


@given(st.text())
def test_no_text_is_markup(text: str) -> None:
    told = escaped(text)
    assert "\n" not in told and "\r" not in told
    for mark in "`*[]|<>":
        assert told.count(mark) == told.count(f"\\{mark}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no_master of VI_1", "no_master of VI_1"),
        ("_x_", "\\_x\\_"),
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("http://10.10.0.20/?a&lt;", "http&#58;//10.10.0.20/?a&amp;lt;"),
    ],
)
def test_a_text_is_written_so_that_it_reads_as_it_is(text: str, told: str) -> None:
    assert escaped(text) == told

"""The table of what clients saw is complete, or says what is not in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from lvstui.cluster.drill.views.observed_tables import clients
from lvstui.report.report_json import as_json
from tests.support.drill_results import A_STOP


def test_outages_that_are_not_listed_are_counted() -> None:
    assert A_STOP.probe is not None
    flapping = replace(A_STOP, probe=replace(A_STOP.probe, more_outages=1301))
    rows = {row[0].text: row[1].text for row in clients(flapping, UTC).rows}
    assert rows["more outages"] == "1,301, none longer than these"
    assert as_json(flapping)["probe"]["more_outages"] == 1301
    assert "more outages" not in {row[0].text for row in clients(A_STOP, UTC).rows}

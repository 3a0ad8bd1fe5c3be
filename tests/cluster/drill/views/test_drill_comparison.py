"""A figure is called longer or shorter than before only where no uncertainty can explain it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from lvstui.cluster.drill.result import DrillCause, DrillResult, ProbeOutage
from lvstui.cluster.drill.views.drill_comparison import Against, DrillComparison, comparison, like, spark, table
from tests.support.drill_results import A_STOP, BEGIN


def drill(number: int, outage: float | None, uncertainty: float = 0.05) -> DrillResult:
    """The drill of that day; None: nobody asked."""
    assert A_STOP.probe is not None
    begun = BEGIN + number * 86_400
    seen = () if outage is None else (ProbeOutage(begun, begun + outage, 3, uncertainty),)
    probe = None if outage is None else replace(A_STOP.probe, outages=seen)
    return replace(A_STOP, id=str(number), started=begun, ended=begun + 8, probe=probe)


def outages(*lengths: float | None, uncertainty: float = 0.05) -> DrillComparison:
    return comparison([drill(number, one, uncertainty) for number, one in enumerate(lengths)])


@pytest.mark.parametrize(
    ("lengths", "against"),
    [
        ((0.6, 0.7, 0.65), Against.WITHIN),
        ((0.6, 0.7, 0.79), Against.WITHIN),  # by less than both are uncertain
        ((0.6, 0.7, 0.81), Against.LONGER),
        ((0.6, 0.7, 0.49), Against.SHORTER),
        ((0.6, 0.9), None),  # one alone is no range
        ((0.6, None, 0.9), None),
        ((0.6, 0.7, None), None),
    ],
)
def test_the_newest_is_held_against_the_range_of_the_earlier(
    lengths: tuple[float | None, ...], against: Against | None
) -> None:
    (history,) = (one for one in outages(*lengths).histories if one.name == "outage of clients")
    assert history.against is against


def test_the_table_has_a_column_for_each_and_says_what_is_longer() -> None:
    compared = table(outages(0.6, 0.7, 0.65, 1.2), UTC)
    days = ("2025-11-29", "2025-11-30", "2025-12-01", "2025-12-02")
    assert compared.columns[1:5] == tuple(f"{day} 08:00" for day in days)
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in compared.rows}
    assert rows["outage of clients"] == [
        "600 ms ± 50 ms",
        "700 ms ± 50 ms",
        "650 ms ± 50 ms",
        "1.200 s ± 50 ms",
        "▄▅▅█",
        "longer than before: at most 700 ms until now",
    ]
    assert rows["takeover"][-1] == "as before (+0.0 ms)"
    assert rows["to VIP in the kernel"][0] == "612 ms ± 2.0 ms"


@pytest.mark.parametrize(("second", "told"), [(0.9, "+300 ms"), (0.65, "+50 ms, within the uncertainty")])
def test_two_drills_alone_are_told_apart_by_their_difference(second: float, told: str) -> None:
    rows = {row[0].text: row[-1].text for row in table(outages(0.6, second), UTC).rows}
    assert rows["outage of clients"] == told


def test_what_is_not_measured_is_a_dash() -> None:
    (history,) = (one for one in outages(0.0, None, 0.5).histories if one.name == "outage of clients")
    assert spark(history) == "▁–█"


def test_only_earlier_drills_of_the_same_cause_are_like_it() -> None:
    newest, earlier = drill(3, 0.6), drill(1, 0.6)
    others = [
        earlier,
        drill(5, 0.6),
        replace(drill(2, 0.6), cause=DrillCause.KILL),
        replace(drill(2, 0.6), cluster="x"),
        newest,
    ]
    assert like(newest, others) == [earlier]

"""What a probe tells while it runs is what is known of it if its link is lost: so the longest outages are in it."""

from __future__ import annotations

from lvstui.probe.probe_wish import ProbeWish
from lvstui.probe.prober import Prober
from lvstui.probe.serve_probe import report, tally


def flapping(*long: int, number: int = 300) -> Prober:
    """A probe whose every second request was lost, and all from each of these on, eleven together."""
    prober = Prober(ProbeWish("127.0.0.1", 80, "", 50.0, 60.0))
    for one in range(number):
        sent = one / 10
        if one % 2 or any(first <= one < first + 10 for first in long):
            prober.log.lose(one, sent, "no answer")
        else:
            prober.log.answer(one, sent, sent + 0.01)
    return prober


async def test_a_tally_has_the_longest_outages_and_says_how_many_more_there_were() -> None:
    prober = flapping(21, 101)
    told = tally(prober)
    assert [one["lost"] for one in told["outages"]].count(11) == 2
    assert [one["start"] for one in told["outages"]] == sorted(one["start"] for one in told["outages"])
    assert told["outages"][-1]["start"] == 29.9 and told["outages"][-1]["end"] is None  # it is not over
    prober.log.finish(31.0)
    whole = report(prober)
    assert (len(whole["outages"]), whole["more_outages"]) == (140, 0)
    assert len(told["outages"]) + told["more_outages"] == 140


async def test_a_report_says_how_many_more_outages_there_were_than_are_kept() -> None:
    prober = flapping(number=500)
    prober.log.finish(51.0)
    told = report(prober)
    assert (len(told["outages"]), told["more_outages"], told["lost"]) == (200, 50, 250)

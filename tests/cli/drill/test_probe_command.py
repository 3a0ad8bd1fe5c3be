"""`lvsctl drill probe` says what clients saw, also of more outages than a probe keeps."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cli.drill.probe_command import as_json, as_text, longest
from lvstui.cluster.drill.result import ProbeOutage, ProbeResult
from tests.support.drill_results import BEGIN

# 30 s in which every third request was lost, and 20 s of silence: what the probe keeps of it.
_SHORT = tuple(ProbeOutage(BEGIN + n / 10, BEGIN + n / 10 + 0.021, 1, 0.04) for n in range(199))
FLAPPING = ProbeResult(
    "tcp/10.10.0.20:80", "client1", 50.0, 2500, 1000, (*_SHORT, ProbeOutage(BEGIN + 30, BEGIN + 50, 1000, 0.04)), 20.02,
    lost=1500, more_outages=301,
)  # fmt: skip


def test_what_was_lost_is_the_probes_own_count() -> None:
    told = as_json(FLAPPING)
    assert (told["lost"], len(told["outages"]), told["more_outages"]) == (1500, 200, 301)
    assert longest(FLAPPING) == 20.0


def test_the_lines_say_how_many_more_outages_there_were() -> None:
    assert "  301 more outages, none longer than these" in as_text(FLAPPING)
    assert not any("more outages" in line for line in as_text(replace(FLAPPING, more_outages=0)))

"""A probe among the lab's clients, over SSH and with nothing installed: what it tells of a MASTER that is stopped."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.cli import launch
from lvstui.cluster.drill.result import HeldFate
from lvstui.lab.lab import Lab
from lvstui.probe.probe_wish import ProbeWish
from lvstui.session.drill_parts.probe_run import ProbeRun
from tests.support.client_service import WallOf
from tests.support.waiting import until_seen

pytestmark = pytest.mark.lab
WISH = ProbeWish("10.10.0.20", 80, "/", 50.0, 600.0)


def probe(lab: Lab) -> ProbeRun:
    connector = launch.probe_connector("client", lab.ssh_config)
    return ProbeRun(connector, WISH, "http://10.10.0.20/", wall=WallOf())


def probes(lab: Lab) -> str:
    return lab.exec("client", ["sh", "-c", "pgrep -f '[I]BSc'; true"]).stdout


async def test_clients_miss_a_master_that_is_stopped_and_find_the_other(lab: Lab) -> None:
    run = probe(lab)
    working = asyncio.ensure_future(run.run())
    await run.answered.wait()
    assert probes(lab)
    await asyncio.to_thread(lab.fault, "keepalived-stopped", "director1")
    assert await run.seen(lambda news: news.lost > 0)
    answered = run.news.answered if run.news is not None else 0
    assert await run.seen(lambda news: news.answered > answered + 100 and news.held is not None)
    run.stop()
    result = await working
    assert result.error == ""
    assert result.host == "client"
    assert result.outages and all(one.end is not None for one in result.outages)
    assert result.answered + sum(one.lost for one in result.outages) == result.requests
    # The other Director has no such connection: it refuses the first packet that the client's TCP sends on it.
    assert result.held is not None and result.held.fate is HeldFate.RESET
    await until_seen(lambda: probes(lab) == "")


async def test_a_probe_ends_with_its_console(lab: Lab) -> None:
    run = probe(lab)
    working = asyncio.ensure_future(run.run())
    await run.answered.wait()
    working.cancel()
    await until_seen(lambda: probes(lab) == "")

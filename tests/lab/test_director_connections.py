"""Some of a real server's connections, read by the agent in a real kernel's table: those that work, and those that never will."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.cluster.views import connection_view
from lvstui.director.protocol.ipvs_messages import Connection, Connections, RealServerId, SampleConnections, ServiceId
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import Lab
from tests.support.lab_agent import AgentLink, agent
from tests.support.waiting import LIMIT_S, limit

pytestmark = pytest.mark.lab

SERVICE = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
CLIENT = "10.10.0.100"
OVER = "/tmp/over"  # once it is there, the client gives up
LOST = f"""
import os, socket, time
sockets = [socket.socket() for _ in range(12)]
for one in sockets:
    one.setblocking(False)
    one.connect_ex(("10.10.0.20", 80))
while not os.path.exists({OVER!r}):
    time.sleep(0.05)
"""


async def sample(link: AgentLink, nonce: int, port: int = 8081) -> Connections:
    real_server = RealServerId("192.168.211.13", port)
    link.send(SampleConnections(nonce, (SERVICE,), real_server, connection_view.ROWS, connection_view.SECONDS))
    return await link.get(Connections, lambda found: found.nonce == nonce)


async def held(link: AgentLink, nonce: int) -> list[Connections]:
    """Of each of the three real servers."""
    return [await sample(link, nonce + number, port) for number, port in enumerate((8081, 8082, 8083))]


def established(found: list[Connections]) -> set[Connection]:
    """Without the time that each has left."""
    return {row._replace(expires=0) for one in found for row in one.rows if row.state == "ESTABLISHED"}


async def test_connections_that_are_held_are_found_with_their_clients(lab: Lab) -> None:
    async with agent(lab, "director1") as link:
        # A Director that was cut off amid a request keeps its connection for a while, whatever the lab is reset to.
        before = established(await held(link, 1))
        traffic = lab.start_traffic(Traffic("hold", count=9, seconds=LIMIT_S, patience_s=60.0))
        try:
            async with limit():
                nonce = 10
                while len(established(found := await held(link, nonce)) - before) != 9:
                    nonce += 10
        finally:
            traffic.report(stop=True)
    rows = established(found) - before
    assert {row.client for row in rows} == {CLIENT} and len({row.client_port for row in rows}) == 9
    assert all(one.complete and one.error is None and one.seconds < connection_view.SECONDS for one in found)
    assert all(0 < row.expires <= 900 for one in found for row in one.rows if row.state == "ESTABLISHED")


async def test_replies_that_do_not_come_back_are_seen_in_syn_recv_and_explained(lab: Lab) -> None:
    """Let the real server's answers go elsewhere."""
    assert lab.exec("real-server", ["ip", "route", "add", "blackhole", f"{CLIENT}/32"]).status == 0
    try:
        async with agent(lab, "director1") as link:
            waiting = asyncio.ensure_future(asyncio.to_thread(lab.exec, "client", ["python3", "-c", LOST]))
            try:
                async with limit():
                    nonce = 100
                    while True:
                        nonce += 1
                        found = connection_view.answer("director1", await sample(link, nonce))
                        if found.warning is not None:
                            break
            finally:
                assert lab.exec("client", ["touch", OVER]).status == 0
                await waiting
    finally:
        lab.exec("client", ["rm", "-f", OVER])
        lab.exec("real-server", ["ip", "route", "del", "blackhole", f"{CLIENT}/32"])
    assert "are in SYN_RECV" in found.warning and "gateway VIP" in found.warning
    assert "SYN_RECV" in {one.state for one in found.connections}  # beside what the test before left in TIME_WAIT

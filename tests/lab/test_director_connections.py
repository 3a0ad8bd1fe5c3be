"""Some of a real server's connections, read by the agent in a real kernel's table: those that work, and those that never will."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.cluster import sampling
from lvstui.director.messages import Connections, RealServerId, SampleConnections, ServiceId
from lvstui.lab.lab import Lab
from lvstui.lab.traffic import Traffic

from .agent_link import PATIENCE, AgentLink, agent

pytestmark = pytest.mark.lab

SERVICE = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
CLIENT = "10.10.0.100"
LOST = """
import socket, time
sockets = [socket.socket() for _ in range(12)]
for one in sockets:
    one.setblocking(False)
    one.connect_ex(("10.10.0.20", 80))
time.sleep(60)
"""


async def sample(link: AgentLink, nonce: int, port: int = 8081) -> Connections:
    real_server = RealServerId("192.168.211.13", port)
    link.send(SampleConnections(nonce, (SERVICE,), real_server, sampling.ROWS, sampling.SECONDS))
    return await link.get(Connections, lambda found: found.nonce == nonce)


async def established(link: AgentLink, count: int) -> list[Connections]:
    """Of the three real servers together, when so many are held."""
    async with asyncio.timeout(PATIENCE):
        nonce = 0
        while True:
            found = []
            for port in (8081, 8082, 8083):
                nonce += 1
                found.append(await sample(link, nonce, port))
            if sum(dict(one.states).get("ESTABLISHED", 0) for one in found) == count:
                return found


async def test_connections_that_are_held_are_found_with_their_clients(lab: Lab) -> None:
    traffic = lab.start_traffic(Traffic("hold", count=9, seconds=PATIENCE))
    try:
        async with agent(lab, "director1") as link:
            found = await established(link, 9)
    finally:
        traffic.report(stop=True)
    rows = [row for one in found for row in one.rows if row.state == "ESTABLISHED"]
    assert {row.client for row in rows} == {CLIENT} and len({row.client_port for row in rows}) == 9
    assert all(one.complete and one.error is None and one.seconds < sampling.SECONDS for one in found)
    assert all(0 < row.expires <= 900 for row in rows)


async def test_replies_that_do_not_come_back_are_seen_in_syn_recv_and_explained(lab: Lab) -> None:
    """Rule 32: the real server's answers go elsewhere."""
    assert lab.exec("real-server", ["ip", "route", "add", "blackhole", f"{CLIENT}/32"]).status == 0
    try:
        async with agent(lab, "director1") as link:
            waiting = asyncio.ensure_future(
                asyncio.to_thread(lab.exec, "client", ["timeout", "20", "python3", "-c", LOST])
            )
            try:
                async with asyncio.timeout(PATIENCE):
                    nonce = 100
                    while True:
                        nonce += 1
                        found = sampling.answer("director1", await sample(link, nonce))
                        if found.warning is not None:
                            break
            finally:
                await waiting
    finally:
        lab.exec("real-server", ["ip", "route", "del", "blackhole", f"{CLIENT}/32"])
    assert "are in SYN_RECV" in found.warning and "gateway VIP" in found.warning
    assert found.connections[0].state == "SYN_RECV"

"""What the agent reads of a real keepalived, over the real link."""

from __future__ import annotations

import pytest

from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.keepalived_messages import Keepalived, Log
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.lab.lab import Lab
from tests.support.lab_agent import agent, leftovers
from tests.support.waiting import until_seen

pytestmark = pytest.mark.lab


async def test_the_daemon_its_dumps_its_log_and_its_files(lab: Lab) -> None:
    async with agent(lab, "director1") as link:
        assert (await link.get(Hello)).root
        assert (await link.get(Ipvs)).full
        keepalived = await link.get(Keepalived, lambda keepalived: keepalived.version != "")
        assert keepalived.running
        assert keepalived.pid and keepalived.vrrp_pid and keepalived.checkers_pid
        assert keepalived.loaded >= keepalived.started > 0
        vrrp = await link.get(Vrrp)
        assert vrrp.error is None
        assert [(instance.name, instance.vips) for instance in vrrp.instances] == [
            ("VI_1", ("10.10.0.20",)),
            ("VI_2", ("192.168.211.20",)),
        ]
        checkers = await link.get(Checkers)
        assert checkers.error is None
        assert [(real.port, real.alive, real.in_ipvs) for real in checkers.real_servers] == [
            (port, True, True) for port in (8081, 8082, 8083)
        ]
        assert all(check.method == "TCP_CHECK" for real in checkers.real_servers for check in real.checks)
        log = await link.get(Log)
        assert log.history and log.source
        files = await link.get(Files)
        assert files.files[0].data == lab.read_file("director1")


async def test_nothing_is_left_when_the_link_ends(lab: Lab) -> None:
    async with agent(lab, "director1") as link:
        await link.get(Log)
        await link.get(Vrrp)
        assert "base64" in leftovers(lab, "director1")
    await until_seen(lambda: leftovers(lab, "director1") == "")


async def test_a_keepalived_killed_is_seen_at_once(lab: Lab) -> None:
    async with agent(lab, "director2") as link:
        keepalived = await link.get(Keepalived, lambda keepalived: keepalived.version != "")
        await link.get(Vrrp)
        try:
            assert lab.exec("director2", ["sh", "-c", "kill -9 $(cat /run/keepalived.pid)"]).status == 0
            dead = await link.get(Keepalived, lambda now: now.pid != keepalived.pid)
            assert not dead.running
            assert (await link.get(Vrrp, lambda vrrp: vrrp.error is not None)).error == "keepalived does not run"
        finally:
            lab.exec("director2", ["systemctl", "restart", "keepalived"])
        again = await link.get(Keepalived, lambda now: now.running and now.pid != keepalived.pid)
        assert again.started > keepalived.started
    lab.wait_ready()


async def test_an_account_without_rights_is_told_what_it_cannot_see(lab: Lab) -> None:
    async with agent(lab, "director1-watch") as link:
        hello = await link.get(Hello)
        assert not hello.root
        assert {missing.what for missing in hello.missing} >= {"writing", "IPVS counters"}
        assert not (await link.get(Ipvs)).counters
        assert (await link.get(Keepalived)).running
        assert "only root" in str((await link.get(Vrrp)).error)

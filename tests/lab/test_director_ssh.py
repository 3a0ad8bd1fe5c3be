"""The link to a real Director through OpenSSH: root, sudo without a password, no rights, and what is left behind."""

from __future__ import annotations

import pytest

from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.lab.lab import Lab
from lvstui.transport.link import NoQuestions
from lvstui.transport.ssh import SshConnector
from tests.support.lab_agent import agent, leftovers
from tests.support.waiting import limit, until_seen

pytestmark = pytest.mark.lab


@pytest.mark.parametrize(("account", "privilege"), [("", "root"), ("-ops", "sudo"), ("-watch", "observer")])
async def test_each_account_gets_the_rights_it_has_and_leaves_nothing(lab: Lab, account: str, privilege: str) -> None:
    async with agent(lab, "director1" + account) as link:
        sample = await link.get(Ipvs, lambda sample: sample.full)
        assert sample.counters is (privilege != "observer")
        assert {real.port for service in sample.changed for real in service.changed} >= {8081, 8082, 8083}
    await until_seen(lambda: leftovers(lab, "director1") == "")


@pytest.mark.parametrize(("account", "privilege"), [("", "root"), ("-ops", "sudo"), ("-watch", "observer")])
async def test_stage_0_says_what_it_got(lab: Lab, account: str, privilege: str) -> None:
    async with limit():
        connector = SshConnector("director2" + account, ssh_config=lab.ssh_config, questions=NoQuestions())
        link = await connector.connect()
    link.abort()
    assert link.privilege == privilege
    await until_seen(lambda: leftovers(lab, "director2") == "")

"""What the agent reads of a real kernel, over the real link: IPVS beside ipvsadm, addresses, the machine's load."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from lvstui.director.protocol.host_messages import Address, Host, Network
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, ServiceId
from lvstui.director.protocol.link_messages import Hello, SetInterval
from lvstui.lab.lab import Lab
from tests.support.lab_agent import AgentLink, agent

pytestmark = pytest.mark.lab

SERVICE = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
REQUESTS = "import urllib.request as u; [u.urlopen('http://10.10.0.20/', timeout=600).read() for _ in range(6)]"
EDIT = "ipvsadm -e -t 10.10.0.20:80 -r 192.168.211.13:8082 -m -w"


def real_servers(sample: Ipvs) -> list[RealServer]:
    return [one for service in sample.changed if service.service.id == SERVICE for one in service.changed]


def ipvsadm(lab: Lab, director: str) -> set[tuple[str, ...]]:
    """Real server, connections, packets and bytes in and out, as ipvsadm counts them."""
    listed = lab.exec(director, ["ipvsadm", "-Ln", "--stats", "--exact", "-t", "10.10.0.20:80"]).stdout
    return {tuple(line.split()[1:]) for line in listed.splitlines() if "->" in line and "Remote" not in line}


def counted(known: Iterable[RealServer]) -> set[tuple[str, ...]]:
    return {(f"{one.address}:{one.port}", *map(str, one[9:])) for one in known}


async def full(link: AgentLink) -> Ipvs:
    return await link.get(Ipvs, lambda sample: sample.full)


async def test_the_table_and_its_counters_are_ipvsadms(lab: Lab) -> None:
    assert lab.exec("client", ["python3", "-c", REQUESTS]).status == 0
    async with agent(lab, "director1") as link:
        sample = await full(link)
        assert sample.counters and sample.error is None
        known = {one[:2]: one for one in real_servers(sample)}
        # The kernel refreshes what it shows every 2 s: until then both show nothing of the last requests.
        while sum(one.connections for one in known.values()) < 6 or counted(known.values()) != ipvsadm(
            lab, "director1"
        ):
            fresh = await link.get(Ipvs, lambda later: bool(real_servers(later)))
            known.update({one[:2]: one for one in real_servers(fresh)})
    shown = {(one.address, one.port, one.method, one.weight) for one in known.values()}
    assert shown == {("192.168.211.13", port, "NAT", 1) for port in (8081, 8082, 8083)}
    assert all(one.in_bytes and one.out_bytes for one in known.values())


async def test_a_weight_that_changes_in_the_kernel_is_told(lab: Lab) -> None:
    async with agent(lab, "director1") as link:
        before = next(one.weight for one in real_servers(await full(link)) if one.port == 8082)
        try:
            assert lab.exec("director1", [*EDIT.split(), "77"]).status == 0
            changed = await link.get(Ipvs, lambda sample: any(one.weight == 77 for one in real_servers(sample)))
            assert {one.port for one in real_servers(changed) if one.weight == 77} == {8082}
        finally:
            lab.exec("director1", [*EDIT.split(), str(before)])


async def test_an_address_is_told_when_it_comes(lab: Lab) -> None:
    def vips(network: Network) -> list[Address]:
        return [one for one in network.addresses if one[:3] == ("ens33", "10.10.0.99", 32)]

    async with agent(lab, "director2") as link:
        link.send(SetInterval(10.0))
        first = await link.get(Network)
        assert first.error is None
        assert {"lo", "ens33", "ens36"} <= {one.name for one in first.links}
        assert not vips(first)
        try:
            # the address stays until it was told: one that came and went while the agent did not run would never be
            add = "cat /proc/uptime && ip address add 10.10.0.99/32 dev ens33 && cat /proc/uptime"
            done = lab.exec("director2", ["sh", "-c", add])
            assert done.status == 0
            came = await link.get(Network, lambda network: bool(vips(network)))  # no tick reads the network
            before, after = (float(line.split()[0]) for line in done.stdout.splitlines())
            assert before - 0.1 <= vips(came)[0].created <= after + 0.1, "the kernel tells since when"
        finally:
            lab.exec("director2", ["ip", "address", "del", "10.10.0.99/32", "dev", "ens33"])
        await link.get(Network, lambda network: network.at > came.at and not vips(network))


async def test_the_load_comes_from_the_psutil_that_was_shipped(lab: Lab) -> None:
    async with agent(lab, "director1") as link:
        host = await link.get(Host, lambda host: host.cpu_percent is not None)
        assert host.error is None
        assert host.memory_percent is not None and 0 < host.memory_percent < 100
        assert {"ens33", "ens36"} <= {one.name for one in host.nics}
        assert sum(one.in_bytes for one in host.nics) > 0


async def test_an_account_without_sudo_sees_weights_and_no_counters(lab: Lab) -> None:
    async with agent(lab, "director1-watch") as link:
        hello = await link.get(Hello)
        assert not hello.root
        assert {one.what for one in hello.missing} >= {"IPVS counters", "writing"}
        sample = await full(link)
        assert not sample.counters and sample.error is None
        assert {(one.port, one.weight) for one in real_servers(sample)} == {(8081, 1), (8082, 1), (8083, 1)}
        network = await link.get(Network)
        assert network.error is None and network.addresses
        assert (await link.get(Host)).error is None

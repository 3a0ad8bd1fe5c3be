"""What an operator without root sees, against what the kernel said to root at the same moment."""

from __future__ import annotations

import pytest

from lvstui.director.linux.ipvs import ipvs_proc
from lvstui.director.linux.ipvs.genetlink import MalformedAnswer
from lvstui.director.protocol.ipvs_messages import RealServer, Service
from tests.support.datagrams import CAPTURES, NAMES, oracle_real_servers, oracle_services

TEXT = (CAPTURES / "proc_net_ip_vs.txt").read_text()


def shown(one: Service) -> Service:
    """A service as far as /proc shows it."""
    return Service(one.id, one.scheduler, one.flags & 0x5, 0, one.netmask, "", 0, 0, 0, 0, 0)


def test_services_are_those_of_netlink() -> None:
    table = ipvs_proc.parse(TEXT)
    assert not table.counters
    assert {service for service, _ in table.services} == {shown(one) for one in oracle_services()}
    assert len(table.services) == 11


def test_real_servers_are_those_of_netlink() -> None:
    found = sorted(one for _, real_servers in ipvs_proc.parse(TEXT).services for one in real_servers)
    everything = [one for name in NAMES for one in oracle_real_servers(name)]
    assert found == sorted(RealServer(*one[:4], 0, 0, one.active, one.inactive, 0, 0, 0, 0, 0, 0) for one in everything)


def test_each_real_server_is_under_its_own_service() -> None:
    by_port = {service.id.port: real_servers for service, real_servers in ipvs_proc.parse(TEXT).services}
    assert {one.address for one in by_port[443]} == {"192.168.211.21", "192.168.211.22"}
    assert {one.method for one in by_port[53]} == {"TUN"}


@pytest.mark.parametrize("line", ["TCP  nonsense rr", "ICMP  0A0A0014:0050 rr", "  -> 0A0A0014:0050 Masq x 0 0", "TCP"])
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    heading = "".join(TEXT.splitlines(keepends=True)[:4])
    with pytest.raises(MalformedAnswer, match="line 5"):
        ipvs_proc.parse(heading + line + "\n")


def test_a_kernel_without_the_module_has_no_table() -> None:
    assert ipvs_proc.read("/proc/net/no_such_table") is None

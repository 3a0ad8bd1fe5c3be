"""keepalived's dumps, excerpts of a real 2.2.7 and what the others write differently."""

from __future__ import annotations

import json

import pytest

from lvstui.director.linux import checker_dump, vrrp_dump
from lvstui.director.messages import Check, CheckedRealServer

JSON = (
    b'[{"data":{"iname":"VI_1","ifp_ifname":"v0","master_priority":0,"last_transition":1795381218.952027,"vrid":51,'
    b'"base_priority":150,"effective_priority":140,"vipset":false,"adver_int":0.5,"state":3,"version":3,'
    b'"vips":["10.9.0.100\\/24 dev v0 scope global"],"evips":["2001:db8::1\\/64 dev v0"],"auth_type":1,"auth_data":"EXAMPLE1"},'
    b'"stats":{"advert_rcvd":3,"advert_sent":4,"become_master":1,"release_master":2}}]'
)


def test_an_instance_of_the_json_dump() -> None:
    (instance,) = vrrp_dump.instances(JSON)
    assert instance.name == "VI_1"
    assert (instance.vrid, instance.interface, instance.state) == (51, "v0", "FAULT")
    assert (instance.base_priority, instance.priority, instance.advert_interval) == (150, 140, 0.5)
    assert instance.vips == ("10.9.0.100", "2001:db8::1")
    assert (instance.adverts_received, instance.adverts_sent, instance.become_master, instance.release_master) == (
        *(3, 4),
        *(1, 2),
    )
    assert "EXAMPLE1" not in repr(instance)


def test_json_version_2_wraps_the_list() -> None:
    assert vrrp_dump.instances(b'{"vrrp": %s}' % JSON) == vrrp_dump.instances(JSON)


@pytest.mark.parametrize("cut", [1, 40, len(JSON) - 1])
def test_half_a_dump_is_none(cut: int) -> None:
    with pytest.raises(ValueError):
        vrrp_dump.instances(JSON[:cut])


@pytest.mark.parametrize("odd", ["3", "[3]", '[{"data": {"state": 9}}]', '{"vrrp": null}', '[{"data": null}]'])
def test_an_unexpected_dump_is_refused(odd: str) -> None:
    assert json.loads(odd) is not None
    with pytest.raises(ValueError):
        vrrp_dump.instances(odd.encode())


CHECKERS = """\
------< Global definitions >------
 Network namespace = (default)
------< LVS Topology >------
 System is compiled with LVS v1.2.1
 ------< Virtual server >------
 VS VIP = 127.0.0.100, VPORT = 8080
   Address family = inet
   protocol = TCP
   alive = 1
   quorum_state_up = 1
   ------< Real server >------
   RIP = 127.0.0.11, RPORT = 8080, WEIGHT = 5 EFF WEIGHT = 7
   forwarding method = NAT
   alive = 1
   RS set = 1
   reloaded = 0
   ------< Real server >------
   RIP = 127.0.0.12, RPORT = 8080, WEIGHT = 10 EFF WEIGHT = 10
   alive = 0
   num failed checkers = 1
   RS set = 0
 ------< Virtual server >------
 VS FWMARK = 7
   protocol = none
   sorry server = [127.0.0.9]:tcp:80
     alive = 1
   VS alive = 1
   ------< Real server >------
   RIP = 2001:db8::12, RPORT = 0, WEIGHT = 1 EFF WEIGHT = 1
   alive = 1
   RS set = 1
 ------< Virtual server >------
 VS GROUP = [web]:0
   protocol = UDP
   ------< Real server >------
   RIP = 127.0.0.13, RPORT = 53, WEIGHT = 1 EFF WEIGHT = 1
   alive = 1
   RS set = 1
------< Health checkers >------
 [127.0.0.100]:tcp:8080 -> [127.0.0.11]:tcp:8080
   Enabled = yes
   Up = yes
   Has run = yes
   Keepalive method = TCP_CHECK
 [127.0.0.100]:tcp:8080 -> [127.0.0.12]:tcp:8080
   Up = no
   Has run = yes
   Keepalive method = HTTP_GET, http protocol 1.0
 [127.0.0.100]:tcp:8080 -> [127.0.0.12]:tcp:8080
   Up = yes
   Has run = no
   Keepalive method = MISC_CHECK
 FWM 7 -> [2001:db8::12]:tcp:0
   Up = yes
   Has run = yes
   Keepalive method = PING_CHECK
 [web]:0 -> [127.0.0.13]:udp:53
   Up = yes
   Has run = yes
   Keepalive method = DNS_CHECK
"""


def test_real_servers_and_their_checks() -> None:
    first, second, marked, grouped = checker_dump.real_servers(CHECKERS.encode())
    assert first == CheckedRealServer(
        "127.0.0.100 tcp 8080", "127.0.0.11", 8080, 5, 7, True, True, (Check("TCP_CHECK", True, True),)
    )
    assert (second.alive, second.in_ipvs) == (False, False)
    assert second.checks == (Check("HTTP_GET", False, True), Check("MISC_CHECK", True, False))
    assert (marked.virtual_server, marked.address, marked.alive) == ("fwmark 7", "2001:db8::12", True)
    assert marked.checks == (Check("PING_CHECK", True, True),)
    assert (grouped.virtual_server, grouped.checks) == ("group web", (Check("DNS_CHECK", True, True),))


def test_what_is_no_dump_is_refused() -> None:
    with pytest.raises(ValueError):
        checker_dump.real_servers(b"hello\n")

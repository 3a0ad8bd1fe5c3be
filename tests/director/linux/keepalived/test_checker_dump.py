"""keepalived's checker dump: excerpts of a real 2.2.7 and what the others write differently."""

from __future__ import annotations

import re

import pytest

from lvstui.director.linux.keepalived import checker_dump
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer, CheckedVirtualServer
from lvstui.director.protocol.ipvs_messages import RealServerId
from tests.support.paths import SAMPLES

CHECKERS = """\
------< Global definitions >------
 Network namespace = (default)
------< LVS Topology >------
 System is compiled with LVS v1.2.1
 ------< Virtual server >------
 VS VIP = 127.0.0.100, VPORT = 8080
   Address family = inet
   protocol = TCP
   quorum = 3, hysteresis = 1
   sorry server = [127.0.0.9]:tcp:80
   alive = 1
   quorum_state_up = 1
   ------< Real server >------
   RIP = 127.0.0.11, RPORT = 8080, WEIGHT = 7 EFF WEIGHT = 7
   forwarding method = NAT
   initial weight = 5
   effective weight = 7
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
   quorum = 1, hysteresis = 0
   sorry server (duplicates rs) = [2001:db8::9]:none:0
     forwarding method = NAT
     Inhibit on failure is OFF
     set = 1
     alive = 1
   VS alive = 1
   quorum_state_up = 0
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
    first, second, marked, grouped = checker_dump.read(CHECKERS.encode())[1]
    assert first == CheckedRealServer(
        "127.0.0.100 tcp 8080", "127.0.0.11", 8080, 5, 7, True, True, (Check("TCP_CHECK", True, True),)
    )
    assert (second.alive, second.in_ipvs) == (False, False)
    assert second.checks == (Check("HTTP_GET", False, True), Check("MISC_CHECK", True, False))
    assert (marked.virtual_server, marked.address, marked.alive) == ("fwmark 7", "2001:db8::12", True)
    assert marked.checks == (Check("PING_CHECK", True, True),)
    assert (grouped.virtual_server, grouped.checks) == ("group udp web", (Check("DNS_CHECK", True, True),))


KINDS = """\
------< LVS Topology >------
 System is compiled with LVS v1.2.1
 ------< Virtual server group >------
 Virtual Server Group = DNS, IPv4 = yes, IPv6 = no
   VIP = 10.77.0.53, VPORT = 53
     Alive: 0 tcp, 0 udp, 0 sctp
     reloaded = True
 ------< Virtual server group >------
 Virtual Server Group = web, IPv4 = yes, IPv6 = no
  Fwmark TCP: 1000 UDP: 0 SCTP: 1002
   VIP Range = 10.77.0.100-10.77.0.109, VPORT = 80
     Alive: 0 tcp, 0 udp, 0 sctp
""" + "".join(
    f""" ------< Virtual server >------
 VS {head}
   Address family = {family}
   lvs_sched = rr
   protocol = {protocol}
   quorum = 1, hysteresis = 0
   {alive} = 1
   quorum_state_up = 0
   reloaded = 1
   ------< Real server >------
   RIP = {address}, RPORT = {port}, WEIGHT = 3 EFF WEIGHT = 3
   initial weight = 3
   alive = 0
   RS set = 0
   reloaded = 1
"""
    for head, family, protocol, address, port, alive in [
        ("FWMARK = 7", "inet6", "none", "::1", 81, "VS alive"),
        ("FWMARK = 7", "inet", "none", "127.0.0.1", 82, "alive"),
        ("GROUP = [DNS]:0", "inet", "TCP", "127.0.0.1", 83, "VS alive"),
        ("GROUP = [DNS]:1", "inet", "UDP", "127.0.0.1", 83, "VS alive"),
        ("GROUP = [marks]:0", "inet", "none", "127.0.0.1", 85, "VS alive"),
        ("GROUP = [marks]:1", "inet6", "none", "::1", 86, "VS alive"),
        ("GROUP = [dns]:0", "IPv4 & IPv6", "UDP", "172.20.5.12", 53, "VS alive"),
        ("VIP = 2001:db8::20, VPORT = 80", "inet6", "TCP", "::1", 88, "VS alive"),
    ]
) + """\
------< Health checkers >------
""" + "".join(
    f""" {line}
   Enabled = yes
   Up = no
   Has run = yes
   Keepalive method = {kind}
"""
    for line, kind in [
        ("FWM 7 -> [::1]:none:81", "ONE"),
        ("FWM 7 -> [127.0.0.1]:none:82", "TWO"),
        ("[DNS]:0 -> [127.0.0.1]:tcp:83", "THREE"),
        ("[DNS]:1 -> [127.0.0.1]:udp:83", "FOUR"),
        ("[marks]:0 -> [127.0.0.1]:none:85", "FIVE"),
        ("[marks]:1 -> [::1]:none:86", "SIX"),
        ("[dns]:0 -> [172.20.5.12]:udp:53", "SEVEN"),
        ("[2001:db8::20]:tcp:80 -> [::1]:tcp:88", "EIGHT"),
    ]
)  # fmt: skip


def test_every_kind_of_virtual_server_has_a_name_of_its_own_and_its_checks() -> None:
    """As 2.2.7, 2.3.3 and 2.4.3 wrote them in the lab's kernel; only the kinds of the checks are made up."""
    virtual_servers, real_servers = checker_dump.read(KINDS.encode())
    names = [
        "fwmark 7 inet6", "fwmark 7", "group tcp DNS", "group udp DNS", "group inet marks", "group inet6 marks",
        "group udp dns", "2001:db8::20 tcp 80",
    ]  # fmt: skip
    assert [one.name for one in virtual_servers] == names
    assert [one.virtual_server for one in real_servers] == names
    kinds = ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT"]
    assert [[check.method for check in one.checks] for one in real_servers] == [[kind] for kind in kinds]


def test_the_firewall_marks_that_groups_were_given() -> None:
    assert checker_dump.group_fwmarks(KINDS.encode()) == (("web", "tcp", 1000), ("web", "sctp", 1002))
    assert checker_dump.group_fwmarks(CHECKERS.encode()) == ()


def test_a_check_that_is_suspended_and_the_numbers_of_2_0() -> None:
    """`ha_suspend`: keepalived checks nothing while the address is elsewhere."""
    new = CHECKERS.replace("Enabled = yes", "Enabled = no")
    old = re.sub("(Enabled|Up|Has run) = (yes|no)", lambda one: f"{one[1]} = {int(one[2] == 'yes')}", new)
    for text in (new, old):
        first, second, *_ = checker_dump.read(text.encode())[1]
        assert first.checks == (Check("TCP_CHECK", True, True, enabled=False),)
        assert all(check.enabled for check in second.checks) and not second.checks[0].up


@pytest.mark.parametrize(
    ("told", "retries"),
    [
        ("   Retries = 3\n   Delay before retry = 1000000 us\n   Retries iterations = 2\n", 2),
        ("   Retries = 1\n   Retries iterations = 0\n", 0),
        ("   Retries = 0\n", 0),  # since 2.2 nothing more
        ("", None),
    ],
)
def test_how_often_a_check_has_failed_since_it_last_succeeded(told: str, retries: int | None) -> None:
    text = CHECKERS.replace("   Has run = yes\n", f"   Has run = yes\n{told}", 1)
    first, *_ = checker_dump.read(text.encode())[1]
    assert first.checks == (Check("TCP_CHECK", True, True, retries=retries),)


def test_what_is_no_dump_is_refused() -> None:
    with pytest.raises(ValueError):
        checker_dump.read(b"hello\n")


def test_the_quorum_of_each_virtual_server() -> None:
    plain, marked = checker_dump.read(CHECKERS.encode())[0]
    sorry = RealServerId("127.0.0.9", 80)
    assert plain == CheckedVirtualServer("127.0.0.100 tcp 8080", 3, 1, True, sorry, None)
    assert marked == CheckedVirtualServer("fwmark 7", 1, 0, False, RealServerId("2001:db8::9", 0), True)


VERSIONS = {  # a real server of weight 3 to which a checker adds -4, as each version's source writes it
    "2.0.20": ("WEIGHT = 0", "   initial weight = 3\n   previous weight = 3\n", (3, 0), None),
    "2.1.5": ("WEIGHT = 1 EFF WEIGHT = -1", "   initial weight = 3\n   previous weight = 3\n", (3, 1), None),
    "2.2.7": ("WEIGHT = 0 EFF WEIGHT = -1", "   initial weight = 3\n   effective weight = -1\n", (3, 0), -4),
    "2.0.0": ("WEIGHT = 3", "", (3, 3), None),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_weight_in_the_kernel_and_the_configured_one(version: str) -> None:
    line, told, weights, added = VERSIONS[version]
    current = "" if added is None else f"   Current weight = {added}\n"
    text = (
        "------< LVS Topology >------\n ------< Virtual server >------\n VS VIP = 10.0.0.1, VPORT = 80\n   protocol = TCP\n"
        f"   ------< Real server >------\n   RIP = 10.0.0.2, RPORT = 80, {line}\n{told}   alive = 1\n   RS set = 1\n"
        "------< Health checkers >------\n [10.0.0.1]:tcp:80 -> [10.0.0.2]:tcp:80\n   Up = yes\n   Has run = yes\n"
        f"{current}   Keepalive method = FILE_CHECK\n"
    )
    virtual_servers, (real,) = checker_dump.read(text.encode())
    assert virtual_servers == ()
    assert (real.weight, real.effective_weight) == weights
    assert real.checks == (Check("FILE_CHECK", True, True, added),)


@pytest.mark.parametrize(("name", "up"), [("all", False), ("some", True)])
def test_a_real_dump(name: str, up: bool) -> None:
    path = SAMPLES / f"keepalived_check-{name}-down.data"
    if not path.exists():
        pytest.skip("../shared/samples is not here")
    (virtual,), reals = checker_dump.read(path.read_bytes())
    assert virtual == CheckedVirtualServer("127.0.0.100 tcp 8080", 1, 0, up, None, None)
    assert [(real.weight, real.effective_weight) for real in reals] == [(5, 5), (10, 10), (10, 10)]
    assert {check.weight for real in reals for check in real.checks} == {0}

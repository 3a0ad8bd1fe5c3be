"""Options and tracked things of a VRRP instance that do not count, and what is said of them."""

from __future__ import annotations

import pytest

from tests.support.configurations import read

INSTANCE = """vrrp_instance VI_1 {{
interface eth0
virtual_router_id 51
virtual_ipaddress {{
10.77.0.20
}}
{}
}}
"""


def said(*lines: str, before: str = "", after: str = "") -> list[str]:
    """What there is to say about an instance with these lines."""
    found = read(before + INSTANCE.format("\n".join(lines)) + after, version=(2, 4, 3))
    assert found.fatal is None
    return [one.message for one in found.diagnostics]


@pytest.mark.parametrize(
    ("lines", "remark"),
    [
        (["strict_mode", "garp_lower_prio_repeat 1"], "garp_lower_prio_repeat has no effect in strict mode: it is 0"),
        (["strict_mode", "garp_lower_prio_delay 0"], ""),
        (["garp_lower_prio_delay 5"], ""),
        (["strict_mode", "lower_prio_no_advert off"], "lower_prio_no_advert has no effect in strict mode: it is on"),
        (["strict_mode", "higher_prio_send_advert"], "higher_prio_send_advert has no effect in strict mode: it is off"),
        (["strict_mode", "accept"], "accept has no effect in strict mode with VRRP version 2"),
        (["strict_mode", "accept", "version 3"], ""),
        (["strict_mode", "use_vmac", "vmac_xmit_base"], "vmac_xmit_base has no effect in strict mode"),
        (["vmac_xmit_base"], "vmac_xmit_base has no effect without use_vmac"),
        (["unicast_ttl 9"], "unicast_ttl has no effect without unicast_peer"),
        (["timer_expired_backup"], "timer_expired_backup has no effect without nopreempt"),
        (["timer_expired_backup", "nopreempt"], ""),
        (["owner_ignore_adverts"], "owner_ignore_adverts has no effect with another priority than 255"),
        (["owner_ignore_adverts off"], ""),
    ],
)
def test_options_without_effect(lines: list[str], remark: str) -> None:
    assert said(*lines) == ([remark] if remark else [])


SCRIPT = "vrrp_script chk {\nscript /bin/true\nweight 10\n}\n"
GROUP = "vrrp_sync_group G {{\ngroup {{\nVI_1\nVI_2\n}}\n{}}}\n"
OTHER = INSTANCE.format("").replace("VI_1", "VI_2").replace("51", "52").replace("eth0", "eth1")
TRACKS = (
    "track_interface {",
    "eth5 weight 20",
    "eth6",
    "}",
    "track_script {",
    "chk",
    "}",
    "track_file {",
    "f weight 5",
    "}",
)
FILE = "vrrp_track_file f {\nfile /run/f\n}\n"


def test_weights_do_not_count_in_a_sync_group_nor_for_the_owner() -> None:
    plain = said(*TRACKS, before=SCRIPT + FILE)
    assert plain == []
    assert said(*TRACKS, before=SCRIPT + FILE + GROUP.format("sync_group_tracking_weight\n"), after=OTHER) == []
    assert said(*TRACKS, before=SCRIPT + FILE + GROUP.format(""), after=OTHER) == [
        "the weight of eth5 has no effect with its sync group: when it is down the instance goes to FAULT",
        "keepalived does not track the script chk with a weight, because of its sync group",
        "keepalived does not track the file f with a weight, because of its sync group",
    ]
    assert said(*TRACKS, "priority 255", before=SCRIPT + FILE) == [
        "keepalived does not track the interface eth5 with a weight, because of priority 255",
        "keepalived does not track the script chk with a weight, because of priority 255",
        "keepalived does not track the file f with a weight, because of priority 255",
    ]


def test_what_is_not_tracked_at_all() -> None:
    lines = ("track_interface {", "eth0", "}", "track_script {", "chk", "}")
    missing = "there is no vrrp_script 'chk' before this instance: keepalived does not track it"
    own = "eth0 is the instance's own interface, which is tracked in any case: ignored"
    assert said(*lines, before=SCRIPT) == [own]
    assert said(*lines, after=SCRIPT) == [own, missing]

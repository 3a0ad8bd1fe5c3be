"""Instances of both families with one VRID are compared each with its own."""

from __future__ import annotations

from lvstui.cluster.drift import drift
from lvstui.keepalived import Configuration, MemoryFiles, load
from tests.support.telling import MAIN

DUAL = """vrrp_instance {four} {{
    interface {place}
    virtual_router_id 51
    virtual_ipaddress {{
        10.0.0.100
    }}
}}
vrrp_instance {six} {{
    interface {place}
    virtual_router_id 51
    virtual_ipaddress {{
        2001:db8::{last}
    }}
}}
"""


def test_one_vrid_in_both_families_is_compared_each_with_its_own() -> None:
    def side(name: str, **words: str) -> tuple[str, Configuration]:
        data = DUAL.format(**{"four": "VI_4", "six": "VI_6", "place": "eth0", "last": "100", **words}).encode()
        return name, load(MAIN, MemoryFiles({MAIN: data}, {MAIN: [MAIN]}), name, (2, 2, 7))

    one = side("director1")
    assert drift.between([one, side("director2", place="ens33")]) == ()
    found = drift.between([one, side("director2", four="VI_6", six="VI_4")])  # the names the other way round
    assert [(each.subject, each.what) for each in found] == [("VI_4", "name"), ("VI_6", "name")]
    found = drift.between([one, side("director2", last="101")])
    assert [(each.subject, each.what, [told.value for told in each.sides]) for each in found] == [
        ("VI_6", "VIPs", ["2001:db8::100", "2001:db8::101"])
    ]

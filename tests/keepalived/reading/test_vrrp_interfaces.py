"""The interfaces that VRRP statements name: keepalived looks for them while it reads, and most of them it cannot be without."""

from __future__ import annotations

import pytest

from lvstui.keepalived.parsing.dialect import Version
from tests.support.configurations import read


def named(text: str, version: Version | None = None) -> dict[str, list[tuple[str, int, bool]]]:
    """Each interface, with what names it, at which line, and whether keepalived ends without it."""
    return {
        name: [(one.subject, one.line, one.ends) for one in some]
        for name, some in read(text, version=version).interfaces.items()
    }


def instance(*lines: str) -> str:
    return "\n".join(("vrrp_instance VI_1 {", "interface eth0", "virtual_router_id 51", *lines, "}"))


def test_the_instance_itself_its_addresses_and_what_is_tracked() -> None:
    text = instance(
        "virtual_ipaddress {",
        "10.0.0.1",
        "10.0.0.2 dev eth1",
        "}",
        "virtual_ipaddress_excluded {",
        "2001:db8::1 dev eth2",
        "}",
        "track_interface {",
        "eth3",
        "eth4 weight -5",
        "}",
        "vrf red",
    )
    group = "\nvrrp_sync_group G {\ngroup {\nVI_1\n}\ntrack_interface {\neth5\n}\n}\n"
    assert named(text + group) == {
        "eth0": [("VI_1", 2, True)],
        "eth1": [("virtual_ipaddress of VI_1", 6, True)],
        "eth2": [("virtual_ipaddress_excluded of VI_1", 9, True)],
        "eth3": [("track_interface of VI_1", 12, True)],
        "eth4": [("track_interface of VI_1", 13, True)],
        "red": [("vrf of VI_1", 15, True)],
        "eth5": [("track_interface of the sync group G", 22, True)],
    }
    assert "red" not in named(text, (2, 2, 4))  # which does not know the keyword


@pytest.mark.parametrize(
    ("block", "line", "names"),
    [
        ("virtual_routes", "10.1.0.0/16 via 10.0.0.254 dev eth1", ["eth1"]),
        ("virtual_routes", "10.1.0.0/16 oif eth1 metric 5", ["eth1"]),
        ("virtual_routes", "10.1.0.0/16 nexthop dev eth1 weight 2 nexthop via inet 10.0.0.2 dev eth2", ["eth1", "eth2"]),
        ("virtual_routes", "10.1.0.0/16 nexthop nonsense dev eth1", []),
        ("virtual_routes", "10.1.0.0/16 via nonsense dev eth1", []),  # it has skipped the route before
        ("virtual_routes", "nonsense dev eth1", []),
        ("virtual_rules", "from 10.1.0.0/16 iif eth1 oif eth2 table 7", ["eth1", "eth2"]),
        ("virtual_rules", "to 10.1.0.0/16 dev eth1 lookup 7", ["eth1"]),
        ("virtual_rules", "type nonsense dev eth1", []),
        ("virtual_ipaddress", "10.0.0.9 brd nonsense dev eth1", []),
        ("virtual_ipaddress", "10.0.0.9 dev eth1 brd nonsense", ["eth1"]),  # looked for, though the address is lost
        ("virtual_ipaddress", "10.0.0.999 dev eth1", []),
    ],
)  # fmt: skip
def test_what_keepalived_reads_of_a_line(block: str, line: str, names: list[str]) -> None:
    found = named(instance("virtual_ipaddress {", "10.0.0.1", "}", f"{block} {{", line, "}"))
    assert [name for name in found if name != "eth0"] == names
    assert all(found[name] == [(f"{block} of VI_1", 8, True)] for name in names)


def test_what_stands_outside_of_instances() -> None:
    text = (
        "static_ipaddress {\n10.0.0.1\n10.0.0.2 dev eth1\n}\n"
        "static_routes {\n10.1.0.0/16 dev eth2\n10.2.0.0/16 vrf red\n}\n"
        "static_rules {\nfrom 10.1.0.0/16 iif eth3 table 7\n}\n"
        "garp_group {\ninterface eth4\ninterfaces {\neth5 eth6\n}\n}\n"
        "linkbeat_interfaces {\neth7\n}\ninterface_up_down_delays {\neth8 2\n}\n"
    )
    assert named(text) == {
        "eth0": [("static_ipaddress without dev", 2, True)],
        "eth1": [("static_ipaddress", 3, True)],
        "eth2": [("static_routes", 6, True)],
        "red": [("static_routes: vrf", 7, False)],
        "eth3": [("static_rules", 10, True)],
        "eth4": [("garp_group", 13, True)],
        "eth5": [("garp_group", 15, True)],
        "eth6": [("garp_group", 15, True)],
        "eth7": [("linkbeat_interfaces", 19, False)],
        "eth8": [("interface_up_down_delays", 22, False)],
    }


def test_the_default_interface_is_that_of_static_addresses() -> None:
    default = "global_defs {\ndefault_interface eth7\n}\n"
    assert named(default, (2, 1, 0)) == {}
    assert named(default, (2, 0, 20)) == {"eth7": [("default_interface", 2, True)]}
    assert named(f"{default}static_ipaddress {{\n10.0.0.1\n}}\n", (2, 1, 0)) == {
        "eth7": [("static_ipaddress without dev", 5, True)]
    }


def test_dynamic_interfaces_counts_from_its_own_line_on_at_a_reload() -> None:
    dynamic = "global_defs {\ndynamic_interfaces\n}\n"
    for text, may_come in ((dynamic + instance(), True), (f"{instance()}\n{dynamic}", False), (instance(), False)):
        (one,) = read(text).interfaces["eth0"]
        assert one.may_come is may_come


@pytest.mark.parametrize(
    "lines",
    [
        ("track_interface {", "averyveryverylong", "}"),
        ("virtual_routes {", "10.1.0.0/16 dev averyveryverylong", "}"),
        ("virtual_rules {", "from 10.1.0.0/16 iif averyveryverylong table 7", "}"),
    ],
)
def test_a_name_that_no_interface_can_have(lines: tuple[str, ...]) -> None:
    text = instance("virtual_ipaddress {", "10.0.0.1", "}", *lines)
    fatal = read(text).fatal
    assert fatal is not None
    assert (fatal.line, fatal.message) == (8, "no interface can have the name 'averyveryverylong': keepalived ends")
    assert read(f"global_defs {{\ndynamic_interfaces\n}}\n{text}").fatal is None
    assert list(named(text)) == ["eth0"]

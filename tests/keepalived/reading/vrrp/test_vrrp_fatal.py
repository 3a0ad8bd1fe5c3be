"""What of VRRP ends keepalived at its start and at a reload, by version."""

from __future__ import annotations

import pytest

from lvstui.keepalived.parsing.dialect import Version
from tests.support.configurations import read


def ends(*lines: str, version: Version | None = None, name: str = "VI_1") -> tuple[int, str] | None:
    """The line and the message of what would end keepalived, for one instance or several."""
    fatal = read("\n".join((f"vrrp_instance {name} {{", *lines, "}")), version=version).fatal
    return None if fatal is None else (fatal.line, fatal.message)


VIP = ("virtual_ipaddress {", "10.77.0.20/24 dev eth0", "}")
UNICAST = ("unicast_src_ip 10.0.0.1", "unicast_peer {", "10.0.0.2", "}")


def test_no_vrid_and_no_interface_end_keepalived() -> None:
    assert ends("interface eth0", "state BACKUP", *VIP) == (1, "VI_1 has no virtual_router_id: keepalived ends")
    assert ends("interface eth0", "virtual_router_id 300", *VIP) == (
        3,
        "VI_1 has no virtual_router_id: keepalived ends",
    )
    assert ends("virtual_router_id 51", *VIP) == (1, "VI_1 has no interface: keepalived ends")
    assert ends("virtual_router_id 51", "interface lo", *VIP) == (3, "VI_1 has no interface: keepalived ends")
    assert ends("virtual_router_id 51", "interface averyveryverylongname", *VIP) is not None
    default = read(
        "global_defs {\ndefault_interface eth0\n}\nvrrp_instance V {\nvirtual_router_id 1\nvirtual_ipaddress { 10.0.0.1 }\n}\n"
    )
    assert default.fatal is not None  # it is for static addresses


@pytest.mark.parametrize(
    ("version", "alone"),
    [
        ((2, 0, 20), False),
        ((2, 1, 5), True),
        ((2, 2, 4), True),
        ((2, 2, 7), False),
        ((2, 2, 8), True),
        ((2, 4, 3), True),
    ],
)
def test_an_instance_by_unicast_may_have_no_interface(version: Version, alone: bool) -> None:
    assert (ends("virtual_router_id 51", *UNICAST, *VIP, version=version) is None) is alone
    assert ends("virtual_router_id 51", *UNICAST[1:], *VIP, version=version) is not None


@pytest.mark.parametrize(
    ("lines", "version", "fatal"),
    [
        ([], (2, 2, 7), False),
        (["version 3"], (2, 2, 7), True),
        (["native_ipv6"], (2, 2, 7), True),
        (["strict_mode"], (2, 2, 7), True),
        (["version 2", "mcast_src_ip fe80::9"], (2, 2, 7), True),
        (["version 2", "mcast_src_ip fe80::9"], (2, 3, 3), False),
        (["version 3", "no_virtual_ipaddress"], (2, 2, 7), True),
        (["version 3", "no_virtual_ipaddress"], (2, 3, 3), False),
        (["strict_mode", "no_virtual_ipaddress"], (2, 3, 3), True),
        (["version 3", "virtual_ipaddress {", "10.0.0.999", "}"], (2, 3, 3), True),
    ],
)
def test_an_instance_without_vips(lines: list[str], version: Version, fatal: bool) -> None:
    assert (ends("interface eth0", "virtual_router_id 51", *lines, version=version) is not None) is fatal


@pytest.mark.parametrize(
    ("version", "fatal"),
    [((2, 0, 20), True), ((2, 2, 4), True), ((2, 2, 7), False), ((2, 3, 3), False), ((2, 4, 0), True)],
)
def test_unicast_peers_in_strict_mode(version: Version, fatal: bool) -> None:
    lines = ("virtual_router_id 51", "strict_mode", *UNICAST, *VIP)
    assert (ends("interface eth0", *lines, version=version) is not None) is fatal
    assert ends("interface dummy0", *lines, version=version) is None  # it has no multicast


def two(first: str, second: str, version: Version | None = None) -> tuple[int, str] | None:
    """What would end keepalived, of two instances with VRID 51."""
    text = "".join(
        f"vrrp_instance V{n} {{\nvirtual_router_id 51\n{lines}\n}}\n" for n, lines in enumerate((first, second), 1)
    )
    fatal = read(text, version=version).fatal
    return None if fatal is None else (fatal.line, fatal.message)


def test_one_virtual_router_twice_ends_keepalived() -> None:
    four = "interface eth0\nvirtual_ipaddress {\n10.0.0.1\n}"
    assert two(four, four.replace("0.1", "0.2")) == (9, "V2 has VRID 51 with IPv4 on eth0, as V1 has: keepalived ends")
    assert two(four, four.replace("10.0.0.1", "fe80::1")) is None
    assert two(four, four.replace("eth0", "eth1")) is None
    group = four + "\nmcast_dst_ip 224.0.0.99"
    assert two(four, group, (2, 2, 5)) is None
    assert two(group, group) is not None
    changing = "global_defs {\ndynamic_interfaces allow_if_changes\n}\n"
    body = f"virtual_router_id 51\n{four}\n}}\n"
    assert read(f"{changing}vrrp_instance A {{\n{body}vrrp_instance B {{\n{body}").fatal is None


def test_one_virtual_router_twice_by_unicast() -> None:
    def by(peer: str, source: str = "") -> str:
        return f"interface eth0\nvirtual_ipaddress {{\n10.0.0.1\n}}\nunicast_peer {{\n{peer}\n}}\n{source}"

    assert two(by("10.0.0.2"), by("10.0.0.2")) is not None
    assert two(by("10.0.0.2"), by("10.0.0.3")) is None
    assert two(by("10.0.0.2"), by("10.0.0.3"), (2, 2, 4)) is not None  # 2.2.5 began to compare the peers
    assert two(by("10.0.0.2", "unicast_src_ip 10.0.0.1"), by("10.0.0.2", "unicast_src_ip 10.0.0.9")) is None
    assert two(by("10.0.0.2", "unicast_src_ip 10.0.0.1"), by("10.0.0.2")) is None  # whose address eth0 has is not known
    assert two(by("10.0.0.2"), "interface eth0\nvirtual_ipaddress {\n10.0.0.1\n}") is None
    assert two(by("10.0.0.2"), "interface eth0\nvirtual_ipaddress {\n10.0.0.1\n}", (2, 0, 20)) is not None


def test_an_interface_that_cannot_be_ends_keepalived() -> None:
    lines = ("interface eth0", "virtual_router_id 51", "virtual_ipaddress {", "10.0.0.1 dev averyveryverylong", "}")
    found = ends(*lines)
    assert found == (5, "no interface can have the name 'averyveryverylong': keepalived ends")
    dynamic = "global_defs {\ndynamic_interfaces\n}\nvrrp_instance V {\n"
    assert read(dynamic + "\n".join((*lines, "virtual_ipaddress {", "10.0.0.2", "}", "}"))).fatal is None
    assert ends("use_vmac name", *lines[:2], *VIP, version=(2, 3, 0)) == (
        2,
        "'name' has no parameter: keepalived ends when it reads this",
    )


def fatal_line(block: str, line: str) -> int | None:
    """The line at which keepalived would end, for an instance with this line in this block."""
    lines = (
        "interface eth0",
        "virtual_router_id 5",
        "virtual_ipaddress {",
        "10.1.1.1",
        "}",
        f"{block} {{",
        line,
        "}",
        "}",
    )
    fatal = read("\n".join(("vrrp_instance VI {", *lines))).fatal
    return None if fatal is None else fatal.line


@pytest.mark.parametrize(
    ("block", "line", "ends"),
    [
        ("virtual_routes", "10.0.0.0/24 dev", True),
        ("virtual_routes", "10.0.0.0/24 dev eth0 via", True),
        ("virtual_routes", "10.0.0.0/24 via inet", True),
        ("virtual_routes", "10.0.0.0/24 dev eth0 mtu", True),
        ("virtual_routes", "10.0.0.0/24 dev eth0 mtu lock", True),
        ("virtual_routes", "10.0.0.0/24 dev eth0 as", True),
        ("virtual_routes", "10.0.0.0/24 dev eth0 as to", False),
        ("virtual_routes", "to", True),
        ("virtual_routes", "unreachable", True),
        ("virtual_routes", "unreachable 10.0.0.0/24", False),
        ("virtual_routes", "10.0.0.0/24 dev eth0 onlink", False),
        ("virtual_routes", "10.0.0.0/24 dev eth0 expires", False),  # it skips such a route of IPv4 before
        ("virtual_routes", "2001:db8::/64 dev eth0 expires", True),
        ("virtual_routes", "10.0.0.0/24 dev eth0 nonsense dev", False),  # it stops at what it does not know
        ("virtual_routes", "inet via", False),  # it passes over the word behind inet
        ("virtual_rules", "from", True),
        ("virtual_rules", "from 10.0.0.0/24 table", True),
        ("virtual_rules", "from 10.0.0.0/24 type", True),
        ("virtual_rules", "from 10.0.0.0/24 blackhole", False),
        ("virtual_rules", "nonsense from", False),
        ("virtual_ipaddress_excluded", "10.0.0.1 dev", False),  # it skips the address
    ],
)
def test_a_word_that_is_missing_in_a_route_or_a_rule_ends_keepalived(block: str, line: str, ends: bool) -> None:
    assert fatal_line(block, line) == (8 if ends else None)

"""VIPs, peers and sync groups of VRRP instances, as keepalived puts them into effect."""

from __future__ import annotations

import pytest

from lvstui.keepalived import Configuration
from lvstui.keepalived.parsing.dialect import Version
from tests.support.configurations import read
from tests.support.vrrp_instances import instance, one, said


def test_vips_may_be_on_other_interfaces_than_their_instance() -> None:
    found = one(
        "virtual_ipaddress {", "10.0.0.1/24", "10.0.0.2/24 brd 10.0.0.255 dev eth1", "10.0.0.2 dev eth2 label eth2:1", "}",
        "virtual_ipaddress_excluded {", "2001:db8::1/64 dev vlan10", "}",
    )  # fmt: skip
    assert found.vip_devices == (("10.0.0.2", "eth1"), ("10.0.0.2", "eth2"), ("2001:db8::1", "vlan10"))


def test_the_first_vip_decides_and_the_other_family_is_dropped() -> None:
    lines = (
        "interface eth0",
        "virtual_router_id 51",
        "virtual_ipaddress {",
        "10.77.0.20/24",
        "2001:db8::20/64",
        "}",
        "}",
    )
    found = read("\n".join(("vrrp_instance VI_1 {", *lines)))
    assert (found.vrrp[0].version, found.vrrp[0].vips) == (2, ("10.77.0.20",))
    [diagnostic] = found.diagnostics
    assert (diagnostic.line, diagnostic.message) == (
        6,
        "the instance is an IPv4 one: keepalived drops the VIP 2001:db8::20",
    )


def test_from_2_3_3_on_an_address_counts_once() -> None:
    lines = ("virtual_ipaddress {", "10.77.0.20", "10.77.0.20/24", "}", "unicast_peer {", "10.0.0.2", "10.0.0.2", "}")
    for version, count in (((2, 2, 8), 2), ((2, 3, 2), 2), ((2, 3, 3), 1), ((2, 4, 3), 1)):
        text = "\n".join(("vrrp_instance VI_1 {", "interface eth0", "virtual_router_id 51", *lines, "}"))
        found = read(text, version=version)
        assert found.vrrp[0].vips == ("10.77.0.20",) * count
        assert found.vrrp[0].unicast_peers == ("10.0.0.2",) * count
        assert [one.line for one in found.diagnostics] == ([] if count == 2 else [6, 10])


def test_an_excluded_vip_may_be_on_another_interface() -> None:
    lines = ("virtual_ipaddress_excluded {", "10.77.0.20 dev eth0", "10.77.0.20 dev eth1", "2001:db8::1", "}")
    found, whole = instance(*lines, version=(2, 3, 3))
    assert found.vips_excluded == ("10.77.0.20", "2001:db8::1")
    assert said(whole) == ["10.77.0.20 is there before: keepalived drops this excluded VIP"]


def test_what_does_not_go_into_one_advert_is_excluded() -> None:
    for version, four, six in (((2, 2, 7), 255, 89), ((2, 2, 4), 254, 88)):
        vips = ("virtual_ipaddress {", *(f"10.1.{n // 250}.{n % 250}" for n in range(300)), "}")
        [found] = read(
            "\n".join(("vrrp_instance V {", "interface e", "virtual_router_id 1", *vips, "}")), version=version
        ).vrrp
        assert (len(found.vips), len(found.vips_excluded)) == (four, 300 - four)
        vips = ("virtual_ipaddress {", *(f"fe80::{n:x}" for n in range(1, 101)), "}")
        [found] = read(
            "\n".join(("vrrp_instance V {", "interface e", "virtual_router_id 1", *vips, "}")), version=version
        ).vrrp
        assert (len(found.vips), len(found.vips_excluded)) == (six, 100 - six)


def test_peers_of_the_other_family_are_dropped() -> None:
    found, whole = instance("unicast_peer {", "10.0.0.2", "2001:db8::2", "nobody", "}", "unicast_src_ip 2001:db8::1")
    assert (found.unicast_peers, found.unicast_src_ip) == (("10.0.0.2",), None)
    assert said(whole) == [
        "2001:db8::2 is not of the instance's family: keepalived drops the peer",
        "'nobody' is no address: keepalived skips the peer",
        "unicast_src_ip 2001:db8::1 is not of the instance's family: ignored",
    ]


def test_unicast_without_peers_is_multicast() -> None:
    found, whole = instance("unicast_src_ip 10.0.0.1")
    assert found.unicast_peers == ()
    assert said(whole) == ["there is no peer to send to: adverts are sent by multicast"]


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("10.0.0.1", "10.0.0.1"), ("10.0.0.1/33", "10.0.0.1"), ("10.0.0.1-9", None), ("10.0.0.01", None),
        ("10.0.0.1 dev", None), ("10.0.0.1 dev eth0 dev eth1", None), ("10.0.0.1 brd + label eth0:1", "10.0.0.1"),
        ("10.0.0.1 label averyveryverylong", None), ("10.0.0.1 brd nonsense", None), ("10.0.0.1 nonsense", "10.0.0.1"),
        ("fe80::1 brd +", None), ("fe80::1%eth0", None), ("FE80::0001/64", "fe80::1"),
    ],
)  # fmt: skip
def test_the_line_of_a_vip(line: str, address: str | None) -> None:
    found = one("virtual_ipaddress_excluded {", line, "}")
    assert found.vips_excluded == ((address,) if address else ())


def group(members: str, *, version: Version | None = None) -> Configuration:
    body = "interface eth{0}\nstate MASTER\npriority 150\nvirtual_router_id 5{0}\nvirtual_ipaddress {{\n10.0.{0}.1\n}}\n}}\n"
    both = "".join(f"vrrp_instance V{n} {{\n{body.format(n)}" for n in (1, 2))
    return read(f"vrrp_sync_group G {{\ngroup {{\n{members}\n}}\n}}\n" + both, version=version)


def test_the_members_of_a_sync_group() -> None:
    found = group("V1\nV2")
    assert [(one.state, one.sync_group) for one in found.vrrp] == [("MASTER", "G"), ("MASTER", "G")]
    assert found.diagnostics == ()


def test_members_that_do_not_count() -> None:
    found = group("V1\nV3\nV1")
    assert [one.instances for one in found.sync_groups] == [("V1",)]
    assert [one.sync_group for one in found.vrrp] == ["G", None]
    assert [(one.line, one.message) for one in found.diagnostics][:3] == [
        (1, "the sync group G has one member only"),
        (4, "there is no vrrp_instance 'V3': keepalived ignores it in the sync group"),
        (5, "V1 is in the sync group G already: keepalived ignores it here"),
    ]
    assert group("V1", version=(2, 2, 2)).sync_groups == ()
    assert len(group("V1", version=(2, 2, 3)).sync_groups) == 1
    assert group("V3").sync_groups == ()

"""keepalived's JSON dump of VRRP: an excerpt of a real 2.2.7 and what the others write differently."""

from __future__ import annotations

import json

import pytest

from lvstui.director.linux.vrrp import vrrp_dump

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
    assert (instance.family, instance.configured, instance.vip_interfaces) == ("inet", "v0", ("v0", "v0"))
    assert "EXAMPLE1" not in repr(instance)


def entry(vips: list[str], vmac: str = "", interface: str = "eth0", evips: list[str] | None = None) -> bytes:
    data = {
        "iname": "VI", "vmac_ifname": vmac, "ifp_ifname": interface, "vrid": 51, "base_priority": 1,
        "effective_priority": 1, "state": 1, "vips": vips, "evips": evips or [],
    }  # fmt: skip
    return json.dumps([{"data": data}]).encode()


def test_where_the_vips_are_and_what_is_configured_under_a_vmac() -> None:
    six = ["fe80::1 dev vrrp6.51@vlan10 scope global deprecated set", "2001:db8::20/64 dev dummy1 scope global"]
    (vmac,) = vrrp_dump.instances(entry(six, "vrrp6.51", "vrrp6.51"))
    assert (vmac.family, vmac.interface, vmac.configured) == ("inet6", "vrrp6.51", "vlan10")
    assert vmac.vips == ("fe80::1", "2001:db8::20")
    assert vmac.vip_interfaces == ("vrrp6.51", "dummy1")
    (old,) = vrrp_dump.instances(entry(["10.0.0.1/24 brd 10.0.0.255 dev vrrp.51 scope global"], "vrrp.51", "vrrp.51"))
    assert (old.interface, old.configured) == ("vrrp.51", ""), "2.1.5 does not tell what is under it"
    (macvlan,) = vrrp_dump.instances(entry(["10.0.0.1 dev mac0@eth0 scope global"], "", "mac0"))
    assert macvlan.configured == "mac0", "the operator's own macvlan is what is configured"


def test_the_family_is_that_of_the_vips_and_not_of_the_excluded_ones() -> None:
    (four,) = vrrp_dump.instances(entry(["10.0.0.1 dev eth0"], evips=["2001:db8::1/64 dev eth0"]))
    (none,) = vrrp_dump.instances(entry([], evips=["2001:db8::1/64 dev eth0"]))
    assert (four.family, none.family) == ("inet", "")


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

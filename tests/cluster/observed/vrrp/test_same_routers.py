"""One VRID in two families or on several interfaces, and one address in several places: no false problem, and the true ones."""

from __future__ import annotations

import pytest

from lvstui.cluster.observed.vrrp.adverts import patience
from lvstui.cluster.views.status import as_json, as_text
from lvstui.director.protocol.host_messages import Address
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.keepalived import VrrpKey
from tests.support.router_pair import Directors, advert, instance, linked
from tests.support.telling import NAMES

V4, V6 = ("VI_4", "eth0", "10.0.0.100"), ("VI_6", "eth0", "2001:db8::100")


def dual_stack(*, backup4: str = "BACKUP", backup6: str = "BACKUP") -> Directors:
    pair = linked()
    pair.tell("director1", instance(*V4), instance(*V6))
    pair.tell("director2", instance(*V4, state=backup4), instance(*V6, state=backup6))
    return pair


def test_one_vrid_in_both_families_is_two_instances_and_no_problem() -> None:
    pair = dual_stack()
    pair.hear("director1")
    pair.hear("director2", advert("inet", "10.0.0.11", pair.now), advert("inet6", "fe80::11", pair.now))
    assert pair.lasting() == {}
    vrrp = as_json(pair.view())["directors"][0]["vrrp"]  # type: ignore[index]
    assert [(one["name"], one["vrid"], one["interface"], one["family"]) for one in vrrp] == [
        ("VI_4", 51, "eth0", "inet"), ("VI_6", 51, "eth0", "inet6"),
    ]  # fmt: skip
    assert "VI_6 (eth0, IPv6)  MASTER" in as_text(pair.view())


@pytest.mark.parametrize(("six", "place", "vip"), [(False, "IPv4", "10.0.0.100"), (True, "IPv6", "2001:db8::100")])
def test_two_masters_in_one_family_are_told_with_interface_and_family(six: bool, place: str, vip: str) -> None:
    pair = dual_stack(**{"backup6" if six else "backup4": "MASTER"})
    name = "VI_6" if six else "VI_4"
    [found] = pair.lasting().values()
    assert found.id == f"split:{name} (eth0, {place})"
    assert (
        found.text == f"SPLIT BRAIN  {name} (eth0, {place}): director1 and director2 are both MASTER; {vip} is on both"
    )


def test_adverts_of_one_family_say_nothing_of_the_other() -> None:
    pair = dual_stack()
    last = pair.now
    pair.hear("director1")
    pair.hear("director2", advert("inet", "10.0.0.11", last + 10), advert("inet6", "fe80::11", last))
    pair.after(patience(1.0, 100, 3) + 6).sample()
    found = pair.lasting()
    assert list(found) == ["unheard:director2:VI_6"]
    assert found["unheard:director2:VI_6"].text.startswith("director2 is BACKUP of VI_6 and hears no adverts on eth0")


def test_a_stranger_in_the_other_family_is_foreign_to_the_instance() -> None:
    pair = linked()
    pair.tell("director1", instance(*V4))
    pair.tell("director2", instance(*V4, state="BACKUP"))
    pair.hear("director1", advert("inet6", "fe80::99", pair.now + 5))
    pair.hear("director2", advert("inet", "10.0.0.11", pair.now + 5))
    [found] = pair.lasting().values()
    assert found.id == "foreign:eth0:51:inet6"
    assert found.text.startswith("fe80::99 advertises VRID 51 of IPv6 on eth0: a foreign router")


def test_one_vrid_on_two_interfaces_with_a_master_on_each_director() -> None:
    pair = linked()
    first, second = ("VI_A", "eth0", "10.0.0.100"), ("VI_B", "eth1", "10.1.0.100")
    pair.tell("director1", instance(*first), instance(*second, state="BACKUP"))
    pair.tell("director2", instance(*first, state="BACKUP"), instance(*second))
    assert pair.lasting() == {}
    pair.tell("director2", instance(*first), instance(*second))
    [found] = pair.lasting().values()
    assert found.text.startswith("SPLIT BRAIN  VI_A (eth0, IPv4): director1 and director2 are both MASTER")


@pytest.mark.parametrize("swapped", [False, True])
def test_directors_may_name_interfaces_and_instances_otherwise(swapped: bool) -> None:
    """With names that are swapped on the second one, the VIPs tell which instance is which."""
    pair = linked()
    there = ("eth1", "eth0") if swapped else ("ens3", "ens4")
    pair.tell("director1", instance("A", "eth0", "10.0.0.100"), instance("B", "eth1", "10.1.0.100"))
    one = instance("X", there[0], "10.0.0.100", state="BACKUP")
    other = instance("Y", there[1], "10.1.0.100", state="BACKUP")
    pair.tell("director2", one, other)
    assert pair.lasting() == {}
    pair.tell("director2", one._replace(state="MASTER"), other)
    [found] = pair.lasting().values()
    assert found.text.startswith(f"SPLIT BRAIN  A (eth0/{there[0]}, IPv4): director1 and director2 are both MASTER")


def test_a_vip_on_lo_or_a_dummy_is_not_held() -> None:
    """A Director that is also a real server for DR has the VIP there, so that the kernel takes what comes for it."""
    pair = linked()
    for place in ("lo", "dummy0"):
        pair.tell("director1", instance(*V4))
        pair.tell("director2", instance(*V4, state="BACKUP"), more=(Address(place, "10.0.0.100", 32),))
        assert pair.lasting() == {}
        assert [vip.held for vip in pair.vrrp_of("director2", "VI_4").vips] == [False]
    assert not [event for event in pair.events() if "10.0.0.100" in event]
    pair.tell("director2", instance(*V4, state="BACKUP"), more=(Address("eth1", "10.0.0.100", 32),))
    assert pair.vrrp_of("director2", "VI_4").state == "BACKUP", "keepalived did not put it there"
    assert pair.lasting()["vip-twice:10.0.0.100"].text == "10.0.0.100 is on director1 and director2"


def test_a_vip_on_lo_of_a_director_without_keepalived_is_none_that_it_still_holds() -> None:
    pair = linked()
    pair.tell("director1", instance(*V4))
    pair.tell("director2", instance(*V4, state="BACKUP"), more=(Address("lo", "10.0.0.100", 32),))
    pair.keepalived("director2", running=False)
    assert pair.lasting()["keepalived:director2"].text == "keepalived is not running on director2"


def vlans(masters: dict[str, tuple[str, ...]]) -> Directors:
    """fe80::1 is the gateway on every VLAN, VRID 1, with `masters` MASTER of it there."""
    pair = linked()
    for name in NAMES:
        told = [
            instance(vlan, vlan, "fe80::1", vrid=1, state="MASTER" if vlan in masters[name] else "BACKUP")
            for vlan in ("vlan10", "vlan20", "vlan30")
        ]
        pair.tell(name, *told)
    return pair


def test_one_link_local_vip_on_many_vlans_active_active() -> None:
    pair = vlans({"director1": ("vlan10", "vlan30"), "director2": ("vlan20",)})
    assert pair.lasting() == {}
    pair.tell("director2", *(
        instance(vlan, vlan, "fe80::1", vrid=1, state="MASTER" if vlan != "vlan30" else "BACKUP")
        for vlan in ("vlan10", "vlan20", "vlan30")
    ))  # fmt: skip
    [found] = pair.lasting().values()
    assert found.text == (
        "SPLIT BRAIN  vlan10 (vlan10, IPv6): director1 and director2 are both MASTER; fe80::1%vlan10 is on both"
    )
    assert "director2 fe80::1%vlan10 now holds fe80::1%vlan10, and still on director1" in pair.events()


def test_a_link_local_vip_that_appears_while_somebody_watches_is_no_split_brain() -> None:
    pair = vlans({"director1": ("vlan10", "vlan20"), "director2": ()})
    pair.view()
    backup = instance("vlan10", "vlan10", "fe80::1", vrid=1, state="BACKUP")
    pair.tell("director1", instance("vlan10", "vlan10", "fe80::1", vrid=1), backup._replace(
        name="vlan20", interface="vlan20", configured="vlan20", vip_interfaces=("vlan20",)))  # fmt: skip
    pair.tell("director2", backup, instance("vlan20", "vlan20", "fe80::1", vrid=1))
    assert pair.lasting() == {}
    states = {one.name: one.state for one in pair.director("director2").vrrp}
    assert states == {"vlan10": "BACKUP", "vlan20": "MASTER"}


@pytest.mark.parametrize("told", [True, False])
def test_a_vmac_is_the_interface_under_it(told: bool) -> None:
    """2.1.5 does not tell what is under it; the kernel does."""
    pair = linked()
    for name, state in zip(NAMES, ("MASTER", "BACKUP"), strict=True):
        device = f"vrrp.{name[-1]}"
        one = instance(*V4, state=state, device=device)
        pair.tell(name, one if told else one._replace(configured="", interface=device))
        pair.places(name, *([Address(device, "10.0.0.100", 32)] if state == "MASTER" else []), links={device: "eth0"})
    assert pair.lasting() == {}
    shown = pair.vrrp_of("director1", "VI_4")
    assert (shown.interface, shown.device, shown.key) == ("eth0", "vrrp.1", VrrpKey("eth0", 51, "inet"))
    assert [vip.held for vip in shown.vips] == [True]


def test_a_vip_on_an_interface_of_its_own() -> None:
    pair = linked()
    elsewhere = instance(*V4)._replace(vip_interfaces=("eth1",))
    pair.tell("director1", elsewhere)
    pair.tell("director2", elsewhere._replace(state="BACKUP"))
    assert [vip.held for vip in pair.vrrp_of("director1", "VI_4").vips] == [True]
    pair.places("director1", Address("lo", "10.0.0.100", 32))
    pair.after(1).say("director1", Vrrp(pair.now, (elsewhere,), None))
    assert (
        pair.lasting()["vip-nowhere:10.0.0.100"].text
        == "10.0.0.100 is on no Director, though director1 is MASTER of VI_4"
    )


def test_two_unicast_instances_with_one_key_on_a_director_are_two() -> None:
    pair = linked()
    told = (instance("A", "eth0", "10.0.0.100"), instance("B", "eth0", "10.0.0.101"))
    pair.tell("director1", *told)
    pair.tell("director2", *(one._replace(state="BACKUP") for one in told))
    assert pair.lasting() == {}
    keys = list(pair.state.facts("director1").vrrp)
    assert keys == [VrrpKey("eth0", 51, "inet", "A"), VrrpKey("eth0", 51, "inet", "B")]


def test_a_reload_that_renames_an_instance_changes_no_state() -> None:
    pair = dual_stack()
    pair.view()
    before = pair.state.facts("director1")
    pair.tell("director1", instance("NEW", *V4[1:]), instance(*V6))
    assert pair.state.facts("director1").vrrp == before.vrrp
    assert not [event for event in pair.events() if "NEW" in event]


ONE_VRID = """vrrp_instance VI_4 {
    state %s
    interface eth0
    virtual_router_id 51
    priority %d
    virtual_ipaddress {
        10.0.0.100
    }
}
vrrp_instance VI_6 {
    state %s
    interface eth0
    virtual_router_id 51
    priority %d
    virtual_ipaddress {
        2001:db8::100/64
    }
}
"""


def test_without_keepalived_s_word_the_files_and_the_addresses_tell_them_apart() -> None:
    """As for an account without rights, and for a keepalived that is built without JSON."""
    pair = linked()
    for name, how in zip(NAMES, (("MASTER", 100), ("BACKUP", 50)), strict=True):
        pair.files(name, (ONE_VRID % (how * 2)).encode())
        pair.say(name, Vrrp(pair.now, (), "only root may ask keepalived for its VRRP state"))
    pair.places("director1", Address("eth0", "10.0.0.100", 32), Address("eth0", "2001:db8::100", 64))
    pair.places("director2", Address("lo", "10.0.0.100", 32))
    assert [one for one in pair.lasting() if not one.startswith("missing")] == []
    states = {(name, one.key): one.state for name in NAMES for one in pair.director(name).vrrp}
    assert states == {
        ("director1", VrrpKey("eth0", 51, "inet")): "MASTER", ("director1", VrrpKey("eth0", 51, "inet6")): "MASTER",
        ("director2", VrrpKey("eth0", 51, "inet")): "BACKUP", ("director2", VrrpKey("eth0", 51, "inet6")): "BACKUP",
    }  # fmt: skip
    pair.places("director2", Address("lo", "10.0.0.100", 32), Address("eth0", "2001:db8::100", 64))
    assert [one.text for one in pair.lasting().values() if one.kind == "split-brain"] == [
        "SPLIT BRAIN  VI_6 (eth0, IPv6): director1 and director2 are both MASTER; 2001:db8::100 is on both"
    ]

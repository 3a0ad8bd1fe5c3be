"""VRRP instances as keepalived puts them into effect."""

from __future__ import annotations

import pytest

from lvstui.keepalived.keys import VrrpKey
from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.reading import master_down as times
from tests.support.configurations import read
from tests.support.vrrp_instances import instance, one, said


@pytest.mark.parametrize(
    ("lines", "family"),
    [
        (["virtual_ipaddress {", "10.77.0.20/24", "}"], "inet"),
        (["virtual_ipaddress {", "fe80::1", "}"], "inet6"),
        (["virtual_ipaddress {", "10.77.0.20", "2001:db8::20", "}"], "inet"),
        (["virtual_ipaddress {", "2001:db8::20", "10.77.0.20", "}"], "inet6"),
        (["native_ipv6"], "inet6"),
        (["unicast_peer {", "2001:db8::2", "}", "virtual_ipaddress {", "10.77.0.20", "}"], "inet6"),
        (["unicast_src_ip 2001:db8::1"], "inet6"),
        (["mcast_src_ip 10.0.0.1", "native_ipv6"], "inet"),
        (["mcast_dst_ip ff02::14"], "inet6"),
        (["use_ipvlan 2001:db8::9/64"], "inet6"),
        (["virtual_ipaddress_excluded {", "2001:db8::20", "}"], "inet"),  # they count for nothing
        ([], "inet"),
    ],
)
def test_the_first_address_gives_an_instance_its_family(lines: list[str], family: str) -> None:
    assert one(*lines).family == family


def test_a_vrid_in_both_families_is_two_instances() -> None:
    body = "interface eth0\nvirtual_router_id 51\nvirtual_ipaddress {{ {} }}\n}}\n"
    found = read(
        "vrrp_instance VI_4 {\n"
        + body.format("10.77.0.100/24")
        + "vrrp_instance VI_6 {\n"
        + body.format("fe80::77:100/64")
    )
    assert [instance.key for instance in found.vrrp] == [VrrpKey("eth0", 51, "inet"), VrrpKey("eth0", 51, "inet6")]
    assert found.fatal is None
    assert [str(instance.key) for instance in found.vrrp] == ["VRID 51 on eth0, IPv4", "VRID 51 on eth0, IPv6"]


def test_the_adverts_that_a_backup_waits_for() -> None:
    vip = ("virtual_ipaddress {", "10.77.0.100/24", "}")
    assert one("advert_int 1", *vip).master_down == pytest.approx(3 + 156 / 256)
    waits = one("priority 100", "advert_int 1", "down_timer_adverts 1", *vip)
    assert waits.down_timer_adverts == 1
    assert waits.master_down == pytest.approx(1 + 156 / 256)
    (general,) = read("global_defs {\nvrrp_down_timer_adverts 2\n}\nvrrp_instance VI {\n}\n").vrrp
    assert general.down_timer_adverts == 2


@pytest.mark.parametrize(
    ("priority", "version", "interval", "adverts", "seconds"),
    [
        (100, 2, 1.0, 3, 3.609375),
        (255, 2, 1.0, 3, 3 + 1 / 256),
        (100, 3, 1.0, 3, 3.609375),
        (100, 3, 0.1, 3, 0.3 + 0.1 * 156 / 256),
        (100, 3, 0.1, 1, 0.1 + 0.1 * 156 / 256),
        (100, 3, 0.015, 3, 0.045 + 0.01 * 156 / 256),  # the skew of VRRP 3 is counted in whole centiseconds
        (100, 2, 5.0, 3, 15.609375),
        (100, 3, 40.95, 100, 4095 + 40.95 * 156 / 256),
    ],
)
def test_master_down(priority: int, version: int, interval: float, adverts: int, seconds: float) -> None:
    assert times.master_down(priority, version, interval, adverts) == pytest.approx(seconds)


STRICT = "global_defs {\nvrrp_strict\n}"


@pytest.mark.parametrize(
    ("lines", "priority", "state", "remark"),
    [
        ([], 100, "BACKUP", ""),
        (["state MASTER"], 255, "MASTER", "state MASTER without a priority: the priority is 255, that of the address owner"),
        (["priority 255"], 255, "MASTER", ""),
        (["priority 150"], 150, "BACKUP", ""),
        (["state MASTER", "priority 150"], 150, "MASTER", ""),
        (["priority 150", "priority 0"], 100, "BACKUP", "priority '0' is outside 1 to 255: ignored; keepalived takes 100"),
        (["state BACKUP", "priority 255"], 255, "BACKUP", ""),
        (["state MASTER", "state BACKUP", "priority 9"], 9, "MASTER", "state BACKUP counts for nothing after state MASTER"),
        (["state SLAVE"], 100, "BACKUP", "state 'SLAVE' is neither MASTER nor BACKUP: taken as BACKUP"),
        (
            ["strict_mode", "state MASTER", "priority 150"], 150, "BACKUP",
            "strict mode has state MASTER with priority 255 and with no other: it begins as BACKUP",
        ),
        (
            ["state MASTER", "priority 150", "authentication {", "auth_type AH", "auth_pass x", "}"], 150, "BACKUP",
            "with auth_type AH an instance begins as BACKUP: state MASTER has no effect",
        ),
    ],
)  # fmt: skip
def test_priority_and_state(lines: list[str], priority: int, state: str, remark: str) -> None:
    found, whole = instance(*lines)
    assert (found.priority, found.state) == (priority, state)
    assert said(whole) == ([remark] if remark else [])


@pytest.mark.parametrize(
    ("lines", "nopreempt", "delay", "told"),
    [
        (["nopreempt"], True, 0, 0),
        (["state MASTER", "priority 150", "nopreempt"], False, 0, 1),
        (["priority 255", "nopreempt"], False, 0, 1),
        (["nopreempt", "preempt"], False, 0, 0),
        (["preempt_delay 30"], False, 30, 0),
        (["preempt_delay 0.25"], False, 0.25, 0),
        (["preempt_delay 1001"], False, 0, 1),
        (["state MASTER", "priority 150", "preempt_delay 30"], False, 0, 1),
        (["nopreempt", "preempt_delay 30"], True, 0, 1),
        (["strict_mode", "preempt_delay 30"], False, 0, 1),
    ],
)
def test_preemption(lines: list[str], nopreempt: bool, delay: float, told: int) -> None:
    found, whole = instance(*lines)
    assert (found.nopreempt, found.preempt_delay, len(said(whole))) == (nopreempt, delay, told)


@pytest.mark.parametrize(
    ("version", "written", "effective", "told"),
    [
        (2, "0.4", 1, 1), (2, "1.4", 1, 1), (2, "1.5", 2, 1), (2, "3", 3, 0), (2, "255", 255, 0), (2, "256", 1, 1),
        (3, "0.4", 0.4, 0), (3, "0.015", 0.02, 1), (3, "40.95", 40.95, 0), (3, "41", 40.95, 1), (3, "0.001", 1, 1),
        (3, "40.956", 40.96, 1), (2, "1s", 1, 1), (2, "2.0000001", 2, 1),
    ],
)  # fmt: skip
def test_advert_int(version: int, written: str, effective: float, told: int) -> None:
    found, whole = instance(f"version {version}", f"advert_int {written}")
    assert (found.advert_int, len(said(whole))) == (effective, told)


def test_a_rounded_advert_int_stays_in_its_limit_from_2_3_2_on() -> None:
    assert instance("version 3", "advert_int 40.956", version=(2, 3, 2))[0].advert_int == 40.95


def test_the_version_of_vrrp() -> None:
    assert instance(before="global_defs {\nvrrp_version 3\n}")[0].version == 3
    assert instance("version 3", "version 2")[0].version == 3
    assert one("native_ipv6", "version 2", "virtual_ipaddress {", "fe80::1", "}").version == 3
    assert one("version 2", "virtual_ipaddress {", "fe80::1", "}").version == 2
    assert one("strict_mode", "version 2", "virtual_ipaddress {", "fe80::1", "}").version == 3


@pytest.mark.parametrize(
    ("lines", "version", "auth"),
    [
        (["auth_type PASS", "auth_pass secret"], None, "PASS"),
        (["auth_type AH", "auth_pass secret"], None, "AH"),
        (["auth_type PASS"], None, None),
        (["auth_type PASS", "auth_pass secret", "}", "version 3", "authentication {"], None, None),
        (["auth_type PASS", "auth_pass secret", "}", "strict_mode", "authentication {"], None, None),
    ],
)
def test_authentication(lines: list[str], version: Version | None, auth: str | None) -> None:
    found, whole = instance("authentication {", *lines, "}", version=version)
    assert found.auth == auth
    assert len(said(whole)) == (auth is None)
    assert "secret" not in repr(whole.vrrp) and not any("secret" in text for text in said(whole))


KEY = "hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


def test_auth_hmac_and_nothing_of_its_keys() -> None:
    lines = ("version 3", "auth_hmac {", f"key 1 {KEY}", "active_key 1", "}", "priority 150", "advert_int 0.5")
    found, whole = instance(*lines, version=(2, 4, 0))
    assert (found.auth, found.vips, found.priority, found.advert_int) == ("HMAC", ("10.77.0.20",), 150, 0.5)
    assert (whole.diagnostics, whole.fatal) == ((), None)
    assert "0a0b0c" not in repr(whole.vrrp)
    for wrong in (f"key {KEY} 1", f"key 0 {KEY}", "key 1 short", f"key 1 {KEY} \nkey 1 {KEY}", f"key {KEY}"):
        found, whole = instance(*lines[:2], wrong, "active_key 2", "}", version=(2, 4, 0))
        assert found.auth is None
        assert "0a0b0c" not in repr(whole.vrrp) + repr(whole.diagnostics)


def test_strict_mode_waits_for_three_adverts() -> None:
    found, whole = instance("down_timer_adverts 1", before=STRICT)
    assert (found.down_timer_adverts, said(whole)) == (3, ["strict mode has no down_timer_adverts: it is 3"])


def test_the_name_of_a_vmac() -> None:
    assert instance("use_vmac")[0].vmac == "vrrp.51"
    assert instance("use_vmac float51")[0].vmac == "float51"
    assert instance("use_vmac", before="global_defs {\nvmac_prefix ha\n}")[0].vmac == "ha.51"
    assert instance("use_vmac 02:00:5e:00:01:33 float51")[0].vmac == "float51"
    assert instance()[0].vmac is None
    body = "interface {}\nuse_vmac\nvirtual_router_id 51\nvirtual_ipaddress {{\n{}\n}}\n}}\n"
    found = read("".join(f"vrrp_instance V{n} {{\n" + body.format(*one) for n, one in enumerate(
        (("eth0", "10.0.0.1"), ("eth0", "fe80::1"), ("eth1", "10.0.1.1"), ("eth1", "fe80::2"))
    )))  # fmt: skip
    assert [one.vmac for one in found.vrrp] == ["vrrp.51", "vrrp6.51", "vrrp1.51", "vrrp2.51"]


@pytest.mark.parametrize(
    ("version", "written", "strict"),
    [((2, 2, 7), "off", True), ((2, 3, 0), "off", False), ((2, 3, 0), "on", True), ((2, 3, 0), "what", False)],
)
def test_strict_mode_for_all(version: Version, written: str, strict: bool) -> None:
    found, whole = instance(
        "down_timer_adverts 1", before=f"global_defs {{\nvrrp_strict {written}\n}}", version=version
    )
    assert whole.global_defs.vrrp_strict is strict
    assert found.down_timer_adverts == (3 if strict else 1)

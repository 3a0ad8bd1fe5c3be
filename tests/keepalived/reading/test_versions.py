"""Keywords, blocks and values that one version of keepalived reads otherwise than another."""

from __future__ import annotations

import pytest

from lvstui.keepalived.parsing.dialect import Version, version_of
from tests.support.configurations import read, unknown, weights


@pytest.mark.parametrize(
    ("text", "version"),
    [("2.3.3", (2, 3, 3)), ("v2.4", (2, 4, 0)), ("2", None), ("2.2.7 (01/16,2022)", None), ("newest", None)],
)
def test_the_name_of_a_version(text: str, version: Version | None) -> None:
    assert version_of(text) == version


LATEST: Version = (2, 4, 3)
NEW_KEYWORDS = """global_defs {
    router_id d1
    vrrp_version 3
    v3_checksum_as_v2 true
    json_version 2
    use_symlink_paths true
    state_dump_file /run/keepalived/
    json_dump_file /run/keepalived/ka.json
    iproute_etc_dir /etc/iproute2
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    timer_expired_backup
    owner_ignore_adverts
    virtual_ipaddress {
        10.77.0.100/24 dev eth0
    }
}
virtual_server 10.77.0.100 443 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 172.20.5.11 443 {
        weight 1
        SSL_GET {
            tls_compliant
            url {
                path /
            }
        }
    }
}
"""


def test_keywords_that_came_with_a_version() -> None:
    assert unknown(NEW_KEYWORDS, (2, 3, 3)) == unknown(NEW_KEYWORDS, LATEST) == []
    later = ["use_symlink_paths", "state_dump_file", "json_dump_file", "iproute_etc_dir", "owner_ignore_adverts"]
    assert unknown(NEW_KEYWORDS, (2, 2, 8)) == later
    since_2_2_8 = ["v3_checksum_as_v2", "json_version", "timer_expired_backup", "tls_compliant"]
    assert set(unknown(NEW_KEYWORDS, (2, 2, 7))) == {*later, *since_2_2_8}
    assert unknown(NEW_KEYWORDS, None) == unknown(NEW_KEYWORDS, (2, 2, 7))
    messages = [one.message for one in read(NEW_KEYWORDS, version=(2, 2, 7)).diagnostics]
    assert "unknown keyword 'tls_compliant'; keepalived knows it from 2.2.8 on" in messages


def test_a_block_that_a_version_does_not_know_is_read_one_level_up() -> None:
    text = "virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.2 80 {\nPING_CHECK {\nretry 1\n}\n"
    text += "lvs_method DR\nweight 3\n}\n}\n"
    assert weights(read(text, version=(2, 1, 0))) == {("tcp/10.0.0.1:80", "10.0.0.2:80"): 3}
    assert unknown(text, (2, 0, 20))[:1] == ["PING_CHECK"]
    (older,) = read(text, version=(2, 0, 20)).virtual_servers  # what follows the } is read as the virtual server's
    assert (older.weight, older.real_servers[0].method) == (3, "DR") and older.real_servers[0].weight_at is None


def test_auth_hmac() -> None:
    text = """vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    auth_hmac {
        key 1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
        active_key 1
    }
    priority 150
    advert_int 0.5
    virtual_ipaddress {
        10.77.0.100/24 dev eth0
    }
}
"""
    (instance,) = read(text, version=LATEST).vrrp
    assert (instance.vips, instance.priority, instance.advert_int) == (("10.77.0.100",), 150, 0.5)
    assert unknown(text, LATEST) == []
    (older,) = read(text, version=(2, 3, 4)).vrrp
    assert older.vips == () and unknown(text, (2, 3, 4))[:1] == ["auth_hmac"]


VRRP = "vrrp_instance V {{\ninterface eth0\nvirtual_router_id 1\n{} {{\n{}\n}}\n}}\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("virtual_server_group web {\n    fwmark\n}\n", 2),
        ("virtual_server_group web {\n10.0.0.1 80\nfwmark 3\n}\n", None),
        ("virtual_server_group web one two {\n10.0.0.1 80\n}\n", 1),
        (VRRP.format("virtual_routes", "10.1.0.0/24 via"), 5),
        (VRRP.format("virtual_routes", "10.1.0.0/24 via inet"), 5),
        (VRRP.format("virtual_routes", "10.1.0.0/24 via 10.0.0.1 mtu lock"), 5),
        (VRRP.format("virtual_routes", "10.1.0.0/24 via 10.0.0.1 dev eth0"), None),
        (VRRP.format("virtual_routes", "10.1.0.0/24 via 10.0.0.1 track_group"), None),
        ("static_routes {\n10.1.0.0/24 via 10.0.0.1 track_group\n}\n", 2),
        (VRRP.format("virtual_rules", "from 10.0.0.0/24 table"), 5),
        (VRRP.format("virtual_rules", "from 10.0.0.0/24 no_track"), None),
        (VRRP.format("virtual_ipaddress", "10.0.0.1/24 dev"), None),
        ("virtual_server 10.0.0.1 80 {\nsorry_server 10.0.0.9 80\nsorry_server_lvs_method\n}\n", 3),
        ("virtual_server 10.0.0.1 80 {\nsorry_server_lvs_method\n}\n", None),
        ('vrrp_instance V {\ninterface eth0\nnotify "/usr/local/bin/n.sh\n}\n', None),
    ],
)
def test_a_word_that_is_missing_ends_keepalived(text: str, line: int | None) -> None:
    fatal = read(text).fatal
    missing = fatal if fatal is not None and ("no parameter" in fatal.message or "names" in fatal.message) else None
    assert (None if missing is None else missing.line) == line


@pytest.mark.parametrize(
    ("written", "flags"),
    [
        ("lb_algo sh\nflag-1", ("sh-fallback",)),
        ("flag-1\nflag-2\nlb_algo sh", ("sh-fallback", "sh-port")),
        ("lb_algo mh\nflag-1\nmh-port", ("mh-fallback", "mh-port")),
        ("lb_algo sh\nsh-fallback\nflag-1\nflag-3", ("sh-fallback", "flag-3")),
        ("lb_algo wrr\nflag-1", ("flag-1",)),
    ],
)
def test_what_the_flags_of_a_scheduler_are_called(written: str, flags: tuple[str, ...]) -> None:
    (server,) = read(f"virtual_server 10.0.0.1 80 {{\n{written}\nreal_server 10.0.0.2 80 {{\n}}\n}}\n").virtual_servers
    assert server.flags == flags


@pytest.mark.parametrize(
    ("setting", "version", "scheduler", "timeout"),
    [
        ("lb_algo twos", (2, 2, 5), "twos", None),
        ("lb_algo twos", (2, 2, 4), "wlc", None),
        ("lb_algo own", (2, 0, 6), "own", None),
        ("lb_algo own", (2, 0, 7), "wlc", None),
        ("persistence_timeout 2678400", (2, 2, 7), "wlc", 2678400),
        ("persistence_timeout 2678401", (2, 2, 7), "wlc", None),
        ("persistence_timeout 2678401", (2, 1, 2), "wlc", 2678401),
    ],
)
def test_a_value_that_not_every_version_takes(
    setting: str, version: Version, scheduler: str, timeout: int | None
) -> None:
    text = f"virtual_server 10.0.0.1 80 {{\n{setting}\nreal_server 10.0.0.2 80 {{\n}}\n}}\n"
    (server,) = read(text, version=version).virtual_servers
    assert (server.scheduler, server.persistence_timeout) == (scheduler, timeout)


@pytest.mark.parametrize(
    ("version", "ends"), [((2, 1, 3), False), ((2, 1, 4), True), ((2, 1, 5), True), ((2, 2, 0), False)]
)
@pytest.mark.parametrize(
    "text",
    [
        "virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 {\n}\n",
        "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1\n",
        "global_defs {\nrouter_id d1\n",
        "vrrp_instance two names {\n",  # passed over, and left open all the same
        "virtual_server no address {\n",
    ],
)
def test_a_block_that_the_file_leaves_open(text: str, version: Version, ends: bool) -> None:
    fatal = read(text, version=version).fatal
    assert (fatal is not None and "is never closed" in fatal.message) == ends


@pytest.mark.parametrize(("version", "there"), [((2, 0, 20), 3), ((2, 1, 3), 3), ((2, 1, 4), 2), ((2, 2, 7), 2)])
def test_an_smtp_check_with_hosts_checks_its_real_server_too(version: Version, there: int) -> None:
    text = "SMTP_CHECK {\nhost {\nconnect_ip 10.0.0.3\n}\nhost {\nconnect_ip 10.0.0.4\n}\n}\n"
    found = read(f"virtual_server 10.0.0.1 80 {{\nreal_server 10.0.0.2 80 {{\n{text}}}\n}}\n", version=version)
    assert len(found.virtual_servers[0].real_servers[0].checkers) == there


@pytest.mark.parametrize(("version", "weight"), [((2, 0, 20), 0), ((2, 1, 5), 1), ((2, 2, 7), 0)])
def test_weights_of_0_make_a_quorum_that_is_not_gained_again(version: Version, weight: int) -> None:
    """2.1 counts the 0 for the quorum, and makes a 1 of it in the kernel."""
    found = read("virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 {\nweight 0\n}\n}\n", version=version)
    (server,) = found.virtual_servers
    assert (server.quorum, server.hysteresis, server.real_servers[0].weight) == (0, 2**32 - 1, weight)

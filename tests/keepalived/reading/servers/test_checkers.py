"""What a checker does, with the values that it inherits, those that its kind has by itself, and how long it takes to fail."""

from __future__ import annotations

import pytest

from lvstui.keepalived import Checker, Configuration
from lvstui.keepalived.parsing.dialect import Version
from tests.support.configurations import read

INHERITED = """virtual_server 10.77.0.100 80 {
    delay_loop 5
    lb_algo rr
    lb_kind NAT
    protocol TCP
    retry 6
    delay_before_retry 20
    connect_timeout 10
    real_server 172.20.5.11 8080 {
        weight 1
        TCP_CHECK {
        }
    }
    real_server 172.20.5.12 8080 {
        weight 1
        %s
    }
}
"""


def checkers(configuration: Configuration) -> list[Checker]:
    return [one for server in configuration.virtual_servers for real in server.real_servers for one in real.checkers]


def only(block: str, before: str = "", version: Version | None = None) -> Checker:
    """The checker of a virtual server that sets nothing but `before`."""
    text = f"virtual_server 10.0.0.1 80 {{\n{before}\nreal_server 10.0.0.2 80 {{\n{block}\n}}\n}}\n"
    return checkers(read(text, version=version))[0]


def test_what_is_inherited_from_the_virtual_server() -> None:
    first, second = checkers(read(INHERITED % "TCP_CHECK {\n retry 1\n connect_timeout 2.5\n delay_loop 30\n }"))
    assert (first.retry, first.delay_before_retry, first.connect_timeout, first.delay_loop, first.warmup) == (
        6,
        20,
        10,
        5,
        5,
    )
    assert first.time_to_fail == 190
    assert (second.retry, second.connect_timeout, second.delay_loop, second.warmup) == (1, 2.5, 30, 30)
    assert second.time_to_fail == 2 * 2.5 + 20


@pytest.mark.parametrize(
    ("block", "values", "fails"),
    [
        ("TCP_CHECK {\n}", (1, 1, 5), 11),
        ("PING_CHECK {\n}", (1, 1, 5), 11),
        ("UDP_CHECK {\n}", (1, 1, 5), 11),
        ("SMTP_CHECK {\n}", (1, 1, 5), 41),
        ("DNS_CHECK {\n}", (3, 60, 5), 200),
        ("HTTP_GET {\n url {\n path /\n }\n}", (1, 3, 5), 23),
        ("SSL_GET {\n nb_get_retry 3\n url {\n path /\n }\n url {\n path /b\n }\n}", (3, 3, 5), 144),
        ("MISC_CHECK {\n misc_path /bin/true\n}", (0, 1, None), 64),
        ("MISC_CHECK {\n misc_path /bin/true\n misc_timeout 3\n retry 2\n delay_before_retry 10\n}", (2, 10, None), 27),
        ("BFD_CHECK {\n name b\n}", (1, 1, None), 0),
    ],
)  # fmt: skip
def test_what_a_kind_has_by_itself(block: str, values: tuple[int, float, float | None], fails: float) -> None:
    found = only(block)
    assert (found.retry, found.delay_before_retry, found.connect_timeout) == values
    assert (found.delay_loop, found.warmup) == (60, 60)
    assert found.time_to_fail == fails


def test_smtp_takes_the_timeout_that_stands_before_it() -> None:
    smtp, after = "SMTP_CHECK {\n}", "}\nconnect_timeout 7\nreal_server 10.0.0.3 80 {\nSMTP_CHECK {\n}"
    text = f"virtual_server 10.0.0.1 25 {{\nreal_server 10.0.0.2 80 {{\n{smtp}\n{after}\n}}\n}}\n"
    assert [one.connect_timeout for one in checkers(read(text))] == [5, 7]


@pytest.mark.parametrize(
    ("word", "version", "seconds"),
    [
        ("2.5", (2, 2, 7), 2.5),
        ("5s", (2, 2, 7), 0.000005),  # the zeros that make microseconds of it come after the s
        ("5s", (2, 2, 2), 5),
        ("1e1", (2, 2, 2), 10),
        ("0.0000015", (2, 2, 7), 0.000002),
        ("-1", (2, 2, 7), 60),
        ("0", (2, 2, 7), 60),
        ("never", (2, 2, 7), 60),
    ],
)
def test_a_number_of_seconds(word: str, version: Version, seconds: float) -> None:
    found = read(
        f"virtual_server 10.0.0.1 80 {{\ndelay_loop {word}\nreal_server 10.0.0.2 80 {{\n}}\n}}\n", version=version
    )
    assert found.virtual_servers[0].delay_loop == pytest.approx(seconds)
    assert any("delay_loop" in one.message for one in found.diagnostics) == (word not in ("2.5", "1e1"))


FILE = "track_file load {\n file /run/load\n %s\n}\n"


@pytest.mark.parametrize(
    ("file", "block", "weight", "reverse"),
    [
        ("", "weight 5", 5, False),
        ("", "weight -5 reverse", -5, True),
        ("", "", 1, False),
        ("weight 7 reverse", "", 7, True),
        ("weight 7", "weight 0", 0, False),
        ("weight 999", "", 1, False),
    ],
)
def test_the_weight_of_a_tracked_file(file: str, block: str, weight: int, reverse: bool) -> None:
    server = "virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 {\nFILE_CHECK {\n track_file load\n %s\n}\n}\n}\n"
    (found,) = checkers(read(FILE % file + server % block))
    assert (found.track_file, found.weight, found.reverse, found.time_to_fail) == ("load", weight, reverse, 0)
    assert checkers(read(server % block + FILE % file)) == []  # the file must be defined before


def test_misc_dynamic() -> None:
    server = INHERITED % "MISC_CHECK {\n misc_path /bin/true\n misc_dynamic\n}"
    (found,) = read(server).virtual_servers
    assert [real.misc_dynamic for real in found.real_servers] == [False, True]
    assert found.misc_dynamic == found.real_servers[1:]


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("10.0.0.2", "HTTP_GET {\n}"),
        ("10.0.0.2", "SSL_GET {\n url {\n status_code 200\n }\n}"),
        ("10.0.0.2", "MISC_CHECK {\n misc_timeout 3\n}"),
        ("fe80::1", "TCP_CHECK {\n}"),
        ("10.0.0.2", "TCP_CHECK {\n connect_ip fe80::1\n}"),
    ],
)
def test_a_checker_that_keepalived_drops(address: str, block: str) -> None:
    text = (
        f"virtual_server fwmark 1 {{\nreal_server {address} 80 {{\nPING_CHECK {{\nbind_if eth0\n}}\n{block}\n}}\n}}\n"
    )
    found = read(text)
    assert [one.kind for one in checkers(found)] == ["PING_CHECK"] and found.fatal is None
    assert any(one.message.endswith("this checker is not there") for one in found.diagnostics)


@pytest.mark.parametrize(("version", "crashes"), [((2, 2, 7), True), ((2, 2, 8), False)])
def test_a_checker_without_a_url_crashes_before_2_2_8(version: Version, crashes: bool) -> None:
    """It then looks at the checker before it, which must be one that connects."""
    text = "virtual_server 10.0.0.1 80 {{\nreal_server 10.0.0.2 80 {{\n{}HTTP_GET {{\n}}\n}}\n}}\n"
    for before, worse in (("", True), ("MISC_CHECK {\nmisc_path /x\n}\n", True), ("TCP_CHECK {\n}\n", False)):
        fatal = read(text.format(before), version=version).fatal
        assert (fatal is not None and "crashes" in fatal.message) == (crashes and worse)


def test_each_host_of_an_smtp_check_is_a_checker() -> None:
    two = "SMTP_CHECK {\nhost {\nconnect_timeout 2\n}\nhost {\n}\n%s\n}"
    text = "virtual_server 10.0.0.1 80 {{\nreal_server 10.0.0.2 80 {{\n{}\n}}\n}}\n"
    assert [one.connect_timeout for one in checkers(read(text.format(two % "")))] == [2, 0]
    assert [one.connect_timeout for one in checkers(read(text.format(two % "connect_port 25")))] == [5, 2, 0]


@pytest.mark.parametrize(
    ("version", "timeouts"),
    [((2, 0, 13), [9, 5, 2]), ((2, 0, 20), [9, 9, 2]), ((2, 1, 5), [9, 0, 2]), ((2, 2, 7), [9, 0, 2])],
)
def test_the_timeout_of_a_host_that_sets_none(version: Version, timeouts: list[int]) -> None:
    text = "SMTP_CHECK {\nconnect_timeout 9\nhost {\n}\nhost {\nconnect_timeout 2\n}\n}"
    every = checkers(
        read(f"virtual_server 10.0.0.1 80 {{\nreal_server 10.0.0.2 80 {{\n{text}\n}}\n}}\n", version=version)
    )
    assert [one.connect_timeout for one in every] == timeouts


@pytest.mark.parametrize(("version", "there"), [((2, 2, 7), True), ((2, 2, 8), False)])
def test_what_follows_a_virtual_server_that_is_not_valid(version: Version, there: bool) -> None:
    """Its block has no beginning; before 2.2.8 what is in it is read as a part of the one before."""
    text = "virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 {\n}\n}\n"
    text += "virtual_server 10.0.0.300 80\nquorum 1\nreal_server 10.0.0.3 80 {\n}\n}\n"
    (server,) = read(text, version=version).virtual_servers
    assert [str(real.key) for real in server.real_servers] == ["10.0.0.2:80", *["10.0.0.3:80"] * there]


@pytest.mark.parametrize("name", ["group", "fwmark"])
def test_a_virtual_server_without_a_name_crashes_keepalived(name: str) -> None:
    fatal = read(f"virtual_server {name} {{\nreal_server 10.0.0.2 80 {{\n}}\n}}\n", version=(2, 4, 3)).fatal
    assert fatal is not None and (fatal.line, "crashes" in fatal.message) == (1, True)


def test_reload_check_config_lets_no_mistake_pass() -> None:
    text = "global_defs {\n%s\n}\nvirtual_server 10.0.0.1 80 {\nfoo\nreal_server 10.0.0.2 80 {\n}\n}\n"
    fatal = read(text % "reload_check_config").fatal
    assert fatal is not None and fatal.line == 5
    assert read(text % "").fatal is None


@pytest.mark.parametrize(
    "text",
    [
        "virtual_server 10.0.0.300 80\nquorum 1\n}\n",
        "virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.300 80\nweight 3\n}\nreal_server 10.0.0.5 80 {\n}\n}\n",
    ],
)
def test_a_setting_of_nothing_crashes_before_2_2_8(text: str) -> None:
    fatal = read(text, version=(2, 2, 7)).fatal
    assert fatal is not None and "keepalived 2.2.7 crashes" in fatal.message
    assert read(text, version=(2, 2, 8)).fatal is None


def test_2_3_3_never_ends_with_smtp_hosts() -> None:
    text = "virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 {\nSMTP_CHECK {\n%s}\n}\n}\n"
    for hosts, hangs in (
        ("host {\n}\nhost {\n}\n", True),
        ("host {\n}\n", False),
        ("connect_port 25\nhost {\n}\n", True),
    ):
        fatal = read(text % hosts, version=(2, 3, 3)).fatal
        assert (fatal is not None and "never end" in fatal.message) == hangs
        assert read(text % hosts, version=(2, 3, 4)).fatal is None

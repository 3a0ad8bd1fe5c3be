"""What differs between the Directors and should not, and what is passed over because it differs on purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvstui.cluster.drift import drift
from lvstui.cluster.drift.difference import Difference
from lvstui.keepalived import MemoryFiles, load
from lvstui.keepalived.secrets import MASK
from tests.support.telling import MAIN, Pair, configuration, row

ONE = """global_defs {
    router_id one
}
vrrp_sync_group VG {
    group {
        VI_1
    }
}
vrrp_instance VI_1 {
    state MASTER
    interface ens33
    virtual_router_id 51
    priority 100
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass s3cret
    }
    virtual_ipaddress {
        10.10.0.20
    }
}
virtual_server 10.10.0.20 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 192.168.211.13 8081 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
            bindto 10.10.0.11
        }
    }
    real_server 192.168.211.13 8082 {
        weight 1
    }
}
"""


def two(change: Callable[[str], str]) -> tuple[Difference, ...]:
    sides = []
    for name, text in (("director1", ONE), ("director2", change(ONE))):
        assert name == "director1" or text != ONE, "nothing was changed"
        sides.append((name, load(MAIN, MemoryFiles({MAIN: text.encode()}, {MAIN: [MAIN]}), name, (2, 2, 7))))
    return drift.between(sides)


def test_what_differs_on_purpose_is_no_difference() -> None:
    def on_purpose(text: str) -> str:
        text = text.replace("state MASTER", "state BACKUP # the other one").replace("priority 100", "priority 50")
        text = text.replace("router_id one", "router_id two").replace("interface ens33", "interface eth0")
        return text.replace("bindto 10.10.0.11", "bindto 10.10.0.12").replace("    lb_algo", "\n\n\tlb_algo")

    assert two(on_purpose) == ()


@pytest.mark.parametrize(
    ("old", "new", "subject", "what", "values", "matters"),
    [
        ("10.10.0.20\n    }", "10.10.0.21\n    }", "VI_1", "VIPs", ("10.10.0.20", "10.10.0.21"), True),
        ("virtual_router_id 51", "virtual_router_id 52", "VI_1", "VRID", ("51", "52"), True),
        ("advert_int 1", "advert_int 2", "VI_1", "advert_int", ("1 s", "2 s"), True),
        ("advert_int 1", "version 3", "VI_1", "VRRP version", ("2", "3"), True),
        ("advert_int 1", "unicast_peer {\n 10.10.0.11\n}", "VI_1", "way of adverts", ("multicast", "unicast"), True),
        ("auth_type PASS", "auth_type AH", "VI_1", "auth_type", ("PASS", "AH"), True),
        ("        VI_1\n", "        VI_2\n", "VG", "sync group", ("VI_1", "not configured"), True),
        ("lb_algo rr", "lb_algo wlc", "tcp/10.10.0.20:80", "scheduler", ("rr", "wlc"), True),
        ("lb_kind NAT", "lb_kind DR", "tcp/10.10.0.20:80", "method", ("NAT", "DR"), True),
        ("lb_kind NAT", "lb_kind NAT\nquorum 2", "tcp/10.10.0.20:80", "quorum", ("1", "2"), True),
        ("lb_kind NAT", "lb_kind NAT\nsorry_server 10.0.0.9 80", "tcp/10.10.0.20:80", "sorry server",
            ("none", "10.0.0.9:80"), True),
        ("lb_kind NAT", "lb_kind NAT\ndelay_loop 6", "tcp/10.10.0.20:80", "delay_loop", ("60 s", "6 s"), False),
        (
            "weight 1\n        TCP", "weight 3\n        TCP", "tcp/10.10.0.20:80 192.168.211.13:8081", "weight",
            ("1", "3"), True,
        ),
        (
            "connect_timeout 3", "connect_timeout 5", "tcp/10.10.0.20:80 192.168.211.13:8081", "checkers",
            ("TCP_CHECK, connect_timeout 3", "TCP_CHECK, connect_timeout 5"), False,
        ),
        (
            "8082 {", "8083 {", "tcp/10.10.0.20:80 192.168.211.13:8082", "real server",
            ("configured", "not configured"), True,
        ),
    ],
)  # fmt: skip
def test_each_difference_is_told(
    old: str, new: str, subject: str, what: str, values: tuple[str, str], matters: bool
) -> None:
    [found] = [one for one in two(lambda text: text.replace(old, new, 1)) if (one.subject, one.what) == (subject, what)]
    assert tuple(side.value for side in found.sides) == values
    assert found.matters is matters
    assert [side.director for side in found.sides] == ["director1", "director2"]


def test_a_difference_names_the_lines_that_say_it() -> None:
    [found] = two(lambda text: "# one line more\n" + text.replace("weight 1\n        TCP", "weight 3\n        TCP"))
    assert [(side.path, side.line) for side in found.sides] == [(MAIN, 28), (MAIN, 29)]


def test_a_secret_that_a_definition_gives_to_a_checker_is_not_told() -> None:
    def checked_with(secret: str) -> Callable[[str], str]:
        checker = 'MISC_CHECK {\nmisc_path "/bin/x ${PW}"\n}\n'
        return lambda text: f"$PW={secret}\n" + text.replace("TCP_CHECK {", checker + "TCP_CHECK {")

    sides = []
    for name, secret in (("director1", "hunter2"), ("director2", "swordfish")):
        files = MemoryFiles({MAIN: checked_with(secret)(ONE).encode()}, {MAIN: [MAIN]})
        sides.append((name, load(MAIN, files, name, (2, 2, 7))))
    [found] = drift.between(sides)
    assert found.what == "checkers" and all(MASK in side.value for side in found.sides)
    assert not any(secret in side.value for side in found.sides for secret in ("hunter2", "swordfish"))


def test_that_passwords_differ_is_told_and_nothing_of_them() -> None:
    [found] = two(lambda text: text.replace("s3cret", "0ther"))
    assert found.what == "auth_pass" and [side.value for side in found.sides] == ["set", "set"]
    assert found.sides[0].line == 17
    assert "s3cret" not in repr(found) and "0ther" not in repr(found)


ONE_KEY, OTHER_KEY = "k" * 32, "o" * 32
HMAC = f"""    auth_hmac {{
        key 1 {ONE_KEY}
        key 2 file:/etc/keepalived/two
        active_key 1
    }}
"""


def signed(change: Callable[[str], str]) -> list[tuple[str, list[str], bool]]:
    """The differences of two that authenticate by auth_hmac, and that none tells a key."""
    begin, end = ONE.index("    authentication"), ONE.index("    virtual_ipaddress")
    text = ONE[:begin] + HMAC + ONE[end:]
    pair = (("director1", text), ("director2", change(text)))
    sides = [
        (name, load(MAIN, MemoryFiles({MAIN: one.encode()}, {MAIN: [MAIN]}), name, (2, 4, 0))) for name, one in pair
    ]
    found = drift.between(sides)
    assert not any(key in repr(found) for key in (ONE_KEY, OTHER_KEY, OTHER_KEY.encode().hex()))
    assert all(side.line is not None for one in found for side in one.sides)
    return [(one.what, [side.value for side in one.sides], one.matters) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        (ONE_KEY, "hex:" + ONE_KEY.encode().hex(), []),
        (ONE_KEY, OTHER_KEY, [("key 1 of auth_hmac", ["set", "set"], True)]),
        (ONE_KEY, "hex:" + OTHER_KEY.encode().hex(), [("key 1 of auth_hmac", ["set", "set"], True)]),
        ("file:/etc/keepalived/two", OTHER_KEY, []),  # what is in the file is not known
        ("key 2", "key 3", [("keys of auth_hmac", ["1, 2", "1, 3"], True)]),
        ("active_key 1", "active_key 2", [("active_key of auth_hmac", ["1", "2"], False)]),  # both have both
        ("active_key 1", "active_key 1\nmode permissive", [("mode of auth_hmac", ["enforce", "permissive"], False)]),
        ("active_key 1", "active_key 1\nmode receive-only", [("mode of auth_hmac", ["enforce", "receive-only"], True)]),
        ("active_key 1", "active_key 7", [("auth_type", ["HMAC", "none"], True)]),  # it has no effect
    ],
)
def test_keys_of_auth_hmac_are_compared_and_never_told(
    old: str, new: str, found: list[tuple[str, list[str], bool]]
) -> None:
    assert signed(lambda text: text.replace(old, new, 1)) == found


def test_a_password_that_is_not_in_effect_is_no_difference() -> None:
    text = ONE.replace("advert_int 1", "version 3")
    sides = [
        (name, load(MAIN, MemoryFiles({MAIN: one.encode()}, {MAIN: [MAIN]}), name, (2, 2, 7)))
        for name, one in (("director1", text), ("director2", text.replace("s3cret", "0ther")))
    ]
    assert drift.between(sides) == ()


def test_instances_of_one_vrid_are_the_same_whatever_their_names() -> None:
    found = two(lambda text: text.replace("VI_1", "VI_X"))
    assert [(one.subject, one.what) for one in found] == [("VI_1", "name"), ("VG", "sync group")]


def test_an_instance_that_only_one_has() -> None:
    def without(text: str) -> str:
        return text[: text.index("vrrp_instance")] + text[text.index("virtual_server") :]

    [found] = [one for one in two(without) if one.what == "VRRP instance"]
    assert [side.value for side in found.sides] == ["configured", "not configured"]
    assert found.sides[1].line is None


def test_one_director_alone_has_nothing_to_differ_from() -> None:
    side = ("director1", load(MAIN, MemoryFiles({MAIN: ONE.encode()}, {MAIN: [MAIN]}), "d", (2, 2, 7)))
    assert drift.between([side]) == ()


# --- in the cluster ---


def test_the_files_of_an_equal_pair_do_not_differ() -> None:
    pair = Pair().up()
    assert pair.state.differences(pair.view()) == ()


def test_a_difference_that_a_failover_depends_on_is_a_problem_when_it_lasts() -> None:
    pair = Pair().up()
    pair.files("director2", configuration().replace(b"lb_algo rr", b"lb_algo wlc"), mtime=pair.wall())
    pair.keepalived("director2", loaded=pair.wall() + 1)
    assert "files-differ" not in pair.problems()
    pair.after(10).sample()
    assert "files-differ" not in pair.problems()  # a change that is under way
    pair.after(10).sample()
    assert "scheduler of tcp/10.10.0.20:80" in pair.problems()["files-differ"]
    pair.files("director2", configuration())
    assert "files-differ" not in pair.problems()


def test_a_difference_of_long_ago_is_told_at_the_first_look() -> None:
    pair = Pair().up()
    pair.files("director2", configuration().replace(b"lb_algo rr", b"lb_algo wlc"))
    assert "files-differ" in pair.problems()


def test_a_weight_that_differs_is_told_by_its_row_alone() -> None:
    pair = Pair().up()
    pair.files("director2", configuration({8081: 2, 8082: 1, 8083: 1}))
    for _ in range(8):
        pair.after(5).sample().view()
    assert "drift" in pair.problems() and "files-differ" not in pair.problems()


def test_a_kernel_that_has_another_weight() -> None:
    pair = Pair().up()
    pair.view()
    pair.after(3).ipvs("director1", row(8081, 7), row(8082), row(8083))
    pair.view()
    pair.after(5).sample()
    [found] = pair.state.differences(pair.view())
    assert (found.where, found.what, found.director) == ("kernel", "weight", "director1")
    assert [side.value for side in found.sides] == ["weight 1", "weight 7"]
    assert found.sides[0].line is not None and found.sides[1].line is None


def test_a_kernel_that_has_more_than_the_file() -> None:
    pair = Pair().up()
    pair.ipvs("director2", row(8081), row(8082), row(8083), row(9999))
    found = [one for one in pair.state.differences(pair.view()) if "9999" in one.subject]
    assert [side.value for side in found[0].sides] == ["not configured", "weight 1"]


def test_a_kernel_with_another_method() -> None:
    pair = Pair().up()
    pair.ipvs("director2", row(8081)._replace(method="DR"), row(8082), row(8083))
    [found] = pair.state.differences(pair.view())
    assert (found.what, found.director) == ("method", "director2") and [side.value for side in found.sides] == [
        "NAT",
        "DR",
    ]

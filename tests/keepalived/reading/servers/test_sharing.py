"""Names of virtual servers, and the services of the kernel that several of them make: each value was seen in a real daemon."""

from __future__ import annotations

import pytest

from lvstui.keepalived import Configuration, EditRefused
from lvstui.keepalived.editing import edit
from lvstui.keepalived.reading.load import again
from lvstui.keepalived.reading.names import (
    AmbiguousVirtualServer,
    UnknownVirtualServer,
    named_virtual_server,
    typed_virtual_server,
)
from tests.support.configurations import WHEN, key, read, weights

GROUP = "virtual_server_group {name} {{\n{entries}\n}}\n"


def group(name: str, *entries: str) -> str:
    return GROUP.format(name=name, entries="\n".join(entries))


def virtual(head: str, *reals: str, protocol: str = "TCP", more: str = "") -> str:
    body = "".join(
        f" real_server {real.rsplit(' ', 1)[0]} {{\n  weight {real.rsplit(' ', 1)[1]}\n }}\n" for real in reals
    )
    kind = f" protocol {protocol}\n" if protocol else ""
    return f"virtual_server {head} {{\n lb_algo rr\n lb_kind NAT\n{kind}{more}{body}}}\n"


DNS = group("DNS", "10.77.0.53 53", "10.77.0.54 53")
TCP = virtual("group DNS", "172.20.5.11 53 10", "172.20.5.12 53 10")
UDP = virtual("group DNS", "172.20.5.11 53 20", "172.20.5.12 53 20", protocol="UDP")
REAL = key("172.20.5.11:53")


def ids(configuration: Configuration) -> list[str]:
    return [server.id for server in configuration.virtual_servers]


def services(configuration: Configuration, id: str) -> list[str]:
    server = configuration.virtual_server(id)
    assert server is not None
    return [str(service) for service in server.services]


def test_each_protocol_of_a_group_is_a_virtual_server_of_its_own() -> None:
    read_ = read(DNS + TCP + UDP)
    assert ids(read_) == ["group/DNS/tcp", "group/DNS/udp"]
    assert services(read_, "group/DNS/tcp") == ["tcp/10.77.0.53:53", "tcp/10.77.0.54:53"]
    assert services(read_, "group/DNS/udp") == ["udp/10.77.0.53:53", "udp/10.77.0.54:53"]
    assert ids(read(DNS + UDP)) == ["group/DNS"]
    assert not read_.diagnostics


def test_a_change_of_one_half_leaves_the_other() -> None:
    before = read(DNS + TCP + UDP)
    for id in ids(before):
        after = edit.drain(before, id, REAL, by="ana@ops1", when=WHEN).apply(before)
        assert weights(after) == weights(before) | {(id, str(REAL)): 0}
        assert edit.restore(after, id, REAL).apply(after).files == before.files
        less = edit.remove(before, id, REAL).apply(before)
        assert weights(less) == {name: w for name, w in weights(before).items() if name != (id, str(REAL))}
        more = edit.add(before, id, key("172.20.5.13:53"), weight=3).apply(before)
        assert weights(more) == weights(before) | {(id, "172.20.5.13:53"): 3}


def test_the_name_of_the_group_alone_is_taken_where_it_means_one() -> None:
    alone = read(DNS + UDP)
    assert edit.drain(alone, "group/DNS", REAL, by="a", when=WHEN).files
    assert edit.drain(alone, "group/DNS/udp", REAL, by="a", when=WHEN).files
    both = read(DNS + TCP + UDP)
    with pytest.raises(EditRefused, match=r"group/DNS could mean more than one .*: group/DNS/tcp, group/DNS/udp"):
        edit.drain(both, "group/DNS", REAL, by="a", when=WHEN)
    with pytest.raises(AmbiguousVirtualServer):
        named_virtual_server("group/DNS", ids(both))
    assert named_virtual_server("group/DNS", ["group/DNS/udp", "group/web"]) == "group/DNS/udp"
    assert named_virtual_server("fwmark/7", ["fwmark/7/inet6", "fwmark/8"]) == "fwmark/7/inet6"
    assert named_virtual_server("fwmark/7", ["fwmark/7/inet6", "fwmark/7"]) == "fwmark/7"
    assert named_virtual_server(" TCP/[2001:DB8::0:20]:80", ["tcp/[2001:db8::20]:80"]) == "tcp/[2001:db8::20]:80"
    with pytest.raises(UnknownVirtualServer, match="there is no virtual server group/dns; there are: group/DNS/tcp"):
        named_virtual_server("group/dns", ids(both))


def test_a_mark_of_both_families_is_typed_with_its_family() -> None:
    both = ["fwmark/7", "fwmark/7/inet6"]
    with pytest.raises(
        AmbiguousVirtualServer, match="could mean more than one virtual server: fwmark/7/inet, fwmark/7/inet6"
    ):
        typed_virtual_server("fwmark/7", both)
    assert [typed_virtual_server(f"fwmark/7/{one}", both) for one in ("inet", "inet6")] == both
    assert typed_virtual_server("fwmark/7", both[:1]) == typed_virtual_server("fwmark/7/inet", both[:1]) == "fwmark/7"
    assert typed_virtual_server("fwmark/7", both[1:]) == "fwmark/7/inet6"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (DNS + TCP + TCP, ["group/DNS"]),
        (DNS + TCP + UDP + TCP + virtual("group DNS", "172.20.5.9 53 1", protocol="SCTP"),
         ["group/DNS/tcp", "group/DNS/udp", "group/DNS/sctp"]),
        (DNS + TCP + UDP + group("DNS/tcp", "10.77.0.9 9") + virtual("group DNS/tcp", "172.20.5.9 53 1"),
         ["group/DNS/tcp", "group/DNS/udp", "group/DNS/tcp/tcp"]),
        (group("marks", "fwmark 3", "fwmark 4") + virtual("group marks", "172.20.5.9 53 1", protocol="")
         + virtual("group marks", "2001:db8::9 53 1", protocol=""), ["group/marks/inet", "group/marks/inet6"]),
        (virtual("fwmark 7", "172.20.5.9 53 1", protocol="") + virtual("fwmark 7", "2001:db8::9 53 1", protocol=""),
         ["fwmark/7", "fwmark/7/inet6"]),
        (virtual("2001:DB8:0::20 80", "2001:db8::9 80 1") + virtual("2001:db8::20 80", "2001:db8::8 80 1"),
         ["tcp/[2001:db8::20]:80"]),
        (virtual("10.77.0.1 80", "172.20.5.9 80 1") + virtual("10.77.0.1 80"), ["tcp/10.77.0.1:80"]),
    ],
)  # fmt: skip
def test_names_are_unique(text: str, names: list[str]) -> None:
    read_ = read(text)
    assert ids(read_) == names
    assert len({*names, *(one.id for one in read_.ignored)}) == len(names) + len(read_.ignored)


FIRST = virtual("10.77.0.100 8060", "172.20.5.11 8080 2")
SECOND_AT = FIRST.count("\n") + 1
SECOND = virtual("10.77.0.100 8060", "172.20.5.12 8080 3").replace("rr", "wlc")


def test_the_first_of_two_twins_has_the_real_servers_of_both() -> None:
    read_ = read(FIRST + SECOND)
    [server] = read_.virtual_servers
    assert server.scheduler == "rr"
    assert [(str(real.key), real.weight) for real in server.real_servers] == [
        ("172.20.5.11:8080", 2),
        ("172.20.5.12:8080", 3),
    ]
    assert [str(real.key) for real in server.own_real_servers] == ["172.20.5.11:8080"]
    assert [one.line for one in read_.diagnostics] == [1, SECOND_AT]
    assert all("the real servers of both" in one.message for one in read_.diagnostics)
    assert "Service already exists" in read_.diagnostics[1].message


@pytest.mark.parametrize("real", ["172.20.5.11:8080", "172.20.5.12:8080"])
def test_no_real_server_of_twins_is_changed(real: str) -> None:
    read_ = read("# 1\n" + FIRST + SECOND)
    twins = "tcp/10.77.0.100:8060"
    for change in (
        edit.DrainRealServer(twins, key(real), "a", WHEN),
        edit.RemoveRealServer(twins, key(real)),
        edit.SetWeight(twins, key(real), 9),
        edit.AddRealServer(twins, key("172.20.5.13:8080"), 1),
    ):
        with pytest.raises(
            EditRefused, match=rf"keepalived\.conf:\d+: .*conf:2 and keepalived\.conf:{SECOND_AT + 1}"
        ) as refused:
            edit.make(read_, [change])
        assert refused.value.line > 2


AB = group("A", "10.77.0.100 80", "10.77.0.101 80") + group("B", "10.77.0.102 80", "10.77.0.101 80")
ON_A = virtual("group A", "172.20.5.11 80 1")


def test_groups_that_overlap_are_told_of_on_both() -> None:
    read_ = read(AB + ON_A + virtual("group B", "172.20.5.12 80 1"))
    assert ids(read_) == ["group/A", "group/B"]
    assert [one.line for one in read_.diagnostics] == [server.line for server in read_.virtual_servers]
    assert all("tcp/10.77.0.101:80" in one.message for one in read_.diagnostics)
    drained = edit.drain(read_, "group/A", key("172.20.5.11:80"), by="a", when=WHEN).apply(read_)
    assert weights(drained)["group/A", "172.20.5.11:80"] == 0  # nobody else has that row: it is as predicted


@pytest.mark.parametrize("other", [virtual("group B", "172.20.5.11 80 1", "172.20.5.12 80 1"),
                                   virtual("10.77.0.101 80", "172.20.5.11 80 1", "172.20.5.12 80 1")])  # fmt: skip
def test_a_real_server_that_two_bring_into_one_service_is_not_changed(other: str) -> None:
    read_ = read(AB + ON_A + other)
    first, second = (server.real_servers[0].line for server in read_.virtual_servers)
    later = ids(read_)[1]
    for id, here, there in (("group/A", first, second), (later, second, first)):
        with pytest.raises(EditRefused, match="the kernel has one row for both") as refused:
            edit.drain(read_, id, key("172.20.5.11:80"), by="a", when=WHEN)
        assert refused.value.line == here and f"keepalived.conf:{there}:" in refused.value.reason
    with pytest.raises(EditRefused, match="the kernel has one row for both"):
        edit.add(read_, "group/A", key("172.20.5.12:80"), weight=1)
    assert edit.remove(read_, later, key("172.20.5.12:80")).files


def test_two_of_one_group_and_protocol_are_one_and_each_keeps_a_real_server() -> None:
    read_ = read(DNS + TCP + virtual("group DNS", "172.20.5.21 53 1", "172.20.5.22 53 1"))
    [server] = read_.virtual_servers
    assert len(server.real_servers) == 4
    drained = edit.drain(read_, "group/DNS", key("172.20.5.21:53"), by="a", when=WHEN).apply(read_)
    assert weights(drained) == weights(read_) | {("group/DNS", "172.20.5.21:53"): 0}
    less = edit.remove(read_, "group/DNS", key("172.20.5.21:53")).apply(read_)
    with pytest.raises(EditRefused, match="the last real server"):
        edit.remove(less, "group/DNS", key("172.20.5.22:53"))
    more = edit.add(read_, "group/DNS", key("172.20.5.23:53"), like=key("172.20.5.22:53")).apply(read_)
    assert more.virtual_servers[0].also[0].real_server(key("172.20.5.23:53")) is not None


NFT = "global_defs {\n nftables_ipvs\n}\n"
WEB = group("web", "10.77.0.100-109 80")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NFT + WEB + virtual("group web", "172.20.5.11 8080 1"), {"group/web": ["fwmark/1000"]}),
        (NFT + WEB + DNS + UDP + virtual("group web", "172.20.5.11 8080 1", protocol="UDP") + TCP,
         {"group/DNS/udp": ["fwmark/1000"], "group/web": ["fwmark/1001"], "group/DNS/tcp": ["fwmark/1002"]}),
        (NFT + group("six", "2001:db8::53 53") + virtual("group six", "2001:db8::9 53 1"), {"group/six": ["fwmark/1000/inet6"]}),
        (NFT + group("two", "10.77.0.1 53", "2001:db8::53 53") + virtual("group two", "172.20.5.9 53 1").replace("NAT", "TUN"),
         {"group/two": ["fwmark/1000", "fwmark/1000/inet6"]}),
        (NFT + group("own", "10.77.0.1 53", "fwmark 9") + virtual("group own", "172.20.5.9 53 1"),
         {"group/own": ["tcp/10.77.0.1:53", "fwmark/9"]}),
        (NFT.replace("s\n}", "s\n nftables_ipvs_start_fwmark 50\n}") + WEB + virtual("group web")
         + virtual("group web", "172.20.5.11 80 1", protocol="UDP"), {"group/web/udp": ["fwmark/50"]}),
        ("global_defs {\n nftables_ipvs_start_fwmark 50\n nftables_ipvs\n}\n" + WEB + virtual("group web", "172.20.5.11 80 1"),
         {"group/web": ["fwmark/1000"]}),
        (NFT + virtual("10.77.0.1 80", "172.20.5.11 80 1"), {"tcp/10.77.0.1:80": ["tcp/10.77.0.1:80"]}),
    ],
)  # fmt: skip
def test_with_nftables_ipvs_a_group_is_one_firewall_mark(text: str, expected: dict[str, list[str]]) -> None:
    read_ = read(text, version=(2, 2, 7))
    assert {id: services(read_, id) for id in ids(read_)} == expected


def test_before_2_2_there_was_no_nftables_ipvs() -> None:
    read_ = read(NFT + WEB + virtual("group web", "172.20.5.11 8080 1"), version=(2, 1, 5))
    assert len(services(read_, "group/web")) == 10


def test_a_virtual_server_without_real_servers_is_ignored_and_known() -> None:
    read_ = read(virtual("10.77.0.1 80") + virtual("10.77.0.2 80", "172.20.5.11 80 1"))
    assert ids(read_) == ["tcp/10.77.0.2:80"]
    assert [(one.id, one.line, one.real_servers) for one in read_.ignored] == [("tcp/10.77.0.1:80", 1, ())]
    [said] = read_.diagnostics
    assert said.line == 1 and "no real servers" in said.message and "ignoring" in said.message


def test_no_real_server_that_settles_the_family_comes_or_goes() -> None:
    """The first one makes a firewall mark IPv4 or IPv6, and keepalived drops those of the other family."""
    nat = read(virtual("fwmark 7", "172.20.5.11 80 1", "2001:db8::11 80 1", "172.20.5.12 80 1", protocol=""))
    assert [str(real.key) for real in nat.virtual_servers[0].real_servers] == ["172.20.5.11:80", "172.20.5.12:80"]
    with pytest.raises(EditRefused, match="or something else differently"):
        edit.remove(nat, "fwmark/7", key("172.20.5.11:80"))
    assert edit.remove(nat, "fwmark/7", key("172.20.5.12:80")).files
    tunnels = virtual("fwmark 8", "2001:db8::11 80 1", "2001:db8::12 80 1", protocol="").replace("NAT", "TUN")
    with pytest.raises(EditRefused, match="or something else differently"):
        edit.add(read(tunnels), "fwmark/8/inet6", key("172.20.5.13:0"))


PLAIN = virtual("10.77.0.102 80", "172.20.5.31 80 1")
LAYOUTS = (
    PLAIN, FIRST + PLAIN, FIRST + PLAIN + SECOND, SECOND + PLAIN + FIRST, PLAIN + virtual("10.77.0.102 80"),
    AB + ON_A + PLAIN, AB + PLAIN + virtual("group B", "172.20.5.31 80 1"), DNS + TCP + PLAIN + UDP, DNS + UDP + PLAIN,
    NFT + AB + ON_A + PLAIN,
)  # fmt: skip


@pytest.mark.parametrize("before", range(len(LAYOUTS)))
def test_what_is_taken_over_of_an_earlier_reading_is_shared_anew(before: int) -> None:
    earlier = read(LAYOUTS[before])
    for text in LAYOUTS:
        after, first = again(earlier, {"keepalived.conf": text.encode()}), read(text)
        assert after == first and after.complained == first.complained
        assert after.meeting == first.meeting and after.ignored == first.ignored and after.shadowed == first.shadowed
        assert [one.own_real_servers for one in after.virtual_servers] == [
            one.own_real_servers for one in first.virtual_servers
        ]

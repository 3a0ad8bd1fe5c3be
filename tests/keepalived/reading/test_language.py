"""The odd corners of the language, one by one, as docs/keepalived-language.md has them."""

from __future__ import annotations

import pytest

from lvstui.keepalived import Configuration, MemoryFiles, ServiceKey, kernel_keys, load
from lvstui.keepalived.parsing.expansion import expand
from lvstui.keepalived.parsing.lexical import expand_braces
from lvstui.keepalived.reading.origins import Origin, origin_of
from tests.support.configurations import key, read, weights

VIRTUAL = "virtual_server 10.0.0.100 80 {\nlb_algo rr\nlb_kind DR\nprotocol TCP\n%s\n}\n"


def of(body: str, config_id: str = "director1", before: str = "", a_conf: str = "") -> dict[str, int]:
    """The weights of the real servers in one virtual server."""
    found = weights(read(before + VIRTUAL % body, config_id, a_conf=a_conf))
    return {name: weight for (_, name), weight in found.items()}


@pytest.mark.parametrize(
    ("body", "weight"),
    [
        ("{ weight 3 }", 3),
        ("{\nweight 3\n}", 3),
        ("{ weight 1\nweight 3 }", 3),
        ("{ weight 3\nweight 99999999999 }", 3),
        ("{ weight 3#c\n}", 3),
        ('{ "weight" "3" }', 3),
        ("{ weight 3 uthreshold 7 }", 3),
        ("{ weight 3x }", 3),
        ("{ weight -3 }", 1),
        ("{ weight 3 \\\n}", 3),
        ("{ }", 1),
        ("\n{ weight 3 }", 3),
        ("{ TCP_CHECK { connect_timeout 3 } weight 3 }", 3),
        ("{ FILE_CHECK {\ntrack_file f\nweight 9\n}\nweight 3\n}", 3),
        ("{\n@director1 weight 3\n@^director1 weight 4\n}", 3),
        ("{\n@director2 weight 4\n@^director2 weight 3\n}", 3),
        ("{ Weight 4 }", 1),
    ],
)
def test_a_weight(body: str, weight: int) -> None:
    assert of(f"real_server 10.0.0.11 80 {body}") == {"10.0.0.11:80": weight}


def test_one_body_under_two_conditions() -> None:
    text = "@a virtual_server 10.0.0.1 80 {\n@^a virtual_server 10.0.0.2 80 {\nprotocol TCP\nreal_server 10.0.0.11 80 {}\n}\n"
    assert [server.id for server in read(text, "a").virtual_servers] == ["tcp/10.0.0.1:80"]
    assert [server.id for server in read(text, "b").virtual_servers] == ["tcp/10.0.0.2:80"]


def test_definitions() -> None:
    before = "$W=3\n$IP= 10.0.0.11\n$BODY={ \\\n weight $W \\\n }\n"
    assert of("real_server $IP 80 $BODY", before=before) == {"10.0.0.11:80": 3}
    assert of("real_server ${IP}1 80 { weight ${W} }", before=before) == {"10.0.0.111:80": 3}
    assert of("$W=5\nreal_server $IP 80 { weight $W }", before=before) == {"10.0.0.11:80": 5}
    assert of("real_server 10.0.0.12 80 { weight $W/2 }", before=before) == {"10.0.0.12:80": 0}, "not replaced before /"
    assert of("real_server 10.0.0.12 80 {\n$W =7\nweight $W\n}", before=before) == {"10.0.0.12:80": 3}
    assert of("real_server $_INSTANCE 80 {}\nreal_server $IP 80 {}", "10.0.0.9", before) == {
        "10.0.0.9:80": 1,
        "10.0.0.11:80": 1,
    }


def test_repeated_lines() -> None:
    assert of("~SEQ(N, 1, 3) real_server 10.0.0.$N 80 { weight $N }") == {f"10.0.0.{n}:80": n for n in (1, 2, 3)}
    assert of("~SEQ(N, 30, -10, 10) real_server 10.0.0.$N 80 {}") == {f"10.0.0.{n}:80": 1 for n in (30, 20, 10)}
    assert of("~LST({A,B}, {1,5}, {2,7}) real_server 10.0.0.$A 80 { weight $B }") == {
        "10.0.0.1:80": 5,
        "10.0.0.2:80": 7,
    }
    nested = "~SEQ(A, 1, 2) ~SEQ(B, 1, 2) real_server 10.0.${A}.$B 80 {}"
    assert set(of(nested)) == {f"10.0.{a}.{b}:80" for a in (1, 2) for b in (1, 2)}


def test_what_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expand, "_GENERATED_LIMIT", 2_000)
    for text in ("$A=$A\n$A\n", "$A=x \\\n$A\n$A\n", "~SEQ(N, 1, 99999999) x\n", "include keepalived.conf\n"):
        assert read(text).diagnostics


def test_includes_inside_a_block() -> None:
    assert of("include a.conf\nreal_server 10.0.0.12 80 {}", a_conf="real_server 10.0.0.11 80 { weight 4 }\n") == {
        "10.0.0.11:80": 4,
        "10.0.0.12:80": 1,
    }
    found = read("include *.conf\ninclude nothing.conf\n", a_conf=VIRTUAL % "real_server 10.0.0.11 80 {}")
    assert [source.path for source in found.files] == ["keepalived.conf", "a.conf"]
    assert [(server.path, server.line) for server in found.virtual_servers] == [("a.conf", 1)]
    assert found.include_patterns == ("*.conf", "nothing.conf")
    assert [one.line for one in found.diagnostics] == [2]


def test_an_include_is_relative_to_its_file() -> None:
    data = {"/etc/k/k.conf": b"includer conf.d/{b,a}.conf\n", "/etc/k/conf.d/a.conf": b"include x/y\n"}
    files = MemoryFiles(data, {"/etc/k/conf.d/a.conf": ["/etc/k/conf.d/a.conf"]})
    assert load("/etc/k/k.conf", files, "x").include_patterns == (
        "/etc/k/conf.d/b.conf",
        "/etc/k/conf.d/a.conf",
        "/etc/k/conf.d/x/y",
    )


def test_braces_of_a_pattern() -> None:
    assert expand_braces("a{b,c{d,e}}f{}g") == ("abf{}g", "acdf{}g", "acef{}g")
    assert expand_braces("a{b") == ("a{b",)
    assert expand_braces("a\\{b,c}") == ("a\\{b,c}",)


def test_a_parameter_that_is_missing_is_the_end_of_keepalived() -> None:
    found = read(VIRTUAL % "real_server 10.0.0.11 80 {\nweight\n}")
    assert found.fatal is not None and found.fatal.line == 6
    assert found.virtual_servers == () and found.fatal in found.diagnostics


def test_an_unknown_block_is_read_as_if_it_stood_outside() -> None:
    found = of("real_sever 10.0.0.11 80 {\nweight 3\n}\nreal_server 10.0.0.12 80 {}")
    assert found == {}
    good = of("real_server 10.0.0.10 80 {}\nreal_sever 10.0.0.11 80 {\nweight 3\n}\nreal_server 10.0.0.12 80 {}")
    assert good == {"10.0.0.10:80": 3}, "the weight is the virtual server's, its } closes it"


def services(text: str) -> tuple[str, ...]:
    return tuple(str(one) for server in read(text).virtual_servers for one in server.services)


def test_what_the_kernel_is_asked_for() -> None:
    body = " {\nreal_server %s 80 {}\n}\n"
    assert services("virtual_server 10.0.0.1 53" + body % "10.0.0.2") == ("udp/10.0.0.1:53",)
    assert services("virtual_server 2001:DB8::0:20 53" + body % "2001:db8::1") == ("udp/[2001:db8::20]:53",)
    assert services("virtual_server fwmark 7" + body % "10.0.0.2") == ("fwmark/7",)
    assert services("virtual_server fwmark 7" + body % "2001:db8::1") == ("fwmark/7/inet6",)
    group = "virtual_server_group g {\n10.0.0.1 80\n10.0.0.8-9 81\n10.0.1.0/30 82\nfwmark 3\n10.0.0.9-3 1\n}\n"
    assert services(group + "virtual_server group g {\nprotocol TCP\nreal_server 10.9.9.9 80 {}\n}\n") == (
        "tcp/10.0.0.1:80",
        "tcp/10.0.0.8:81",
        "tcp/10.0.0.9:81",
        *(f"tcp/10.0.1.{n}:82" for n in range(4)),
        "fwmark/3",
    )
    assert services("virtual_server group none" + body % "10.0.0.2") == ()


def test_twins_duplicates_and_the_empty() -> None:
    one = "virtual_server 10.0.0.1 80 {\nprotocol %s\n%s\n}\n"
    rs = "real_server 10.0.0.%d 80 {}"
    found = read(one % ("TCP", rs % 2) + one % ("udp", rs % 2) + one % ("tcp", rs % 3) + one % ("sctp", ""))
    assert [server.id for server in found.virtual_servers] == ["tcp/10.0.0.1:80", "udp/10.0.0.1:80"]
    assert [server.line for server in found.shadowed] == [9]
    double = of("real_server 10.0.0.2 80 { weight 2 }\nreal_server 10.0.0.2 80 { weight 9 }")
    assert double == {"10.0.0.2:80": 2}


def test_ports_and_methods() -> None:
    assert set(
        of("real_server 10.0.0.2 {}\nreal_server 10.0.0.3 8080 {}\nreal_server 10.0.0.4 81 { lvs_method NAT }")
    ) == {
        "10.0.0.2:80",
        "10.0.0.3:80",
        "10.0.0.4:81",
    }
    found = read(
        "virtual_server_group g {\n10.0.0.1 80\n10.0.0.2 81\n}\n"
        "virtual_server group g {\nlb_kind DR\nprotocol TCP\nreal_server 10.9.9.9 {}\n}\n"
    )
    server = found.virtual_servers[0]
    assert kernel_keys(server, server.real_servers[0]) == (
        (ServiceKey.parse("tcp/10.0.0.1:80"), key("10.9.9.9:80")),
        (ServiceKey.parse("tcp/10.0.0.2:81"), key("10.9.9.9:81")),
    )


def test_what_is_inherited_and_what_is_worked_out() -> None:
    server = read(
        VIRTUAL % "weight 4\nquorum 9\nhysteresis 3\ninhibit_on_failure\nalpha\nsorry_server 10.0.0.99 81\n"
        "real_server 10.0.0.2 80 {\ninhibit_on_failure off\nTCP_CHECK {\nconnect_timeout 3\n}\n}\nreal_server 10.0.0.3 80 {}"
    ).virtual_servers[0]
    first, second = server.real_servers
    assert (first.weight, second.weight) == (4, 4)
    assert (first.inhibit_on_failure, second.inhibit_on_failure) == (False, True)
    assert (server.quorum, server.configured_quorum, server.hysteresis) == (8, 9, 3)
    assert server.sorry_server is not None and str(server.sorry_server.key) == "10.0.0.99:80"
    assert [(one.kind, one.options, one.line) for one in first.checkers] == [("TCP_CHECK", ("connect_timeout 3",), 13)]
    assert (first.line, first.end_line) == (11, 16)


@pytest.mark.parametrize(
    ("version", "weight"), [(None, 0), ((2, 2, 7), 0), ((2, 1, 5), 1), ((2, 0, 10), 1), ((2, 0, 20), 0)]
)
def test_a_weight_of_zero_by_version(version: tuple[int, int, int] | None, weight: int) -> None:
    found = read(VIRTUAL % "real_server 10.0.0.2 80 { weight 0 }", version=version)
    assert list(weights(found).values()) == [weight]


def vrrp(text: str) -> Configuration:
    return read("global_defs {\nrouter_id LVS\nscript_user nobody\n}\n" + text)


def test_vrrp() -> None:
    found = vrrp(
        "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n}\n"
        "vrrp_instance VI_1 {\nstate MASTER\ninterface eth0\nvirtual_router_id 51\npriority 150\nadvert_int 0.5\nnopreempt\n"
        "authentication {\nauth_type PASS\nauth_pass secret\n}\n"
        "virtual_ipaddress {\n10.0.0.1/24 dev eth0 # VIP\n10.0.0.2\n}\n}\n"
        "vrrp_instance VI_2 {\nvirtual_router_id 300\nvirtual_ipaddress { fe80::1/64 }\n}\n"
        "vrrp_instance VI_1 {\n}\nvrrp_instance {\n}\n"
    )
    one, two = found.vrrp
    assert (one.name, one.vrid, one.interface, one.state, one.priority) == ("VI_1", 51, "eth0", "MASTER", 150)
    assert (one.advert_int, one.nopreempt, one.vips, one.version) == (1.0, False, ("10.0.0.1", "10.0.0.2"), 2)
    assert "secret" not in repr(found.vrrp)
    assert (two.vrid, two.state, two.priority, two.vips, two.version) == (None, "BACKUP", 100, ("fe80::1",), 3)
    assert [(group.name, group.instances) for group in found.sync_groups] == [("G", ("VI_1", "VI_2"))]
    assert (found.global_defs.router_id, found.global_defs.script_user) == ("LVS", "nobody")
    assert [one.line for one in found.diagnostics] == [16, 17, 27, 28, 28, 31, 33]


def test_diagnostics_have_their_place() -> None:
    found = read(
        "virtual_server 10.0.0.1 80 {\r\n\tprotocol TCP\r\n\treal_server 10.0.0.2 80 { wieght 1 }\r\n}\r\n}\r\n"
    )
    assert [(one.line, one.column, one.message) for one in found.diagnostics] == [
        (3, 28, "unknown keyword 'wieght'"),
        (5, 1, "this } closes nothing"),
    ]


def test_where_a_value_comes_from() -> None:
    found = read(VIRTUAL % "weight 4\nreal_server 10.0.0.2 80 {\nweight 1\nweight 2\n}\nreal_server 10.0.0.3 80 {\n}")
    server = found.virtual_servers[0]
    first, second = server.real_servers
    assert origin_of(found, server, first, "weight") == Origin("set", "keepalived.conf", 8)
    assert origin_of(found, server, second, "weight") == Origin("inherited", "keepalived.conf", 5)
    assert origin_of(found, server, second, "method") == Origin("inherited", "keepalived.conf", 3)
    assert origin_of(found, server, second, "alpha") == Origin("default")


def test_a_block_after_the_servers_is_no_part_of_the_last_checker() -> None:
    server = "virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.2 80 {\nTCP_CHECK {\nconnect_timeout 3\n}\n}\n}\n"
    (virtual,) = read(server + "SSL {\n ca x.pem\n}\n").virtual_servers
    assert virtual.real_servers[0].checkers[0].options == ("connect_timeout 3",)

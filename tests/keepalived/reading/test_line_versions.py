"""Lines, comments, definitions and includes that one version of keepalived reads otherwise than another."""

from __future__ import annotations

import pytest

from lvstui.keepalived import EditRefused
from lvstui.keepalived.editing import edit
from lvstui.keepalived.parsing.dialect import Version
from tests.support.configurations import WHEN, key, read, unknown, weights

LATEST: Version = (2, 4, 3)


CONTINUED = """$RS= \\
    real_server 172.20.5.11 8080 { \\
        weight 3 # as measured \\
    }

virtual_server 10.77.0.100 80 {
    protocol TCP
    $RS
    real_server 172.20.5.12 8080 {
    }
}
"""


def test_a_comment_ends_a_definition_in_2_4() -> None:
    older = read(CONTINUED, version=(2, 3, 4))
    assert weights(older) == {
        ("tcp/10.77.0.100:80", "172.20.5.11:8080"): 3,
        ("tcp/10.77.0.100:80", "172.20.5.12:8080"): 1,
    }
    # The brace that was to close it is read at the top; so the next one closes the real server, not the virtual one
    newer = read(CONTINUED, version=LATEST)
    assert weights(newer) != weights(older)
    assert "this } closes nothing" in [one.message for one in newer.diagnostics]


@pytest.mark.parametrize(("version", "begins"), [((2, 3, 4), True), (LATEST, False)])
def test_what_is_beyond_the_limit(version: Version, begins: bool) -> None:
    """Before 2.4 a line ends after 1,023 bytes and what is left is a line; 2.4 ignores the first part of it."""
    head = "virtual_server 10.0.0.1 80 {"
    found = read(head + " " * (1023 - len(head)) + "protocol TCP\nreal_server 10.0.0.2 80 {\n}\n}\n", version=version)
    assert [server.id for server in found.virtual_servers] == (["tcp/10.0.0.1:80"] if begins else [])


@pytest.mark.parametrize(("version", "there"), [((2, 3, 4), True), (LATEST, False)])
def test_a_line_with_a_nul(version: Version, there: bool) -> None:
    found = read(b"vrrp_instance VI_1 {\0 # x\n}\n", version=version)
    assert [one.name for one in found.vrrp] == (["VI_1"] if there else [])


@pytest.mark.parametrize(("version", "there"), [((2, 1, 5), True), ((2, 2, 0), False)])
def test_an_escaped_sign_is_lost_where_the_processes_read_a_copy(version: Version, there: bool) -> None:
    found = read("vrrp_instance a\\#b {\n}\n", version=version)
    assert [one.name for one in found.vrrp] == (["a#b"] if there else ["a"])


@pytest.mark.parametrize(
    ("text", "fatal"),
    [
        ("include none.conf\n", False),
        ("includer none.conf\n", False),  # nothing that matched cannot be read
        ("includem none.conf\n", True),
        ("includem none*.conf\n", False),
        ("includew none*.conf\n", True),
        ("includea none*.conf\n", True),
        ("includem a.conf\n", False),
        ("includeb {a,none}.conf\n", True),
        ("includem {a,none}.conf\n", False),
        ("global_defs {\ninclude_check\n}\ninclude none.conf\n", True),
        ("global_defs {\ninclude_check match\n}\ninclude none*.conf\n", False),
        ("global_defs {\ninclude_check wildcard_match\n}\ninclude none*.conf\n", True),
        ("global_defs {\ninclude_check -match\n}\ninclude none.conf\n", False),
        ("include none.conf\nglobal_defs {\ninclude_check\n}\n", False),
    ],
)
def test_an_include_that_must_match(text: str, fatal: bool) -> None:
    found = read(text, a_conf="", version=(2, 2, 7))
    assert (found.fatal is not None) == fatal
    if found.fatal is not None:
        assert "keepalived does not start" in found.fatal.message and found.fatal in found.diagnostics


def test_what_came_to_the_lines_with_a_version() -> None:
    text = "~LST({N},{1,2}) virtual_server 10.0.0.$N 80 {\nreal_server 10.0.1.1 80 {\n}\n}\n"
    assert unknown(text, (2, 0, 20))[:1] == ["~LST("] and unknown("includem a.conf\n", (2, 1, 5)) == ["includem"]
    quoted = read('include "a.conf"\n', version=(2, 1, 5), a_conf="vrrp_instance V {\n}\n")
    assert [one.name for one in quoted.vrrp] == ["V"]
    assert read('include "a.conf"\n', version=(2, 2, 7), a_conf="vrrp_instance V {\n}\n").vrrp == ()


@pytest.mark.parametrize("repeated", ["~SEQ(N,$FIRST,2)", "~SEQx(N,1,2)"])
def test_a_sequence_of_2_0_takes_numbers_alone(repeated: str) -> None:
    text = f"$FIRST=1\nvirtual_server 10.0.0.1 80 {{\n{repeated} real_server 10.0.1.$N 80 {{ }}\n}}\n"
    assert len(weights(read(text, version=(2, 1, 0)))) == 2
    older = read(text, version=(2, 0, 20))
    assert weights(older) == {} and any("~SEQ" in one.message for one in older.diagnostics)


def test_a_repetition_of_2_0_ends_at_a_brace_and_is_a_value_among_values() -> None:
    servers = "virtual_server 10.0.0.1 80 {\n~SEQ(N,1,2) real_server 10.0.1.$N 80 { }\n~SEQ(M,3,4) $RS\n}\n"
    text = "$RS= \\\nreal_server 10.0.1.$M 80 { \\\n}\n" + servers
    assert len(weights(read(text, version=(2, 1, 0)))) == 4
    older = read(text, version=(2, 0, 20))  # the } after the first one closes the virtual server
    assert weights(older) == {} and "this { opens nothing" in "".join(one.message for one in older.diagnostics)
    whole = text.replace("~SEQ(N,1,2) real_server 10.0.1.$N 80 { }\n", "")
    assert len(weights(read(whole, version=(2, 0, 20)))) == 2
    vips = "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n~SEQ(N,1,2) 10.0.0.$N\n10.0.0.9\n}\n}\n"
    assert read(vips, version=(2, 1, 0)).vrrp[0].vips == ("10.0.0.1", "10.0.0.2", "10.0.0.9")
    assert read(vips, version=(2, 0, 20)).vrrp[0].vips == ("10.0.0.9",)


def test_the_environment_of_keepalived() -> None:
    text = "vrrp_instance V${_ENV NAME} {\ninterface eth0\n}\n"
    (newer,) = read(text, version=LATEST).vrrp
    assert newer.name == "V"
    assert any("environment" in one.message for one in read(text, version=LATEST).diagnostics)
    assert [one.name for one in read(text, version=(2, 3, 4)).vrrp] == ["V$"]  # the brace begins the block


def test_a_quote_that_is_left_open_in_a_script_ends_nothing() -> None:
    text = """vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    notify "/usr/local/bin/n.sh
    virtual_ipaddress {
        10.77.0.100/24
    }
}
virtual_server 10.77.0.100 80 {
    protocol TCP
    real_server 172.20.5.11 80 {
        weight 2
    }
}
"""
    before = read(text)
    assert before.fatal is None and before.vrrp[0].vips == ("10.77.0.100",)
    made = edit.drain(before, "tcp/10.77.0.100:80", key("172.20.5.11:80"), by="ana@ops1", when=WHEN)
    assert weights(made.apply(before)) == {("tcp/10.77.0.100:80", "172.20.5.11:80"): 0}


def test_a_drain_writes_nothing_that_another_version_reads_otherwise() -> None:
    for version in ((2, 2, 7), (2, 3, 4)):
        before = read(CONTINUED, version=version)
        with pytest.raises(EditRefused, match=r"keepalived 2\.4 would end the definition"):
            edit.drain(before, "tcp/10.77.0.100:80", key("172.20.5.11:8080"), by="ana@ops1", when=WHEN)
        edit.drain(before, "tcp/10.77.0.100:80", key("172.20.5.12:8080"), by="ana@ops1", when=WHEN)
        changed = edit.set_weight(before, "tcp/10.77.0.100:80", key("172.20.5.11:8080"), 7)
        assert b"        weight 7 # as measured \\\n" in changed.files[0].after


def test_the_note_of_a_last_line_without_a_newline_leaves_2_4_its_end() -> None:
    """A line of 1,023 bytes at the end of the file is too long for 2.4; one that has a newline is not."""
    text = "virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.3 80 {\n}\nreal_server 10.0.0.2 80 { weight 3 } }"
    for newline, length in (("", 1022), ("\n", 1023)):
        before = read(text + newline)
        made = edit.drain(before, "tcp/10.0.0.1:80", key("10.0.0.2:80"), by="a@b", when=WHEN, reason="x" * 2000)
        assert len(made.files[0].after.splitlines(keepends=True)[-1]) <= length
        after = made.files[0].after
        assert weights(read(after, version=LATEST)) == weights(read(after, version=(2, 2, 7)))


def test_a_reason_names_no_definition_at_its_end() -> None:
    """Before 2.0.9 keepalived put definitions in comments too, all their lines at the end of one."""
    before = read("virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 {\nweight 3\n}\n}\n")
    made = edit.drain(before, "udp/10.0.0.1:80", key("10.0.0.2:80"), by="a@b", when=WHEN, reason="costs $5, see ${RS}")
    assert b": costs $5, see {RS}\n" in made.files[0].after

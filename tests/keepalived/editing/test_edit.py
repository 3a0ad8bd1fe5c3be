"""Edits where the file makes them hard: every one is exact, or refused with the line and nothing done."""

from __future__ import annotations

from functools import partial

import pytest

from lvstui.keepalived import Configuration, EditRefused
from lvstui.keepalived.drain_comment import Mark, marked, marks_in
from lvstui.keepalived.editing import edit
from lvstui.keepalived.parsing.syntax import LINE_LIMIT
from tests.support.configurations import WHEN, key, patched, read, weights

TCP = "tcp/10.0.0.100:80"
ONE, TWO = key("10.0.0.11:80"), key("10.0.0.12:80")
HEAD = "virtual_server 10.0.0.100 80 {\n  lb_kind NAT\n  protocol TCP\n"
NOTE = "2026-11-22 14:01 by ana@ops1: kernel update"
drain = partial(edit.drain, by="ana@ops1", when=WHEN, reason="kernel update")


def drained(before: Configuration, real: str = "10.0.0.11:80") -> str:
    """The main file after a drain that a restore takes back to the byte."""
    wanted = weights(before) | {(TCP, real): 0}
    after = drain(before, TCP, key(real)).apply(before)
    assert weights(after) == wanted
    server = after.virtual_server(TCP)
    found = None if server is None else server.real_server(key(real))
    assert found is not None and found.drained is not None
    assert found.drained.weight == weights(before)[TCP, real]
    assert edit.restore(after, TCP, key(real)).apply(after).files == before.files
    return after.files[0].data.decode()


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("  real_server 10.0.0.11 80 {\n    weight 1\n  }\n", f"    weight 0  # drained, was 1, {NOTE}\n"),
        (
            "  real_server 10.0.0.11 80 {\n\tweight  5   # old\r\n  }\n",
            f"\tweight  0   # old  # drained, was 5, {NOTE}\r\n",
        ),
        ("  real_server 10.0.0.11 80 {\n    weight 1 \t \n  }\n", f"    weight 0 \t   # drained, was 1, {NOTE}\n"),
        (
            "  real_server 10.0.0.11 80 { weight 1 }\n",
            f"  real_server 10.0.0.11 80 {{ weight 0 }}  # drained, was 1, {NOTE}\n",
        ),
        ("  real_server 10.0.0.11 80 {\n  weight 3 }\n", f"  weight 0 }}  # drained, was 3, {NOTE}\n"),
        (
            "  real_server 10.0.0.11 80 { weight 4 } real_server 10.0.0.12 80 { weight 2 }\n",
            "  real_server 10.0.0.11 80 { weight 0 } real_server 10.0.0.12 80 { weight 2 }"
            f"  # drained 10.0.0.11:80, was 4, {NOTE}\n",
        ),
        (
            "  real_server 10.0.0.11 80 {\n\t\tTCP_CHECK {\n\t\t}\n  }\n",
            f"\t\tweight 0  # drained, was 1 (not set), {NOTE}\n  }}\n",
        ),
        ("  real_server 10.0.0.11 80 {\n  }\n", f"{{\n      weight 0  # drained, was 1 (not set), {NOTE}\n  }}\n"),
        ("  real_server 10.0.0.11 80 { }\n", f"{{ weight 0 }}  # drained, was 1 (not set), {NOTE}\n"),
        ("  real_server 10.0.0.11 80{}\n", f"80{{weight 0 }}  # drained, was 1 (not set), {NOTE}\n"),
        (
            "  real_server 10.0.0.11 80 { TCP_CHECK { retry 3 } } # c\n",
            f"{{ TCP_CHECK {{ retry 3 }} weight 0 }} # c  # drained, was 1 (not set), {NOTE}\n",
        ),
        (
            "  real_server 10.0.0.11 80 { inhibit_on_failure } # c\n",
            f"{{ inhibit_on_failure \n      weight 0  # drained, was 1 (not set, line split), {NOTE}\n}} # c\n",
        ),
        ("  real_server 10.0.0.11 80 {\n    weight 1 \\\n  }\n", f"    weight 0  # drained, was 1 (1 \\), {NOTE}\n"),
        (
            '  real_server 10.0.0.11 80 {\n    weight "07" x\n  }\n',
            f'    weight 0 x  # drained, was 7 ("07"), {NOTE}\n',
        ),
        (
            "  $W=5\n  real_server 10.0.0.11 80 {\n    weight $W\n  }\n",
            f"    weight 0  # drained, was 5 ($W), {NOTE}\n",
        ),
        (
            "  real_server 10.0.0.11 80 {\n    @director1 weight 5\n    @^director1 weight 6\n  }\n",
            f"    @director1 weight 0  # drained, was 5, {NOTE}\n    @^director1 weight 6\n",
        ),
        (
            "  real_server 10.0.0.11 80 {\n  weight 9\n  weight 2\n  }\n",
            f"  weight 9\n  weight 0  # drained, was 2, {NOTE}\n",
        ),
        (
            "  $O=weight 5 \\\n  retry 9\n  real_server 10.0.0.11 80 {\n  $O\n  }\n  real_server 10.0.0.12 80 {\n  $O\n  }\n",
            f"  $O\n      weight 0  # drained, was 5 (not set), {NOTE}\n  }}\n  real_server 10.0.0.12",
        ),
        (  # the last line of a definition may have a note; before a \\ it would end the definition in 2.4
            "  $B=real_server 10.0.0.11 80 { \\\n  weight 5 }\n  $B\n",
            f"  weight 0 }}  # drained, was 5, {NOTE}\n  $B\n",
        ),
    ],
)
def test_a_drain_and_its_way_back(body: str, result: str) -> None:
    other = "  real_server 10.0.0.99 80 {\n    weight 1\n  }\n}\n"
    assert result in drained(read(HEAD + body + other))


def test_the_last_line_without_a_newline() -> None:
    assert drained(read(HEAD + "  real_server 10.0.0.11 80 { weight 1 }}")).endswith(NOTE)


def test_two_drains_on_one_line_come_back_in_any_order() -> None:
    before = read(HEAD + "real_server 10.0.0.11 80 { weight 1 } real_server 10.0.0.12 80 { weight 2 }\n}\n")
    for order in ((ONE, TWO), (TWO, ONE)):
        both = edit.make(before, [edit.DrainRealServer(TCP, one, "a", WHEN, "x") for one in order])
        after = both.apply(before)
        assert set(weights(after).values()) == {0}
        assert [one.drained.weight for one in after.virtual_servers[0].real_servers if one.drained] == [1, 2]
        for one in order:
            after = edit.restore(after, TCP, one).apply(after)
        assert after.files == before.files


def test_a_drain_in_an_include() -> None:
    before = read(HEAD + "include a.conf\n}\n", a_conf="real_server 10.0.0.11 80 { weight 1 }\n")
    made = drain(before, TCP, ONE)
    assert [change.path for change in made.files] == ["a.conf"]
    assert made.apply(before).files[0] == before.files[0]


def test_a_weight_in_a_shared_include_is_overridden_where_the_real_server_stands() -> None:
    text = HEAD + "real_server 10.0.0.11 80 {\ninclude a.conf\n}\nreal_server 10.0.0.12 80 {\ninclude a.conf\n}\n}\n"
    before = read(text, a_conf="weight 4\n")
    assert "include a.conf\nweight 0  # drained" in drained(before).replace("    ", "")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (HEAD + "~SEQ(N, 11, 12) real_server 10.0.0.$N 80 { weight 1 }\n}\n", 4, "definition, a ~SEQ, an include"),
        ("$B=real_server 10.0.0.$N 80 { \\\n weight 1 \\\n }\n" + HEAD + "$N=11\n$B\n$N=12\n$B\n}\n", 1, "definition"),
        (HEAD + "$B=real_server 10.0.0.11 80 { \\\n weight 1 \\\n }\n$B\n}\n", 4, "goes on with"),
        (HEAD + "$B=real_server 10.0.0.11 80 { \\\n weight 1 # x \\\n }\n$B\n}\n", 4, "goes on with"),
        (HEAD + "real_server 10.0.0.11 80 { weight 0 }\n}\n", 4, "0 already"),
        (HEAD + "real_server 10.0.0.11 80 {\nweight 1" + " " * 1005 + "\n}\n}\n", 4, "too long"),
        (HEAD + "real_server 10.0.0.11 80 { weight 1 }\nquorum\n}\n", 5, "no parameter"),
        (HEAD + "real_server 10.0.0.13 80 { weight 1 }\n}\n", 1, "no real server 10.0.0.11:80"),
        ("# nothing\n", 1, "no virtual server"),
    ],
)
def test_a_drain_that_is_refused(text: str, line: int, reason: str) -> None:
    before = read(text)
    with pytest.raises(EditRefused) as refused:
        drain(before, TCP, ONE)
    assert reason in refused.value.reason
    assert (refused.value.path, refused.value.line) == ("keepalived.conf", line)
    assert "nothing was changed" in str(refused.value) and refused.value.what_to_do


def test_a_real_server_in_a_file_that_is_included_twice() -> None:
    text = (HEAD + "include a.conf\n}\n") + (HEAD.replace("100", "101") + "include a.conf\n}\n")
    before = read(text, a_conf="real_server 10.0.0.11 80 {\nweight 1\n}\n")
    with pytest.raises(EditRefused):
        drain(before, TCP, ONE)


@pytest.mark.parametrize("version", [(1, 3, 9), (2, 0, 10), (2, 1, 5), (2, 2, 1)])
def test_a_keepalived_that_cannot_hold_zero(version: tuple[int, int, int]) -> None:
    before = read(HEAD + "real_server 10.0.0.11 80 { weight 1 }\n}\n", version=version)
    for make in (partial(drain, before, TCP, ONE), partial(edit.set_weight, before, TCP, ONE, 0)):
        with pytest.raises(EditRefused, match=r"keepalived \d"):
            make()


def test_drained_survives_hands() -> None:
    text = HEAD + "  real_server 10.0.0.11 80 {\n    weight 3\n  }\n}\n"
    after = drain(read(text), TCP, ONE).apply(read(text)).files[0].data.decode()
    moved = read(after.replace("    weight 0  #", "\t\tweight   0 #"))
    assert edit.restore(moved, TCP, ONE).apply(moved).files[0].data.decode() == text.replace(
        "    weight 3", "\t\tweight   3"
    )
    raised = read(after.replace("weight 0", "weight 2"))
    assert raised.virtual_servers[0].real_servers[0].drained is None
    with pytest.raises(EditRefused, match="is 2 and it is not drained"):
        edit.restore(raised, TCP, ONE)
    again = drain(raised, TCP, ONE).apply(raised)
    assert edit.restore(again, TCP, ONE).apply(again).files == raised.files
    with pytest.raises(EditRefused, match="drained already, by ana@ops1"):
        drain(read(after), TCP, ONE)
    five = edit.set_weight(read(after), TCP, ONE, 5).apply(read(after))
    assert five.files[0].data.decode() == text.replace("weight 3", "weight 5")


@pytest.mark.parametrize(
    "reason", ["a\nweight 9", "\x1b[31m \0 \r", "ends \\", 'a " b ! c # d', "# drained, was 9", "é" * 2000, "  "]
)
def test_no_reason_breaks_out_of_its_comment(reason: str) -> None:
    before = read(HEAD + "  real_server 10.0.0.11 80 {\n    weight 3\n  }\n}\n")
    after = edit.drain(before, TCP, ONE, by="a b\\\n", when=WHEN, reason=reason).apply(before)
    assert weights(after) == {(TCP, str(ONE)): 0}
    assert max(map(len, after.files[0].data.split(b"\n"))) < LINE_LIMIT
    found = after.virtual_servers[0].real_servers[0].drained
    assert found is not None and (found.weight, found.by) == (3, "a_b")
    assert not set(found.reason) & set("\x1b\0\r\n")
    assert edit.restore(after, TCP, ONE).apply(after).files == before.files


def test_a_mark_reads_as_it_was_written() -> None:
    for original, name in ((None, None), (b"$W", "10.0.0.1:80"), (b"a (b), 1", None)):
        mark = marked(5, "ana@ops1", WHEN, "why: because, 2", original, name)
        assert [one.mark for one in marks_in(b"# x  " + mark.text())] == [mark]
    assert Mark(1, "2026-11-22 14:01", "a").text() == b"# drained, was 1, 2026-11-22 14:01 by a"
    assert marks_in(b"# drained, was once a weight") == []


def test_remove_takes_its_comment_and_one_blank_line() -> None:
    block = "  # %s\n  real_server 10.0.0.1%d 80 {\n    weight 1\n  }\n"
    before = read(HEAD + "\n" + block % ("one", 1) + "\n" + block % ("two", 2) + "\n" + block % ("three", 3) + "}\n")
    without = edit.remove(before, TCP, TWO).apply(before)
    assert without.files[0].data.decode() == HEAD + "\n" + block % ("one", 1) + "\n" + block % ("three", 3) + "}\n"
    heading = read(HEAD + "  # web servers\n" + (block % ("", 1))[5:] + (block % ("", 2))[5:] + "}\n")
    assert b"# web servers" in edit.remove(heading, TCP, ONE).apply(heading).files[0].data


def test_remove_from_a_line() -> None:
    before = read(HEAD + "real_server 10.0.0.11 80 { weight 1 } real_server 10.0.0.12 80 { weight 2 } # both\n}\n")
    assert (
        b"real_server 10.0.0.12 80 { weight 2 } # both\n}" in edit.remove(before, TCP, ONE).apply(before).files[0].data
    )
    assert (
        b"real_server 10.0.0.11 80 { weight 1 } # both\n}" in edit.remove(before, TCP, TWO).apply(before).files[0].data
    )
    last = edit.remove(before, TCP, TWO).apply(before)
    with pytest.raises(EditRefused, match="last real server"):
        edit.remove(last, TCP, ONE)


def test_add_is_modelled_on_a_sibling() -> None:
    sibling = (
        "  real_server 10.0.0.11 80 { # first\r\n\tweight 0  # drained, was 4, 2026-11-22 14:01 by a\r\n"
        "\tSMTP_CHECK {\r\n\t  # old\r\n\t  connect_port 80\r\n\t  connect_ip 10.0.0.11\r\n\t}\r\n  }\r\n"
    )
    before = read((HEAD.replace("\n", "\r\n") + sibling + "}\r\n").encode())
    after = edit.add(before, TCP, key("10.0.0.12:8080")).apply(before)
    assert after.files[0].data.decode() == HEAD.replace("\n", "\r\n") + sibling + (
        "  real_server 10.0.0.12 8080 {\r\n\tweight 4\r\n"
        "\tSMTP_CHECK {\r\n\t  connect_port 8080\r\n\t  connect_ip 10.0.0.12\r\n\t}\r\n  }\r\n}\r\n"
    )
    for wrong, why in ((ONE, "there already"), (key("[2001:db8::1]:80"), "address family")):
        with pytest.raises(EditRefused, match=why):
            edit.add(before, TCP, wrong)


def test_all_or_nothing() -> None:
    before = read(HEAD + "real_server 10.0.0.11 80 { weight 1 }\nreal_server 10.0.0.12 80 { weight 0 }\n}\n")
    with pytest.raises(EditRefused):
        edit.make(before, [edit.DrainRealServer(TCP, ONE, "a", WHEN), edit.DrainRealServer(TCP, TWO, "a", WHEN)])


def test_the_diff_is_applied_byte_for_byte() -> None:
    text = HEAD + "".join(f"real_server 10.0.0.{n} 80 {{\r\n weight {n}\r\n}}\r\n" for n in range(11, 60)) + "}"
    before = read(text)
    changes: list[edit.Change] = [
        edit.RemoveRealServer(TCP, ONE),
        edit.AddRealServer(TCP, key("10.0.0.200:80")),
        edit.SetWeight(TCP, TWO, 7),
    ]
    made = edit.make(before, changes)
    diff = edit.diff(made).encode()
    assert patched({"keepalived.conf": text.encode()}, diff) == {"keepalived.conf": made.files[0].after}
    assert diff.startswith(b"--- keepalived.conf\n+++ keepalived.conf\n@@ ")

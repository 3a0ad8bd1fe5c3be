"""Every part of a line has its kind, nothing is lost, and no password is given away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.keepalived.parsing.syntax import parse
from lvstui.keepalived.reading.highlight import Token, secrets_of, tokens
from lvstui.keepalived.secrets import MASK


def line(text: str) -> tuple[Token, ...]:
    tree = parse(text.encode())
    return tokens(tree.lines[0], secrets_of([tree]))


def shown(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in line(text) if token.kind != "blank"]


def test_keyword_values_brace_and_comment() -> None:
    assert shown("    real_server 192.168.211.13 8081 { # Real Server 1") == [
        ("keyword", "real_server"),
        ("value", "192.168.211.13"),
        ("value", "8081"),
        ("brace", "{"),
        ("comment", "# Real Server 1"),
    ]


def test_several_statements_on_a_line() -> None:
    assert shown("TCP_CHECK { connect_timeout 3 }") == [
        ("keyword", "TCP_CHECK"),
        ("brace", "{"),
        ("keyword", "connect_timeout"),
        ("value", "3"),
        ("brace", "}"),
    ]


def test_what_is_no_keyword_is_a_value_wherever_it_stands() -> None:
    assert shown("10.10.0.20 dev ens33") == [("value", "10.10.0.20"), ("value", "dev"), ("value", "ens33")]
    assert shown("real_sever 10.0.0.1 80") == [("value", "real_sever"), ("value", "10.0.0.1"), ("value", "80")]
    assert shown("include conf.d/*.conf") == [("keyword", "include"), ("value", "conf.d/*.conf")]


def test_a_quoted_word_and_a_quote_that_is_never_closed() -> None:
    assert shown('misc_path "/bin/check { # }"') == [("keyword", "misc_path"), ("quoted", '"/bin/check { # }"')]
    assert shown('misc_path "/bin/check') == [("keyword", "misc_path"), ("quoted", ' "/bin/check')]


def test_a_condition_goes_before_the_keyword() -> None:
    assert shown("@director1 priority 100") == [
        ("keyword", "@director1"),
        ("keyword", "priority"),
        ("value", "100"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "auth_pass s3cret",
        'auth_pass "s3cret"',
        'auth_pass "s3cret',
        "    @d1 auth_pass s3cret # old",
        "authentication { auth_type PASS auth_pass s3cret }\n",
        "authentication { auth_pass s3cret }",
        "# auth_pass s3cret",
        "#auth_pass s3cret",
        "weight 1 ! auth_pass s3cret",
        "password s3cret",
    ],
)
def test_a_password_is_masked(text: str) -> None:
    joined = "".join(token.text for token in line(text))
    assert "s3cret" not in joined and MASK in joined


def test_a_password_in_a_definition_is_masked_where_it_is_defined() -> None:
    tree = parse(b"$PASS=s3cret\nvrrp_instance V {\n authentication {\n  auth_pass ${PASS}\n }\n}\n$VIP=10.0.0.1\n")
    names = secrets_of([tree])
    texts = ["".join(token.text for token in tokens(one, names)) for one in tree.lines]
    assert texts[0] == "$PASS=" + MASK
    assert texts[3].endswith("auth_pass " + MASK)
    assert texts[6] == "$VIP=10.0.0.1"


@given(st.binary(max_size=200))
def test_any_bytes_are_shown_and_nothing_else_is_lost(data: bytes) -> None:
    for one in parse(data).lines:
        parts = tokens(one)
        joined = "".join(token.text for token in parts)
        if not any(token.kind == "secret" for token in parts):
            assert joined == "".join(part.decode(errors="backslashreplace") for part in one[:4]) or b"\0" in data

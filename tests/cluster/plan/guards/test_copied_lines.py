"""What a new real server has of the one that it is a copy of."""

from __future__ import annotations

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import make
from tests.support.guarding import both, level, told
from tests.support.pair import SERVICE, WHEN

MODEL = """real_server 10.0.0.11 8080 {{
        weight 1
        {line}
        MISC_CHECK {{
            {option}
            misc_timeout 80
        }}
    }}
"""


def config(line: str = "", option: str = "misc_path /bin/true", address: str = "10.0.0.11") -> str:
    block = MODEL.format(line=line, option=option).replace("real_server 10.0.0.11", f"real_server {address}")
    plain = MODEL.format(line="", option="misc_path /bin/true").replace("10.0.0.11", "10.0.0.9")
    return f"virtual_server 10.10.0.20 80 {{\n    lb_kind NAT\n    protocol TCP\n    {plain}    {block}}}\n"


def add(real: str = "10.0.0.12:8081", like: str | None = None) -> Intent:
    return Intent("add", (Target(SERVICE, real),), None, "ana@ops1", WHEN, like=like)


@pytest.mark.parametrize(
    ("line", "option", "real"),
    [
        ('notify_down "/usr/local/bin/rs.sh down 10.0.0.11 8080"', "misc_path /bin/true", "10.0.0.12:8080"),
        ('notify_down "/usr/local/bin/rs.sh down 8080"', "misc_path /bin/true", "10.0.0.11:8081"),
        ("", 'misc_path "/usr/local/bin/check.sh 10.0.0.11 8080"', "10.0.0.12:8081"),
        ("", 'misc_path "/usr/bin/curl http://10.0.0.11:8080/x"', "10.0.0.12:8080"),
        ("", 'misc_path "/usr/local/bin/check.sh --port=8080"', "10.0.0.11:8081"),
        ("", "misc_path /usr/local/bin/check-8080", "10.0.0.11:8081"),
    ],
)
def test_a_script_that_has_the_models_address_or_port_is_asked_about(line: str, option: str, real: str) -> None:
    plan = make(add(real), both(config(line, option)))
    assert level(plan, "copied") == "ask"
    said = told(plan, "copied")[0].text
    assert f"{real} is a copy of 10.0.0.11:8080, and has its address or port in `" in said
    script = (line or option).split('"')[1] if '"' in line + option else option
    assert script.split(" ")[0] in said and "of the new /etc/keepalived/keepalived.conf)" in said and "--like" in said
    assert plan.blocking() and not plan.blocking(frozenset({"copied"}))
    assert level(make(add(real, "10.0.0.9:8080"), both(config(line, option))), "copied") is None


@pytest.mark.parametrize(
    ("line", "option", "real"),
    [
        ("", "misc_path /bin/true", "10.0.0.12:8081"),
        ("", 'misc_path "/usr/local/bin/check.sh 10.0.0.11"', "10.0.0.12:8081"),  # which is replaced
        (
            'notify_down "/usr/local/bin/rs.sh 110.0.0.11 10.0.0.110 18080 8080s"',
            "misc_path /bin/true",
            "10.0.0.12:8081",
        ),
        ('notify_down "/usr/local/bin/rs.sh 10.0.0.11 80"', "misc_path /bin/true", "10.0.0.11:8081"),
        ("", "misc_path /bin/true\n            misc_timeout 8080", "10.0.0.12:8081"),
    ],
)
def test_what_has_neither_of_them_as_a_word_of_its_own_is_not(line: str, option: str, real: str) -> None:
    assert level(make(add(real), both(config(line, option))), "copied") is None


def test_no_secret_is_told_and_only_some_lines_are() -> None:
    lines = "\n        ".join(f'notify_{way} "/bin/{way} 10.0.0.11 -p hunter2{way}"' for way in ("up", "down"))
    checks = "misc_path /bin/10.0.0.11:1\n        }\n        MISC_CHECK {\n            misc_path /bin/10.0.0.11:2"
    said = told(make(add("10.0.0.12:8080"), both(config(lines, checks))), "copied")[0].text
    assert "hunter2" not in said and said.count("`") == 6 and "; and 1 line more." in said

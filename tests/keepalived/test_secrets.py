"""Passwords and keys are masked wherever a configuration goes, and a diff that `patch` applies holds none."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cli.conf import conf
from lvstui.keepalived import EditRefused
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.undo import Taken, undo
from lvstui.keepalived.secrets import MASK, Known, known, masked, masked_text, spans
from tests.support.configurations import WHEN, key, patched, read

KEY = "hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("    auth_pass 1234", "    auth_pass *"),
        ('auth_pass "a b" # old: auth_pass c', "auth_pass * # old: auth_pass *"),
        ('auth_pass"x"', "auth_pass*"),
        ("authentication { auth_type PASS auth_pass x }", "authentication { auth_type PASS auth_pass * }"),
        (f"key 1 {KEY}", "key 1 *"),
        ("key $ID ${KEY}", "key $ID *"),
        ("key 1 file:/etc/keepalived/key", "key 1 file:/etc/keepalived/key"),
        ("key /etc/ssl/private.pem", "key /etc/ssl/private.pem"),
        ("active_key 1", "active_key 1"),
        ('password "never closed', "password *"),
        ('misc_path "/usr/lib/check --password=x -v"', 'misc_path "/usr/lib/check --password=* -v"'),
        ('misc_path "/usr/lib/check --token x -v"', 'misc_path "/usr/lib/check --token * -v"'),
        ('quorum_up "MYSQL_PWD=x /bin/up"', 'quorum_up "MYSQL_PWD=* /bin/up"'),
        ("path /status?token=x&verbose=1", "path /status?token=*&verbose=1"),
        ('script "curl http://user:x@10.0.0.1/"', 'script "curl http://user:*@10.0.0.1/"'),
        (r'auth_pass "a\"b" x', "auth_pass * x"),
        ("auth_pass a}b", "auth_pass *"),
        ("auth_pass 'a b'", "auth_pass *"),
        ("auth_pass ${_ENV X}b", "auth_pass *"),
        ("key one x", "key one *"),
        ("# the key of one", None),
        ("# old: auth_pass=x", "# old: auth_pass=*"),
        ('misc_path "/usr/lib/check --pass x -v"', 'misc_path "/usr/lib/check --pass * -v"'),
        ("path /status?pass=x", "path /status?pass=*"),
        ('script "curl -u ana:x http://10.0.0.1/"', 'script "curl -u ana:* http://10.0.0.1/"'),
        ("script \"curl -H 'Authorization: Bearer x' -v\"", "script \"curl -H 'Authorization: Bearer *' -v\""),
        ('misc_path "mysqladmin -h db -px ping"', 'misc_path "mysqladmin -h db -p* ping"'),
        ('misc_path "ldapsearch -D cn=a -w x"', 'misc_path "ldapsearch -D cn=a -w *"'),
        ('misc_path "/usr/lib/check_tcp -p 3306 -w 1"', None),
        ("$DB_PASSWORD=x", "$DB_PASSWORD=*"),
        ("$PW=x", "$PW=*"),
        ("$OTHER=x", "$OTHER=x"),
        ("~LST({A,PW},{a,x},{b,y}) auth_pass $PW", "~LST({A,PW},*) auth_pass *"),
        ("weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: token lost", None),
        ("virtual_server 10.0.0.1 80 {", None),
        ("user keepalived_script", None),
    ],
)
def test_what_is_a_secret(line: str, shown: str | None) -> None:
    wanted = line if shown is None else shown.replace("*", MASK)
    assert masked(line.encode(), Known(frozenset({b"PW"}))).decode() == wanted


def test_the_definitions_that_hold_one() -> None:
    text = b"$A=$B\n$B=x\n  @director1 $C=y\n$D=z\n auth_pass $A\nkey 1 ${C}\n$API_TOKEN=t\n"
    assert known([text]).names == {b"A", b"B", b"C", b"API_TOKEN"}
    assert known([b"$A=x\n", b"auth_pass $A\n"]).names == {b"A"}
    assert known([b"auth_pass A\n"]).names == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(Line 3) Unmatched quote: 'auth_pass \"abc'", "(Line 3) Unmatched quote: 'auth_pass *'"),
        ("(Line 3) Unmatched quote: 'key 1 \"abc'", "(Line 3) Unmatched quote: 'key 1 *'"),
        ("(VI_1) auth_hmac key 1 length 3 not in range [16, 64]", None),
        ("script /bin/x --password=abc failed", "script /bin/x --password=* failed"),
        ("sudo asks for a password and root is needed", None),
    ],
)
def test_what_keepalived_says(text: str, shown: str | None) -> None:
    assert masked_text(text).replace("'*'", f"'{MASK}'") == (
        text if shown is None else shown.replace("*'", MASK).replace("*", MASK)
    )


SECRETS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=3, max_size=20)


@given(
    SECRETS,
    st.sampled_from(["", "  ", "\t"]),
    st.sampled_from(["auth_pass {}", 'auth_pass "{}"', "key 7 {}", "password {}"]),
)
def test_no_secret_is_left_in_a_line(secret: str, indent: str, statement: str) -> None:
    secret = f"zq{secret}qz"
    told = statement.format(secret)
    for line in (told, told + " # x", "# " + told, "{ " + told + " }", "auth_type PASS\n" + told):
        for sign in ("", "+", "-", " "):
            assert secret not in masked((sign + indent + line).encode()).decode()
    assert spans(indent.encode() + b"weight 1") == []


BESIDE = """vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    authentication {
        auth_type PASS
        auth_pass s3cr3t
    }
}
virtual_server 10.0.0.1 80 {
    real_server 10.0.0.2 80 {
        weight 1
    }
    # auth_pass s3cr3t
    real_server 10.0.0.3 80 {
        weight 1
    }
    real_server 10.0.0.4 80 {
        weight 1
        MISC_CHECK {
            misc_path "/usr/lib/check --password=s3cr3t"
        }
    }
}
"""
SERVER = "udp/10.0.0.1:80"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "keepalived.conf").write_text(BESIDE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("real", ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.2 10.0.0.3"])
def test_the_diff_has_no_secret_in_its_context_and_is_applied(folder: Path, real: str) -> None:
    before = read(BESIDE)
    made = edit.make(before, [edit.DrainRealServer(SERVER, key(f"{one}:80"), "a@b", WHEN) for one in real.split()])
    diff = edit.diff(made)
    assert "s3cr3t" not in diff and MASK not in diff and diff == edit.patch(made)
    after = {change.path: change.after for change in made.files}
    assert patched({"keepalived.conf": BESIDE.encode()}, diff.encode()) == after
    if shutil.which("patch") is not None:
        done = subprocess.run(
            ["patch", "--binary", "-p0"], input=diff.encode(), cwd=folder, capture_output=True, check=True
        )
        assert (folder / "keepalived.conf").read_bytes() == after["keepalived.conf"], done.stdout
        assert b"fuzz" not in done.stdout and b"offset" not in done.stdout
    back = undo(made.apply(before), diff, [Taken(SERVER, key(f"{one}:80"), 1, 0) for one in real.split()], "undo")
    assert back.apply(made.apply(before)).files == before.files


def test_what_changes_with_a_secret_in_it_is_masked_and_not_undone(folder: Path) -> None:
    before = read(BESIDE)
    made = edit.remove(before, SERVER, key("10.0.0.4:80"))
    assert f"--password={MASK}" in edit.diff(made) and "s3cr3t" not in edit.diff(made)
    with pytest.raises(EditRefused, match="password or a key"):
        edit.patch(made)
    with pytest.raises(EditRefused, match="holds no passwords"):
        undo(made.apply(before), edit.diff(made), [Taken(SERVER, key("10.0.0.4:80"), 1, None)], "undo")
    result = CliRunner().invoke(conf, ["keepalived.conf", "remove", "10.0.0.4:80", "--from", SERVER])
    assert result.exit_code == 1 and "s3cr3t" not in result.output


def test_nothing_that_the_command_prints_holds_a_secret(folder: Path) -> None:
    text = (
        BESIDE
        + f'vrrp_instance VI_2 {{\nauth_hmac {{\nkey 1 {KEY}\n}}\n}}\n$PW=s3cr3t\nSSL {{\npassword $PW\nca "s3cr3t\n}}\n'
    )
    (folder / "keepalived.conf").write_text(text.replace('ca "s3cr3t', "ca /etc/ca"))
    for version in ("2.2.7", "2.4.3"):
        for arguments in ((), ("--json",), ("drain", "10.0.0.2"), ("--json", "drain", "10.0.0.2")):
            result = CliRunner().invoke(conf, ["--keepalived-version", version, "keepalived.conf", *arguments])
            assert "s3cr3t" not in result.output and KEY not in result.output
            if arguments == ("--json",):
                assert json.loads(result.output)["vrrp"][0]["name"] == "VI_1"

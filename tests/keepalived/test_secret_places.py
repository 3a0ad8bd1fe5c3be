"""A secret is put wherever the language, a script or a comment can have one: nothing that is shown or stored has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lvstui.cli.conf import conf
from lvstui.cluster.text import plain
from lvstui.cluster.views.file_lines import ShownLines
from lvstui.keepalived import Configuration, EditRefused, parse
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.edit import Edit, FileChange
from lvstui.keepalived.parsing.syntax import LINE_LIMIT
from lvstui.keepalived.reading.highlight import secrets_of
from lvstui.keepalived.secrets import MASK, known, masked, masked_text, values_in
from tests.support.configurations import WHEN, key, read
from tests.support.secret_lines import COMMANDS, STATEMENTS

SERVER = "udp/10.0.0.1:80"
FILE = """virtual_server 10.0.0.1 80 {
    real_server 10.0.0.2 80 {
        weight 1
    }
%s    real_server 10.0.0.3 80 {
        weight 1
%s    }
    real_server 10.0.0.4 80 {
        weight 1
    }
}
%s"""

LINES = [*STATEMENTS, *(f'misc_path "{one}"' for one in COMMANDS), *(f"# notify {one}" for one in COMMANDS)]
TOKENS = st.text("abc019_.-+/%^*?=~", min_size=6, max_size=12).map(lambda text: f"zQ7{text}Xz")


def shown(configuration: Configuration) -> str:
    """What the configuration's screen has of all files."""
    trees = [parse(source.data, source.path) for source in configuration.files]
    known_of_all = secrets_of(trees)
    return "\n".join(line.text for tree in trees for line in ShownLines(tree, known_of_all))


def said_of_edits(configuration: Configuration) -> str:
    """The diffs of changes on every side of the line, what `patch` would take, and the refusals."""
    told = []
    changes: tuple[edit.Change, ...] = (
        edit.DrainRealServer(SERVER, key("10.0.0.2:80"), "a@b", WHEN),
        edit.SetWeight(SERVER, key("10.0.0.3:80"), 2),
        edit.RemoveRealServer(SERVER, key("10.0.0.3:80")),
        edit.AddRealServer(SERVER, key("10.0.0.9:80"), None, key("10.0.0.3:80")),
    )
    for change in changes:
        try:
            made = edit.make(configuration, [change])
            told.append(edit.diff(made))
            told.append(edit.patch(made))
        except EditRefused as refused:
            told.append(plain(str(refused)))
    return "\n".join(told)


def everything(text: str) -> str:
    """All that leaves of a file that is read, shown, compared and changed."""
    data = text.encode()
    configuration = read(text)
    assert b"".join(source.data for source in configuration.files) == data  # the file itself is as it was
    changed = data.replace(b"weight 1", b"weight 2")
    others = known([data, changed])
    whole = Edit((FileChange("keepalived.conf", data, changed), FileChange("new.conf", b"", data)), "", others)
    values = values_in([data])
    remarks = [masked_text(one.message, values) for one in configuration.diagnostics]
    return "\n".join(
        (
            masked(data, known([data])).decode(),
            shown(configuration),
            said_of_edits(configuration),
            edit.diff(whole),
            *remarks,
        )
    )


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("place", range(3))
def test_a_secret_is_in_nothing_that_is_shown(line: str, place: int) -> None:
    text = "".join(f"        {one}\n" for one in line.replace("*", "zQ7hunter2Xz").split("\n"))
    told = everything(FILE % tuple(text if number == place else "" for number in range(3)))
    assert "hunter2" not in told and MASK in told


@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=4),
    TOKENS,
    st.sampled_from(["", "  ", "\t", "@other ", "# ", "! ", "} ", "{ ", "~SEQ(Q,1,2) ", "} @other "]),
    st.sampled_from(["\n", "\r\n", " # note\n", " }\n", " \\\n", "!x\n"]),
    st.integers(0, 2),
)
def test_several_secrets_in_one_file(lines: list[str], secret: str, before: str, after: str, place: int) -> None:
    parts: list[str] = []
    for line in lines:
        goes_on = False
        for one in line.replace("*", secret).split("\n"):
            first = (
                before if not goes_on or before in ("# ", "! ") else ""
            )  # what goes on is commented out line by line
            goes_on = one.endswith("\\")
            parts += [first, one, "\n" if goes_on else after]
    text = "".join(parts)
    assert secret not in everything(FILE % tuple(text if number == place else "" for number in range(3)))


@given(st.integers(LINE_LIMIT - 60, LINE_LIMIT + 10), TOKENS)
@example(LINE_LIMIT - 12, "zQ7hunter2Xz")
def test_a_secret_where_keepalived_cuts_a_long_line(length: int, secret: str) -> None:
    line = f'misc_path "/bin/x {"v" * (length - 32)} --password={secret}"'
    told = shown(read(line + "\n"))
    assert not any(secret[n : n + 4] in told for n in range(len(secret) - 3))


@given(st.sampled_from(COMMANDS), TOKENS)
@settings(deadline=None)
def test_a_secret_in_what_keepalived_logs(command: str, secret: str) -> None:
    command = command.replace("*", secret)
    for text in (
        f"(Line 3) Unmatched quote: 'misc_path \"{command}'",
        f"Misc check for [{command}] timed out",
        f"Executing [{command}] for VS [10.0.0.1]:udp:80",
        f"Unable to access script `{command}`",
    ):
        assert secret not in plain(text) and secret not in masked_text(text)


@pytest.mark.parametrize("line", LINES)
def test_a_secret_in_what_the_command_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.chdir(tmp_path)
    text = "".join(f"{one}\n" for one in line.replace("*", "zQ7hunter2Xz").split("\n"))
    Path("keepalived.conf").write_text(FILE % ("", text, text))
    for arguments in ((), ("--json",), ("drain", "10.0.0.3"), ("--json", "remove", "10.0.0.3:80", "--from", SERVER)):
        result = CliRunner().invoke(conf, ["keepalived.conf", *arguments])
        assert "hunter2" not in result.output
        if arguments == ("--json",):
            assert json.loads(result.output)["virtual_servers"]


@pytest.mark.parametrize(
    "line",
    [
        'misc_path "/bin/x -p 80"',
        'misc_path "/bin/x -p 80,443 -v"',
        'misc_path "/bin/x -p 8000-8010"',
        'misc_path "/bin/x -p http"',
        'misc_path "iptables -p tcp -j DROP"',
        'misc_path "mkdir -p /run/x"',
        'misc_path "nc -p $PORT"',
        'misc_path "check_http -H x -p 8080 -u /status"',
        'misc_path "check_tcp -p 3306 -w 1 -c 2"',
        'misc_path "mysql -P 3306 -h db"',
        'misc_path "/bin/x --password-file=/etc/x"',
        'script "/usr/bin/pgrep -u root keepalived"',
        'misc_path "curl http://10.0.0.1:80/x?mail=a@b"',
        'misc_path "curl http://[fe80::1]:80/x@y"',
        "# the password is in the vault",
        "# a token was lost, mail ana@ops1",
        "# see mailto:ana@ops1",
        "lvs_method BYPASS",
        "auth_type PASS",
        "notification_email { ana@ops1 }",
        "via fe80::1@eth0",
        "$VIP=10.0.0.1",
        "$PORT=8080",
        "url { path / digest 640205b7b0fc66c1ea91c463fac6334d }",
    ],
)
def test_what_is_no_secret_stays_readable(line: str) -> None:
    data = f'$PORT=8080\nmisc_path "/bin/x -p $PORT"\n{line}\n'.encode()
    assert masked(data, known([data])) == data


def test_lines_that_go_on_keep_their_number_and_their_form() -> None:
    data = b"$PW= \\\n    hunter2 \\\n    other\nweight 1\n    hunter2x\n"
    dots = MASK.encode()
    assert masked(data, known([data])).split(b"\n") == [
        b"$PW= \\",
        b"    " + dots + b" \\",
        b"    " + dots,
        b"weight 1",
        b"    hunter2x",
        b"",
    ]

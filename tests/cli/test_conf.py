"""`lvsctl conf`, as an operator calls it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lvstui.cli.conf import conf
from tests.support.configurations import patched

TEXT = """vrrp_instance VI_1 {
    state MASTER
    interface ens33
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.10.0.20
    }
}
include conf.d/*.conf
"""
WEB = """virtual_server 10.10.0.20 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 192.168.211.13 8081 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
            nb_get_retry 3
        }
    }
    real_server 192.168.211.13 8082 {
        weight 2
    }
}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "keepalived.conf").write_text(TEXT)
    (tmp_path / "conf.d" / "10-web.conf").write_text(WEB)
    (tmp_path / "conf.d" / "20-script.conf").write_text("virtual_server 10.0.0.1 80 {\n")
    (tmp_path / "conf.d" / "20-script.conf").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(conf, list(arguments))


def test_json(here: Path) -> None:
    result = run("keepalived.conf", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == {
        "files": ["keepalived.conf", "conf.d/10-web.conf"],
        "vrrp": [
            {
                "name": "VI_1", "vrid": 51, "interface": "ens33", "state": "MASTER", "priority": 100, "vips": ["10.10.0.20"],
                "family": "inet", "version": 2, "advert_int": 1.0, "preempt": True, "unicast_peers": [],
                "vips_excluded": [], "sync_group": None, "file": "keepalived.conf", "line": 1,
            }
        ],
        "virtual_servers": [
            {
                "id": "tcp/10.10.0.20:80", "services": ["tcp/10.10.0.20:80"], "scheduler": "rr", "method": "NAT", "quorum": 1,
                "sorry_server": None, "file": "conf.d/10-web.conf", "line": 1,
                "real_servers": [
                    {
                        "id": "192.168.211.13:8081", "weight": 1, "drained_from": None, "inhibit_on_failure": False,
                        "checkers": ["TCP_CHECK"], "file": "conf.d/10-web.conf", "line": 5,
                    },
                    {
                        "id": "192.168.211.13:8082", "weight": 2, "drained_from": None, "inhibit_on_failure": False,
                        "checkers": [], "file": "conf.d/10-web.conf", "line": 12,
                    },
                ],
            }
        ],
        "fatal": None,
        "diagnostics": [
            {"file": "conf.d/10-web.conf", "line": 9, "column": 13, "message": "unknown keyword 'nb_get_retry'"}
        ],
    }  # fmt: skip


def test_a_machine_is_drained_and_restored_through_diffs(here: Path) -> None:
    files = {"conf.d/10-web.conf": WEB.encode()}
    result = run("keepalived.conf", "drain", "192.168.211.13", "--reason", "kernel update")
    assert result.exit_code == 0
    drained = patched(files, result.stdout_bytes)["conf.d/10-web.conf"]
    assert drained.count(b": kernel update\n") == 2 and drained.count(b"weight 0  # drained, was ") == 2
    (here / "conf.d" / "10-web.conf").write_bytes(drained)
    assert "drained from 2 by" in run("keepalived.conf").output
    restored = run("keepalived.conf", "restore", "192.168.211.13")
    assert patched({"conf.d/10-web.conf": drained}, restored.stdout_bytes) == files


def test_the_other_changes(here: Path) -> None:
    for arguments, wanted in (
        (("weight", "192.168.211.13:8081", "7", "--from", "tcp/10.10.0.20:80"), b"+        weight 7\n"),
        (
            ("add", "tcp/10.10.0.20:80", "192.168.211.14:8081", "--weight", "0"),
            b"+    real_server 192.168.211.14 8081 {\n",
        ),
        (("remove", "192.168.211.13:8082", "--from", "tcp/10.10.0.20:80"), b"-    real_server 192.168.211.13 8082 {\n"),
    ):
        result = run("keepalived.conf", "--config-id", "director1", *arguments)
        assert result.exit_code == 0 and wanted in result.stdout_bytes
    assert (here / "conf.d" / "10-web.conf").read_text() == WEB, "nothing is written"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("keepalived.conf", "restore", "192.168.211.13:8081"), 1, "nothing was changed"),
        (("keepalived.conf", "drain", "10.0.0.1"), 2, "no real server 10.0.0.1"),
        (
            ("keepalived.conf", "drain", "192.168.211.13", "--from", "tcp/1.1.1.1:1"),
            2,
            "no virtual server tcp/1.1.1.1:1",
        ),
        (("keepalived.conf", "remove", "192.168.211.13", "--from", "tcp/10.10.0.20:80"), 2, "is not ADDRESS:PORT"),
        (("missing.conf",), 2, "missing.conf cannot be read"),
        (("/dev/zero",), 2, "/dev/zero cannot be read: it is a device, not a file"),
        (
            ("keepalived.conf", "add", "tcp/10.10.0.20:80", "1.2.3.4:0"),
            1,
            "keepalived reads port 0 of a real server as the port of its virtual server, 80; nothing was changed. "
            "Name it 1.2.3.4:80.",
        ),
        (("keepalived.conf", "weight", "192.168.211.13:8081", "x"), 2, "x is not a whole number from 0 to 65535"),
    ],
)
def test_what_is_refused(here: Path, arguments: tuple[str, ...], status: int, message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == status
    assert message in result.output


def test_a_pipe_is_read_to_its_end_and_not_waited_for(here: Path) -> None:
    os.mkfifo("pipe")
    result = run("pipe")
    assert (result.exit_code, "pipe cannot be read: it is a pipe, and nobody writes to it" in result.output) == (
        2,
        True,
    )
    for_reading, for_writing = os.pipe()
    os.write(for_writing, b"vrrp_instance VI_9 {\n virtual_router_id 9\n interface eth0\n}\n")
    os.close(for_writing)
    assert "VI_9  vrid 9" in run(f"/dev/fd/{for_reading}").output
    os.close(for_reading)


def test_what_an_instance_does_not_have_is_said_in_words(here: Path) -> None:
    (here / "bare.conf").write_text("vrrp_instance VI_9 {\n priority 3\n}\n")
    shown = run("bare.conf").output
    assert "VI_9  no vrid  no interface  BACKUP 3 " in shown and "None" not in shown


def test_the_version_of_keepalived_decides(here: Path) -> None:
    (here / "long.conf").write_text("# " + "x" * 1021 + "vrrp_instance VI_1 {\n}\n")
    names = {}
    for version in ("2.2.7", "v2.3.3", "2.4"):
        result = run("--keepalived-version", version, "long.conf", "--json")
        assert result.exit_code == 0
        names[version] = [one["name"] for one in json.loads(result.output)["vrrp"]]
    assert names == {"2.2.7": ["VI_1"], "v2.3.3": ["VI_1"], "2.4": ["VI_1"]}
    assert json.loads(run("long.conf", "--json").output) == json.loads(
        run("long.conf", "--json", "--keepalived-version", "2.2.7").output
    )
    for wrong in ("1.4.5", "newest"):
        assert "is not a version that lvstui reads" in run("long.conf", "--keepalived-version", wrong).output


def test_what_ends_keepalived_is_named_with_its_line(here: Path) -> None:
    (here / "fatal.conf").write_text(WEB.replace("weight 2", "weight"))
    found = json.loads(run("fatal.conf", "--json").output)
    assert found["fatal"].startswith("fatal.conf:13: 'weight' has no parameter")
    assert "keepalived would not start with this" in run("fatal.conf").output
    assert run("fatal.conf", "drain", "192.168.211.13:8081").exit_code == 1


def test_nothing_that_a_terminal_would_obey(here: Path) -> None:
    (here / "evil.conf").write_bytes(b"vrrp_instance \x1b[31m {\n}\n\x1b]0;x\x07 y\n")
    assert "\x1b" not in run("evil.conf").output

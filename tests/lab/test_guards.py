"""What the guards say, against the real pair: files that would end keepalived, a daemon that hangs, weights that checkers make,
a quorum with its scripts, and checks that are suspended.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lvstui.cli import change_command, status_command
from lvstui.cli.exit_status import REFUSED
from lvstui.cluster.plan.intent import Action
from lvstui.cluster.view import ClusterView
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from tests.support.lab_console import CONFIG, console, known
from tests.support.lab_sessions import DIRECTORS, REAL, seen, session, staying
from tests.support.waiting import until, until_seen

pytestmark = pytest.mark.lab


def load(lab: Lab, *names: str) -> None:
    for name in names or DIRECTORS:
        assert lab.exec(name, ["systemctl", "reload", "keepalived"]).status == 0


def table(lab: Lab, name: str) -> dict[str, dict[str, int]]:
    """The kernel's weights there, by service and real server."""
    found: dict[str, dict[str, int]] = {}
    for line in lab.exec(name, ["ipvsadm", "-Sn"]).stdout.splitlines():
        words = line.split()
        if words[0] == "-A":
            found[words[2]] = {}
        elif words[0] == "-a":
            found[words[2]][words[words.index("-r") + 1]] = int(words[words.index("-w") + 1])
    return found


async def asked(
    opened: Session, capsys: pytest.CaptureFixture[str], action: Action, real: str, *overrides: str, service: str = ""
) -> tuple[int, str]:
    """A change: its exit status, and all that it printed, in one line."""
    capsys.readouterr()
    virtual = (service,) if service else ()
    wish = change_command.ChangeRequest(action, real, virtual, None, "", False, True, False, frozenset(overrides), None)
    status = await change_command.make_change(opened, wish)
    return status, " ".join("".join(capsys.readouterr()).split())


def weights(lab: Lab, service: str, real: str) -> list[int | None]:
    return [table(lab, name).get(service, {}).get(real) for name in DIRECTORS]


FATAL = b"""
vrrp_instance VI_3 {
    interface ens33
    virtual_router_id 51
    priority 50
    virtual_ipaddress {
        10.10.0.99
    }
}
"""


async def test_files_that_would_end_keepalived_are_seen_and_no_change_loads_them(
    lab: Lab, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody else has given an instance of the BACKUP the VRID of another one, and has not reloaded yet."""
    before = [lab.read_file(name) for name in DIRECTORS]
    wrong = before[1] + FATAL
    line = wrong[: wrong.rindex(b"virtual_router_id")].count(b"\n") + 1
    where = f"{CONFIG} line {line}"
    lab.write_file("director2", wrong)
    async with staying(lab) as opened:
        status, said = await asked(opened, capsys, "drain", REAL)
        assert status == REFUSED and "fatal" in said, said
        assert f"director2: a reload would end keepalived: {where}, which is not loaded yet: " in said, said
        await status_command.show_status(opened, as_json=True)
        assert any(where in one["text"] for one in json.loads(capsys.readouterr().out)["problems"])
    with console(lab, folder) as terminal:
        terminal.until(lambda screen: known(screen) and where in screen)
        terminal.press("d")
        refused = terminal.until("Refused")
        assert f"line {line}" in refused
        terminal.write("by ana")
        terminal.press("C-s")
        terminal.press("Escape")
        terminal.until(lambda screen: "Cancel" not in screen)
        terminal.press("q")
        until(terminal.ended)
    assert [lab.read_file(name) for name in DIRECTORS] == [before[0], wrong]
    # And rightly: it ends the daemon, sometimes before systemd has seen the reload through.
    lab.exec("director2", ["systemctl", "reload", "keepalived"])
    until(lambda: lab.status()["directors"]["director2"]["keepalived_pid"], lambda pid: pid is None)
    lab.write_file("director2", before[1])
    assert lab.exec("director2", ["systemctl", "restart", "keepalived"]).status == 0


async def test_nothing_is_changed_while_a_process_of_keepalived_hangs(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [lab.read_file(name) for name in DIRECTORS]
    pid = lab.exec("director2", ["cat", "/run/checkers.pid"]).stdout.strip()
    assert lab.exec("director2", ["kill", "-STOP", pid]).status == 0
    try:
        status, said = await asked(session(lab), capsys, "drain", REAL)
        assert status == REFUSED and f"keepalived's checkers process ({pid}) is stopped" in said, said
        assert f"`kill -CONT {pid}`" in said
    finally:
        lab.exec("director2", ["kill", "-CONT", pid])
    assert [lab.read_file(name) for name in DIRECTORS] == before


TRACKED = b"track_file load {\n    file /run/lvs-load\n}\n"
FILE_CHECK = b"        FILE_CHECK {\n            track_file load\n            weight 1\n        }\n"
SECOND = b"""
virtual_server 10.10.0.20 82 {
    delay_loop 1
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    ha_suspend
    connect_timeout 1
    quorum 2
    quorum_down "/usr/bin/touch /run/lvs-down"
    real_server 192.168.211.13 8081 {
        weight 1
        TCP_CHECK {
        }
    }
}
"""
PORT_80, PORT_82 = "10.10.0.20:80", "10.10.0.20:82"


def with_a_file_check_and_a_quorum(data: bytes) -> bytes:
    """8082 gets a FILE_CHECK and the weight 10; a second virtual server has a quorum that its weights cannot reach."""
    at = data.index(b"real_server 192.168.211.13 8082")
    head, tail = data[:at], data[at:]
    weight = tail.index(b"weight 1")
    end = tail.index(b"\n", weight) + 1
    return TRACKED + head + tail[:weight] + b"weight 10\n" + FILE_CHECK + tail[end:] + SECOND


@pytest.mark.usefixtures("patient_add")
async def test_what_checkers_add_what_a_quorum_runs_and_what_is_not_checked(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in DIRECTORS:
        lab.exec(name, ["sh", "-c", "echo 5 > /run/lvs-load"])
        lab.write_file(name, with_a_file_check_and_a_quorum(lab.read_file(name)))
        load(lab, name)
    try:
        until(lambda: weights(lab, PORT_80, REAL), [15, 15].__eq__)
        original = [lab.read_file(name) for name in DIRECTORS]
        async with staying(lab) as opened:
            await _drained_by_its_file_too(lab, opened, capsys)
            assert [lab.read_file(name) for name in DIRECTORS] == original
            await _added_where_one_director_does_not_check(lab, opened, capsys)
            await _drained_until_the_quorum_is_lost(lab, opened, capsys)
    finally:
        for name in DIRECTORS:
            lab.exec(name, ["rm", "-f", "/run/lvs-load", "/run/lvs-down"])


async def _drained_by_its_file_too(lab: Lab, opened: Session, capsys: pytest.CaptureFixture[str]) -> None:
    """With 5 in the file, weight 0 is 5 in the kernel: it asks, and says what to do; with 0 in the file it is drained."""
    status, said = await asked(opened, capsys, "drain", REAL, "pending")
    assert status == REFUSED and "file-weight" in said, said
    assert "with 0 in keepalived.conf the kernel has 5" in said
    assert weights(lab, PORT_80, REAL) == [15, 15]
    status, said = await asked(opened, capsys, "drain", REAL, "pending", "file-weight")
    assert status == 0, said
    assert weights(lab, PORT_80, REAL) == [5, 5]  # as predicted: otherwise it had been rolled back
    for name in DIRECTORS:
        lab.exec(name, ["sh", "-c", "echo 0 > /run/lvs-load"])
    await until_seen(lambda: weights(lab, PORT_80, REAL) == [0, 0])
    await seen(opened, _nothing_is_added)  # which keepalived's log tells, and that may come after the kernel's table
    status, said = await asked(opened, capsys, "restore", REAL)
    assert status == 0, said
    assert weights(lab, PORT_80, REAL) == [10, 10]


def _nothing_is_added(view: ClusterView) -> bool:
    servers = (one for service in view.virtual_servers for one in service.real_servers if one.id == REAL)
    return all(one.effective_weight == 0 for server in servers for one in server.directors.values())


async def _added_where_one_director_does_not_check(
    lab: Lab, opened: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """The BACKUP does not hold 10.10.0.20, so it checks nothing of that virtual server (ha_suspend): its word never comes."""
    status, said = await asked(opened, capsys, "add", REAL, service=f"tcp/{PORT_82}")
    assert status == 0, said
    assert "director2: it does not check the real servers of" in said
    assert weights(lab, PORT_82, REAL) == [1, 1]


async def _drained_until_the_quorum_is_lost(lab: Lab, opened: Session, capsys: pytest.CaptureFixture[str]) -> None:
    """keepalived lowers a quorum of 2 to the weights that are left, and loses it with the last of them."""
    of = f"tcp/{PORT_82}"
    status, said = await asked(opened, capsys, "drain", REAL, service=of)
    assert status == REFUSED and "keepalived lowers it to 1" in said, said
    status, said = await asked(opened, capsys, "drain", REAL, "quorum", service=of)
    assert status == 0, said
    assert all(lab.exec(name, ["test", "-e", "/run/lvs-down"]).status == 1 for name in DIRECTORS)
    last = "192.168.211.13:8081"
    status, said = await asked(opened, capsys, "drain", last, service=of)
    assert status == REFUSED and "would run quorum_down (/usr/bin/touch /run/lvs-down)" in said, said
    status, said = await asked(opened, capsys, "drain", last, "last-server", service=of)
    assert status == 0, said
    for name in DIRECTORS:
        await until_seen(lambda name=name: lab.exec(name, ["test", "-e", "/run/lvs-down"]).status == 0)  # type: ignore[misc]


def weighed(data: bytes, port: int, weight: bytes) -> bytes:
    """The file with another weight of that real server, in its first virtual server."""
    at = data.index(b"real_server 192.168.211.13 %d" % port)
    return data[:at] + data[at:].replace(b"weight 1", weight, 1)


async def test_a_pair_drained_on_one_director_is_mended_and_a_pending_weight_comes_along(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    remembered = b"weight 0  # drained, was 1, 2026-12-01 03:00 by ana@ops1"
    original = [lab.read_file(name) for name in DIRECTORS]
    lab.write_file("director2", weighed(original[1], 8082, remembered))
    load(lab, "director2")
    until(lambda: weights(lab, PORT_80, REAL), [1, 0].__eq__)
    async with staying(lab) as opened:
        status, said = await asked(opened, capsys, "drain", REAL)
        assert status == 0 and "nothing is written or reloaded there" in said, said
        assert weights(lab, PORT_80, REAL) == [0, 0]
        status, said = await asked(opened, capsys, "restore", REAL)
        assert status == 0, said
        assert [lab.read_file(name) for name in DIRECTORS] == original
        for name, data in zip(DIRECTORS, original, strict=True):  # by hand, and not loaded
            lab.write_file(name, weighed(data, 8081, b"weight 3"))
        status, said = await asked(opened, capsys, "drain", REAL)
        assert status == REFUSED and "pending" in said, said
        status, said = await asked(opened, capsys, "drain", REAL, "pending")
        assert status == 0 and "192.168.211.13:8081 in tcp/10.10.0.20:80: weight 1 -> 3" in said, said
    assert weights(lab, PORT_80, REAL) == [0, 0]
    assert weights(lab, PORT_80, "192.168.211.13:8081") == [3, 3]

"""Add, remove, undo and the history on the real pair; the quorum guard against a real reload; hostile names and reasons."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence

import pytest

from lvstui.cli import change_command, exit_status, history_command, launch
from lvstui.cluster.plan.intent import Action
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import Lab
from lvstui.session.audit_log import HistoryFile
from lvstui.session.session import Session
from lvstui.settings import places
from tests.support.lab_sessions import staying
from tests.support.waiting import until

pytestmark = pytest.mark.lab

DIRECTORS = ("director1", "director2")
SERVICE = "tcp/10.10.0.20:80"
CONFIG = "/etc/keepalived/keepalived.conf"
HOSTILE = 'it\'s "down"; $(touch /tmp/owned) `touch /tmp/owned` [b]$HOME[/b]\nweight 9 # drained {'


def session(lab: Lab) -> Session:
    return launch.script_session(DIRECTORS, lab.ssh_config)


async def change(
    lab: Lab,
    action: Action,
    real: str = "",
    *,
    weight: int | None = None,
    reason: str = "",
    overrides: Sequence[str] = ("pending",),
    wait: float | None = None,
    dry_run: bool = False,
    as_json: bool = False,
    opened: Session | None = None,
) -> int:
    virtual = (SERVICE,) if action in ("add", "remove") else ()
    request = change_command.ChangeRequest(
        action, real, virtual, weight, reason, dry_run, True, as_json, frozenset(overrides), wait
    )
    return await change_command.make_change(opened or session(lab), request)


def files(lab: Lab) -> list[bytes]:
    return [lab.read_file(name) for name in DIRECTORS]


def weights(lab: Lab, real: str) -> list[int | None]:
    status = lab.status()["directors"]
    return [status[name]["real_servers"].get(real) for name in DIRECTORS]


def reloads(lab: Lab, name: str) -> int:
    argv = ["journalctl", "--unit=keepalived", "--no-pager", "--output=cat"]
    return lab.exec(name, argv).stdout.count("Reload complete")


@pytest.mark.usefixtures("patient_add")
async def test_a_server_that_is_alive_is_removed_added_raised_and_all_of_it_undone(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    real = "192.168.211.13:8083"
    original = files(lab)
    async with staying(lab) as opened:
        # A connection that an earlier test's cut Director kept would be asked about: it stays for a while.
        assert await change(lab, "remove", real, overrides=("pending", "connections"), opened=opened) == 0
        assert weights(lab, real) == [None, None]
        assert await change(lab, "add", real, weight=2, reason="back again", opened=opened) == 0
        assert weights(lab, real) == [2, 2]
        assert "raised" in capsys.readouterr().out
        assert await change(lab, "undo", opened=opened) == 0  # of the add, both halves
        assert weights(lab, real) == [None, None]
        assert history_command.show_history(None, as_json=True) == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])["changes"]
        assert [(one["action"], one["outcome"]) for one in told] == [
            ("remove", "done"),
            ("add", "done"),
            ("undo", "done"),
        ]
        assert [one["after"] for one in told[1]["directors"][0]["weights"]] == [2]
        assert files(lab) != original
        assert await change(lab, "undo", opened=opened) == 0  # of the undo: it is there again, and raised again
        assert weights(lab, real) == [2, 2]


async def test_a_server_that_nobody_answers_for_stays_at_0_and_it_is_said(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    original = files(lab)
    real = "192.168.211.13:8084"
    async with staying(lab) as opened:
        assert await change(lab, "add", real, weight=5, opened=opened) == 6
        assert "STAYS AT WEIGHT 0" in capsys.readouterr().err
        assert set(weights(lab, real)) <= {0, None}
        assert all(b"weight 0  # drained, was 5, " in data for data in files(lab))
        assert await change(lab, "undo", opened=opened) == 0
    assert files(lab) == original


async def test_drain_weight_and_restore_are_undone_and_done_again(lab: Lab) -> None:
    real = "192.168.211.13:8082"
    original = files(lab)
    async with staying(lab) as opened:
        assert await change(lab, "weight", real, weight=7, opened=opened) == 0
        weighed = files(lab)
        assert await change(lab, "undo", opened=opened) == 0
        assert (files(lab), weights(lab, real)) == (original, [1, 1])
        assert await change(lab, "undo", opened=opened) == 0
        assert (files(lab), weights(lab, real)) == (weighed, [7, 7])
        assert await change(lab, "drain", real, opened=opened) == 0
        assert await change(lab, "restore", real, opened=opened) == 0
        assert await change(lab, "undo", opened=opened) == 0  # of the restore
        assert weights(lab, real) == [0, 0]


async def test_lines_changed_by_another_hand_are_not_undone(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    async with staying(lab) as opened:
        assert await change(lab, "drain", "192.168.211.13:8082", opened=opened) == 0
        theirs = lab.read_file("director1").replace(b" by ", b" with love by ")
        lab.write_file("director1", theirs)
        capsys.readouterr()
        assert await change(lab, "undo", opened=opened) == exit_status.REFUSED
    said = capsys.readouterr().err
    assert f"director1: {CONFIG}:" in said
    assert "nothing was changed" in said
    assert lab.read_file("director1") == theirs


async def test_a_whole_machine_is_one_reload_on_each_and_a_reason_is_nothing_but_text(lab: Lab) -> None:
    before = [reloads(lab, name) for name in DIRECTORS]
    assert await change(lab, "drain", "192.168.211.13", reason=HOSTILE, overrides=("pending", "last-server")) == 0
    for name, count in zip(DIRECTORS, before, strict=True):
        assert until(functools.partial(reloads, lab, name), count.__lt__) == count + 1
    for port in (8081, 8082, 8083):
        assert weights(lab, f"192.168.211.13:{port}") == [0, 0]
    for name in DIRECTORS:
        config = lab.read_file(name)
        assert config.count(b"# drained, was 1, ") == 3
        assert config.count(b"$(touch /tmp/owned) `touch /tmp/owned` [b]$HOME[/b] weight 9") == 3
        assert lab.exec(name, ["test", "-e", "/tmp/owned"]).status == 1
        logged = lab.exec(name, ["journalctl", "--identifier=lvstui", "--no-pager", "--output=cat"]).stdout
        assert "Drain 3 real servers in tcp/10.10.0.20:80" in logged
        assert "$(touch /tmp/owned)" in logged
    [record] = HistoryFile(places.history_file()).read()
    assert record.reason == HOSTILE


async def test_wait_that_runs_out_after_the_drain_was_made(lab: Lab) -> None:
    held = lab.start_traffic(Traffic("hold", count=6, rate=5.0, patience_s=60.0))
    assert await change(lab, "drain", "192.168.211.13:8082", wait=0.5) == 6
    assert weights(lab, "192.168.211.13:8082") == [0, 0]
    held.report(stop=True)


QUORUM = b"    quorum 2\n    sorry_server 192.168.211.13 8083\n"


async def test_keepalived_does_what_the_quorum_guard_says(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """With a sorry server, too little live weight takes every live server out: the drain is refused, and rightly."""
    original = lab.read_file("director2")
    for name in DIRECTORS:
        data = lab.read_file(name)
        start = data.index(b"    real_server 192.168.211.13 8083")
        data = data[:start].rstrip() + b"\n}\n"
        lab.write_file(name, data.replace(b"    protocol TCP\n", b"    protocol TCP\n" + QUORUM))
        assert lab.exec(name, ["systemctl", "reload", "keepalived"]).status == 0
    until(lambda: weights(lab, "192.168.211.13:8083"), [None, None].__eq__)
    lab.fault("web-stopped", "8081")
    until(lambda: weights(lab, "192.168.211.13:8081"), [None, None].__eq__)
    until(lambda: weights(lab, "192.168.211.13:8083"), [1, 1].__eq__)  # live weight 1 of 2: the sorry server is in
    lab.lift()
    until(lambda: weights(lab, "192.168.211.13:8081"), [1, 1].__eq__)
    until(lambda: weights(lab, "192.168.211.13:8083"), [None, None].__eq__)
    lowered = [data.replace(b"quorum 2", b"quorum 1") for data in files(lab)]
    for name, data in zip(DIRECTORS, lowered, strict=True):
        lab.write_file(name, data)
        assert lab.exec(name, ["systemctl", "reload", "keepalived"]).status == 0
    lab.fault("web-stopped", "8081")
    until(lambda: weights(lab, "192.168.211.13:8081"), [None, None].__eq__)
    capsys.readouterr()
    overrides = ("pending", "quorum", "last-server")
    assert await change(lab, "drain", "192.168.211.13:8082", overrides=overrides) == exit_status.REFUSED
    assert "every live server" in capsys.readouterr().err
    assert weights(lab, "192.168.211.13:8082") == [1, 1]
    # What would have happened, by hand on the BACKUP:
    by_hand = lab.read_file("director2")
    at = by_hand.index(b"real_server 192.168.211.13 8082")
    lab.write_file("director2", by_hand[:at] + by_hand[at:].replace(b"weight 1", b"weight 0", 1))
    assert lab.exec("director2", ["systemctl", "reload", "keepalived"]).status == 0
    until(lambda: lab.status()["directors"]["director2"]["real_servers"], {"192.168.211.13:8083": 1}.__eq__)
    lab.write_file(
        "director2", original
    )  # 2.2.7 forgets a real server when its sorry server is taken away: start it anew
    assert lab.exec("director2", ["systemctl", "restart", "keepalived"]).status == 0


async def test_an_old_keepalived_is_neither_drained_nor_given_a_new_server(
    mixed_lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(mixed_lab)
    async with staying(mixed_lab) as opened:
        assert await change(mixed_lab, "drain", "192.168.211.13:8082", opened=opened) == exit_status.REFUSED
        assert "2.1.5 makes 1 of a weight of 0" in capsys.readouterr().err
        assert await change(mixed_lab, "add", "192.168.211.13:8084", opened=opened) == exit_status.REFUSED
        assert "alpha" in capsys.readouterr().err
        assert await change(mixed_lab, "weight", "192.168.211.13:8082", weight=3, opened=opened) == 0
        assert weights(mixed_lab, "192.168.211.13:8082") == [3, 3]
        assert await change(mixed_lab, "undo", opened=opened) == 0
    assert files(mixed_lab) == before

"""The product against the real pair: what it shows, and a drain in both kernels through both files."""

from __future__ import annotations

import asyncio
import json

import pytest

from lvstui.cli import change_command, exit_status, status_command
from lvstui.cluster.view import ClusterView, RealServerState, RealServerView
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import Lab
from tests.support.lab_sessions import DIRECTORS, REAL, request, seen, session, staying

pytestmark = pytest.mark.lab


def weights(lab: Lab, port: int) -> list[int]:
    status = lab.status()["directors"]
    return [status[name]["real_servers"].get(f"192.168.211.13:{port}", -1) for name in DIRECTORS]


def real(view: ClusterView, id: str) -> RealServerView | None:
    return next((real for server in view.virtual_servers for real in server.real_servers if real.id == id), None)


def state(view: ClusterView, id: str) -> RealServerState | None:
    found = real(view, id)
    return found.state if found is not None else None


async def test_drain_and_restore_through_both_files_while_a_held_connection_goes_on(lab: Lab) -> None:
    before = [lab.read_file(name) for name in DIRECTORS]
    held = lab.start_traffic(Traffic("hold", count=3, rate=5.0, patience_s=60.0))
    async with staying(lab) as opened:
        assert await change_command.make_change(opened, request("drain", "pending")) == 0
        assert weights(lab, 8082) == [0, 0]
        drained = [lab.read_file(name) for name in DIRECTORS]
        for old, new in zip(before, drained, strict=True):
            changed = [(a, b) for a, b in zip(old.splitlines(), new.splitlines(), strict=True) if a != b]
            assert len(changed) == 1
            assert changed[0][1].lstrip().startswith(b"weight 0  # drained, was 1, ")
        short = await asyncio.to_thread(lab.traffic, Traffic("requests", count=12, patience_s=60.0))
        assert short.answered == 12
        assert len(short.pages) == 2  # the other two
        report = held.report(stop=True)
        assert len(report.connections) == 3
        assert report.errors == {}
        assert report.answered > 0
        assert await change_command.make_change(opened, request("restore")) == 0
    assert weights(lab, 8082) == [1, 1]
    assert [lab.read_file(name) for name in DIRECTORS] == before


async def test_a_new_complaint_of_keepalived_stops_the_change_and_nothing_is_changed(lab: Lab) -> None:
    data = lab.read_file("director1")
    lab.exec("director1", ["chmod", "+x", "/etc/keepalived/keepalived.conf"])
    try:
        assert await change_command.make_change(session(lab), request("drain", "pending")) == exit_status.REFUSED
    finally:
        lab.exec("director1", ["chmod", "-x", "/etc/keepalived/keepalived.conf"])
    assert lab.read_file("director1") == data
    assert weights(lab, 8082) == [1, 1]


async def test_one_director_that_cannot_be_reached_stops_a_change_and_is_said(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await change_command.make_change(session(lab, "director1", "no-such-director.invalid"), request("drain"))
    assert code == exit_status.UNREACHABLE
    assert "no-such-director.invalid" in capsys.readouterr().err
    assert weights(lab, 8082) == [1, 1]


async def test_an_account_without_rights_sees_and_cannot_write(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    code = await change_command.make_change(session(lab, "director1-watch", "director2-watch"), request("drain"))
    assert code == exit_status.REFUSED
    assert "root" in capsys.readouterr().err
    assert weights(lab, 8082) == [1, 1]


async def test_an_account_with_sudo_drains(lab: Lab) -> None:
    names = ("director1-ops", "director2-ops")
    assert await change_command.make_change(session(lab, *names), request("drain", "pending")) == 0
    assert weights(lab, 8082) == [0, 0]


async def test_status_is_the_seeds_pair(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert await status_command.show_status(session(lab), as_json=True) == 0
    status = json.loads(capsys.readouterr().out)
    states = {one["name"]: [i["state"] for i in one["vrrp"]] for one in status["directors"]}
    assert states == {"director1": ["MASTER", "MASTER"], "director2": ["BACKUP", "BACKUP"]}
    [server] = status["virtual_servers"]
    assert server["id"] == "tcp/10.10.0.20:80"
    assert [(one["id"], one["state"]) for one in server["real_servers"]] == [
        (f"192.168.211.13:{port}", "UP") for port in (8081, 8082, 8083)
    ]


async def test_keepalived_stopped_on_the_master_and_the_other_takes_over(lab: Lab) -> None:
    async with session(lab) as open_session:
        await seen(open_session, lambda view: view.directors[0].role == "MASTER" and view.directors[1].role == "BACKUP")
        await asyncio.to_thread(lab.fault, "keepalived-stopped", "director1")
        view = await seen(open_session, lambda view: view.directors[1].role == "MASTER")
        view = await seen(open_session, lambda view: view.directors[0].keepalived.running is False)
        assert [one.state for one in view.directors[0].vrrp] in ([None, None], [])


async def test_keepalived_killed_on_the_master_both_hold_the_vips_and_it_is_said(lab: Lab) -> None:
    async with session(lab) as open_session:
        await seen(open_session, lambda view: view.directors[0].role == "MASTER" and view.directors[1].role == "BACKUP")
        await asyncio.to_thread(lab.fault, "keepalived-killed", "director1")
        view = await seen(
            open_session,
            lambda view: view.directors[1].role == "MASTER" and any("10.10.0.20" in one.text for one in view.problems),
        )
        assert any("keepalived is not running on director1" in problem.text for problem in view.problems)


async def test_a_web_server_stopped_is_down_with_its_reason(lab: Lab) -> None:
    async with session(lab) as open_session:
        await seen(open_session, lambda view: state(view, REAL) is RealServerState.UP)
        await asyncio.to_thread(lab.fault, "web-stopped", "8082")
        view = await seen(open_session, lambda view: state(view, REAL) is RealServerState.DOWN)
        found = real(view, REAL)
        assert found is not None
        assert found.reason is not None
        assert found.since is not None

"""A Director is handed over for maintenance and taken back, on the real pair, under traffic."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from lvstui.cli import exit_status, status_command
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from tests.support.handover_lab import BOTH, RATE, asking, done, hashing, holding, made, masters, request, synchronising
from tests.support.lab_sessions import DIRECTORS, seen, session, staying
from tests.support.labs import until_logged
from tests.support.waiting import until, until_true

pytestmark = pytest.mark.lab

MARK = rb"    priority 40  # handed over, was 100, \d{4}-\d\d-\d\d \d\d:\d\d by \S+: kernel update"
GROUP = b"vrrp_sync_group G {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"


async def test_handed_over_stopped_and_taken_back_while_a_client_is_served(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [lab.read_file(name) for name in DIRECTORS]
    async with staying(lab) as opened:
        with asking(lab, 1):
            told = await done(opened, request("handover"), capsys)
            assert masters(lab) == {"director1": [], "director2": BOTH}
            assert [(one["instance"], one["from"], one["to"]) for one in told["takeovers"]] == [
                ("VI_1", "director1", "director2"),
                ("VI_2", "director1", "director2"),
            ]
            assert "no instance was without a MASTER" in told["text"], told["text"]
            handed = [lab.read_file(name) for name in DIRECTORS]
            assert handed[1] == before[1]
            changed = [
                (old, new)
                for old, new in zip(before[0].splitlines(), handed[0].splitlines(), strict=True)
                if old != new
            ]
            assert [old for old, _ in changed] == [b"    priority 100"] * 2
            assert all(re.fullmatch(MARK, new) for _, new in changed), changed
            again = await made(opened, request("handover"), capsys)
            assert again["exit_status"] == exit_status.REFUSED
            assert "it is handed over already, by " in again["text"]
            # Another console knows it from the file alone, and while keepalived is stopped there.
            lab.exec("director1", ["systemctl", "stop", "keepalived"])
            assert await status_command.show_status(session(lab), as_json=True) == 0
            shown = {one["name"]: one for one in json.loads(capsys.readouterr().out)["directors"]}
            assert shown["director2"]["handed_over"] is None
            assert shown["director1"]["handed_over"]["reason"] == "kernel update"
            assert shown["director1"]["handed_over"]["safe"] is True
            lab.exec("director1", ["systemctl", "start", "keepalived"])
            until(lambda: lab.status()["directors"]["director1"]["keepalived_pid"], lambda pid: pid is not None)
            assert masters(lab) == {"director1": [], "director2": BOTH}
        with asking(lab, 1):
            told = await done(session(lab), request("takeback"), capsys)
            assert "no instance was without a MASTER" in told["text"], told["text"]
    assert masters(lab) == {"director1": BOTH, "director2": []}
    assert [lab.read_file(name) for name in DIRECTORS] == before


async def test_a_sync_group_moves_as_a_whole_and_an_undo_takes_it_back(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [lab.read_file(name) for name in DIRECTORS]
    for name, data in zip(DIRECTORS, before, strict=True):
        lab.write_file(name, data.replace(b"vrrp_instance VI_1", GROUP + b"\nvrrp_instance VI_1", 1))
        lab.exec(name, ["systemctl", "reload", "keepalived"])
    grouped = [lab.read_file(name) for name in DIRECTORS]
    async with staying(lab) as opened:
        with asking(lab, 2):
            await until_true(lambda: not any(one.hears is False for one in opened.facts()[1].details.values()))
            told = await done(opened, request("handover"), capsys)
            assert any(guard["name"] == "sync-group" and guard["level"] == "note" for guard in told["guards"])
            assert masters(lab) == {"director1": [], "director2": BOTH}
            await done(opened, request("undo", None), capsys)
            assert masters(lab) == {"director1": BOTH, "director2": []}
    assert [lab.read_file(name) for name in DIRECTORS] == grouped


def known(opened: Session, giver: str, roles: list[str]) -> bool:
    """Does the console know the giver's active connections, and the sync daemons of both, the giver's first?"""
    facts = {one.name: one for one in opened.facts()}
    both = [facts.pop(giver), *facts.values()]
    daemons = [daemon.role for one in both if one.sync_daemons for daemon in one.sync_daemons.daemons]
    return sum(both[0].active.values()) >= 6 and daemons == roles


@pytest.mark.parametrize(
    ("way", "roles", "what"),
    [
        (hashing, [], "active connections would be taken up by director"),
        (synchronising, ["master", "backup"], "connections are synchronised to director"),
    ],
)
async def test_connections_are_kept_and_the_guard_says_so(
    lab: Lab,
    capsys: pytest.CaptureFixture[str],
    way: Callable[[Lab], AbstractContextManager[None]],
    roles: list[str],
    what: str,
) -> None:
    with way(lab), holding(lab, 10, moves=2):
        async with staying(lab) as opened:
            for giver, asked in (("director1", request("handover")), ("director2", request("takeback"))):
                await seen(opened, lambda view, giver=giver: known(opened, giver, roles))  # type: ignore[misc]
                told = await done(opened, asked, capsys)
                [text] = [guard["text"] for guard in told["guards"] if guard["name"] == "connections"]
                assert what in text


async def test_nopreempt_needs_a_restart_which_costs_the_skew_time(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """VRRP 3, whose skew time is a part of the interval: four seconds, longer than a slow guest stands still."""
    for director, added in (("director2", b"    nopreempt\n"), ("director1", b"")):
        data = lab.read_file(director).replace(b"    advert_int 1\n", b"    advert_int 5\n" + added)
        lab.write_file(director, data.replace(b"global_defs {", b"global_defs {\n    vrrp_version 3"))
        until_logged(lab, director, "systemctl restart keepalived", "Startup complete", by="-u keepalived")
    until(lambda: masters(lab), lambda who: who == {"director1": BOTH, "director2": []})
    async with staying(lab) as opened:
        refused = await made(opened, request("handover"), capsys)
        assert refused["exit_status"] == exit_status.REFUSED
        assert "nopreempt" in refused["text"] and "--by-stop" in refused["text"]
        running = lab.start_traffic(Traffic(rate=RATE))
        until(lambda: running.report().answered, lambda count: count > RATE)
        told = await done(opened, request("handover", by_stop=True), capsys)
        report = running.report(stop=True)
        assert masters(lab) == {"director1": [], "director2": BOTH}
        assert "AN INSTANCE WAS WITHOUT A MASTER" in told["text"]
        assert 2 < told["takeovers"][0]["without_master_s"] < report.longest_gap_s + 0.5
        await done(opened, request("takeback"), capsys)
    assert masters(lab) == {"director1": BOTH, "director2": []}

"""Failovers of a real pair are recognised and measured: every kind once, with times that agree with a capture on the Director."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from lvstui.cluster.drill.milestones import MilestoneKind
from lvstui.cluster.drill.result import DrillCause, DrillNote, DrillResult, DrillVerdict, InstanceFailover
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from tests.support.drill_lab import WatchedLab
from tests.support.faulted_session import scene
from tests.support.lab_faults import shell
from tests.support.patience import patient
from tests.support.waiting import until

pytestmark = pytest.mark.lab

ONE, TWO = addresses.DIRECTORS
SEEN = (MilestoneKind.LAST_ADVERT, MilestoneKind.SILENCE_NOTICED, MilestoneKind.MASTER_ENTERED, MilestoneKind.VIP_ADDED)
LATE = 60.0  # seconds that a busy guest may run keepalived's timers late: a verdict of lateness is right then, and explained


def check_times(watched: WatchedLab, result: DrillResult) -> None:
    """Every step was seen, in its order; packets agree with the capture; no time is earlier than the timers allow."""
    watched.check_clock(result)
    found = list(watched.agreements(result))
    assert {one.kind for one in found} >= {MilestoneKind.LAST_ADVERT, MilestoneKind.GRATUITOUS_ARP}
    for one in found:
        assert abs(one.apart) <= one.allowed, one
    for failover in (*result.failovers, *result.failbacks):
        check_steps(failover)


def check_steps(one: InstanceFailover) -> None:
    times = [moment for kind in SEEN if (moment := one.moment(kind)) is not None]
    assert len(times) == len(SEEN), f"{one.name}: {one.milestones}"
    for before, after in pairwise(times):
        assert before.at - before.uncertainty <= after.at + after.uncertainty, f"{one.name}: {one.milestones}"
    assert one.expected is not None and one.measured is not None, f"{one}"
    assert one.expected.earliest - one.measured_uncertainty <= one.measured <= one.expected.latest + LATE, f"{one}"


def causes(result: DrillResult) -> set[DrillCause]:
    return {one.cause for one in result.failovers}


def edit(lab: Lab, before: bytes, after: bytes) -> Callable[[], None]:
    """Change director1's file, and have it read."""

    def change() -> None:
        data = lab.read_file(ONE)
        assert before in data
        lab.write_file(ONE, data.replace(before, after))
        assert lab.exec(ONE, ["systemctl", "reload", "keepalived"]).status == 0

    return change


async def test_each_kind_of_failover_is_recognised_and_measured(lab: Lab) -> None:
    def fault(kind: str, *more: str) -> Callable[[], None]:
        def cause() -> None:
            for name in (ONE, *more):
                lab.fault(kind, name)

        return cause

    async with scene(lab) as session:
        watched = WatchedLab(lab, session)

        _, result = await watched.drill(fault("keepalived-stopped"), lab.lift, moved=2, back=2)
        assert causes(result) == {DrillCause.STOP}
        assert {one.cause for one in result.failbacks} == {DrillCause.FAILBACK}
        assert all(one.no_master and not one.two_masters for one in result.failovers)
        assert all(not one.no_master for one in result.failbacks)
        check_times(watched, result)

        during, result = await watched.drill(fault("keepalived-killed"), lab.lift, moved=2, back=2)
        assert causes(result) == {DrillCause.KILL}
        assert DrillNote.VIP_LEFT_BEHIND in {note.note for note in during.notes}
        check_times(watched, result)

        lower, higher = (b"priority 100", b"priority 40"), (b"priority 40", b"priority 100")
        _, result = await watched.drill(edit(lab, *lower), edit(lab, *higher), moved=2, back=2)
        assert causes(result) == {DrillCause.HANDOVER}
        assert all(not one.no_master for one in (*result.failovers, *result.failbacks))
        check_times(watched, result)

        during, _ = await watched.drill(fault("cut-nat"), lab.lift)
        assert [(one.name, one.cause) for one in during.failovers] == [("VI_2", DrillCause.NETWORK_CUT)]
        notes = {note.note: note for note in during.notes}
        assert notes[DrillNote.SERVICE_STAYED].vips == ("10.10.0.20", "192.168.211.20")
        assert notes[DrillNote.SERVICE_STAYED].directors == (TWO, ONE)
        check_times(watched, during)

        during, result = await watched.drill(lambda: lab.fault("adverts-blocked", TWO), lab.lift, moved=2)
        assert causes(during) == {DrillCause.SPLIT_BRAIN}
        assert (during.verdict, {len(one.two_masters) for one in during.failovers}) == (DrillVerdict.TWO_MASTERS, {1})
        check_times(watched, during)

        during, _ = await watched.drill(fault("adverts-blocked", TWO), lab.lift, moved=2)
        assert causes(during) == {DrillCause.SPLIT_BRAIN}
        check_times(watched, during)

        during, _ = await watched.drill(fault("cut-off"), lab.lift, moved=2)
        assert causes(during) == {DrillCause.POWER_CUT}
        assert all(one.no_master and one.old == ONE for one in during.failovers)
        check_times(watched, during)


INSTANCE = """
vrrp_instance {name} {{
    state {state}
    version 3
    interface ens33
    virtual_router_id {vrid}
    priority {priority}
    advert_int 0.2
    {more}
    virtual_ipaddress {{
        {vip}
    }}
}}
"""
VIP_6 = f"{addresses.SERVICE_PREFIX_6}20"


def vrrp_3(lab: Lab) -> None:
    """A sync group, one of them unicast, and one of IPv6, all of VRRP 3 at 0.2 s, in the place of the seed's instances."""
    for number, director in enumerate(addresses.DIRECTORS):
        state, priority = ("MASTER", 100) if number == 0 else ("BACKUP", 50)
        mine, other = f"10.10.0.1{1 + number}", f"10.10.0.1{2 - number}"
        unicast = f"unicast_src_ip {mine}\n    unicast_peer {{\n        {other}\n    }}"
        instances = (
            ("VI_1", 51, "", "10.10.0.20"),
            ("VI_2", 61, unicast, "10.10.0.21"),
            ("VI_6", 51, "", f"{VIP_6}/64"),
        )
        text = "global_defs {\n    vrrp_version 3\n}\nvrrp_sync_group BOTH {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"
        for name, vrid, more, vip in instances:
            text += INSTANCE.format(name=name, state=state, vrid=vrid, priority=priority, more=more, vip=vip)
        seed = lab.read_file(director).decode()
        lab.write_file(director, (text + seed[seed.index("virtual_server") :]).encode())
        assert lab.exec(director, ["systemctl", "restart", "keepalived"]).status == 0
    until(lambda: lab.exec(ONE, ["ip", "addr"]).stdout, lambda told: all(one in told for one in ("10.10.0.21/", VIP_6)))


async def test_version_3_unicast_a_sync_group_and_ipv6_are_measured(lab: Lab) -> None:
    await asyncio.to_thread(vrrp_3, lab)
    async with scene(lab) as session:
        watched = WatchedLab(lab, session)
        _, result = await watched.drill(lambda: lab.fault("keepalived-killed", ONE), lab.lift, moved=3, back=3)
        assert {(one.name, one.family, one.cause) for one in result.failovers} == {
            ("VI_1", "inet", DrillCause.KILL), ("VI_2", "inet", DrillCause.KILL), ("VI_6", "inet6", DrillCause.KILL),
        }  # fmt: skip
        for one in result.failovers:
            assert one.expected is not None
            assert (one.expected.version, one.expected.advert_interval) == (3, 0.2)
        check_times(watched, result)


async def test_vips_that_go_and_come_back_while_the_agent_stands_still_are_seen(lab: Lab) -> None:
    """keepalived begins anew, removes the VIPs that it left behind when it was killed, and adds them again."""
    agents, entered = "pgrep -f '^python3 -IBSc'", "journalctl -u keepalived -o cat | grep -c 'Entering MASTER STATE'"

    def come_back_unseen() -> None:
        before = int(shell(lab, ONE, entered))
        assert shell(lab, ONE, f"kill -STOP $({agents})") == ""
        try:
            lab.lift()
            until(lambda: int(shell(lab, ONE, entered)), lambda now: now >= before + 2)
            until(lambda: lab.status()["directors"][ONE]["vips"], lambda vips: len(vips) == 2)
        finally:
            shell(lab, ONE, f"kill -CONT $({agents})")

    async with scene(lab) as session:
        watched = WatchedLab(lab, session)
        _, result = await watched.drill(lambda: lab.fault("keepalived-killed", ONE), come_back_unseen, moved=2, back=2)
        for failback in result.failbacks:
            assert failback.moment(MilestoneKind.VIP_ADDED) is not None, f"{failback.milestones}"


def test_lvsctl_tells_of_a_failover_as_it_happens_and_what_it_was(lab: Lab, tmp_path: Path) -> None:
    command = [*patient("lvsctl"), "-F", str(lab.ssh_config), "-d", ONE, "-d", TWO]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    argv = [*command, "drill", "watch", "--max-outage", "300s"]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            assert running.stdout.readline().startswith(f"Watching {ONE} and {TWO} until one failover is over")
            lab.fault("keepalived-stopped", ONE)
            told = running.stdout.read()
        finally:
            running.terminate()
    timeline, _, summary = told.partition("\n\n")
    assert "gives up VRID 51 (priority 0)" in timeline
    assert "VI_1 enters MASTER  (log)" in timeline
    assert "VI_1 (ens33): director1 to director2, stop" in summary
    assert running.returncode in (0, 6), "6 where this machine was too busy for keepalived's timers"
    asked = [*command, "drill", "show", "last", "--json"]
    shown = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    kept = json.loads(shown.stdout)
    assert (kept["cause"], kept["director"]) == ("stop", ONE)
    assert {one["name"] for one in kept["instances"]} == {"VI_1", "VI_2"}

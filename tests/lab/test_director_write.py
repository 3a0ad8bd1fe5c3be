"""The agent's transaction on a real Director: installed, undone, excluded, and a daemon that dies of it."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from lvstui.director.protocol.change_messages import Close, Confirm, Install, Replacement, RollBack, Stage, Step, Tested
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.lab.lab import Lab
from tests.support.lab_agent import AgentLink, agent, leftovers
from tests.support.waiting import LIMIT_S, until_seen

pytestmark = pytest.mark.lab

DIRECTOR = "director2"


def stage(file: File, data: bytes, deadline: float = 60.0) -> Stage:
    return Stage("t1", (Replacement(file.path, file.sha256, data),), (), deadline, "A change", "the tests")


async def staged(link: AgentLink, data: bytes, deadline: float = 60.0) -> Tested:
    file = (await link.get(Files)).files[0]
    link.send(stage(file, data, deadline))
    assert (await link.get(Step)) == Step("t1", "stage", True, "")
    tested = await link.get(Tested)
    assert (await link.get(Step)) == Step("t1", "test", True, "")
    return tested


def weights(lab: Lab) -> list[str]:
    listed = lab.exec(DIRECTOR, ["ipvsadm", "-Sn"]).stdout.splitlines()
    return sorted(line.split("-w ")[1] for line in listed if "-w " in line)


def drained(data: bytes) -> bytes:
    return data.replace(b"weight 1\n", b"weight 0\n", 1)


async def test_installed_and_confirmed_then_given_back_byte_for_byte(lab: Lab) -> None:
    old = lab.read_file(DIRECTOR)
    new = drained(old)
    async with agent(lab, DIRECTOR) as link:
        tested = await staged(link, new)
        assert tested.isolated
        assert (tested.status, tested.messages) == (tested.status_in_force, tested.messages_in_force)
        link.send(Install("t1"))
        assert (await link.get(Step)) == Step("t1", "install", True, "")
        assert weights(lab) == ["0", "1", "1"]
        link.send(Confirm("t1"))
        assert (await link.get(Step)) == Step("t1", "confirm", True, "")
        link.send(Close("t1"))
        assert (await link.get(Step)) == Step("t1", "close", True, "")
        assert lab.read_file(DIRECTOR) == new
        changed = await link.get(Files, lambda files: files.files[0].data == new)
        file = changed.files[0]
        link.send(stage(file, old))
        await link.get(Tested)
        link.send(Install("t1"))
        assert (await link.get(Step, lambda step: step.step == "install")).ok
        link.send(Confirm("t1"))
        link.send(Close("t1"))
        assert (await link.get(Step, lambda step: step.step == "close")).ok
    assert hashlib.sha256(lab.read_file(DIRECTOR)).hexdigest() == hashlib.sha256(old).hexdigest()
    assert weights(lab) == ["1", "1", "1"]
    await until_seen(lambda: leftovers(lab, DIRECTOR) == "")


@pytest.mark.parametrize("how", ["link", "deadline", "asked"])
async def test_what_is_not_confirmed_is_undone(lab: Lab, how: str) -> None:
    old = lab.read_file(DIRECTOR)
    async with agent(lab, DIRECTOR) as link:
        await staged(link, drained(old), 10.0 if how == "deadline" else LIMIT_S)
        link.send(Install("t1"))
        assert (await link.get(Step)).ok
        assert lab.read_file(DIRECTOR) != old or how == "deadline"
        if how != "link":
            if how == "asked":
                link.send(RollBack("t1"))
            step = await link.get(Step)
            assert (step.step, step.ok) == ("roll back", True)
            assert lab.read_file(DIRECTOR) == old
    await until_seen(lambda: lab.read_file(DIRECTOR) == old and weights(lab) == ["1", "1", "1"])
    await until_seen(lambda: leftovers(lab, DIRECTOR) == "")


async def test_a_second_writer_is_told_who_holds_the_lock(lab: Lab) -> None:
    old = lab.read_file(DIRECTOR)
    async with agent(lab, DIRECTOR) as first, agent(lab, DIRECTOR) as second:
        await staged(first, drained(old))
        file = (await second.get(Files)).files[0]
        second.send(stage(file, drained(old)))
        refused = await second.get(Step)
        assert not refused.ok
        assert (
            "another change is being made on this Director: “A change” by the tests, by root (process "
            in refused.detail
        )
        first.send(RollBack("t1"))
        assert (await first.get(Step)).ok
        second.send(stage(file, drained(old)))
        assert (await second.get(Step)).ok
    assert lab.read_file(DIRECTOR) == old
    await until_seen(lambda: leftovers(lab, DIRECTOR) == "")


async def test_a_file_that_ends_keepalived_is_taken_back_and_it_is_said(lab: Lab) -> None:
    """`weight` without its number ends the whole daemon at a reload. `-t` says so; here it is installed all the same."""
    old = lab.read_file(DIRECTOR)
    try:
        async with agent(lab, DIRECTOR) as link:
            tested = await staged(link, old.replace(b"weight 1\n", b"weight\n", 1))
            assert (tested.status, tested.messages) != (tested.status_in_force, tested.messages_in_force)
            link.send(Install("t1"))
            step = await link.get(Step)
            assert not step.ok
            assert "ended when it was reloaded" in step.detail or "systemctl reload" in step.detail
            assert lab.read_file(DIRECTOR) == old
            assert not (await link.get(Keepalived, lambda keepalived: not keepalived.running)).running
    finally:
        lab.exec(DIRECTOR, ["systemctl", "restart", "keepalived"])
    await asyncio.to_thread(lab.wait_ready)
    await until_seen(lambda: leftovers(lab, DIRECTOR) == "")


async def test_samples_go_on_during_a_change(lab: Lab) -> None:
    old = lab.read_file(DIRECTOR)
    async with agent(lab, DIRECTOR) as link:
        await staged(link, drained(old))
        link.send(Install("t1"))
        sample = await link.get(
            Ipvs,
            lambda ipvs: not ipvs.full and any(real.weight == 0 for change in ipvs.changed for real in change.changed),
        )
        assert sample.error is None
    await until_seen(lambda: lab.read_file(DIRECTOR) == old)
    await until_seen(
        lambda: leftovers(lab, DIRECTOR) == ""
    )  # the agent's own end: its journal is the next test's otherwise

"""Interfaces that the files name for VRRP and that are not there: what we say of them is what the real keepalived does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lvstui.cluster.view import ClusterView
from lvstui.lab.lab import Lab
from tests.support.faulted_session import scene
from tests.support.lab_console import CONFIG, DIRECTORS, REAL, REFUSED, console, known, lvsctl
from tests.support.labs import until_logged
from tests.support.waiting import until, until_seen

pytestmark = pytest.mark.lab

TRACKED = b"    track_interface {\n        eth9\n    }\n"
ENDING = (  # in an instance
    (TRACKED, "track_interface of VI_1"),
    (b"    virtual_routes {\n        10.99.0.0/16 dev eth9\n    }\n", "virtual_routes of VI_1"),
    (b"    virtual_rules {\n        from 10.99.0.0/16 iif eth9 table 99\n    }\n", "virtual_rules of VI_1"),
)
GROUP = b"""vrrp_sync_group G {
    group {
        VI_1
        VI_2
    }
    track_interface {
        eth9 weight 5
    }
}
"""
TOO_LATE = b"global_defs {\n    dynamic_interfaces\n}\n"
PASSED_OVER = b"linkbeat_interfaces {\n    eth9\n}\n"


def in_the_first_instance(data: bytes, lines: bytes) -> bytes:
    at = data.index(b"    virtual_router_id ")
    return data[:at] + lines + data[at:]


def where(data: bytes) -> str:
    """What we say of the place where it stands."""
    return f"{CONFIG} line {data[: data.index(b'eth9')].count(bytes([10])) + 1}"


def runs(lab: Lab, name: str) -> bool:
    return lab.status()["directors"][name]["keepalived_pid"] is not None


def started_again(lab: Lab, name: str, data: bytes) -> None:
    """Until VRRP has read its files."""
    lab.write_file(name, data)
    command = "systemctl reset-failed keepalived; systemctl restart keepalived"
    until_logged(lab, name, command, "Entering BACKUP STATE", by="-t Keepalived_vrrp")


def of_interfaces(view: ClusterView) -> list[tuple[str, str]]:
    """The kinds and texts of those problems that tell of eth9."""
    return [(one.kind.value, one.text) for one in view.problems if "eth9" in one.text]


def test_a_tracked_interface_that_is_not_there_is_seen_and_refused_and_ends_keepalived(lab: Lab, folder: Path) -> None:
    before = [lab.read_file(name) for name in DIRECTORS]
    wrong = in_the_first_instance(before[1], TRACKED)
    lab.write_file("director2", wrong)
    said = "track_interface of VI_1 names the interface eth9, which is not there"
    status, told = lvsctl(lab, folder, "drain", REAL, "--yes")
    told = " ".join(told.split())
    assert status == REFUSED and "fatal" in told, told
    assert f"director2: a reload would end keepalived: {where(wrong)}, which is not loaded yet: {said}" in told
    with console(lab, folder) as terminal:
        terminal.until(lambda screen: known(screen) and where(wrong) in screen)
        terminal.press("q")
        until(terminal.ended)
    assert [lab.read_file(name) for name in DIRECTORS] == [before[0], wrong]
    lab.exec("director2", ["systemctl", "reload", "keepalived"])
    until(lambda: runs(lab, "director2"), False.__eq__)
    started_again(lab, "director2", before[1])


async def each_place(lab: Lab, name: str, cases: list[tuple[bytes, str]]) -> None:
    """What is said of each file, by one session that watches, and what keepalived does with it."""
    before = lab.read_file(name)
    async with scene(lab) as watching:

        async def tells(data: bytes, told: list[tuple[str, str]]) -> None:
            """Once it has read the file."""

            def says(view: ClusterView) -> bool:
                files = watching._state.facts(name).files
                return files is not None and files.files[0].data == data and of_interfaces(view) == told

            lab.write_file(name, data)
            await watching.see(says)

        for wrong, subject in cases:
            said = f"{where(wrong)}: {subject} names the interface eth9, which is not there"
            await tells(wrong, [("fatal", f"{name}: a reload would end keepalived: {said}")])
            await asyncio.to_thread(lab.exec, name, ["systemctl", "reload", "keepalived"])
            await until_seen(lambda: not runs(lab, name))
            await asyncio.to_thread(started_again, lab, name, before)
        passed_over = before + PASSED_OVER
        line = f"{name}: {where(passed_over)}: linkbeat_interfaces names the interface eth9, which is not there"
        for harmless, told in ((passed_over, [("absent-interface", line)]), (TOO_LATE + cases[0][0], [])):
            await tells(harmless, told)
            assert (await asyncio.to_thread(lab.exec, name, ["systemctl", "reload", "keepalived"])).status == 0
            assert runs(lab, name)
        await asyncio.to_thread(started_again, lab, name, before)


def cases_of(before: bytes, ending: tuple[tuple[bytes, str], ...]) -> list[tuple[bytes, str]]:
    """Files that end keepalived, and what names the interface in each."""
    cases = [(in_the_first_instance(before, lines), subject) for lines, subject in ending]
    cases.append((GROUP + before, "track_interface of the sync group G"))
    cases.append((cases[0][0] + TOO_LATE, "track_interface of VI_1"))
    return cases


async def test_each_place(lab: Lab) -> None:
    """In keepalived 2.2.7."""
    await each_place(lab, "director2", cases_of(lab.read_file("director2"), ENDING))


@pytest.mark.parametrize("name", DIRECTORS)
async def test_other_releases_do_the_same(mixed_lab: Lab, name: str) -> None:
    """2.1.5 and 2.3.3."""
    await each_place(mixed_lab, name, cases_of(mixed_lab.read_file(name), ENDING[:1]))


async def test_an_interface_that_was_taken_away_can_be_reloaded_and_not_started(lab: Lab) -> None:
    before = lab.read_file("director2")
    wrong = in_the_first_instance(before, TRACKED)
    assert lab.exec("director2", ["ip", "link", "add", "eth9", "type", "dummy"]).status == 0
    assert lab.exec("director2", ["ip", "link", "set", "eth9", "up"]).status == 0
    started_again(lab, "director2", wrong)
    said = f"{where(wrong)}: track_interface of VI_1 names the interface eth9, which is not there"
    told = ("absent-interface", f"director2: keepalived would not start again: {said}")
    async with scene(lab) as watching:
        assert of_interfaces(watching.view()) == []
        assert lab.exec("director2", ["ip", "link", "del", "eth9"]).status == 0
        # VI_1 may be in FAULT already: that names eth9 too.
        await watching.see(lambda view: told in of_interfaces(view))
        outcome = await watching.make(watching.drain())
        assert outcome.kind == "done", outcome
        assert runs(lab, "director2")
        await asyncio.to_thread(lab.exec, "director2", ["systemctl", "restart", "keepalived"])
        await until_seen(lambda: not runs(lab, "director2"))
        await watching.see(lambda view: any("keepalived does not start" in text for _, text in of_interfaces(view)))
    started_again(lab, "director2", before)

"""What clients meet on the real pair is told by the console's session, and by one look of `lvsctl status`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from lvstui.cli import change_command, exit_status, status_command
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView, Problem, Severity
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import CONFIG_PATH, Lab
from lvstui.session.session import Session
from lvstui.session.subscription import until
from tests.support.lab_sessions import request, seen, session, used_again
from tests.support.waiting import LIMIT_S, until_seen

pytestmark = pytest.mark.lab

Kinds = dict[ProblemKind, Severity]


def kinds(view: ClusterView) -> Kinds:
    return {one.kind: one.severity for one in view.problems if one.severity is not Severity.INFO}


def problem(view: ClusterView, kind: ProblemKind) -> Problem:
    return next(one for one in view.problems if one.kind is kind)


def run(lab: Lab, director: str, *argv: str) -> str:
    done = lab.exec(director, list(argv))
    assert done.status == 0, (argv, done)
    return done.stdout.strip()


async def told(open_one: Session, wanted: Kinds) -> ClusterView:
    """As soon as these problems are there, and no others."""
    if not await until(open_one, lambda: kinds(open_one.view()) == wanted, LIMIT_S):
        pytest.fail(
            "\n".join(f"{one.severity} {one.kind}: {one.text}" for one in open_one.view().problems) or "no problem"
        )
    return open_one.view()


async def status(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Kinds:
    """What `lvsctl status` says to be wrong, at one look."""
    capsys.readouterr()
    code = await status_command.show_status(session(lab), as_json=True)
    said = capsys.readouterr().out.splitlines()[-1]
    assert code == 0, said
    shown = json.loads(said)
    return {
        ProblemKind(one["kind"]): Severity(one["severity"]) for one in shown["problems"] if one["severity"] != "info"
    }


async def drained(lab: Lab, console: Session) -> int:
    """Ask for a drain, whatever guards may be overridden."""
    return await change_command.make_change(used_again(lab, console), request("drain", "kernel", "pending"))


async def well(open_one: Session) -> None:
    await seen(open_one, lambda view: all(one.role is not None for one in view.directors))
    await told(open_one, {})


def pid(lab: Lab, director: str, child: str) -> str:
    return run(lab, director, "sh", "-c", f"cat /run/keepalived/{child}.pid /run/{child}.pid 2>/dev/null | head -1")


async def test_an_emptied_table_is_an_outage_and_nothing_is_verified_against_it(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [lab.read_file(name) for name in ("director1", "director2")]
    async with session(lab) as console:
        await well(console)
        run(lab, "director1", "ipvsadm", "-C")
        try:
            wanted = {ProblemKind.EMPTY_TABLE: Severity.CRITICAL}
            view = await told(console, wanted)
            assert "director1 holds 10.10.0.20 and serves nothing" in problem(view, ProblemKind.EMPTY_TABLE).text
            assert await status(lab, capsys) == wanted
            assert await drained(lab, console) == exit_status.REFUSED
            assert "director1: tcp/10.10.0.20:80 is not in its kernel" in capsys.readouterr().err
            assert [lab.read_file(name) for name in ("director1", "director2")] == files
        finally:
            run(lab, "director1", "systemctl", "restart", "keepalived")
        await well(console)
        run(lab, "director2", "ipvsadm", "-d", "-t", "10.10.0.20:80", "-r", "192.168.211.13:8082")
        try:
            await told(console, {ProblemKind.DRIFT: Severity.WARNING})
            assert await drained(lab, console) == exit_status.REFUSED
            assert "director2: 192.168.211.13:8082 is not in its kernel" in capsys.readouterr().err
        finally:
            run(lab, "director2", "systemctl", "restart", "keepalived")
        await well(console)


async def test_processes_that_are_stopped_are_named_by_both_and_a_change_does_not_wait_for_ever(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    vrrp, checkers = pid(lab, "director1", "vrrp"), pid(lab, "director1", "checkers")
    async with session(lab) as console:
        await well(console)
        run(lab, "director1", "kill", "-STOP", vrrp)
        try:
            wanted = {ProblemKind.SPLIT_BRAIN: Severity.CRITICAL, ProblemKind.HUNG: Severity.CRITICAL}
            view = await told(console, wanted)
            assert f"VRRP process ({vrrp}) on director1 is stopped" in problem(view, ProblemKind.HUNG).text
            assert await status(lab, capsys) == wanted
        finally:
            run(lab, "director1", "kill", "-CONT", vrrp)
        await well(console)
        run(lab, "director1", "kill", "-STOP", checkers)
        try:
            wanted = {ProblemKind.HUNG: Severity.CRITICAL}
            view = await told(console, wanted)
            assert f"checkers process ({checkers}) on director1 is stopped" in problem(view, ProblemKind.HUNG).text
            assert await drained(lab, console) == exit_status.REFUSED
            assert f"checkers process ({checkers}) is stopped" in capsys.readouterr().err
        finally:
            run(lab, "director1", "kill", "-CONT", checkers)
        await well(console)


async def test_what_the_next_reload_or_a_setting_would_break_is_told_while_it_is_so(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    async with session(lab) as console:
        await well(console)
        run(lab, "director1", "sysctl", "-qw", "net.ipv4.ip_forward=0")
        try:
            wanted = {ProblemKind.IP_FORWARD: Severity.CRITICAL}
            await told(console, wanted)
            assert (await asyncio.to_thread(lab.traffic, Traffic("requests", count=2))).answered == 0
            run(lab, "director1", "sysctl", "-qw", "net.ipv4.conf.ens36.forwarding=1")
            await told(console, {})
            await answered(lab, 2)
        finally:
            run(lab, "director1", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        run(lab, "director2", "chmod", "g+x", CONFIG_PATH)
        try:
            wanted = {ProblemKind.UNUSABLE_FILE: Severity.ERROR}
            await told(console, wanted)
            assert await status(lab, capsys) == wanted
            run(lab, "director2", "systemctl", "reload", "keepalived")
            view = await seen(console, lambda now: Severity.CRITICAL in kinds(now).values())
            assert "Its IPVS table is empty" in problem(view, ProblemKind.UNUSABLE_FILE).text
        finally:
            run(lab, "director2", "chmod", "g-x", CONFIG_PATH)
            run(lab, "director2", "systemctl", "restart", "keepalived")
        await well(console)
        good = lab.read_file("director2")
        lab.write_file("director2", good.replace(b"virtual_router_id 61", b"virtual_router_id"))
        view = await seen(console, lambda now: ProblemKind.FATAL in kinds(now))
        assert kinds(view)[ProblemKind.FATAL] is Severity.ERROR
        lab.write_file("director2", good)
        await told(console, {})


async def test_the_service_vip_and_the_gateway_vip_on_two_directors(lab: Lab) -> None:
    """By all three return paths: whole, each serves and has no problem; apart, two time out and are told, SNAT serves."""
    seed = lab.read_file("director2")
    head, found, tail = seed.partition(b"virtual_router_id 61")
    apart = head + found + tail.replace(b"priority 50", b"priority 200", 1)
    async with session(lab) as console:
        for path in ("single-nic", "policy-route", "snat"):
            lab.set_return_path(path)
            await well(console)
            await answered(lab, 3)
            await moved(lab, console, apart, "director2")
            if path == "snat":
                await answered(lab, 3)
                for _ in range(3):
                    await seen(console, fresh(console))
                    assert ProblemKind.GATEWAY not in kinds(console.view())
            else:
                view = await seen(console, lambda now: ProblemKind.GATEWAY in kinds(now))
                assert (
                    "192.168.211.20, the gateway VIP of its real servers, on director2"
                    in problem(view, ProblemKind.GATEWAY).text
                )
                assert kinds(view)[ProblemKind.GATEWAY] is Severity.CRITICAL
                assert (await asyncio.to_thread(lab.traffic, Traffic("requests", count=2))).answered == 0
            await moved(lab, console, seed, "director1")


async def answered(lab: Lab, count: int) -> None:
    """As soon as every request is."""
    await until_seen(lambda: lab.traffic(Traffic("requests", count=count)).answered == count)


async def moved(lab: Lab, console: Session, data: bytes, to: str) -> None:
    """The gateway VIP goes there: director2's priority for it is another."""
    lab.write_file("director2", data)
    run(lab, "director2", "systemctl", "reload", "keepalived")

    def there(view: ClusterView) -> bool:
        return all(
            vip.held is (director.name == to)
            for director in view.directors
            for one in director.vrrp
            for vip in one.vips
            if vip.address == "192.168.211.20"
        )

    await seen(console, there)


def fresh(console: Session) -> Callable[[ClusterView], bool]:
    """A later second than now."""
    now = console.view().wall
    return lambda view: view.wall >= now + 1.0

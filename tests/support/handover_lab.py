"""Hand a Director of the lab over and take it back as lvsctl does, and see who has the VIPs; for tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal

import pytest

from lvstui.cli import change_command
from lvstui.lab.client_traffic import RunningTraffic, Traffic
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from tests.support.lab_sessions import DIRECTORS
from tests.support.labs import forget_soon
from tests.support.waiting import until

RATE = 50.0  # requests per second


def request(
    action: Literal["handover", "takeback", "undo"], director: str | None = "director1", *, by_stop: bool = False
) -> change_command.ChangeRequest:
    """What lvsctl makes of the command; a connection that is open for a moment may be cut."""
    return change_command.ChangeRequest(
        action, "", (), None, "kernel update", False, True, True, frozenset(("connections",)), None,
        director=director, by_stop=by_stop,
    )  # fmt: skip


async def made(
    opened: Session, asked: change_command.ChangeRequest, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """Make a change, and return what `--json` prints of it."""
    capsys.readouterr()
    code = await change_command.make_change(opened, asked)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["exit_status"] == code
    return told


async def done(
    opened: Session, asked: change_command.ChangeRequest, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    told = await made(opened, asked, capsys)
    assert told["outcome"] == "done", told["text"]
    return told


def masters(lab: Lab) -> dict[str, list[str]]:
    """Which VIPs each Director has, as its kernel says."""
    vips = ("10.10.0.20", "192.168.211.20")
    shown = {name: lab.exec(name, ["ip", "-o", "-4", "address"]).stdout for name in DIRECTORS}
    return {name: [vip for vip in vips if f" {vip}/" in text] for name, text in shown.items()}


BOTH = ["10.10.0.20", "192.168.211.20"]


@contextmanager
def asking(lab: Lab, moves: int) -> Iterator[RunningTraffic]:
    """A client that asks through the VIP all the time, one request after the other, while the VIPs move so many times.

    Nothing synchronises connections: each time that of the request which is under way may be cut, and the one after it, while one
    VIP has moved and the other has not. All others are answered.
    """
    running = lab.start_traffic(Traffic(rate=RATE, patience_s=60.0))
    until(lambda: running.report().answered, lambda count: count > RATE)
    yield running
    report = running.report(stop=True)
    assert sum(report.errors.values()) <= 2 * moves, report


def hashing(lab: Lab) -> AbstractContextManager[None]:
    """Have both Directors take up connections that they do not know, at the server that had them; undone afterwards."""
    return _begun_anew(lab, b"lb_algo rr", b"lb_algo sh\n    sh-port", sloppy=1)


def synchronising(lab: Lab) -> AbstractContextManager[None]:
    """Have the MASTER's kernel tell its connections to the BACKUP's, as keepalived does it; undone afterwards."""
    return _begun_anew(lab, b"global_defs {", b"global_defs {\n    lvs_sync_daemon ens36 VI_1 id 51", sloppy=0)


@contextmanager
def _begun_anew(lab: Lab, old: bytes, new: bytes, *, sloppy: int) -> Iterator[None]:
    before = {name: lab.read_file(name) for name in DIRECTORS}
    _begin_anew(lab, {name: data.replace(old, new) for name, data in before.items()}, sloppy)
    try:
        lab.wait_ready()
        yield
    finally:
        _begin_anew(lab, before, 0)


def _begin_anew(lab: Lab, files: dict[str, bytes], sloppy: int) -> None:
    forget_soon(lab)
    for name, data in files.items():
        lab.write_file(name, data)
        settings = f"echo {sloppy} >/proc/sys/net/ipv4/vs/sloppy_tcp"
        done = lab.exec(name, ["sh", "-c", f"{settings} && systemctl restart keepalived"])
        assert done.status == 0, done


@contextmanager
def holding(lab: Lab, count: int, moves: int) -> Iterator[RunningTraffic]:
    """A client that holds connections open and asks on each twice a second, while the VIPs move so many times.

    One that is asked while they move may be cut, as a request may be (`asking`). All others go on.
    """
    held = lab.start_traffic(Traffic("hold", count=count, rate=2.0, patience_s=60.0))
    try:
        until(held.report, lambda report: report.answered >= count)
        yield held
        moved = held.report()
        kept = count - sum(moved.errors.values())
        assert kept >= count - 2 * moves, moved
        until(held.report, lambda report: report.answered >= moved.answered + kept)
    finally:
        last = held.report(stop=True)
    assert last.errors == moved.errors, last

"""A change with `lvsctl`: its exit statuses, and its JSON field by field as docs/lvsctl.md has it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from lvstui.cli import change_command, status_command
from lvstui.cluster.plan.intent import Action
from lvstui.cluster.plan.outcome import Kind
from lvstui.session.session import Session
from lvstui.session.subscription import until
from tests.support.lvsctl import REAL, SERVICE, Ending, changed, documented, printed, shape
from tests.support.telling import NAMES, configuration, row
from tests.support.waiting import LIMIT_S


async def test_a_change_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    assert await changed(Ending()) == 0
    told = printed(capsys)
    assert shape(told) == shape(documented("drain, restore, weight, add, remove, handover, takeback, undo"))
    assert (told["outcome"], told["exit_status"]) == ("done", 0)


@pytest.mark.parametrize(
    ("kind", "code"), [("done", 0), ("refused", 1), ("unreachable", 3), ("rolled back", 4), ("undecided", 5)]
)
async def test_how_a_change_ends_is_its_exit_status(kind: Kind, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert await changed(Ending(kind)) == code
    told = printed(capsys)
    assert (told["outcome"], told["exit_status"]) == (kind, code)
    assert set(told["directors"]) == set(NAMES)


async def test_what_stays_at_0_is_6(capsys: pytest.CaptureFixture[str]) -> None:
    assert await changed(Ending(exit_code=6), "add", "192.168.211.13:8084", virtual_servers=(SERVICE,)) == 6
    assert printed(capsys)["exit_status"] == 6


async def test_a_wait_tells_what_is_left_and_for_how_long_it_waits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_command, "SILENCE", 0.01)
    assert await changed(Ending(), wait=0.05, as_json=False) == 6
    waits = [line for line in capsys.readouterr().out.splitlines() if "waiting for connections" in line]
    assert waits
    assert waits[-1].endswith("s of at most 0.05 s")


async def test_a_wait_that_runs_out_is_6(capsys: pytest.CaptureFixture[str]) -> None:
    assert await changed(Ending(), wait=0.01) == 6
    assert "connections are left after 0.01 s" in printed(capsys)["text"]


async def test_an_interrupted_change_is_undecided_and_not_called_refused(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    session.may_end.clear()
    running = asyncio.ensure_future(changed(session))
    assert await until(cast(Session, session), lambda: bool(session.applied), LIMIT_S)
    running.cancel()
    assert await running == 5
    assert "interrupted" in printed(capsys)["text"]


async def test_an_interrupted_wait_is_not_an_undecided_change(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    running = asyncio.ensure_future(changed(session, wait=100))
    assert await until(cast(Session, session), lambda: bool(session.records), LIMIT_S)
    running.cancel()
    assert await running == 6
    assert "interrupted" in printed(capsys)["text"]


@pytest.mark.parametrize(
    ("action", "real", "more", "code", "word"),
    [
        ("drain", "nonsense", {}, 2, "not ADDRESS:PORT"),
        ("drain", "10.0.0.1:80", {}, 1, "no real server"),
        ("drain", REAL, {"virtual_servers": ("tcp/10.0.0.1:80",)}, 1, "no virtual server"),
        ("add", "nonsense", {"virtual_servers": (SERVICE,)}, 2, "not ADDRESS:PORT"),
        ("add", REAL, {"virtual_servers": (SERVICE,)}, 1, "there already"),
        ("restore", REAL, {}, 1, "not drained"),
        ("undo", "", {}, 1, "no change of this pair"),
        ("drain", REAL, {"yes": False}, 1, "give --yes"),
        ("drain", "192.168.211.13", {}, 1, "last-server"),
    ],
)
async def test_what_is_refused_changes_nothing(
    action: Action, real: str, more: dict[str, Any], code: int, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Ending()
    assert await changed(session, action, real, **more) == code
    assert word in printed(capsys)["text"]
    assert session.applied == []


async def test_a_director_that_cannot_be_reached_is_3(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    session.pair.state.failed(
        "director2", "connection refused", "", permanent=True, retry_in=None, now=session.pair.now
    )
    assert await changed(session) == 3
    assert "director2 cannot be reached: connection refused" in printed(capsys)["text"]
    assert await status_command.show_status(cast(Session, session), as_json=True) == 3


async def test_a_dry_run_shows_the_plan_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    for action, real in (("drain", REAL), ("weight", REAL), ("remove", REAL)):
        weight = 5 if action == "weight" else None
        assert await changed(session, cast(Action, action), real, weight=weight, dry_run=True, yes=False) == 0
        told = printed(capsys)
        assert told["outcome"] == "dry run"
        assert set(told["diffs"]) == set(NAMES)
    assert session.applied == []


@pytest.mark.parametrize(("drained", "ports"), [((), [8081, 8082, 8083]), ((8082,), [8081, 8083])])
async def test_the_machine_is_one_plan_and_what_is_drained_already_is_left_out(
    drained: tuple[int, ...], ports: list[int]
) -> None:
    session = Ending()
    mark = "0  # drained, was 1, 2026-11-22 14:01 by ana@ops1"
    weights = {port: mark if port in drained else 1 for port in (8081, 8082, 8083)}
    for name in NAMES:
        session.pair.files(name, configuration(weights))
        session.pair.ipvs(name, *(row(port, int(port not in drained)) for port in (8081, 8082, 8083)))
    overrides = frozenset(["pending", "last-server"])
    assert await changed(session, real="192.168.211.13", overrides=overrides) == 0
    [(plan, _)] = session.applied
    assert [target.real_server for target in plan.intent.targets] == [f"192.168.211.13:{port}" for port in ports]
    assert all(len(one.replacements) == 1 for one in plan.directors)
    assert plan.title == f"Drain {len(ports)} real servers in {SERVICE}"

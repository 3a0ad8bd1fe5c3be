"""lvsctl's contract: exit statuses, and every JSON object field by field as docs/lvsctl.md has it."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from lvstui import chronicle, scripts
from lvstui.applying import until
from lvstui.cluster import status
from lvstui.cluster.intent import Action
from lvstui.cluster.outcome import EXIT_CODES, Kind, Outcome
from lvstui.cluster.view import LinkState, UnfinishedView
from lvstui.director.messages import Host
from lvstui.session import Session

from .cluster.telling import NAMES, Pair, configuration, row
from .console.fake_session import FakeSession

DOCS = Path(__file__).parent.parent / "docs" / "lvsctl.md"
REAL = "192.168.211.13:8082"
SERVICE = "tcp/10.10.0.20:80"


def documented(heading: str) -> Any:
    """The JSON object below a heading of the page."""
    section = DOCS.read_text().split(f"### {heading}\n")[1].split("\n### ")[0]
    lines = re.search(r"(?m)^    \{(?:.*\n)(?:    .*\n)*", section)
    assert lines is not None
    return json.loads(lines[0])


def shape(value: object) -> object:
    """Keys and their nesting; lists by their first element, maps of Directors by their first one."""
    if isinstance(value, dict):
        if value and all(key in NAMES for key in value):
            return {"director": shape(next(iter(value.values())))}
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None


class Ending(FakeSession):
    """A pair that is up, whose changes end as told."""

    pair: Pair

    def __init__(self, kind: Kind = "done", exit_code: int | None = None) -> None:
        pair = Pair().up()
        for name in NAMES:
            pair.say(name, Host(1.0, 0.1, 2, None, None, (), None, None, None))
        super().__init__(pair.sample())
        self._end = Outcome(kind, EXIT_CODES[kind] if exit_code is None else exit_code, f"it is {kind}", {})

    async def apply(self, *wanted: Any, **more: Any) -> Outcome:
        asyncio.get_running_loop().call_soon(self.tell)
        outcome = await super().apply(*wanted, **more)
        asyncio.get_running_loop().call_soon(self.tell)
        self.records[-1] = replace(self.records[-1], outcome=self._end.kind)
        return replace(self._end, directors=outcome.directors)


async def changed(session: FakeSession, action: Action = "drain", real: str = REAL, **more: Any) -> int:
    wanted: dict[str, Any] = {
        "virtual_servers": (), "weight": None, "reason": "", "dry_run": False, "yes": True, "as_json": True,
        "overrides": frozenset(["pending"]), "wait": None,
    }  # fmt: skip
    return await scripts.make_change(cast(Session, session), scripts.Request(action, real, **{**wanted, **more}))


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    [line] = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_status_is_as_documented_field_by_field() -> None:
    view = status.as_json(Ending().view())
    view["problems"] = documented("status")["problems"]  # a pair that is well has none
    assert shape(view) == shape(documented("status"))


def test_a_problem_is_as_documented() -> None:
    pair = Pair().up(masters=NAMES)
    found = cast(list[dict[str, object]], status.as_json(pair.after(10).view())["problems"])
    assert found
    assert list(found[0]) == list(documented("status")["problems"][0])


async def test_a_change_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    assert await changed(Ending()) == 0
    told = printed(capsys)
    assert shape(told) == shape(documented("drain, restore, weight, add, remove, undo"))
    assert (told["outcome"], told["exit_status"]) == ("done", 0)


async def test_the_history_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    assert await changed(session, reason="kernel update") == 0
    capsys.readouterr()
    session.records[0] = replace(session.records[0], overrides=("pending",))
    assert chronicle.show_history(cast(Session, session), as_json=True) == 0
    assert shape(printed(capsys)) == shape(documented("history"))
    assert chronicle.show_history(cast(Session, session), as_json=False) == 0
    assert f"Drain {REAL} in {SERVICE} (kernel update)" in capsys.readouterr().out


def test_a_history_that_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    session.unreadable = PermissionError(13, "Permission denied")
    assert chronicle.show_history(cast(Session, session), as_json=False) == 1
    assert "Permission denied" in capsys.readouterr().err


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


async def test_a_wait_that_runs_out_is_6(capsys: pytest.CaptureFixture[str]) -> None:
    assert await changed(Ending(), wait=0.01) == 6
    assert "connections are left after 0.01 s" in printed(capsys)["text"]


async def test_an_interrupted_change_is_undecided_and_not_called_refused(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    session.may_end.clear()
    running = asyncio.ensure_future(changed(session))
    assert await until(cast(Session, session), lambda: bool(session.applied), 20)
    running.cancel()
    assert await running == 5
    assert "interrupted" in printed(capsys)["text"]


async def test_an_interrupted_wait_is_not_an_undecided_change(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    running = asyncio.ensure_future(changed(session, wait=100))
    assert await until(cast(Session, session), lambda: bool(session.records), 20)
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
    assert await scripts.show_status(cast(Session, session), as_json=True) == 3


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


# --- settle ---


def test_one_look_waits_for_what_the_checkers_found() -> None:
    """And for the other words of the daemon: what its log tells of the checkers may be history."""
    for director in Pair().up().view().directors:
        assert scripts._settled(director)
        for missing in ({"checkers_told": False}, {"pending": None}, {"version": None}):
            assert not scripts._settled(replace(director, keepalived=replace(director.keepalived, **missing)))
        assert not scripts._settled(replace(director, role=None))


def test_one_look_waits_for_a_director_that_is_silent_for_a_moment_and_not_for_one_that_is_away() -> None:
    for director in Pair().up().view().directors:
        assert not scripts._settled(replace(director, state=LinkState.STALE))
        assert scripts._settled(replace(director, state=LinkState.STALE, error="the link is silent"))
        assert scripts._settled(replace(director, state=LinkState.LOST, error="refused"))


def unfinished(*names: str) -> Ending:
    session = Ending()
    left = UnfinishedView("t1", "Drain x", "ben@ops2", 1.0, ("/etc/keepalived/keepalived.conf is the new file",))
    view = session.view()
    directors = tuple(replace(one, unfinished=left if one.name in names else None) for one in view.directors)
    session.shown = replace(view, directors=directors)
    return session


async def settled(session: FakeSession, *, put_back: bool | None, dry_run: bool = False, yes: bool = True) -> int:
    return await chronicle.settle(cast(Session, session), chronicle.Asked(put_back, dry_run, yes, True))


@pytest.mark.parametrize("put_back", [True, False])
async def test_what_is_left_is_settled_on_every_director(put_back: bool, capsys: pytest.CaptureFixture[str]) -> None:
    session = unfinished(*NAMES)
    assert await settled(session, put_back=put_back) == 0
    assert session.settled == [(name, "t1", not put_back) for name in NAMES]
    told = printed(capsys)
    assert (told["outcome"], set(told["directors"])) == ("done", set(NAMES))


async def test_settling_is_asked_for_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    session = unfinished("director1")
    assert await settled(session, put_back=None) == 1
    assert "--put-back" in printed(capsys)["text"]
    assert await settled(session, put_back=True, yes=False) == 1
    assert "--yes" in printed(capsys)["text"]
    assert await settled(session, put_back=None, dry_run=True) == 0
    assert "Drain x, by ben@ops2" in printed(capsys)["text"]
    assert session.settled == []
    assert await settled(unfinished(), put_back=True) == 0
    assert "nothing is left unfinished" in printed(capsys)["text"]

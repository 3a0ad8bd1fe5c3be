"""What the tests of lvsctl's commands share: its page, a session whose changes end as told, and what was printed."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from typing import Any, cast

import pytest

from lvstui.cli import change_command
from lvstui.cluster.plan.intent import Action
from lvstui.cluster.plan.outcome import EXIT_CODES, Kind, Outcome
from lvstui.director.protocol.host_messages import Host
from lvstui.session.session import Session
from tests.support.fake_session import FakeSession
from tests.support.paths import ROOT
from tests.support.telling import NAMES, Pair

DOCS = ROOT / "docs" / "lvsctl.md"


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
    return await change_command.make_change(
        cast(Session, session), change_command.ChangeRequest(action, real, **{**wanted, **more})
    )


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    [line] = capsys.readouterr().out.splitlines()
    return json.loads(line)

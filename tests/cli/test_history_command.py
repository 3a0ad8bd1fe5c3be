"""`lvsctl history`: as docs/lvsctl.md has it, and what is said of one that cannot be read."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from lvstui.cli import history_command
from lvstui.session.session import Session
from tests.support.lvsctl import REAL, SERVICE, Ending, changed, documented, printed, shape


async def test_the_history_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    assert await changed(session, reason="kernel update") == 0
    capsys.readouterr()
    session.records[0] = replace(session.records[0], overrides=("pending",))
    assert history_command.show_history(cast(Session, session), as_json=True) == 0
    assert shape(printed(capsys)) == shape(documented("history"))
    assert history_command.show_history(cast(Session, session), as_json=False) == 0
    assert f"Drain {REAL} in {SERVICE} (kernel update)" in capsys.readouterr().out


def test_a_history_that_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    session = Ending()
    session.unreadable = PermissionError(13, "Permission denied")
    assert history_command.show_history(cast(Session, session), as_json=False) == 1
    assert "Permission denied" in capsys.readouterr().err

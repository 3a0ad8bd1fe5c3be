"""`lvsctl settle`: the same on every Director, and only when it was asked for in words."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from lvstui.cli import settle_command
from lvstui.cluster.director_facts import UnfinishedView
from lvstui.session.session import Session
from tests.support.fake_session import FakeSession
from tests.support.lvsctl import Ending, printed
from tests.support.telling import NAMES


def unfinished(*names: str) -> Ending:
    session = Ending()
    left = UnfinishedView("t1", "Drain x", "ben@ops2", 1.0, ("/etc/keepalived/keepalived.conf is the new file",))
    view = session.view()
    directors = tuple(replace(one, unfinished=left if one.name in names else None) for one in view.directors)
    session.shown = replace(view, directors=directors)
    return session


async def settled(session: FakeSession, *, put_back: bool | None, dry_run: bool = False, yes: bool = True) -> int:
    return await settle_command.settle(
        cast(Session, session), settle_command.SettleRequest(put_back, dry_run, yes, True)
    )


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
    assert "no unfinished change" in printed(capsys)["text"]

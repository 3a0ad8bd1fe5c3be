"""What is asked at the terminal is waited for beside the links; no answer is no."""

from __future__ import annotations

import asyncio
import os

import pytest

from lvstui.cli.exit_status import REFUSED
from lvstui.cli.output import agreed
from tests.support.lvsctl import Ending, changed
from tests.support.telling import NAMES, configuration
from tests.support.waiting import turn, until_true


async def asked(question: str) -> asyncio.Task[bool]:
    asking = asyncio.create_task(agreed(question))
    await turn()
    return asking


@pytest.mark.parametrize(
    ("typed", "yes"), [("y\n", True), (" Yes \n", True), ("n\n", False), ("\n", False), ("\x04", False)]
)
async def test_others_go_on_while_it_is_asked(
    typed: str, yes: bool, terminal: int, capsys: pytest.CaptureFixture[str]
) -> None:
    asking = await asked("Apply? [y/N] ")
    for _ in range(100):
        await turn()
    assert not asking.done() and capsys.readouterr().out == "Apply? [y/N] "
    os.write(terminal, typed.encode())
    assert await asking is yes


async def test_a_terminal_that_is_gone_gives_no_answer(terminal: int) -> None:
    asking = await asked("Apply? [y/N] ")
    os.write(terminal, b"ye")  # the line is not ended
    os.dup2(os.open(os.devnull, os.O_RDWR), terminal)
    assert await asking is False


async def test_a_plan_that_is_another_one_after_it_was_agreed_to_is_refused(
    terminal: int, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Ending()
    changing = asyncio.create_task(changed(session, yes=False, as_json=False))
    await until_true(lambda: "[y/N]" in capsys.readouterr().out)
    session.pair.files(NAMES[0], b"# by another hand\n" + configuration())
    os.write(terminal, b"y\n")
    assert await changing == REFUSED
    assert "run the command again; nothing was changed" in capsys.readouterr().err
    assert session.applied == []


async def test_a_plan_that_is_still_the_same_is_applied_after_it_was_agreed_to(
    terminal: int, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Ending()
    changing = asyncio.create_task(changed(session, yes=False, as_json=False))
    await until_true(lambda: "[y/N]" in capsys.readouterr().out)
    os.write(terminal, b"y\n")
    assert await changing == 0
    assert len(session.applied) == 1

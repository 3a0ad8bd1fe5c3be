"""What is asked of the past is answered as far as it was recorded; what was not recorded is no answer."""

from __future__ import annotations

from datetime import datetime

import pytest
from click.testing import CliRunner, Result

from lvstui.cli.main import lvsctl
from tests.support.kept_recordings import keep

REFUSED = 1
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
MORNING = datetime(2026, 11, 22, 8, 0).timestamp()


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(lvsctl, arguments)


def at(wall: float) -> str:
    """Return a moment as it is written after an option, and printed."""
    return f"{datetime.fromtimestamp(wall):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize("wall", [MORNING - MINUTE, MORNING + HOUR + MINUTE, MORNING + DAY])
def test_a_moment_that_a_file_does_not_have_is_refused_with_those_that_it_has(wall: float) -> None:
    path = keep(MORNING, MORNING + HOUR)
    ran = asked("--replay", str(path), "--at", at(wall), "status")
    there = f"{at(MORNING)} to {at(MORNING + HOUR)}"
    said = f"refused: nothing was recorded in {path} at {at(wall)}. There is: {there}\n"
    assert (ran.exit_code, ran.stdout, ran.stderr) == (REFUSED, "", said)


def test_the_moments_that_a_refusal_names_are_shown() -> None:
    demo = ("--replay", "demo")
    refused = asked(*demo, "--at", "2020-01-01", "status").stderr
    began, _, ended = refused.partition(". There is: ")[2].strip().partition(" to ")
    for moment in (began, ended):
        ran = asked(*demo, "--at", moment, "status")
        assert ran.exit_code == 0, ran.stderr
        assert "lost" not in ran.stdout

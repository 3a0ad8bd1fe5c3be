"""A Director of Debian 12 becomes one of Debian 13, by the runbook, under traffic."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lvstui.cli import status_command
from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions
from tests.support.handover_lab import BOTH, asking, done, masters, request
from tests.support.lab_sessions import DIRECTORS, session
from tests.support.labs import a_lab
from tests.support.waiting import until

_LOOKS = 10  # each of them waits for what is normal after a start
pytestmark = pytest.mark.lab


async def shown(lab: Lab, name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What `status --json` says of a Director."""
    capsys.readouterr()
    assert await status_command.show_status(session(lab), as_json=True) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return next(one for one in told["directors"] if one["name"] == name)


async def replaced(lab: Lab, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Hand a Director over, stop it, boot it with the later release, and take it back."""
    before = lab.read_file(name)
    other = next(one for one in DIRECTORS if one != name)
    await done(session(lab), request("handover", name), capsys)
    told = await shown(lab, name, capsys)
    assert told["handed_over"]["safe"] is True
    assert told["keepalived"]["version"].startswith("2.2.")
    assert masters(lab) == {name: [], other: BOTH}
    lab.exec(name, ["systemctl", "stop", "keepalived"])
    lab.upgrade(name)
    until(lambda: lab.exec(name, ["systemctl", "is-active", "keepalived", "ssh"]).stdout.split() == ["active"] * 2)
    for _ in range(_LOOKS):  # a keepalived that has just been started, on a busy machine, has not told all yet
        told = await shown(lab, name, capsys)
        if told["handed_over"]["safe"]:
            break
    assert told["keepalived"]["version"].startswith("2.3."), told
    assert told["handed_over"]["unsafe"] is None, told
    assert masters(lab) == {name: [], other: BOTH}
    await done(session(lab), request("takeback", name), capsys)
    assert lab.read_file(name) == before


async def test_the_master_is_replaced_and_takes_back_while_a_client_is_served(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The BACKUP is the same with one step less: what it hands over is nothing."""
    with a_lab(LabOptions(later="trixie")) as lab, asking(lab, 2):
        await replaced(lab, "director1", capsys)
        assert masters(lab) == {"director1": BOTH, "director2": []}

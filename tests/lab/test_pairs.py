"""The whole product on the other Directors: read, weighed, drained and restored on Debian 11, 12 and 13, and without systemd."""

from __future__ import annotations

import json
from typing import Literal

import pytest

from lvstui.cli import change_command, exit_status, status_command
from lvstui.director.protocol.vrrp_messages import Adverts
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from tests.support.lab_agent import agent
from tests.support.lab_sessions import staying

pytestmark = pytest.mark.lab

REAL = "192.168.211.13:8082"


async def change(opened: Session, action: Literal["drain", "restore", "weight"], weight: int | None = None) -> int:
    request = change_command.ChangeRequest(
        action, REAL, (), weight, "test", False, True, False, frozenset({"pending"}), None
    )
    return await change_command.make_change(opened, request)


def weights(lab: Lab) -> list[int]:
    status = lab.status()["directors"]
    return [status[name]["real_servers"].get(REAL, -1) for name in addresses.DIRECTORS]


def files(lab: Lab) -> list[bytes]:
    return [lab.read_file(name) for name in addresses.DIRECTORS]


async def status(
    opened: Session, capsys: pytest.CaptureFixture[str]
) -> tuple[list[tuple[str, str, list[str]]], list[str]]:
    """Each Director's keepalived and VRRP states, and the real servers' states."""
    capsys.readouterr()
    assert await status_command.show_status(opened, as_json=True) == 0
    seen = json.loads(capsys.readouterr().out)
    directors = [
        (one["keepalived"]["version"], one["privilege"], [instance["state"] for instance in one["vrrp"]])
        for one in seen["directors"]
    ]
    return directors, [real["state"] for real in seen["virtual_servers"][0]["real_servers"]]


async def test_debian_11_and_13_are_read_and_weighed_and_a_drain_is_refused_with_the_reason(
    mixed_lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(mixed_lab)
    async with staying(mixed_lab) as opened:
        assert await status(opened, capsys) == (
            [("2.1.5", "root", ["MASTER", "MASTER"]), ("2.3.3", "root", ["BACKUP", "BACKUP"])],
            ["UP", "UP", "UP"],
        )
        assert await change(opened, "drain") == exit_status.REFUSED
        said = capsys.readouterr().err
        assert "director1" in said and "2.1.5" in said
        assert files(mixed_lab) == before
        assert weights(mixed_lab) == [1, 1]
        assert await change(opened, "weight", 7) == 0
        assert weights(mixed_lab) == [7, 7]
        assert await change(opened, "weight", 1) == 0
        assert weights(mixed_lab) == [1, 1]


async def test_directors_without_systemd_are_read_drained_and_restored(
    plain_lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(plain_lab)
    async with staying(plain_lab) as opened:
        assert await status(opened, capsys) == (
            [("2.2.7", "root", ["MASTER", "MASTER"]), ("2.3.3", "root", ["BACKUP", "BACKUP"])],
            ["UP", "UP", "UP"],
        )
        assert await change(opened, "drain") == 0
        assert weights(plain_lab) == [0, 0]
        assert (await status(opened, capsys))[1] == ["UP", "DRAINED", "UP"]
        assert await change(opened, "restore") == 0
        assert weights(plain_lab) == [1, 1]
        assert files(plain_lab) == before


async def test_adverts_are_heard_by_debian_11_and_13(mixed_lab: Lab) -> None:
    async with agent(mixed_lab, "director1") as first, agent(mixed_lab, "director2") as second:
        for link, source, priority in ((second, "10.10.0.11", 100), (first, "10.10.0.12", 50)):
            adverts = await link.get(
                Adverts, lambda adverts: any(one.vrid == 51 and one.adverts > 2 for one in adverts.heard)
            )
            assert [one.interface for one in adverts.listening] == ["ens33", "ens36"]
            [one] = [one for one in adverts.heard if one.vrid == 51]
            assert (one.source, one.priority) == (source, priority)
            mixed_lab.fault("keepalived-stopped", "director1")

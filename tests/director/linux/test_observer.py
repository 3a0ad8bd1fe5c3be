"""What an account without root is told that it cannot see."""

from __future__ import annotations

import os

import pytest

from lvstui.cluster.observed.director import Director
from lvstui.cluster.views.director_view import missing
from lvstui.director.linux.linux_system import LinuxSystem


async def test_each_thing_that_cannot_be_seen_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    system = LinuxSystem()
    director = Director("director1", 1.0)
    for message in (system.hello(), await system.read_vrrp(), await system.read_checkers()):
        director.receive(message, 0.0, 0.0)
    told = [line.what for line in missing(director)]
    assert [what for what in told if "VRRP" in what or "checker" in what] == ["VRRP state", "checkers"]
    assert "writing" in told

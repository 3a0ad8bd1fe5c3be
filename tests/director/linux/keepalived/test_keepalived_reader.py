"""What is known of a daemon for as long as it lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.director.linux.keepalived import keepalived_reader
from lvstui.director.linux.keepalived.keepalived_reader import KeepalivedReader
from tests.support.a_keepalived import keepalived


def test_a_start_is_told_alike_until_the_clock_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wall clock and clock since boot are read one after the other: what comes between moves the start, here over a rounding."""
    clock = [1000.249, 1000.251, 1000.9, 999.4, 1100.251, 1100.249]
    monkeypatch.setattr(keepalived_reader, "started", lambda process: clock.pop(0))
    with keepalived(tmp_path, "-n", "-f", "web.conf"):
        reader = KeepalivedReader(wanted=str(tmp_path / "web.conf"))
        assert [reader.read().started for _ in range(6)] == [1000.2] * 4 + [1100.3] * 2


def test_another_life_has_a_start_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.2, 1000.7]
    monkeypatch.setattr(keepalived_reader, "started", lambda process: clock.pop(0))
    monkeypatch.setattr(keepalived_reader, "_SCAN", 0.0)
    reader = KeepalivedReader(wanted=str(tmp_path / "web.conf"))
    seen = []
    for _ in range(2):
        with keepalived(tmp_path, "-n", "-f", "web.conf"):
            seen.append(reader.read().started)
        assert not reader.read().running
    assert seen == [1000.2, 1000.7]

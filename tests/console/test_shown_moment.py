"""The past is gone to beside the keys: whatever is opened meanwhile is no trouble."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from lvstui.console.change.screen import ChangeScreen
from lvstui.console.moment.past_port import PastPort
from tests.support.console import ready, text, until
from tests.support.past_console import recorded_console


async def test_a_dialog_that_is_opened_before_the_recording_is_has_no_bar(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    past = await recorded_console(monkeypatch, tmp_path, 20)
    cluster, may_open = past.app.cluster, threading.Event()
    assert cluster is not None and cluster.past is not None
    open_past = cluster.past

    def slowly() -> PastPort:
        may_open.wait()
        return open_past()

    past.app.cluster = replace(cluster, past=slowly)
    async with past.app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: ready(past.app))
        await pilot.press("down", "T", "d")
        await until(pilot, lambda: isinstance(past.app.screen, ChangeScreen))
        may_open.set()
        await until(pilot, lambda: past.app.playback.away)
        await pilot.press("escape")
        await until(pilot, lambda: past.app.screen is past.app.main and "PAST" in text(past.app))
        assert past.bar.display

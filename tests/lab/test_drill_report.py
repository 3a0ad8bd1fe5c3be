"""A real failover, watched in the console: its picture while it happens, its result, and its page in a real browser."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from lvstui.cli.main import lvsctl
from lvstui.cluster.drill.result import DrillCause
from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.drill.result_screen import DrillResultScreen
from lvstui.console.drill_port import OpenDrills
from lvstui.lab.lab import Lab
from lvstui.report.kept_drills import KeptDrills
from lvstui.session.drill_desk import DrillDesk
from lvstui.session.session import Session
from lvstui.settings import places
from tests.support.browser import Browsed, browse
from tests.support.console import shows, text, until
from tests.support.drill_pages import page, same_figures
from tests.support.lab_sessions import DIRECTORS, session

pytestmark = pytest.mark.lab

MASTER = (0x24, 0x6B, 0x27)  # the green of its bars, in light colours
ELSEWHERE = '<img src="http://elsewhere.invalid/a.png">'


def console(lab: Lab) -> ConsoleApp:
    def drills(opened: object) -> OpenDrills:
        return DrillDesk(cast(Session, opened), KeptDrills(places.drills_folder()), "lab")

    return ConsoleApp(Cluster("lab", lambda questions: session(lab), DIRECTORS, drills=drills))


async def test_a_failover_is_watched_reported_and_opened_in_a_browser(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    app = console(lab)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: "▲ MASTER" in text(app) and "▽ BACKUP" in text(app))
        await pilot.press("D", "w")
        await shows(app, pilot, "armed: the next failover", "director1 VI_1 ▲ MASTER", "director2 VI_1 ▽ BACKUP")
        await asyncio.to_thread(lab.fault, "keepalived-stopped", "director1")
        await shows(app, pilot, "measuring a failover", "director2 VI_1", "✖ no keepalived", "no MASTER")
        await until(pilot, lambda: isinstance(app.screen, DrillResultScreen))
        await shows(app, pilot, "director2 took over VI_", "Expected and measured")
        assert any(f"took over {one}" in text(app) for one in ("VI_1 and VI_2", "VI_2 and VI_1")), "the first one first"
        await pilot.press("escape")
        await shows(app, pilot, "armed: the next failover", "director2 VI_1 ▲ MASTER")  # and the watch goes on
    told = json.loads(CliRunner().invoke(lvsctl, ["drill", "show", "last", "--json"]).stdout)
    assert told["cause"] == DrillCause.STOP.value
    seen = await asyncio.to_thread(browse, Path(told_page(tmp_path)))
    check_page(seen, told)


def told_page(folder: Path) -> str:
    (found,) = folder.rglob("*.html")
    return str(found)


def check_page(seen: Browsed, told: dict[str, object]) -> None:
    """It asks for nothing, has the picture, and its figures are those of the JSON."""
    read = page(seen.dom)
    assert seen.requests == []
    assert read.verdict == told["sentence"]
    assert sum(tag == "svg" for tag, _ in read.elements) == 1
    assert seen.colours[MASTER] > 1000
    same_figures(read, told)


def test_what_a_page_asks_for_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(ELSEWHERE)
    assert browse(file).requests == ["http://elsewhere.invalid/a.png"]

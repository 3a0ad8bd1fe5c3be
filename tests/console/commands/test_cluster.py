"""Opening clusters, what is wrong with their links, and what is taken out as a file or a copy."""

from __future__ import annotations

import base64
import csv
import io
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from textual.screen import Screen

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import LinkState, Problem, Severity
from lvstui.cluster.views import status
from lvstui.console import export
from lvstui.console.actions import ACTIONS, LVSTUI_KEYS
from lvstui.console.app import ConsoleApp
from lvstui.console.screens.clusters_screen import ClustersScreen
from lvstui.console.screens.help_screen import HelpPage
from tests.support.console import cluster, console, ready, settled, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair


async def test_a_chooser_opens_the_cluster_that_is_chosen() -> None:
    clusters = (cluster("web-prod", production=True), cluster("web-test"))
    app = ConsoleApp(None, clusters=clusters)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ClustersScreen) and "PRODUCTION" in text(app))
        assert "web-test" in text(app) and "lb1 · lb2" in text(app)
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.cluster is clusters[1] and ready(app))
        assert "web-test" in text(app)


async def test_leaving_the_first_chooser_quits() -> None:
    app = ConsoleApp(None, clusters=(cluster("a"), cluster("b")))
    async with app.run_test() as pilot:
        await until(pilot, lambda: isinstance(app.screen, ClustersScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app._exit)


async def test_another_cluster_is_opened_and_the_first_one_closed() -> None:
    first, second = FakeSession(Pair().up()), FakeSession(Pair().up())
    clusters = (cluster("web-prod", session=first, production=True), cluster("web-test", session=second))
    async with console(first=clusters[0], clusters=clusters) as (app, pilot):
        assert app.has_class("-production")
        await pilot.press("down", "C")
        await until(pilot, lambda: isinstance(app.screen, ClustersScreen))
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.cluster is clusters[1] and ready(app) and "web-test" in text(app))
        assert first.closed and not second.closed and not app.has_class("-production")
        await pilot.press("C", "escape")
        await until(pilot, lambda: app.screen is app.main)
        assert not second.closed
    assert second.closed


async def test_the_other_cluster_s_own_preferences_hold_in_it() -> None:
    second = FakeSession(Pair().up())
    clusters = (cluster("a", interval=0.5), cluster("b", session=second, theme="lvstui-light", interval=2.0))
    async with console(first=clusters[0], clusters=clusters) as (app, pilot):
        assert app.theme == "lvstui-dark"
        await app.open_cluster(clusters[1])
        await until(pilot, lambda: bool(second.paces))
        assert app.theme == "lvstui-light" and second.paces == [2.0]


async def test_without_clusters_it_says_how_to_get_some() -> None:
    async with console() as (app, pilot):
        await pilot.press("C")
        await until(pilot, lambda: "--config-template" in told(app))


async def test_ctrl_q_leaves_in_the_middle_of_a_change() -> None:
    session = FakeSession(Pair().up())
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: "weight 0" in text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app._exit)
    assert session.closed


# --- links, and what is wrong ---


async def test_lost_directors_are_tried_again_at_once() -> None:
    session = FakeSession(Pair().up())
    view = session.view()
    session.shown = replace(view, directors=(view.directors[0], replace(view.directors[1], state=LinkState.LOST)))
    async with console(session) as (_, pilot):
        await pilot.press("R")
        await until(pilot, lambda: session.reconnected == ["director2"])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_split_brain_is_called_by_its_name(size: tuple[int, int]) -> None:
    session = FakeSession(Pair().up())
    said = "SPLIT BRAIN  VI_1: both are MASTER"
    problem = Problem(ProblemKind.SPLIT_BRAIN, "split:VI_1", Severity.CRITICAL, said, "look at the network", None, 0.0)
    session.shown = replace(session.view(), problems=(problem,))
    async with console(session, size=size) as (app, pilot):
        await until(pilot, lambda: f"▲▲ {said}" in text(app) and "CRITICAL" not in text(app))


# --- what is taken out ---


def files(folder: Path, ending: str) -> list[Path]:
    return list(folder.glob(f"*.{ending}"))


async def test_pictures_and_exports_say_where_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        for key, ending in (("S", "svg"), ("E", "csv"), ("J", "json")):
            await pilot.press(key)
            await until(pilot, lambda ending=ending: f".{ending}" in told(app))  # type: ignore[misc]
            (path,) = files(tmp_path, ending)
            assert path.name.startswith("lvstui-web-prod-")
            assert str(path) in told(app)
            assert path.stat().st_mode & 0o777 == 0o600
        svg, table, whole = (files(tmp_path, ending)[0].read_text() for ending in ("svg", "csv", "json"))
        assert svg.startswith("<svg") and "192.168.211.13:8082" in svg.replace("&#160;", " ")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert len(rows) == 6 and rows[0]["real_server"] == "192.168.211.13:8081" and rows[0]["director"] == "director1"
        exported = json.loads(whole)["virtual_servers"]
        assert exported == json.loads(json.dumps(status.as_json(session.view())))["virtual_servers"]


async def test_a_masked_picture_has_no_name_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    async with console() as (app, pilot):
        await pilot.press("M")
        await until(pilot, lambda: "web-prod" not in text(app))
        await pilot.press("S")
        await until(pilot, lambda: ".svg" in told(app))
        (path,) = files(tmp_path, "svg")
        assert "web-prod" not in path.name
        assert not any(name in path.read_text() for name in ("web-prod", "director1", "192.168.211.13", "10.10.0.20"))


async def test_what_cannot_be_saved_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr(export, "save", full)
    async with console() as (app, pilot):
        await pilot.press("J")
        await until(pilot, lambda: "Could not save: no space left on device" in told(app))


def test_files_never_replace_one_another_and_find_a_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(time, "strftime", lambda form: "20261124-120000")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    first, second = (export.save("x", "a/b c", "csv", tmp_path) for _ in range(2))
    assert (first.name, second.name) == ("lvstui-a-b-c-20261124-120000.csv", "lvstui-a-b-c-20261124-120000-2.csv")
    (tmp_path / "file").write_text("")
    assert export.save("x", "", "csv", tmp_path / "file" / "no").parent == tmp_path / "state" / "lvstui"


def test_a_spreadsheet_takes_nothing_for_a_formula() -> None:
    view = Pair().up().view()
    (virtual,) = view.virtual_servers
    real = virtual.real_servers[0]._replace(reason="=HYPERLINK(1)")
    nasty = replace(view, virtual_servers=(replace(virtual, real_servers=(real,)),))
    rows = list(csv.DictReader(io.StringIO(export.as_csv(nasty))))
    assert rows[0]["reason"] == "'=HYPERLINK(1)"


async def test_a_name_goes_to_the_terminal_s_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console() as (app, pilot):
        written: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        await pilot.press("down", "Y")
        await until(pilot, lambda: "clipboard" in told(app))
        name = base64.b64encode(b"192.168.211.13:8082").decode()
        assert f"\x1b]52;c;{name}\a" in written


def pictures(folder: Path) -> list[str]:
    return [one.read_text() for one in folder.glob("*.svg")]


@pytest.mark.parametrize("keys", [(), ("d",), ("question_mark",)], ids=str)
async def test_a_picture_is_without_the_messages_over_the_screen_and_taken_in_dialogs_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keys: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    async with console() as (app, pilot):
        await pilot.press(*keys)
        await until(pilot, lambda: (app.screen is not app.main) is bool(keys))
        app.notify("in the way of all")
        await until(pilot, lambda: "in the way of all" in text(app))
        await pilot.press("f8")
        await until(pilot, lambda: bool(pictures(tmp_path)) and ".svg" in told(app))
    (picture,) = pictures(tmp_path)
    assert "the&#160;way" not in picture and "web-prod" in picture


def help_page(app: ConsoleApp) -> str:
    """Empty: it has not opened yet."""
    return "".join(str(page.content) for page in app.screen.query(HelpPage))


async def test_the_palette_has_every_action_with_why_not() -> None:
    async with console(FakeSession(Pair().up(), read_only="started with --read-only")) as (app, pilot):
        commands = {command.title: command.help for command in app.get_system_commands(cast(Screen[object], app.main))}
        for action in ACTIONS:
            title = f"{action.label}  {LVSTUI_KEYS.label(action)}"
            assert action.help in commands[title]
            assert ("not now: started with --read-only" in commands[title]) is action.writes
        await pilot.press("question_mark")
        await until(pilot, lambda: "Drain" in help_page(app))
        assert help_page(app).count("not now: started with --read-only") == sum(action.writes for action in ACTIONS)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_help_s_lines_fit_and_scroll(size: tuple[int, int]) -> None:
    async with console(size=size) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Drain" in help_page(app))
        await settled(pilot)
        lines = help_page(app).splitlines()
        assert len(lines) == app.screen.query_one(HelpPage).size.height  # none was broken by the screen
        assert all(action.label in help_page(app) for action in ACTIONS)
        await pilot.press(*["pagedown"] * 20)
        await until(pilot, lambda: "never zero" in text(app))

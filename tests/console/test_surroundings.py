"""The actions around the cluster: clusters, settings, mask, pictures, exports, the clipboard; and themes and ASCII."""

from __future__ import annotations

import base64
import csv
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import OptionList, Static

from lvstui.cluster import status
from lvstui.cluster.view import LinkState, Problem, Severity
from lvstui.console import export
from lvstui.console.actions import ACTIONS
from lvstui.console.app import ConsoleApp
from lvstui.console.choices import Choices
from lvstui.console.clusters import Cluster
from lvstui.console.screens.clusters import ClustersScreen
from lvstui.console.screens.help import HelpScreen
from lvstui.console.screens.settings import SettingsScreen
from lvstui.console.styles import THEMES, ascii_terminal
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.settings.facts import Preferences
from tests.cluster.telling import Pair
from tests.console.fake_session import FakeSession
from tests.console.support import text, told, until


class Kept:
    """Where the choices are kept; or cannot be."""

    def __init__(self) -> None:
        self.saved: list[Preferences] = []
        self.fails = False

    def __call__(self, chosen: Preferences) -> None:
        if self.fails:
            raise OSError("no space left")
        self.saved.append(chosen)


@asynccontextmanager
async def console(
    session: FakeSession | None = None,
    *,
    size: tuple[int, int] = (120, 40),
    first: Cluster | None = None,
    clusters: tuple[Cluster, ...] = (),
    choices: Choices | None = None,
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    session = session or FakeSession(Pair().up())
    app = ConsoleApp(first or (lambda questions: session), clusters=clusters, choices=choices)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(pilot, lambda: ready(app))
            yield app, pilot
    finally:
        ConsoleApp(None, clusters=(one("x"),))  # units and keys as they are


def ready(app: ConsoleApp) -> bool:
    return bool(app.main.query(DirectorCard)) and app.main.table.current() is not None


def one(name: str, *, session: FakeSession | None = None, production: bool = False, **said: object) -> Cluster:
    made = session or FakeSession(Pair().up())
    made.name = name
    preferences = Preferences(**said)  # type: ignore[arg-type]
    return Cluster(name, lambda questions: made, ("lb1", "lb2"), production, None, preferences)


# --- clusters ---


async def test_a_chooser_opens_the_cluster_that_is_chosen() -> None:
    clusters = (one("web-prod", production=True), one("web-test"))
    app = ConsoleApp(None, clusters=clusters)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ClustersScreen) and "PRODUCTION" in text(app))
        assert "web-test" in text(app) and "lb1 · lb2" in text(app)
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.cluster is clusters[1] and ready(app))
        assert "web-test" in text(app)


async def test_leaving_the_first_chooser_quits() -> None:
    app = ConsoleApp(None, clusters=(one("a"), one("b")))
    async with app.run_test() as pilot:
        await until(pilot, lambda: isinstance(app.screen, ClustersScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app._exit)


async def test_another_cluster_is_opened_and_the_first_one_closed() -> None:
    first, second = FakeSession(Pair().up()), FakeSession(Pair().up())
    clusters = (one("web-prod", session=first, production=True), one("web-test", session=second))
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
    clusters = (one("a", interval=0.5), one("b", session=second, theme="lvstui-light", interval=2.0))
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
        await pilot.press("y")
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
    problem = Problem("split:VI_1", Severity.CRITICAL, said, "look at the network", None, 0.0)
    session.shown = replace(session.view(), problems=(problem,))
    async with console(session, size=size) as (app, pilot):
        await until(pilot, lambda: f"▲▲ {said}" in text(app) and "CRITICAL" not in text(app))


# --- settings ---


async def test_a_setting_holds_at_once_and_is_kept() -> None:
    kept, session = Kept(), FakeSession(Pair().up())
    async with console(session, choices=Choices(save=kept)) as (app, pilot):
        await pilot.press("comma")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen) and "Theme" in text(app))
        await pilot.press("right")
        assert app.theme == "lvstui-light"
        await pilot.press("down", "right")
        assert session.paces[-1] == 2.0
        await pilot.press("down", "left", "escape")
        await until(pilot, lambda: app.screen is app.main and "MiB/s" in text(app))
        await until(pilot, lambda: bool(kept.saved))
        assert kept.saved[-1] == Preferences(theme="lvstui-light", interval=2.0, units="binary")


async def test_a_setting_that_cannot_be_kept_holds_all_the_same() -> None:
    kept = Kept()
    kept.fails = True
    async with console(choices=Choices(save=kept)) as (app, pilot):
        await pilot.press("f2", "right")
        await until(pilot, lambda: "could not be kept: no space left" in told(app))
        assert app.theme == "lvstui-light"


async def test_what_the_cluster_says_itself_counts_again_and_that_is_told() -> None:
    async with console(first=one("a", theme="lvstui-light")) as (app, pilot):
        await pilot.press("comma", "right")
        await until(pilot, lambda: "At the next start" in text(app))
        assert app.theme == "lvstui-ansi"


async def test_an_action_gets_another_key() -> None:
    kept = Kept()
    async with console(choices=Choices(save=kept)) as (app, pilot):
        await pilot.press("comma")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        options = app.screen.query_one(OptionList)
        number = next(at for at, action in enumerate(ACTIONS) if action.name == "help")
        options.highlighted = 6 + number
        await pilot.press("enter")
        await until(pilot, lambda: "press a key" in text(app))
        await pilot.press("d")
        await until(pilot, lambda: "d is the key of Drain" in text(app))
        await pilot.press("enter", "f1")
        await until(pilot, lambda: bool(kept.saved))
        assert kept.saved[-1].keys == {"help": "f1"}
        await pilot.press("escape", "f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "f1" in text(app))
        await pilot.press("escape", "question_mark")
        await pilot.pause()
        assert app.screen is app.main
        await pilot.press("comma")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        app.screen.query_one(OptionList).highlighted = 6 + number
        await pilot.press("backspace", "escape", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_keys_of_the_file_are_in_the_hints() -> None:
    choices = Choices(general=Preferences(keys={"drain": "D"}))
    async with console(choices=choices) as (app, pilot):
        await until(pilot, lambda: " D Drain" in text(app))


# --- what is shown ---


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_only_the_columns_that_are_wanted(size: tuple[int, int]) -> None:
    choices = Choices(general=Preferences(columns=("in", "weight")))
    async with console(size=size, choices=choices) as (app, pilot):
        await until(pilot, lambda: "all well" in text(app))
        header = text(app)
        assert "weight" in header and "Mb/s" in header and "192.168.211.13:8082" in header
        assert "inactive" not in header and "conn/s" not in header and "last" not in header


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_shows_everything(theme: str) -> None:
    async with console(choices=Choices(line=Preferences(theme=theme))) as (app, pilot):
        await until(pilot, lambda: "all well" in text(app))
        assert app.theme == theme and "192.168.211.13:8082" in text(app)


SCREENS = [
    (),
    ("d",),
    ("a",),
    ("w",),
    ("x",),
    ("H",),
    ("enter",),
    ("c",),
    ("t",),
    ("comma",),
    ("question_mark",),
    ("ctrl+p",),
]


@pytest.mark.parametrize("keys", SCREENS, ids=str)
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_only_ascii_is_only_ascii(size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async with console(size=size, choices=Choices(general=Preferences(ascii=True))) as (app, pilot):
        await pilot.press("down", *keys)
        await until(pilot, lambda: not keys or app.screen is not app.main)
        await pilot.pause()
        assert text(app).isascii()


@pytest.mark.parametrize("keys", SCREENS, ids=str)
async def test_no_screen_shows_what_is_masked(keys: tuple[str, ...]) -> None:
    async with console(choices=Choices(line=Preferences(privacy=True))) as (app, pilot):
        await until(pilot, lambda: "web-prod" not in text(app))
        await pilot.press("down", *keys)
        await until(pilot, lambda: not keys or app.screen is not app.main)
        await pilot.pause()
        shown = text(app)
        assert not [name for name in ("192.168.211", "10.10.0.20", "director1", "web-prod") if name in shown], shown


@pytest.mark.parametrize("keys", [("enter",), ("c",), ("t",)], ids=str)
async def test_a_picture_is_taken_of_any_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keys: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    async with console() as (app, pilot):
        await pilot.press("down", *keys)
        await until(pilot, lambda: app.screen is not app.main)
        await pilot.press("S")
        await until(pilot, lambda: ".svg" in told(app))
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert "Picture" in titles and "Drain" not in titles


async def test_no_color_is_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console() as (app, pilot):
        await pilot.press("down", "d")
        await until(pilot, lambda: "weight 0" in text(app))
        styles = [
            segment.style for strip in app.screen._compositor.render_strips() for segment in strip if segment.style
        ]
        colours = {colour.name for style in styles for colour in (style.color, style.bgcolor) if colour}
        assert colours == {"default"}


@pytest.mark.parametrize(
    ("environment", "ascii"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.utf8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"LANG": "en_US.ISO-8859-1"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
    ],
)
def test_which_terminals_take_ascii_alone(environment: dict[str, str], ascii: bool) -> None:
    assert ascii_terminal(environment) is ascii


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_production_is_said(size: tuple[int, int]) -> None:
    async with console(first=one("web-prod", production=True), size=size) as (app, pilot):
        await until(pilot, lambda: "PRODUCTION" in text(app))


async def test_the_mask_hides_every_address_and_name_and_comes_off_again() -> None:
    async with console() as (app, pilot):
        await pilot.press("M")
        await until(pilot, lambda: "192.168.211.13" not in text(app) and "director1" not in text(app))
        await until(pilot, lambda: "masked" in text(app))
        assert "web-prod" not in text(app) and "10.10.0.20" not in text(app) and "MASTER" in text(app)
        await pilot.press("d")
        await until(pilot, lambda: "weight 0" in text(app))
        assert "192.168.211" not in text(app) and "director2" not in text(app)
        await pilot.press("escape", "M")
        await until(pilot, lambda: "192.168.211.13:8082" in text(app))


async def test_what_a_director_says_cannot_move_the_terminal() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        view = session.view()
        said = "A\x1b[31mB\x1b]52;c;eA==\x07C\x9b2JD\u202eE\u2066F\udcffG\x00H" + "x" * 10_000
        session.shown = replace(view, directors=(replace(view.directors[0], error=said), view.directors[1]))
        session.tell()
        await until(pilot, lambda: "A[31mB" in text(app))
        app.notify("N\x1b]0;title\x07O", markup=False)
        await until(pilot, lambda: "N]0;titleO" in text(app))
        assert all(char.isprintable() for char in text(app).replace("\n", ""))


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
        await until(pilot, lambda: "It could not be saved: no space left on device" in told(app))


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


async def test_the_palette_has_every_action_with_why_not() -> None:
    async with console(FakeSession(Pair().up(), read_only="started with --read-only")) as (app, pilot):
        commands = {command.title: command.help for command in app.get_system_commands(cast(Screen[object], app.main))}
        for action in ACTIONS:
            assert action.help in commands[action.label]
            assert ("not now: started with --read-only" in commands[action.label]) is action.writes
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        page = str(app.screen.query_one(Static).content)
        assert page.count("not now: started with --read-only") == sum(action.writes for action in ACTIONS)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_help_s_lines_fit_and_scroll(size: tuple[int, int]) -> None:
    async with console(size=size) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "Drain" in text(app))
        page = app.screen.query_one(Static)
        lines = str(page.content).splitlines()
        assert len(lines) == page.size.height  # none was broken by the screen
        assert all(action.label in str(page.content) for action in ACTIONS)
        await pilot.press(*["pagedown"] * 20)
        await until(pilot, lambda: "never zero" in text(app))

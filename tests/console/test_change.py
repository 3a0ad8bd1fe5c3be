"""The dialog of a change: what it shows, what applies it, and what does not."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from lvstui.cluster.intent import Target
from lvstui.console.app import ConsoleApp
from lvstui.console.screens import change as dialog
from lvstui.console.screens.change import ChangeScreen
from tests.cluster.telling import NAMES, Pair, checked, configuration, row
from tests.console.fake_session import FakeSession
from tests.console.support import console, text, told, until

SERVER = "tcp/10.10.0.20:80"
REALS = [f"192.168.211.13:{port}" for port in (8081, 8082, 8083)]
SECOND = (SERVER, REALS[1])


def change(app: ConsoleApp) -> ChangeScreen:
    assert isinstance(app.screen, ChangeScreen)
    return app.screen


def planned(app: ConsoleApp) -> str:
    return str(app.screen.query_one("#plan", Static).content)


def hint(app: ConsoleApp) -> str:
    return str(app.screen.query_one("#apply", Static).content)


async def opened(pilot: Pilot[None], app: ConsoleApp, *keys: str, shows: str = "") -> None:
    """The dialog is there, and says so."""
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and shows in planned(app))


def only_the_first_lives(pair: Pair) -> Pair:
    for name in NAMES:
        pair.ipvs(name, row(8081))
        pair.checkers(name, checked(8081), checked(8082, alive=False), checked(8083, alive=False))
    return pair


async def test_drain_shows_the_diff_with_its_lines_and_applies_only_with_y() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "down", "d", shows="weight 0")
        assert app.focused is app.screen.query_one("#cancel")
        shown = planned(app)
        assert "  31 -   weight 1\n  31 +   weight 0  # drained, was 1, " in shown
        assert "director2  BACKUP, first   kernel weight 1 → 0" in shown
        assert "director1  MASTER   kernel weight 1 → 0\n  the same as on director2  " in shown
        assert shown.count("# drained") == 1
        assert "y   Apply on both" in hint(app)
        await pilot.press("y")
        await until(pilot, lambda: change(app).phase == "over")
        ((plan, overrides),) = session.applied
        assert plan.intent.action == "drain" and plan.intent.targets == (Target(*SECOND),)
        assert overrides == frozenset()
        assert "verified on both" in planned(app)
        assert text(app).count("✓ confirm") == 2
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)


@pytest.mark.parametrize("keys", [("escape",), ("enter",), ("d", "r", "w", "x", "space", "escape")])
async def test_nothing_is_applied_by_leaving_nor_by_any_other_key(keys: tuple[str, ...]) -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press(*keys)
        await until(pilot, lambda: app.screen is app.main)
        assert session.applied == []


async def test_the_reason_goes_into_the_plan_that_is_shown() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        app.screen.query_one("#field").focus()
        await pilot.press(*"yes")  # typed, not obeyed
        await until(pilot, lambda: ": yes" in planned(app) and "Enter, then" in hint(app))
        await pilot.press("enter")
        assert session.applied == []
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.reason == "yes"


async def test_weight_asks_for_the_number_and_says_what_is_wrong_with_it() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "w", shows="The weight is 1 now")
        await pilot.press(*"70000")
        await until(pilot, lambda: "Refused" in planned(app))
        await pilot.press("y")
        assert session.applied == []
        app.screen.query_one("#field", Input).value = ""
        await until(pilot, lambda: "Type the new weight" in planned(app))
        await pilot.press("7")
        await until(pilot, lambda: "weight 1 → 7" in planned(app))
        await pilot.press("y")  # digits alone are typed there
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.weight == 7


async def test_plus_and_minus_gather_into_one_change() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "plus", shows="weight 1 → 2")
        assert app.focused is app.screen.query_one("#cancel")
        await pilot.press("plus", "plus", "right_curly_bracket", "ctrl+up", "minus")
        await until(pilot, lambda: "weight 1 → 23" in planned(app))
        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: "weight 1 → 13" in planned(app))
        await pilot.press("y")
        await until(pilot, lambda: change(app).phase == "over")
        assert [plan.intent.weight for plan, _ in session.applied] == [13]


@pytest.mark.parametrize(
    ("key", "weight"), [("minus", "0"), ("right_curly_bracket", "11"), ("ctrl+up", "11"), ("ctrl+down", "0")]
)
async def test_a_step_opens_the_dialog_with_the_weight_filled_in(key: str, weight: str) -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, key, shows=f"weight 1 → {weight}")
        assert app.screen.query_one("#field", Input).value == weight
        assert session.applied == []


async def test_the_whole_machine_is_one_key_in_the_dialog_and_one_plan() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        assert "every port of 192.168.211.13  (3)" in text(app)
        await pilot.press("m")
        await until(pilot, lambda: "all 3: weight 1 → 0" in planned(app))
        assert all(real in planned(app) for real in REALS)
        app.screen.query_one("#names", Input).value = "last-server"
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.targets == tuple(Target(SERVER, real) for real in REALS)


async def test_a_restore_of_what_is_not_drained_is_refused_with_the_reason() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "r", shows="Refused")
        assert "Nothing was changed" in planned(app)
        await pilot.press("y")
        await pilot.pause()
        assert session.applied == []


async def test_a_guard_that_asks_wants_its_name_typed_and_says_which() -> None:
    session = FakeSession(only_the_first_lives(Pair().up()))
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="? last-server")
        assert "type the word" in hint(app)
        await pilot.press("y")
        names = app.screen.query_one("#names", Input)
        await until(pilot, lambda: app.focused is names)
        assert names.placeholder == "type last-server" and session.applied == []
        await pilot.press(*"last-server")
        await until(pilot, lambda: "✓ last-server" in text(app) and "Apply on both" in hint(app))
        assert session.applied == []  # the word alone applies nothing
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is app.screen.query_one("#cancel"))
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][1] == {"last-server"}


async def test_a_guard_that_refuses_cannot_be_talked_round() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration(extra=" sorry_server 192.168.211.13 8090\n"))
    session = FakeSession(only_the_first_lives(pair))
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="✖ quorum")
        assert not app.screen.query_one("#override").display and "cannot be applied" in hint(app)
        app.screen.query_one("#names", Input).value = "quorum"
        await pilot.press("y")
        await until(pilot, lambda: "Not applied: quorum" in told(app))
        assert session.applied == []


async def test_a_plan_that_became_outdated_is_made_anew_and_said_before_y_takes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    monkeypatch.setattr(dialog, "READING", 3600.0)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        pair.files("director1", b"# by another hand\n" + configuration())
        await pilot.press("y")
        await until(pilot, lambda: "Made anew" in planned(app))
        assert "director1: /etc/keepalived/keepalived.conf was changed by another hand" in planned(app)
        assert "keepalived.conf line 27" in planned(app)  # one further down
        assert session.applied == []
        change(app)._read_from = 0.0  # it has been on the screen for long enough
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert b"by another hand" in session.applied[0][0].directors[1].replacements[0].data


async def test_a_plan_that_takes_its_time_is_waited_for_and_y_does_not_take_it_unread() -> None:
    session = FakeSession(Pair().up())
    session.may_plan.clear()
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="working out")
        await pilot.press("y")
        await until(pilot, lambda: "still being worked out" in told(app))
        session.may_plan.set()
        await until(pilot, lambda: "weight 1 → 0" in planned(app))
        assert session.applied == []


async def test_a_costly_plan_is_made_again_only_when_it_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialog, "CHEAP", 0.0)  # this one is
    monkeypatch.setattr(dialog, "SELDOM", 0.0)
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        shown = change(app)._plan
        change(app)._again()
        await pilot.pause()
        assert change(app)._plan is shown
        pair.files("director2", b"# by another hand\n" + configuration())
        change(app)._again()
        await until(pilot, lambda: "director2: /etc/keepalived/keepalived.conf was changed" in planned(app))


async def test_a_plan_that_cannot_be_made_for_a_defect_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession(Pair().up())
    monkeypatch.setattr(session, "plan", lambda intent: 1 // 0)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="ZeroDivisionError")
        await pilot.press("y", "escape")
        await until(pilot, lambda: app.screen is app.main)
        assert session.applied == []


async def test_what_comes_to_speak_against_it_meanwhile_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        only_the_first_lives(pair)
        await until(pilot, lambda: "last-server speaks against it now" in planned(app))
        await pilot.press("y")
        assert session.applied == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_what_decides_is_in_sight_at_every_size(size: tuple[int, int]) -> None:
    session = FakeSession(only_the_first_lives(Pair().up()))
    async with console(session, size) as (app, pilot):
        await opened(pilot, app, "d", shows="? last-server")
        await until(pilot, lambda: "Cancel" in text(app) and "type last-server" in text(app))
        assert "? last-server" in text(app) and "weight 0  # drained" in text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (200, 120)])
async def test_a_long_plan_scrolls_and_keeps_the_buttons(size: tuple[int, int]) -> None:
    pair = Pair().up()
    ports = range(8001, 8041)
    for name in NAMES:
        pair.files(name, configuration(dict.fromkeys(ports, 1)))
        pair.ipvs(name, *(row(port) for port in ports))
        pair.checkers(name, *(checked(port) for port in ports))
    session = FakeSession(pair)
    async with console(session, size) as (app, pilot):
        await opened(pilot, app, "d", "m", shows="8040")
        await until(pilot, lambda: "Cancel" in text(app))
        body = app.screen.query_one("#body")
        await until(pilot, lambda: body.max_scroll_y > 20)
        await pilot.press("pagedown")
        await until(pilot, lambda: body.scroll_y > 5)
        assert "Cancel" in text(app)


async def test_a_running_change_is_not_dismissed() -> None:
    session = FakeSession(Pair().up())
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await pilot.press("d", "y")
        await until(pilot, lambda: bool(session.applied) and "◐ stage" in text(app))
        assert "· install" in text(app)  # what is to come is shown too
        assert "running for" in hint(app)
        await pilot.press("escape", "y", "y", "plus")
        assert change(app).phase == "running" and len(session.applied) == 1
        session.may_end.set()
        await until(pilot, lambda: change(app).phase == "over")
        assert str(app.screen.query_one("#cancel", Button).label) == "Close"


async def test_q_quits_a_running_change_after_a_warning() -> None:
    session = FakeSession(Pair().up())
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await pilot.press("d", "y")
        await until(pilot, lambda: bool(session.applied))
        await pilot.press("q")
        await until(pilot, lambda: "q again quits" in told(app))
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running or app._exit)
    assert session.closed


async def test_a_virtual_server_is_not_drained() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("home", "d")
        await until(pilot, lambda: "is a virtual server" in told(app))
        assert app.screen is app.main


@pytest.mark.parametrize("key", ["d", "r", "w", "plus", "minus", "right_curly_bracket", "left_curly_bracket"])
async def test_read_only_opens_no_dialog_and_says_why(key: str) -> None:
    session = FakeSession(Pair().up(), read_only="started with --read-only")
    async with console(session) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: "started with --read-only" in told(app))
        assert app.screen is app.main

"""The dialog of a change: what it shows, what applies it, and what does not."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Button, Input

from lvstui.cluster.identity.target import Target
from lvstui.console.app import ConsoleApp
from lvstui.console.change.dialog_state import DialogPhase
from tests.support.change_dialog import REALS, SECOND, SERVER, change, hint, only_the_first_lives, opened, planned
from tests.support.console import SIZES, console, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import NAMES, Pair, checked, configuration, row


async def test_drain_shows_the_diff_with_its_lines_and_applies_only_with_its_key() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "down", "d", shows="weight 0")
        assert app.focused is app.screen.query_one("#cancel")
        shown = planned(app)
        assert "  31 -   weight 1\n  31 +   weight 0  # drained, was 1, " in shown
        assert "applied first: director2 (BACKUP)   kernel weight 1 → 0" in shown
        assert "director1 (MASTER)   kernel weight 1 → 0\n  the same as on director2  " in shown
        assert shown.count("# drained") == 1
        assert "ctrl+s" in hint(app) and "Apply on both" in text(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: change(app).state.over)
        ((plan, overrides),) = session.applied
        assert plan.intent.action == "drain" and plan.intent.targets == (Target(*SECOND),)
        assert overrides == frozenset()
        assert "verified on both" in planned(app)
        assert text(app).count("✓ confirm") == 2
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)


async def left(pilot: Pilot[None], app: ConsoleApp, session: FakeSession) -> None:
    """Escape closes the dialog, and nothing was applied."""
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)
    assert session.applied == []


async def test_nothing_is_applied_by_leaving_nor_by_any_other_key() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        for keys in (("escape",), ("enter",), ("d", "r", "w", "x", "space", "escape")):
            with case(*keys):
                await opened(pilot, app, "d", shows="weight 0")
                await pilot.press(*keys)
                await until(pilot, lambda: app.screen is app.main)
                assert session.applied == []
        with case("a restore of what is not drained is refused with the reason"):
            await opened(pilot, app, "r", shows="Refused")
            assert "Nothing was changed" in planned(app)
            await pilot.press("ctrl+s")
            await pilot.pause()
            await left(pilot, app, session)
        with case("a virtual server is not drained"):
            await pilot.press("home", "d")
            await until(pilot, lambda: "is a virtual server" in told(app))
            assert app.screen is app.main


async def test_the_reason_goes_into_the_plan_that_is_shown() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press(*"yes")  # typed, not obeyed
        await until(pilot, lambda: ": yes" in planned(app) and "ctrl+s" in hint(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is app.screen.query_one("#go"))
        assert session.applied == []
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.reason == "yes"


async def test_weight_asks_for_the_number_and_says_what_is_wrong_with_it() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "w", shows="The weight is 1 now")
        await pilot.press(*"70000")
        await until(pilot, lambda: "Refused" in planned(app))
        await pilot.press("ctrl+s")
        assert session.applied == []
        app.screen.query_one("#field", Input).value = ""
        await until(pilot, lambda: "Type the new weight" in planned(app))
        await pilot.press("7")
        await until(pilot, lambda: "weight 1 → 7" in planned(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.weight == 7


async def test_plus_and_minus_open_the_dialog_with_the_weight_filled_in_and_gather_into_one_change() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        for key, weight in (("minus", "0"), ("right_curly_bracket", "11"), ("ctrl+up", "11"), ("ctrl+down", "0")):
            with case(key):
                await opened(pilot, app, key, shows=f"weight 1 → {weight}")
                assert app.screen.query_one("#field", Input).value == weight
                await left(pilot, app, session)
        await opened(pilot, app, "plus", shows="weight 1 → 2")
        assert app.focused is app.screen.query_one("#cancel")
        await pilot.press("plus", "plus", "right_curly_bracket", "ctrl+up", "minus")
        await until(pilot, lambda: "weight 1 → 23" in planned(app))
        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: "weight 1 → 13" in planned(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: change(app).state.over)
        assert [plan.intent.weight for plan, _ in session.applied] == [13]


async def test_the_whole_machine_is_one_key_in_the_dialog_and_one_plan() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        assert "every port of 192.168.211.13  (3)" in text(app)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "all 3: weight 1 → 0" in planned(app))
        assert all(real in planned(app) for real in REALS)
        app.screen.query_one("#names", Input).value = "last-server"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.targets == tuple(Target(SERVER, real) for real in REALS)


async def test_a_guard_that_asks_wants_its_name_typed_and_says_which_in_sight_at_every_size() -> None:
    session = FakeSession(only_the_first_lives(Pair().up()))
    async with console(session, SIZES[0]) as (app, pilot):
        for size in SIZES:
            with case(*size):
                await pilot.resize_terminal(*size)
                await opened(pilot, app, "d", shows="? last-server")
                assert app.screen.size == size
                await until(pilot, lambda: "Cancel" in text(app) and "type last-server" in text(app))
                assert "? last-server" in text(app) and "weight 0  # drained" in text(app)
                await left(pilot, app, session)
        await pilot.resize_terminal(120, 40)
        await opened(pilot, app, "d", shows="? last-server")
        assert "type the word" in hint(app)
        await pilot.press("ctrl+s")
        names = app.screen.query_one("#names", Input)
        await until(pilot, lambda: app.focused is names)
        assert names.placeholder == "type last-server" and session.applied == []
        await pilot.press(*"last", "enter", "enter")
        assert app.focused is names and session.applied == []  # half a word leads nowhere
        await pilot.press(*"-server")
        await until(pilot, lambda: "✓ last-server" in text(app) and "ctrl+s" in hint(app))
        assert session.applied == []  # the word alone applies nothing
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is app.screen.query_one("#go"))
        assert session.applied == []
        await pilot.press("ctrl+s")
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
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Not applied: quorum" in told(app))
        assert session.applied == []


async def test_a_long_plan_scrolls_and_keeps_the_buttons_at_every_size() -> None:
    pair = Pair().up()
    ports = range(8001, 8041)
    for name in NAMES:
        pair.files(name, configuration(dict.fromkeys(ports, 1)))
        pair.ipvs(name, *(row(port) for port in ports))
        pair.checkers(name, *(checked(port) for port in ports))
    session = FakeSession(pair)
    async with console(session, SIZES[0]) as (app, pilot):
        for size in (*SIZES, (200, 120)):
            with case(*size):
                await pilot.resize_terminal(*size)
                await opened(pilot, app, "d", "ctrl+t", shows="8040")
                assert app.screen.size == size
                await until(pilot, lambda: "Cancel" in text(app))
                body = app.screen.query_one("#body")
                await until(pilot, lambda body=body: body.max_scroll_y > 20)  # type: ignore[misc]
                await pilot.press("pagedown")
                await until(pilot, lambda body=body: body.scroll_y > 5)  # type: ignore[misc]
                assert "Cancel" in text(app)
                await left(pilot, app, session)


async def test_a_running_change_is_not_dismissed_and_q_quits_after_a_warning() -> None:
    session = FakeSession(Pair().up())
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied) and "◐ stage" in text(app))
        assert "· install" in text(app)  # what is to come is shown too
        assert "running for" in hint(app)
        await pilot.press("escape", "ctrl+s", "y", "ctrl+s", "plus")
        assert change(app).state.phase is DialogPhase.RUNNING and len(session.applied) == 1
        session.may_end.set()
        await until(pilot, lambda: change(app).state.over)
        assert str(app.screen.query_one("#cancel", Button).label) == "Close"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        session.may_end.clear()
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(session.applied) == 2)
        await pilot.press("q")
        await until(pilot, lambda: "Quit again: each unconfirmed" in told(app))
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running or app._exit)
    assert session.closed


async def test_read_only_opens_no_dialog_and_says_why() -> None:
    session = FakeSession(Pair().up(), read_only="started with --read-only")
    async with console(session) as (app, pilot):
        for key in ("d", "r", "w", "plus", "minus", "right_curly_bracket", "left_curly_bracket"):
            with case(key):
                app.clear_notifications()
                await pilot.press(key)
                await until(pilot, lambda: "started with --read-only" in told(app))
                assert app.screen is app.main

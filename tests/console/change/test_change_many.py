"""Changes of several real servers at once, an add, a removal, an undo: by the keys, as one plan each."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input, Static

from lvstui.cluster.identity.target import Target
from lvstui.console.app import ConsoleApp
from lvstui.console.change.screen import ChangeScreen
from tests.support.change_dialog import REALS, SERVER, all_is_planned, apply, hint, opened, planned, second_is_drained
from tests.support.console import console, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import Pair, configuration

# --- of what is marked ---


async def marked_two(pilot: Pilot[None], app: ConsoleApp, session: FakeSession) -> None:
    """The first two are marked, and nothing has been applied."""
    session.applied.clear()
    await pilot.press("home", "down", "space", "space")  # it moves on
    await until(pilot, lambda: len(table(app).marked()) == 2)


async def test_all_that_is_marked_is_one_plan_that_names_them() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        for key, action in (("d", "drain"), ("x", "remove"), ("plus", "weight")):
            with case(action):
                await marked_two(pilot, app, session)
                await opened(pilot, app, key, shows="192.168.211.13:8082")
                assert "192.168.211.13:8081" in planned(app)
                await apply(pilot, app, session)
                ((plan, _),) = session.applied
                assert plan.intent.action == action
                assert plan.intent.targets == (Target(SERVER, REALS[0]), Target(SERVER, REALS[1]))
                assert table(app).marked() == ()  # what was meant is done
        with case("marks stay when the change is called off"):
            await marked_two(pilot, app, session)
            await opened(pilot, app, "d", shows="weight 0")
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
            assert len(table(app).marked()) == 2 and session.applied == []


async def test_of_what_is_marked_only_what_can_be_restored_and_is_seen_is_acted_on_and_that_is_said() -> None:
    session = FakeSession(second_is_drained(Pair().up()))
    async with console(session) as (app, pilot):
        with case("what is not drained is not restored"):
            await marked_two(pilot, app, session)
            await opened(pilot, app, "r", shows="Left unchanged (not drained)")
            await apply(pilot, app, session)
            assert session.applied[0][0].intent.targets == (Target(SERVER, REALS[1]),)
        with case("some are hidden, and then all"):
            await marked_two(pilot, app, session)
            await pilot.press("slash", *"8081", "enter")
            await until(pilot, lambda: len(table(app).marked()) == 1)
            await opened(pilot, app, "d", shows="1 of the selected servers is hidden")
            assert "8082" not in planned(app)
            await pilot.press("escape", "slash", *[*["backspace"] * 4, *"8083"], "enter")
            await until(pilot, lambda: table(app).marked() == ())
            await pilot.press("d")
            await until(pilot, lambda: "Every selected server is hidden" in told(app))
            assert app.screen is app.main


async def test_a_drain_may_have_a_deadline_and_a_time_of_return() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        app.screen.query_one("#reason", Input).value = "disks"
        app.screen.query_one("#deadline", Input).value = "soon"
        await until(pilot, lambda: "soon: give a time as HH:MM" in planned(app))
        app.screen.query_one("#deadline", Input).value = "2027-01-05 14:30"
        app.screen.query_one("#restore", Input).value = "2027-01-05 15:30"
        await until(pilot, lambda: "restore at 2027-01-05 15:30" in " ".join(planned(app).split()))
        await apply(pilot, app, session)
        reason = session.applied[0][0].intent.reason
        assert reason == "disks, deadline 2027-01-05 14:30, restore at 2027-01-05 15:30"


# --- one more, one less ---


async def test_add_is_checked_as_it_is_typed_and_planned_as_soon_as_it_is_valid() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "a", shows="address:port")
        assert app.focused is app.screen.query_one("#server")

        def note(id: str) -> str:
            return str(app.screen.query_one(f"#{id}-note", Static).content)

        app.screen.query_one("#server", Input).value = "192.168.211.13:"
        await pilot.press(*"808")
        await until(pilot, lambda: note("server") == "✓")  # port 808 it could be
        await pilot.press("1")
        await until(pilot, lambda: "is already in it" in note("server"))
        assert "Server: is already in it" in planned(app) and "ctrl+s" not in hint(app)
        await pilot.press("backspace", *"4y")  # a letter is typed, not obeyed
        await until(pilot, lambda: "not an address:port" in note("server"))
        assert session.applied == []
        await pilot.press("backspace")
        await until(pilot, lambda: "+    real_server 192.168.211.13 8084 {" in planned(app).replace("+  ", "+    "))
        app.screen.query_one("#weight", Input).value = "70000"
        await until(pilot, lambda: "0 to 65535" in note("weight"))
        app.screen.query_one("#weight", Input).value = "3"
        app.screen.query_one("#like", Input).value = "10.0.0.1:80"
        await until(pilot, lambda: "is not in this virtual server" in note("like"))
        app.screen.query_one("#like", Input).value = REALS[1]
        await until(pilot, lambda: "✓" in note("like") and all_is_planned(app))
        await apply(pilot, app, session)
        intent = session.applied[0][0].intent
        assert (intent.action, intent.targets) == ("add", (Target(SERVER, "192.168.211.13:8084"),))
        assert (intent.weight, intent.like) == (3, REALS[1])


async def test_add_completes_from_what_exists() -> None:
    session = FakeSession(Pair().up())
    view = session.view()
    (virtual,) = view.virtual_servers
    elsewhere = virtual.real_servers[0]._replace(id="10.1.1.7:8080", virtual_server="tcp/10.10.0.21:80")
    other = replace(virtual, id="tcp/10.10.0.21:80", real_servers=(elsewhere,))
    session.shown = replace(view, virtual_servers=(virtual, other))
    async with console(session) as (app, pilot):
        await opened(pilot, app, "a", shows="address:port")
        field = app.screen.query_one("#server", Input)
        await pilot.press(*"10.1")
        await until(pilot, lambda: field._suggestion == "10.1.1.7:8080")
        await pilot.press("right")
        await until(pilot, lambda: field.value == "10.1.1.7:8080")
        await pilot.press("down")
        await until(pilot, lambda: field.value == "192.168.211.13:")
        app.screen.query_one("#virtual").focus()
        await pilot.press("down")
        await until(pilot, lambda: app.screen.query_one("#virtual", Input).value == "tcp/10.10.0.21:80")


async def test_add_works_from_a_virtual_servers_row_too_and_remove_shows_the_lines_that_go() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        with case("add"):
            await pilot.press("home")
            await opened(pilot, app, "a", shows="address:port")
            assert app.screen.query_one("#virtual", Input).value == SERVER
            app.screen.query_one("#server", Input).value = "192.168.211.14:80"
            new = "192.168.211.14:80 is new in tcp/10.10.0.20:80"
            await until(pilot, lambda: new in " ".join(planned(app).split()))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
        with case("remove"):
            await opened(pilot, app, "down", "down", "x", shows="weight 1 → gone")
            assert "- " in planned(app) and "real_server 192.168.211.13 8082 {" in planned(app)
            assert app.focused is app.screen.query_one("#cancel") and session.applied == []
            await apply(pilot, app, session)
            assert session.applied[0][0].intent.action == "remove"


# --- undo ---


async def test_undo_names_what_it_takes_back_and_is_a_change_of_its_own() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        with case("nothing to undo"):
            await pilot.press("u")
            await until(pilot, lambda: "Nothing to undo" in told(app))
            assert not isinstance(app.screen, ChangeScreen)
        await opened(pilot, app, "d", shows="weight 0")
        await apply(pilot, app, session)
        with case("lines that were changed since"):  # the files are still the old ones
            await opened(pilot, app, "u", shows="Refused")
            assert "changed since" in " ".join(planned(app).split())
            await pilot.press("ctrl+s")
            await pilot.pause()
            assert len(session.applied) == 1
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
        for plan in session.applied[0][0].directors:
            pair.files(plan.name, plan.replacements[0].data)
        await opened(pilot, app, "u", shows="Reverts what")
        assert f"{session.records[0].by}@{session.records[0].host} did at " in planned(app)
        assert "Undo: Drain 192.168.211.13:8081 in tcp/10.10.0.20:80" in text(app)
        await apply(pilot, app, session)
        undone = session.applied[1][0]
        assert undone.intent.action == "undo" and undone.intent.undo == session.records[0]
        assert undone.directors[0].replacements[0].data == configuration()

"""A change under way in its dialog: each Director's steps, an add that waits to be raised, and what a reload brings along."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from lvstui.cluster.plan.outcome import NOT_IN_TIME, STEPS, Outcome, StepState, StepView
from lvstui.cluster.plan.plan import Plan
from lvstui.console.app import ConsoleApp
from lvstui.console.change import text as change_text
from tests.support.change_dialog import all_is_planned, apply, change, opened, planned
from tests.support.console import SIZES, console, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import NAMES, Pair, checked, configuration

NEW = "192.168.211.14:80"
FIRST: dict[str, tuple[StepState, str]] = dict.fromkeys(STEPS, ("done", ""))


class Stepping(FakeSession):
    """A change goes on as the test says: `show` its steps, then `end` it."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(pair)
        self._progress: Callable[[tuple[StepView, ...]], None] | None = None
        self._end: asyncio.Future[Outcome] | None = None

    async def apply(
        self,
        plan: Plan,
        progress: Callable[[tuple[StepView, ...]], None],
        overrides: frozenset[str] = frozenset(),
    ) -> Outcome:
        self.applied.append((plan, overrides))
        self._progress, self._end = progress, asyncio.get_running_loop().create_future()
        return await self._end

    def show(self, **steps: dict[str, tuple[StepState, str]]) -> None:
        """Of each Director by name, what its steps have come to."""
        assert self._progress is not None
        self._progress(
            tuple(StepView(name, step, *said) for name, mine in steps.items() for step, said in mine.items())
        )

    def end(self, outcome: Outcome) -> None:
        assert self._end is not None
        self._end.set_result(outcome)


def columns(app: ConsoleApp) -> list[str]:
    """Each Director's steps, their lines joined."""
    return [" ".join(str(one.content).split()) for one in app.screen.query("#steps Static").results(Static)]


async def adding(pilot: Pilot[None], app: ConsoleApp, session: Stepping) -> None:
    """An add is planned, read and begun."""
    session.applied.clear()
    await opened(pilot, app, "a", shows="address:port")
    app.screen.query_one("#server", Input).value = NEW
    await until(pilot, lambda: all_is_planned(app) and NEW in planned(app))
    assert "is raised when its first checks have succeeded" in " ".join(planned(app).split())
    await pilot.press("ctrl+s")
    await until(pilot, lambda: bool(session.applied) and bool(columns(app)))


async def closed(pilot: Pilot[None], app: ConsoleApp) -> None:
    """Escape leads back to the main screen: what was shown is over, or was never begun."""
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)


# --- an add, which is two changes ---


async def test_an_add_waits_for_its_checks_and_is_raised_at_every_size() -> None:
    session = Stepping(Pair().up())
    async with console(session, SIZES[0]) as (app, pilot):
        for size in SIZES:
            with case(*size):
                await pilot.resize_terminal(*size)
                await adding(pilot, app, session)
                assert app.screen.size == size
                await waits_and_is_raised(pilot, app, session)
                await closed(pilot, app)


async def waits_and_is_raised(pilot: Pilot[None], app: ConsoleApp, session: Stepping) -> None:
    """The add that was begun is followed to its end."""
    assert [one.split()[0] for one in columns(app)] == ["director2", "director1"]
    assert all(one.endswith("· alive · raise") for one in columns(app))  # what is to come is shown from the first
    wait = f"waiting for its checkers to see {NEW} alive"
    session.show(
        director2={**FIRST, "alive": ("done", "")},
        director1={**FIRST, "alive": ("running", wait)},
    )
    await until(pilot, lambda: f"◐ alive {wait} · raise" in columns(app)[1])
    assert "✓ confirm ✓ alive · raise" in columns(app)[0]
    session.show(**{name: {**FIRST, "alive": ("done", ""), "raise": ("running", "install")} for name in NAMES})
    await until(pilot, lambda: all("✓ alive ◐ raise install" in one for one in columns(app)))
    session.show(**{name: {**FIRST, "alive": ("done", ""), "raise": ("done", "")} for name in NAMES})
    session.end(Outcome("done", 0, "raised, and verified", dict.fromkeys(NAMES, "changed")))
    await until(pilot, lambda: "✓ done raised, and verified" in " ".join(planned(app).split()))
    assert all("✓ raise" in one for one in columns(app))
    await until(pilot, lambda: "Close" in text(app))


async def test_an_add_that_is_not_raised_says_where_why_and_what_to_do() -> None:
    session = Stepping(Pair().up())
    async with console(session) as (app, pilot):
        with case("it is not seen alive in time, and is half done"):
            await adding(pilot, app, session)
            session.show(
                director2={**FIRST, "alive": ("failed", f"{NEW} was not seen alive")},
                director1={**FIRST, "alive": ("done", ""), "raise": ("waiting", "")},
            )
            await until(pilot, lambda: f"✖ alive {NEW} was not seen alive" in columns(app)[0])
            assert "raise" not in columns(app)[0]  # it will not come to that
            why = f"added; but {NEW} STAYS AT WEIGHT 0: director2 has not seen it alive. Restore it, or undo the change"
            session.end(Outcome("done", NOT_IN_TIME, why, dict.fromkeys(NAMES, "changed")))
            await until(pilot, lambda: change(app).state.over)
            shown = " ".join(planned(app).split())
            assert shown.startswith(f"! half done {why}") and "✓ done" not in shown
            assert shown.endswith("u reverts this change.")
            await closed(pilot, app)
        with case("the raise fails"):
            await adding(pilot, app, session)
            alive = {**FIRST, "alive": ("done", "")}
            session.show(
                director2={**alive, "raise": ("failed", "the kernel shows weight 0")},
                director1={**alive, "raise": ("waiting", "")},
            )
            await until(pilot, lambda: "✖ raise the kernel shows weight 0" in columns(app)[0])
            assert "· raise" in columns(app)[1]


async def test_who_quits_is_told_how_it_is_left_and_quits_with_the_second_key(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Stepping(Pair().up())
    in_at_0: dict[str, tuple[StepState, str]] = {**FIRST, "alive": ("running", "waiting")}
    not_yet_in: dict[str, tuple[StepState, str]] = {"stage": ("running", "")}
    async with console(session) as (app, pilot):
        exits: list[str] = []
        for mine, says in (
            (in_at_0, "it stays at 0, and u reverts the change"),
            (not_yet_in, "unconfirmed Director restores its old files"),
        ):
            with case(says), monkeypatch.context() as patch:
                patch.setattr(app, "exit", lambda says=says: exits.append(says))
                await adding(pilot, app, session)
                session.show(**dict.fromkeys(NAMES, mine))
                await pilot.press("q")
                await until(pilot, lambda says=says: says in told(app))  # type: ignore[misc]
                assert says not in exits and not app._exit
                await pilot.press("q")
                await until(pilot, lambda says=says: says in exits)  # type: ignore[misc]
            session.end(Outcome("done", 0, "done", {}))
            await until(pilot, lambda: change(app).state.over)
            await closed(pilot, app)


async def test_without_a_checker_there_is_nothing_to_wait_for() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration().replace(b"  TCP_CHECK {\n  }\n", b""))
    session = Stepping(pair)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "a", shows="address:port")
        app.screen.query_one("#server", Input).value = NEW
        await until(pilot, lambda: all_is_planned(app) and f"{NEW} is new in" in " ".join(planned(app).split()))
        plan = change(app).state.plan
        assert plan is not None and plan.follow_up is not None and plan.follow_up.targets == ()
        shown = change_text.steps(plan, plan.directors[0], (), 60).plain
        assert "alive" not in shown and "· raise" in shown


# --- the steps ---


async def test_the_steps_are_as_wide_as_there_is_room_also_when_that_changes() -> None:
    session = Stepping(Pair().up())
    async with console(session, (200, 60)) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(columns(app)))
        said = "reloaded in 0.3 s, waiting for its answers"
        session.show(**{name: {"install": ("running", said)} for name in NAMES})
        await until(pilot, lambda: text(app).count(said) == 1 + 1)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: said not in text(app) and text(app).count("reloaded in 0.3 s") == 2)
        assert all(said in one for one in columns(app))
        session.end(Outcome("done", 0, "done", {}))
        await until(pilot, lambda: change(app).state.over)


# --- what a reload brings along ---


def edited(pair: Pair, *names: str, more: bytes = b"# by another hand\n") -> Pair:
    """The files there were changed, and keepalived has not read them."""
    for name in names:
        pair.files(name, configuration().replace(b"lb_algo rr", more + b" lb_algo wlc"), mtime=pair.wall())
        pair.checkers(name, checked(8081), checked(8082), checked(8083))
    return pair


BROUGHT = "◌ the reload also loads these pending changes"


async def test_what_the_reload_brings_along_is_shown_where_it_differs() -> None:
    session = FakeSession(edited(Pair().up(), *NAMES))
    async with console(session) as (app, pilot):
        with case("both bring the same along"):
            await opened(pilot, app, "d", shows=BROUGHT)
            assert planned(app).count("lb_algo wlc") == 1
            assert f"{BROUGHT}, the same as on director2" in planned(app)
            await closed(pilot, app)
        with case("each brings its own along"):
            session.pair = edited(edited(Pair().up(), "director1"), "director2", more=b"# by a third\n")
            session.tell()
            await opened(pilot, app, "d", shows=BROUGHT)
            assert planned(app).count(BROUGHT) == 2 and "the same as on director2" not in planned(app).split(BROUGHT)[2]
            assert "by another hand" in planned(app) and "by a third" in planned(app)
            await closed(pilot, app)
        with case("all is loaded"):
            session.pair = Pair().up()
            session.tell()
            await opened(pilot, app, "d", shows="weight 0")
            assert "pending changes" not in planned(app)
            await apply(pilot, app, session)


async def test_what_the_reload_brings_along_wants_its_word() -> None:
    session = FakeSession(edited(Pair().up(), "director1"))
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows=BROUGHT)
        shown = planned(app)
        assert shown.count(BROUGHT) == 1 and shown.index("director1 (MASTER)") < shown.index(BROUGHT)
        brought = shown[shown.index(BROUGHT) :]
        assert "+  # by another hand" in brought.replace("+   ", "+  ") and "lb_algo wlc" in brought
        assert "# drained" not in brought  # that is the change itself
        assert "? pending" in shown and shown.index("? pending") < shown.index(BROUGHT)
        await pilot.press("ctrl+s")  # it leads to the word, and does nothing
        assert session.applied == []
        await pilot.press(*"pending", "enter", "ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][1] == {"pending"}

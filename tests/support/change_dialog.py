"""Share what the tests of the dialogs of a change need: servers by name, opening one, reading it, applying its plan."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input, Static

from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.identity.target import Target
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Problem, Severity
from lvstui.console.app import ConsoleApp
from lvstui.console.change.screen import ChangeScreen
from tests.support.console import until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair, checked, configuration, row

SERVER = "tcp/10.10.0.20:80"
REALS = [f"192.168.211.13:{port}" for port in (8081, 8082, 8083)]
SECOND = (SERVER, REALS[1])


def change(app: ConsoleApp) -> ChangeScreen:
    assert isinstance(app.screen, ChangeScreen)
    return app.screen


def targets(app: ConsoleApp) -> tuple[Target, ...]:
    """Return what the plan on the screen is for."""
    draft = change(app).state.draft
    return draft.targets if draft is not None else ()


def planned(app: ConsoleApp) -> str:
    """Empty: the dialog has not opened yet."""
    return "".join(str(plan.content) for plan in app.screen.query("#plan").results(Static))


def burst(app: ConsoleApp, text: str, *keys: str) -> None:
    """All at once, as a line that is pasted into a terminal without bracketed paste, or typed while the loop is held."""
    for character in text:
        app.post_message(events.Key(_character_to_key(character), character))
    for key in keys:
        app.post_message(events.Key(key, None))


def value(app: ConsoleApp, id: str = "reason") -> str | None:
    return next((field.value for field in app.screen.query(f"#{id}").results(Input)), None)  # None: not there yet


def all_is_planned(app: ConsoleApp) -> bool:
    """Is the plan of all that is typed on the screen? An address is one already before its last digit."""
    dialog = change(app)
    plan = dialog.state.plan
    return plan is not None and plan == dialog.state.read and plan.intent == dialog._typed()


def hint(app: ConsoleApp) -> str:
    return str(app.screen.query_one("#apply", Static).content)


async def opened(pilot: Pilot[None], app: ConsoleApp, *keys: str, shows: str = "") -> None:
    """The dialog is there, and says so."""
    await pilot.press(*keys)
    await until(
        pilot,
        lambda: isinstance(app.screen, ChangeScreen) and bool(app.screen.query("#plan")) and shows in planned(app),
    )


def only_the_first_lives(pair: Pair) -> Pair:
    for name in NAMES:
        pair.ipvs(name, row(8081))
        pair.checkers(name, checked(8081), checked(8082, alive=False), checked(8083, alive=False))
    return pair


MARKED = "weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: disks"


def second_is_drained(pair: Pair) -> Pair:
    """In both files; the kernels have heard of it."""
    for name in NAMES:
        pair.files(name, configuration({8081: 1, 8082: MARKED.removeprefix("weight "), 8083: 1}))
    return pair


async def apply(pilot: Pilot[None], app: ConsoleApp, session: FakeSession) -> None:
    """What is on the screen, and back to the main screen."""
    before = len(session.applied)
    for names in app.screen.query("#names").results(Input):
        names.value = names.placeholder.removeprefix("type ")
    await until(pilot, lambda: "ctrl+s" in hint(app) and all_is_planned(app))
    await pilot.press("ctrl+s")
    await until(pilot, lambda: len(session.applied) == before + 1 and change(app).state.over)
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)


LEFT = UnfinishedView(
    "abc123",
    "Drain 192.168.211.13:8082 in tcp/10.10.0.20:80",
    "ana@ops1",
    1_800_000_000.0,
    ("/etc/keepalived/keepalived.conf is the new file; the old one is kept as .lvstui.abc123",),
)


def left_on(*directors: str, lines: tuple[str, ...] = LEFT.lines) -> FakeSession:
    session = FakeSession(Pair().up())
    view = session.view()
    left = replace(LEFT, lines=lines)
    shown = tuple(replace(one, unfinished=left if one.name in directors else None) for one in view.directors)
    problem = Problem(
        ProblemKind.UNFINISHED,
        "unfinished:director1",
        Severity.CRITICAL,
        "director1: a change was left unfinished",
        "",
        None,
        0.0,
    )
    session.shown = replace(view, directors=shown, problems=(problem,))
    return session

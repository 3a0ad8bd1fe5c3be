"""Do the actions around the cluster: which one, how it is shown, and what is taken out of it as a file or a copy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.widgets._toast import ToastHolder

from lvstui.cluster.view import ClusterView
from lvstui.console import export
from lvstui.console.actions import CLUSTERS, COPY, EXPORT_CSV, EXPORT_JSON, PICTURE, PRIVACY, SETTINGS
from lvstui.console.commands.registry import runs

if TYPE_CHECKING:
    from lvstui.console.cluster_choice import Cluster
    from lvstui.console.live_preferences import LivePreferences
    from lvstui.console.screens.main_screen import MainScreen
    from lvstui.console.table.rows import TableRow


class Surroundings(Protocol):
    """The app that the main screen is in, as far as it is needed here."""

    clusters: tuple[Cluster, ...]
    choices: LivePreferences

    def choose(self, **chosen: Any) -> None: ...
    def choose_cluster(self) -> None: ...


def _app(main: MainScreen) -> Surroundings:
    return cast("Surroundings", main.app)


@runs(CLUSTERS)
def switch_cluster(main: MainScreen) -> None:
    app = _app(main)
    if app.clusters:
        app.choose_cluster()
    else:
        main.tell("No other clusters: add them to clusters.toml (see lvstui --config-template).")


@runs(SETTINGS)
def show_settings(main: MainScreen) -> None:
    from lvstui.console.screens.settings_screen import SettingsScreen

    app = _app(main)
    main.app.push_screen(SettingsScreen(app.choices, app.choose))


@runs(PRIVACY)
def switch_privacy(main: MainScreen) -> None:
    app = _app(main)
    masked = not app.choices.held.privacy
    app.choose(privacy=masked)
    main.tell("Addresses and names are masked." if masked else "Addresses and names are not masked.")


@runs(COPY)
def copy_name(main: MainScreen) -> None:
    row, looked_at = main.table.current(), main.looked_at()
    if row is None and looked_at is None:
        main.tell("Move the cursor to a server first.")
    else:
        name = looked_at.real_server if looked_at is not None else _name_of(row)
        main.app.copy_to_clipboard(name)
        main.tell(f"{name} copied to the terminal's clipboard.")


def _name_of(row: TableRow | None) -> str:
    assert row is not None
    return (row.real or row.sorry or row.virtual).id


@runs(PICTURE)
def save_picture(main: MainScreen) -> None:
    main.app.run_worker(_save_picture(main), name="export")


async def _save_picture(main: MainScreen) -> None:
    """Take the picture without the messages that lie over the screen."""
    app, screen, drawn = main.app, main.app.screen, asyncio.Event()
    app.clear_notifications()
    await screen.query(ToastHolder).remove()  # each would keep a row
    screen.call_after_refresh(drawn.set)
    await drawn.wait()
    picture = app.export_screenshot(title=f"lvstui {_shown_name(main)}".strip())
    _save(main, lambda: picture, "svg")


@runs(EXPORT_CSV)
def export_csv(main: MainScreen) -> None:
    _export(main, export.as_csv, "csv")


@runs(EXPORT_JSON)
def export_json(main: MainScreen) -> None:
    _export(main, export.as_json, "json")


def _export(main: MainScreen, form: Callable[[ClusterView], str], kind: str) -> None:
    view = main.view
    if view is None:
        main.tell("Nothing to export yet.")
    else:
        _save(main, lambda: form(view), kind)


def _shown_name(main: MainScreen) -> str:
    """Return the cluster's name for a picture, which is for others: its title and its file's name are not masked afterwards."""
    return "" if _app(main).choices.held.privacy else _name(main)


def _name(main: MainScreen) -> str:
    return main.session.name if main.session is not None else ""


def _save(main: MainScreen, content: Callable[[], str], kind: str) -> None:
    name = _shown_name(main) if kind == "svg" else _name(main)

    async def save() -> None:
        try:
            path = await asyncio.to_thread(lambda: export.save(content(), name, kind))
        except OSError as error:
            main.tell(f"Could not save: {error}")
        else:
            main.notify(f"Saved {path}", markup=False)

    main.app.run_worker(save(), name="export")

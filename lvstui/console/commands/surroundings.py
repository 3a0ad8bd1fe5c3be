"""The actions around the cluster: which one, how it is shown, and what is taken out of it as a file or a copy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

from lvstui.cluster.view import ClusterView
from lvstui.console import export

if TYPE_CHECKING:
    from lvstui.console.choices import Choices
    from lvstui.console.clusters import Cluster
    from lvstui.console.screens.main import MainScreen


class Surroundings(Protocol):
    """What is needed of the app that the main screen is in."""

    clusters: tuple[Cluster, ...]
    choices: Choices

    def choose(self, **chosen: Any) -> None: ...
    def choose_cluster(self) -> None: ...


def _app(main: MainScreen) -> Surroundings:
    return cast("Surroundings", main.app)


def switch_cluster(main: MainScreen) -> None:
    app = _app(main)
    if app.clusters:
        app.choose_cluster()
    else:
        main.tell("There are no other clusters: name some in clusters.toml (lvstui --config-template shows how).")


def show_settings(main: MainScreen) -> None:
    from lvstui.console.screens.settings import SettingsScreen

    app = _app(main)
    main.app.push_screen(SettingsScreen(app.choices, app.choose))


def switch_privacy(main: MainScreen) -> None:
    app = _app(main)
    masked = not app.choices.held.privacy
    app.choose(privacy=masked)
    main.tell(
        "Addresses and names are masked on the screen." if masked else "Addresses and names are shown as they are."
    )


def copy_name(main: MainScreen) -> None:
    row = main.table.current()
    if row is None:
        main.tell("Move the cursor to a server first.")
    else:
        name = row.virtual.id if row.real is None else row.real.id
        main.app.copy_to_clipboard(name)
        main.tell(f"{name} was sent to the terminal's clipboard.")


def save_picture(main: MainScreen) -> None:
    picture = main.app.export_screenshot(title=f"lvstui {_shown_name(main)}".strip())
    _save(main, lambda: picture, "svg")


def export_csv(main: MainScreen) -> None:
    _export(main, export.as_csv, "csv")


def export_json(main: MainScreen) -> None:
    _export(main, export.as_json, "json")


def _export(main: MainScreen, form: Callable[[ClusterView], str], kind: str) -> None:
    view = main.view
    if view is None:
        main.tell("There is nothing to export yet.")
    else:
        _save(main, lambda: form(view), kind)


def _shown_name(main: MainScreen) -> str:
    """A picture is for others: its title and its file's name are not masked afterwards."""
    return "" if _app(main).choices.held.privacy else _name(main)


def _name(main: MainScreen) -> str:
    return main.session.name if main.session is not None else ""


def _save(main: MainScreen, content: Callable[[], str], kind: str) -> None:
    name = _shown_name(main) if kind == "svg" else _name(main)

    async def save() -> None:
        try:
            path = await asyncio.to_thread(lambda: export.save(content(), name, kind))
        except OSError as error:
            main.tell(f"It could not be saved: {error}")
        else:
            main.notify(f"Saved {path}", markup=False)

    main.app.run_worker(save(), name="export")

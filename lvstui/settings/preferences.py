"""Read preferences from a table, merge those of all places that say something, and write those of the settings screen.

They are written into a file of their own, never into the operator's (decision 0005).
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from lvstui.settings.document import Document, TomlTable, listed
from lvstui.settings.values import (
    COLUMNS,
    LONGEST_INTERVAL,
    NOTIFY,
    NOTIFY_FROM,
    SHORTEST_INTERVAL,
    UNITS,
    ZONES,
    Notify,
    NotifyFrom,
    Preferences,
    SettingsError,
    Units,
    Zone,
)

DEFAULTS = Preferences(
    theme="lvstui-dark",
    interval=1.0,
    units="bit",
    privacy=False,
    zone="local",
    title=True,
    notify="bell",
    notify_from="error",
    record=True,
    record_hours=24.0,
    record_megabytes=200.0,
)
OWN_THEMES = ("lvstui-dark", "lvstui-light", "lvstui-ansi", "lvstui-contrast")


def read(table: TomlTable, actions: Collection[str] = ()) -> Preferences:
    """Return those of a table. `actions`: the names that may be given keys; none is all. Raises SettingsError."""
    return Preferences(
        theme=_theme(table),
        interval=table.number("interval", SHORTEST_INTERVAL, LONGEST_INTERVAL),
        units=cast(Units | None, table.one_of("units", UNITS)),
        ascii=table.take("ascii", bool),
        privacy=table.take("privacy", bool),
        columns=table.some_of("columns", COLUMNS),
        zone=cast(Zone | None, table.one_of("zone", ZONES)),
        title=table.take("title", bool),
        notify=cast(Notify | None, table.one_of("notify", NOTIFY)),
        notify_from=cast(NotifyFrom | None, table.one_of("notify_from", NOTIFY_FROM)),
        record=table.take("record", bool),
        record_hours=table.number("record_hours", 0.1, 8760.0),
        record_megabytes=table.number("record_megabytes", 1.0, 100_000.0),
        keys=_keys(table.table("keys"), actions),
    )


def _theme(table: TomlTable) -> str | None:
    name = table.take("theme", str)
    return name if name is None or name in OWN_THEMES else table.one_of("theme", themes())


def themes() -> list[str]:
    """Return our own themes, and Textual's. Only who wants another theme waits for the import."""
    from textual.theme import BUILTIN_THEMES

    return [*OWN_THEMES, *BUILTIN_THEMES]


def _keys(table: TomlTable, actions: Collection[str]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for name in table.left():
        if actions and name not in actions:
            raise table.error(name, f"there is no action {name}; it must be {listed(actions, name)}")
        key = table.take(name, str)
        if not key or " " in key or key == ",":
            raise table.error(name, f'{name} is {key!r}; it must be a key: "x", "ctrl+x", "f5", "space" or "comma"')
        if key in keys.values():
            other = next(one for one, taken in keys.items() if taken == key)
            raise table.error(name, f"{key} is the key of {other} already; it must be another one")
        keys[name] = key
    return keys


def merged(*places: Preferences) -> Preferences:
    """Return what holds: of each, what the first place says that says anything.

    Keys are put together, the first place's first.
    """
    result = DEFAULTS
    keys: dict[str, str] = {}
    for place in reversed(places):
        said = {one.name: getattr(place, one.name) for one in fields(place) if getattr(place, one.name) is not None}
        keys = {**keys, **said.pop("keys")}
        result = replace(result, **said)
    return replace(result, keys=keys)


def load_choices(path: Path, actions: Collection[str] = ()) -> Preferences:
    """Return what was chosen on the settings screen; nothing when the file is not there. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Preferences()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: it cannot be read: {error}") from error
    table = Document(path, text).top
    chosen = read(table, actions)
    table.finish()
    return chosen


def save_choices(path: Path, chosen: Preferences) -> None:
    """Replace the file as one. Raises OSError, and then the old one is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(written(chosen), encoding="utf-8")
    os.replace(beside, path)


def written(chosen: Preferences) -> str:
    """Return preferences as TOML."""
    lines = ["# Written by lvstui's settings screen. clusters.toml beside it is yours."]
    lines += [
        f"{one.name} = {_value(getattr(chosen, one.name))}"
        for one in fields(chosen)
        if one.name != "keys" and getattr(chosen, one.name) is not None
    ]
    keys: Mapping[str, str] = chosen.keys
    if keys:
        lines += ["", "[keys]", *(f"{name} = {_value(key)}" for name, key in sorted(keys.items()))]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)  # a text, a number, a bool and a list of them are the same in TOML

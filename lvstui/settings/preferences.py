"""Preferences: read from a table, settled between the places that say something, and kept by the settings screen."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from lvstui.settings.document import Document, Table, listed
from lvstui.settings.facts import (
    COLUMNS,
    LONGEST_INTERVAL,
    SHORTEST_INTERVAL,
    UNITS,
    Preferences,
    SettingsError,
    Units,
)

DEFAULTS = Preferences(theme="lvstui-dark", interval=1.0, units="bit", privacy=False)
OWN_THEMES = ("lvstui-dark", "lvstui-light", "lvstui-ansi", "lvstui-contrast")


def read(table: Table, actions: Collection[str] = ()) -> Preferences:
    """Those of a table. `actions`: the names that may be given keys; none is all. Raises SettingsError."""
    return Preferences(
        theme=_theme(table),
        interval=table.number("interval", SHORTEST_INTERVAL, LONGEST_INTERVAL),
        units=cast(Units | None, table.one_of("units", UNITS)),
        ascii=table.take("ascii", bool),
        privacy=table.take("privacy", bool),
        columns=table.some_of("columns", COLUMNS),
        keys=_keys(table.table("keys"), actions),
    )


def _theme(table: Table) -> str | None:
    name = table.take("theme", str)
    return name if name is None or name in OWN_THEMES else table.one_of("theme", themes())


def themes() -> list[str]:
    """Our own, and Textual's. Only who wants another theme waits for the import."""
    from textual.theme import BUILTIN_THEMES

    return [*OWN_THEMES, *BUILTIN_THEMES]


def _keys(table: Table, actions: Collection[str]) -> dict[str, str]:
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


def settled(*places: Preferences) -> Preferences:
    """What holds: of each, what the first place says that says anything. Keys are put together, the first place's first."""
    result = DEFAULTS
    keys: dict[str, str] = {}
    for place in reversed(places):
        said = {one.name: getattr(place, one.name) for one in fields(place) if getattr(place, one.name) is not None}
        keys = {**keys, **said.pop("keys")}
        result = replace(result, **said)
    return replace(result, keys=keys)


def load_choices(path: Path, actions: Collection[str] = ()) -> Preferences:
    """What was chosen on the settings screen; nothing when the file is not there. Raises SettingsError."""
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
    """As TOML."""
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

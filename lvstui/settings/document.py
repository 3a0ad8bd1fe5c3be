"""Read a TOML file whose every value can be asked for with its type, and whose every error has a line.

tomllib tells no lines but those of syntax errors: the line of a key is looked for in the text.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lvstui.settings.values import SettingsError

Value = TypeVar("Value", str, int, bool)
Names = tuple[str | int, ...]  # keys, and the numbers of tables in an array

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_KINDS = {str: "a text in quotes", int: "a whole number", bool: "true or false"}


class Document:
    """A file's text, its values, and the line of each."""

    def __init__(self, path: Path, text: str) -> None:
        """Take the file's text. Raises SettingsError when it is not TOML."""
        self.path = path
        try:
            self.values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{path} {_with_line(str(error), text)}") from error
        self._lines = _lines(text)

    @property
    def top(self) -> TomlTable:
        return TomlTable(self, self.values, ())

    def error(self, names: Names, text: str) -> SettingsError:
        """Return an error at this key, or at the nearest one around it."""
        while names and names not in self._lines:
            names = names[:-1]
        where = f"{self.path} line {self._lines[names]}" if names else f"{self.path}"
        return SettingsError(f"{where}: {text}")


def _with_line(message: str, text: str) -> str:
    """Return tomllib's "what (at line 3, column 4)" in the form of all our errors."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message)
    if found is None:
        found = re.fullmatch(r"(.*)()", message, re.DOTALL)
        assert found is not None
    line = found[2] or str(max(1, len(text.splitlines())))
    return f"line {line}: {found[1][:1].lower()}{found[1][1:]}; it is not TOML"


def _lines(text: str) -> dict[Names, int]:
    lines: dict[Names, int] = {}
    inside: Names = ()
    tables: dict[Names, int] = {}  # how many there were of each in an array
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            inside = _names(header[2])
            if header[1] == "[[":
                count = tables[inside] = tables.get(inside, -1) + 1
                lines.setdefault(inside, number)
                inside = (*inside, count)
            lines.setdefault(inside, number)
        elif key := _KEY.match(line):
            names = inside
            for name in _names(key[1]):
                names = (*names, name)
                lines.setdefault(names, number)
    return lines


def _names(dotted: str) -> Names:
    """Return the parts of a dotted key, as TOML reads them."""
    names: list[str | int] = []
    try:
        value: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()  # it only looked like one: a line of a text over several lines
    while isinstance(value, dict):
        ((name, value),) = value.items()
        names.append(name)
    return tuple(names)


class TomlTable:
    """A table: what is taken from it has its type, and what nobody takes is an error."""

    def __init__(self, document: Document, values: Mapping[str, Any], names: Names) -> None:
        self._document = document
        self._values = values
        self._names = names
        self._taken: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def error(self, key: str | int | None, text: str) -> SettingsError:
        return self._document.error(self._names if key is None else (*self._names, key), text)

    def take(self, key: str, kind: type[Value]) -> Value | None:
        """Return the value; None when it is not there. Raises SettingsError when it is of another kind."""
        value = self.any(key)
        if value is None:
            return None
        if type(value) is not kind or (isinstance(value, str) and not value.isprintable()):
            raise self.error(key, f"{key} is {_written(value)}; it must be {_KINDS[kind]}")
        return value

    def any(self, key: str) -> Any:
        self._taken.append(key)
        return self._values.get(key)

    def number(self, key: str, least: float, most: float) -> float | None:
        value = self.any(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise self.error(key, f"{key} is {_written(value)}; it must be a number from {least:g} to {most:g}")
        return float(value)

    def one_of(self, key: str, allowed: Collection[str]) -> str | None:
        value = self.take(key, str)
        if value is not None and value not in allowed:
            raise self.error(key, f"{key} is {_written(value)}; it must be {listed(allowed, value)}")
        return value

    def some_of(self, key: str, allowed: Collection[str]) -> tuple[str, ...] | None:
        values = self.any(key)
        if values is None:
            return None
        unknown = values if not isinstance(values, list) else next((one for one in values if one not in allowed), None)
        if unknown is not None:
            raise self.error(
                key, f"{key} has {_written(unknown)}; it must be a list of {listed(allowed, str(unknown))}"
            )
        return tuple(values)

    def table(self, key: str) -> TomlTable:
        """Return the table of that name; an empty one when it is not there."""
        value = self.any(key)
        if value is None:
            return TomlTable(self._document, {}, (*self._names, key))
        if not isinstance(value, dict):
            raise self.error(key, f"{key} is {_written(value)}; it must be a table: [{key}]")
        return TomlTable(self._document, value, (*self._names, key))

    def within(self, key: str, index: int, values: Mapping[str, Any]) -> TomlTable:
        """Return a table in an array."""
        return TomlTable(self._document, values, (*self._names, key, index))

    def left(self) -> list[str]:
        return [key for key in self._values if key not in self._taken]

    def finish(self) -> None:
        """Raise SettingsError if there is something that nobody has asked for."""
        for key in self.left():
            raise self.error(key, f"unknown setting {key}; it must be {listed(sorted(self._taken), key)}")


def _written(value: object) -> str:
    return {"True": "true", "False": "false"}.get(str(value)) or (
        repr(value) if isinstance(value, str) else "a table" if isinstance(value, dict) else str(value)
    )


def listed(allowed: Collection[str], near: str) -> str:
    """Return "a, b or c", and which of many is probably meant."""
    names = list(allowed)
    close = difflib.get_close_matches(near, names, 1)
    text = ", ".join(names[:-1]) + f" or {names[-1]}" if len(names) > 1 else "".join(names)
    return f"{text} (did you mean {close[0]}?)" if close and len(names) > 3 else text

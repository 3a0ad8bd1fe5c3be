"""Write a drill's result as JSON and read it back, without a loss: the fields of the dataclasses by their names.

The file has a version: a newer one is refused and named. Fields that are missing take their default, so that an older file can be
read. Not for: what lvsctl prints of it (see `drill_summary`).
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from enum import Enum
from functools import cache
from typing import Any

from lvstui.cluster.drill.result import DrillResult

FORMAT = "lvstui drill"
VERSION = 1


class DrillFormatError(ValueError):
    """A text that is no drill's result, or one of a newer version."""


def dumps(result: DrillResult) -> str:
    """Return the result as a text of JSON."""
    told = {"format": FORMAT, "version": VERSION, **_plain(result)}
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def loads(text: str | bytes) -> DrillResult:
    """Return the result of such a text. Raises DrillFormatError."""
    try:
        told = json.loads(text)
    except ValueError as error:
        raise DrillFormatError(f"it is not JSON: {error}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise DrillFormatError("it is not the result of a drill")
    version = told.get("version")
    if type(version) is not int or version < 1:
        raise DrillFormatError(f"its version is not a number: {version!r}")
    if version > VERSION:
        raise DrillFormatError(f"it has version {version}, and this lvstui reads up to {VERSION}: use a newer lvstui")
    result = _typed(DrillResult, told, "result")
    assert isinstance(result, DrillResult)
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


@cache
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((one.name, hints[one.name], one.default is dataclasses.MISSING) for one in dataclasses.fields(kind))


def _typed(kind: Any, value: Any, where: str) -> Any:
    """Return the value as the type says. Raises DrillFormatError, which names the place."""
    if isinstance(kind, types.UnionType):
        inner = next(one for one in typing.get_args(kind) if one is not type(None))
        return None if value is None else _typed(inner, value, where)
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise DrillFormatError(f"{where} is not a list")
        item = typing.get_args(kind)[0]
        return tuple(_typed(item, one, f"{where}[{number}]") for number, one in enumerate(value))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise DrillFormatError(f"{where} is not an object")
        missing = [name for name, _, needed in _fields(kind) if needed and name not in value]
        if missing:
            raise DrillFormatError(f"{where} has no {missing[0]}")
        given = {name: _typed(hint, value[name], f"{where}.{name}") for name, hint, _ in _fields(kind) if name in value}
        return kind(**given)
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            raise DrillFormatError(f"{where} is {value!r}, which this lvstui does not know") from None
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise DrillFormatError(f"{where} is not of type {kind.__name__}")
    return value

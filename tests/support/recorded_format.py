"""Write down what a recording's messages are made of, and find what would keep lvstui from reading older ones.

python -m tests.support.recorded_format writes that of this VERSION into tests/record/formats.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from pathlib import Path
from typing import Any

from lvstui.director.protocol.message_registry import FromAgent
from lvstui.record.recording_file import VERSION
from tests.support.paths import ROOT

FOLDER = ROOT / "tests" / "record" / "formats"
NOT_RECORDED = ("Connections",)  # answers to questions
Field = list[Any]  # its name, its type, and whether it may be absent
Format = dict[str, list[Field]]

WHAT_TO_DO = (
    "What a recording holds has changed. Raise VERSION in lvstui/record/recording_file.py, so that an older lvstui refuses "
    "the file by its number, run `python -m tests.support.recorded_format`, and commit the file that it writes beside those "
    "of the older versions"
)


def file_of(version: int) -> Path:
    """Return where the format of a version is written down."""
    return FOLDER / f"{version}.json"


def read(version: int) -> Format:
    """Return the format of a version."""
    found: Format = json.loads(file_of(version).read_text())
    return found


def format_of(*messages: type) -> Format:
    """Return the fields of these messages and of all that they are made of, by the names of their types."""
    found: Format = {}
    waiting = list(messages)
    while waiting:
        kind = waiting.pop()
        if kind.__name__ in found:
            continue
        hints = typing.get_type_hints(kind)
        optional = _with_default(kind)
        found[kind.__name__] = [[name, _name(hints[name]), name in optional] for name in _fields(kind)]
        waiting += [one for name in _fields(kind) for one in _records(hints[name])]
    return dict(sorted(found.items()))


def recorded() -> Format:
    """Return that of every message that is recorded."""
    return format_of(*(one for one in typing.get_args(FromAgent) if one.__name__ not in NOT_RECORDED))


def unreadable(older: Format, newer: Format) -> list[str]:
    """Return why what was written in the older format could not be read in the newer one."""
    found = []
    for name, fields in older.items():
        known = newer.get(name)
        if known is None:
            found.append(f"{name} is gone: what was recorded of it could not be read")
        elif [one[:2] for one in known[: len(fields)]] != [one[:2] for one in fields]:
            found.append(f"{name}: fields are appended at the end, and those that are there stay as they are")
        else:
            found += [
                f"{name}.{field}: a new field needs a default, for where it is absent"
                for field, _, optional in known[len(fields) :]
                if not optional
            ]
    return found


def _fields(kind: Any) -> list[str]:
    return list(kind._fields) if hasattr(kind, "_fields") else [one.name for one in dataclasses.fields(kind)]


def _with_default(kind: Any) -> set[str]:
    if hasattr(kind, "_fields"):
        return set(kind._field_defaults)
    return {one.name for one in dataclasses.fields(kind) if one.default is not dataclasses.MISSING}


def _records(hint: Any) -> list[type]:
    if hasattr(hint, "_fields") or dataclasses.is_dataclass(hint):
        return [hint]
    return [one for argument in typing.get_args(hint) for one in _records(argument)]


def _name(hint: Any) -> str:
    inner = [_name(one) for one in typing.get_args(hint) if one not in (type(None), Ellipsis)]
    if typing.get_origin(hint) is tuple:
        return f"[{', '.join(inner)}]"
    return f"{inner[0]} or null" if inner else str(hint.__name__)


def main() -> None:
    """Write the format of this version down."""
    file_of(VERSION).write_text(json.dumps(recorded(), indent=1) + "\n")


if __name__ == "__main__":
    main()

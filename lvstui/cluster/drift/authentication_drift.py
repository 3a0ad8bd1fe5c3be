"""Compare how two configurations authenticate the adverts of a VRRP instance: passwords, and the keys of auth_hmac. Pure.

What is compared is what is in effect. That passwords or keys differ is told, and nothing of them. A key in a file is not known:
it is taken for the same. Directors whose `active_key` differs hear each other where each has both keys, as while keys are
rotated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lvstui.cluster.drift.difference import UNHEARD, Difference, FileLocation, Side, differ
from lvstui.cluster.drift.drift_setting import DriftSetting
from lvstui.cluster.text import plain
from lvstui.keepalived import Configuration, ConfiguredVrrpInstance
from lvstui.keepalived.reading.origins import Statement, block_statements, instance_statements

_HMAC, _KEY, _FILE, _HEX = b"auth_hmac", b"key", b"file:", b"hex:"
# Settings of auth_hmac, and what keepalived does where they are not there.
_SETTINGS = {
    b"mode": (DriftSetting.HMAC_MODE, "enforce"),
    b"anti_replay": (DriftSetting.HMAC_ANTI_REPLAY, "time"),
    b"time_window": (DriftSetting.HMAC_TIME_WINDOW, "by the interval"),
    b"active_key": (DriftSetting.HMAC_ACTIVE_KEY, "none"),
}
_APART = {"enforce", "receive-only"}  # the one takes nothing unsigned, and the other signs nothing


class _Side(NamedTuple):
    """An instance's authentication in one Director's files."""

    name: str
    model: ConfiguredVrrpInstance
    statements: Mapping[bytes, Statement]
    keys: Mapping[str, Statement]  # of auth_hmac, by number
    hmac: Mapping[bytes, Statement]  # its other settings

    def at(self, statement: Statement | None) -> FileLocation:
        """Return where the statement stands; the instance's first line where there is none."""
        where = self.model if statement is None else statement
        return FileLocation(where.path, where.line)


def between(
    subject: str, sides: Iterable[tuple[str, ConfiguredVrrpInstance]], configurations: Mapping[str, Configuration]
) -> Iterator[Difference]:
    """Return all that differs in one instance's authentication."""
    found = [_side(name, model, configurations[name]) for name, model in sides]
    kinds = [
        (one.name, (one.model.auth or "none", one.at(one.statements.get(_HMAC if one.hmac else b"auth_type"))))
        for one in found
    ]
    yield from differ(subject, DriftSetting.AUTH_TYPE, kinds, why=UNHEARD, matters=True)
    kind = {one.model.auth for one in found}
    if kind <= {"PASS", "AH"}:
        yield from _passwords(subject, found)
    elif kind == {"HMAC"}:
        yield from _keys(subject, found)
        yield from _settings(subject, found)


def _side(name: str, model: ConfiguredVrrpInstance, configuration: Configuration) -> _Side:
    inside = block_statements(configuration, model, _HMAC)
    keys: dict[str, Statement] = {}
    for one in inside:
        if one.words[0] == _KEY and len(one.words) > 2:
            keys.setdefault(_word(one), one)  # of two with one number the first counts
    others = {one.words[0]: one for one in inside if one.words[0] != _KEY and len(one.words) > 1}
    return _Side(name, model, instance_statements(configuration, model), keys, others if model.auth == "HMAC" else {})


def _word(statement: Statement) -> str:
    return statement.words[1].decode(errors="backslashreplace")


def _passwords(subject: str, sides: Sequence[_Side]) -> Iterator[Difference]:
    statements = [one.statements.get(b"auth_pass") for one in sides]
    if len({() if one is None else one.words[1:] for one in statements}) > 1:
        shown = tuple(Side(side.name, "set", *side.at(one)) for side, one in zip(sides, statements, strict=True))
        yield Difference(
            "files", plain(subject), DriftSetting.AUTH_PASS, shown, f"Not the same password. {UNHEARD}", True
        )


def _keys(subject: str, sides: Sequence[_Side]) -> Iterator[Difference]:
    """Return a difference for the numbers of the keys, and one for each key that is another under its number."""
    numbers = [(one.name, (", ".join(sorted(one.keys)), one.at(next(iter(one.keys.values()), None)))) for one in sides]
    yield from differ(subject, DriftSetting.HMAC_KEYS, numbers, why=UNHEARD, matters=True)
    for number in sorted(set.intersection(*(set(one.keys) for one in sides))):
        statements = [one.keys[number] for one in sides]
        values = {_value(one) for one in statements if not one.words[2].startswith(_FILE)}
        if len(values) > 1:
            shown = tuple(Side(side.name, "set", *side.at(one)) for side, one in zip(sides, statements, strict=True))
            why = f"Not the same key. {UNHEARD}"
            yield Difference("files", plain(subject), DriftSetting.HMAC_KEY, shown, why, True, number=plain(number))


def _value(key: Statement) -> bytes:
    """Return the key's bytes, however they are written."""
    written = key.words[2]
    if not written.startswith(_HEX):
        return written
    try:
        return bytes.fromhex(written[len(_HEX) :].decode())
    except ValueError:
        return written


def _settings(subject: str, sides: Sequence[_Side]) -> Iterator[Difference]:
    for keyword, (setting, default) in _SETTINGS.items():
        told = [
            (one.name, (default if (said := one.hmac.get(keyword)) is None else _word(said), one.at(said)))
            for one in sides
        ]
        matters = setting is DriftSetting.HMAC_MODE and {value for _, (value, _) in told} >= _APART
        yield from differ(subject, setting, told, why=UNHEARD if matters else "", matters=matters)

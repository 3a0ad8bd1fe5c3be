"""Tell where a value comes from: the real server's block, its virtual server's, or a default; an instance's statements.

Not for: the values (see `model`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from lvstui.keepalived.reading.model import (
    Configuration,
    ConfiguredRealServer,
    ConfiguredVrrpInstance,
    Span,
    VirtualServer,
)

Setting = Literal["weight", "method", "inhibit_on_failure", "alpha"]
_REAL: dict[Setting, tuple[bytes, ...]] = {
    "weight": (b"weight",),
    "method": (b"lvs_method",),
    "inhibit_on_failure": (b"inhibit_on_failure",),
    "alpha": (b"alpha",),
}
_VIRTUAL = _REAL | {"method": (b"lvs_method", b"lb_kind")}


@dataclass(frozen=True, slots=True)
class Origin:
    """Tell where a value comes from; path and line of the statement that sets it."""

    kind: Literal["set", "inherited", "default"]
    path: str | None = None
    line: int | None = None  # 1-based


def origin_of(
    configuration: Configuration, server: VirtualServer, real: ConfiguredRealServer, setting: Setting
) -> Origin:
    """Return where `setting` of `real` comes from: the last statement that sets it."""
    kinds: tuple[tuple[Literal["set", "inherited"], Span, tuple[bytes, ...]], ...] = (
        ("set", real.span, _REAL[setting]),
        ("inherited", server.span, _VIRTUAL[setting]),
    )
    for kind, span, names in kinds:
        index = real.weight_at if (kind, setting) == ("set", "weight") else _last(configuration, span, names)
        if index is not None:
            where = configuration.expansion.diagnostic(configuration.expansion.places[index], "")
            return Origin(kind, where.path, where.line)
    return Origin("default")


def _last(configuration: Configuration, span: Span, names: tuple[bytes, ...]) -> int | None:
    """Return the last statement directly inside the block at `span` that begins with one of the names."""
    words, found, depth = configuration.expansion.words, None, 0
    for index in range(span[0], min(span[1] + 1, len(words))):
        first = words[index][0]
        depth += (first == b"{") - (first == b"}")
        if depth == 1 and first in names:
            found = index
    return found


class Statement(NamedTuple):
    """A statement, and where it stands. Its words may hold a password: compare them, never show them."""

    words: tuple[bytes, ...]
    path: str
    line: int  # 1-based


def instance_statements(configuration: Configuration, instance: ConfiguredVrrpInstance) -> dict[bytes, Statement]:
    """Return the last statement of every keyword in the instance, those of the blocks inside it too."""
    expansion, statements = configuration.expansion, dict[bytes, Statement]()
    for index in range(instance.span[0], instance.span[1] + 1):
        words = expansion.words[index]
        if words[0] not in (b"{", b"}"):
            where = expansion.diagnostic(expansion.places[index], "")
            statements[words[0]] = Statement(tuple(words), where.path, where.line)
    return statements


def block_statements(
    configuration: Configuration, instance: ConfiguredVrrpInstance, block: bytes
) -> tuple[Statement, ...]:
    """Return every statement directly inside the blocks of that keyword in the instance, in order."""
    expansion, found, depth, begun = configuration.expansion, list[Statement](), 0, 0
    for index in range(instance.span[0], instance.span[1] + 1):
        words = expansion.words[index]
        depth += (words[0] == b"{") - (words[0] == b"}")
        if words[0] == block and not begun:
            begun = depth + 1
        elif begun and words[0] == b"}" and depth < begun:
            begun = 0
        elif begun and depth == begun and words[0] not in (b"{", b"}"):
            where = expansion.diagnostic(expansion.places[index], "")
            found.append(Statement(tuple(words), where.path, where.line))
    return tuple(found)

"""Where a value comes from: a real server's own block, its virtual server's, or keepalived's default; an instance's statements.

Not for: the values (see `model`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Literal, NamedTuple

from lvstui.keepalived.model import Configuration, RealServer, Span, VirtualServer

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
    kind: Literal["set", "inherited", "default"]
    path: str | None = None
    line: int | None = None  # 1-based


def origin_of(configuration: Configuration, server: VirtualServer, real: RealServer, setting: Setting) -> Origin:
    """Where `setting` of `real` comes from: the last statement that sets it."""
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
    """The last statement directly inside the block at `span` that begins with one of the names."""
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


def instance_statements(configuration: Configuration) -> dict[str, dict[bytes, Statement]]:
    """Of each VRRP instance, by name, the last statement of every keyword, those of the blocks inside it too."""
    expansion = configuration.expansion
    found: dict[str, dict[bytes, Statement]] = {}
    firsts = map(itemgetter(0), expansion.words)
    starts = [
        index for index, first in enumerate(firsts) if first == b"vrrp_instance" and len(expansion.words[index]) > 1
    ]
    for start, next_start in pairwise((*starts, len(expansion.words))):
        statements: dict[bytes, Statement] = {}
        found.setdefault(expansion.words[start][1].decode(errors="backslashreplace"), statements)
        depth = 0
        for index in range(start, next_start):
            words = expansion.words[index]
            first = words[0]
            depth += (first == b"{" or words[-1] == b"{") - (first == b"}")
            if first not in (b"{", b"}"):
                where = expansion.diagnostic(expansion.places[index], "")
                statements[first] = Statement(tuple(words), where.path, where.line)
            elif first == b"}" and depth <= 0:
                break
    return found

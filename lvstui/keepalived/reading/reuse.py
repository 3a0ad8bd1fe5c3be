"""Take over the virtual servers of an earlier reading whose lines say the same: they need not be read again.

They are taken over as the objects that they were, or, where they stand further down now, with the same `said`, so that
whoever works something out from one sees that it is no other.

Not for: reading what is new (see `checker_process`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from lvstui.keepalived.parsing.nesting import Braces
from lvstui.keepalived.parsing.statements import OPEN, Expansion, file_and_row
from lvstui.keepalived.parsing.syntax import Line
from lvstui.keepalived.reading.model import Configuration, ConfiguredRealServer, VirtualServer


class ReusableServers:
    """The virtual servers of `earlier`, a reading by the same keepalived; None: there is none."""

    def __init__(self, expansion: Expansion, pairs: Braces, earlier: Configuration | None) -> None:
        self._expansion = expansion
        self._closing = pairs.closing
        self._before = expansion if earlier is None else earlier.expansion
        self._servers: dict[tuple[bytes, ...], VirtualServer] = {}
        if earlier is not None:
            self._servers = {
                tuple(self._before.words[server.span[0]]): server
                for server in (*earlier.virtual_servers, *earlier.shadowed)
                if server.group is None and not server.tracks_files and not _complained_of(earlier, server)
            }

    def find(self, index: int) -> VirtualServer | None:
        """Return the virtual server that begins with the statement at `index`, if the very same was read before."""
        new, old = self._expansion, self._before
        server = self._servers.get(tuple(new.words[index]))
        if server is None:
            return None
        first, last = server.span
        end = index + last + 1 - first
        if self._closing.get(index + 1) != end - 1 or new.words[index + 1] != [OPEN]:
            return None
        if new.words[index:end] != old.words[first : last + 1]:
            return None
        rows = new.places[index] - old.places[first]
        here, there = new.places[index:end], old.places[first : last + 1]
        if here != (array("q", [place + rows for place in there]) if rows else there):
            return None
        lines = _lines(new, here)
        if lines is None or lines != _lines(old, there):
            return None
        return _moved(server, file_and_row(here[0])[1] + 1 - server.line, index - first)


def _complained_of(configuration: Configuration, server: VirtualServer) -> bool:
    first, last = server.span
    at = bisect_left(configuration.complained, first)
    return at < len(configuration.complained) and configuration.complained[at] <= last


def _lines(expansion: Expansion, places: Sequence[int]) -> tuple[str, tuple[Line, ...]] | None:
    """Return the file and the lines in which those statements stand, when they stand in no others, and a row is a line."""
    if places[0] != min(places) or places[-1] != max(places):
        return None
    file, first = file_and_row(places[0])
    other, last = file_and_row(places[-1])
    tree = expansion.trees[file]
    return None if file != other or tree.broken else (tree.path, tree.lines[first : last + 1])


def _moved(server: VirtualServer, lines: int, statements: int) -> VirtualServer:
    """Return the same server so many lines and statements further down."""
    if not lines and not statements:
        return server
    sorry = server.sorry_server
    return replace(
        server,
        sorry_server=None if sorry is None else replace(sorry, line=sorry.line + lines),
        real_servers=tuple(_moved_real(real, lines, statements) for real in server.real_servers),
        line=server.line + lines,
        end_line=server.end_line + lines,
        span=(server.span[0] + statements, server.span[1] + statements),
    )


def _moved_real(real: ConfiguredRealServer, lines: int, statements: int) -> ConfiguredRealServer:
    return replace(
        real,
        checkers=tuple(replace(checker, line=checker.line + lines) for checker in real.checkers),
        line=real.line + lines,
        end_line=real.end_line + lines,
        span=(real.span[0] + statements, real.span[1] + statements),
        weight_at=None if real.weight_at is None else real.weight_at + statements,
    )

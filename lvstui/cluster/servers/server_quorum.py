"""Work out a virtual server's quorum and sorry server on each Director: from what keepalived says, and from the kernel.

Not for: what keepalived says of it (see `quorums`), nor the real servers' entries (see `entry`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.ipvs_table import Destination, RowKey
from lvstui.cluster.quorum_view import QuorumSide, QuorumView, SorryFigures, SorryServerView
from lvstui.cluster.servers.inventory import ConfiguredServer, Server, sorry_rows
from lvstui.cluster.view import LinkState


class Pool(NamedTuple):
    """The quorum and the sorry server of a virtual server."""

    quorum: QuorumView | None
    sorry_server: SorryServerView | None


class QuorumTransition(NamedTuple):
    """A quorum was lost or gained on a Director."""

    director: str
    virtual_server: str
    side: QuorumSide  # as it is now
    sorry_server: str | None


NOTHING = Pool(None, None)


def pool(directors: Sequence[Director], server: Server) -> Pool:
    """Return all of it, as of now. None of what no file and no Director tells, and of what keepalived ignores."""
    sides: dict[str, QuorumSide] = {}
    sorry: dict[str, SorryFigures] = {}
    name = None
    blocks = {block.number: block for block in server.blocks}
    for number, director in enumerate(directors):
        block = blocks.get(number)
        if block is None or not block.places or director.link.state is LinkState.LOST:
            continue  # without real servers its keepalived ignores it
        figures = None
        if block.server.sorry_server is not None:
            name = name or str(block.server.sorry_server.key)
            figures = sorry[director.name] = _sorry(director, block)
        sides[director.name] = _side(director, block, figures)
    quorum = QuorumView(sides) if sides else None
    return Pool(quorum, None if name is None else SorryServerView(name, sorry))


class QuorumTransitions:
    """The transitions of each quorum, by what was last known of it: a Director may have been lost meanwhile."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, str], bool] = {}  # (Director, virtual server)
        self._happened: list[QuorumTransition] = []

    def look(self, virtual_server: str, now: Pool) -> None:
        """Take in how it is now. Nothing happened where it was not known before."""
        sorry = None if now.sorry_server is None else now.sorry_server.id
        for name, side in ({} if now.quorum is None else now.quorum.directors).items():
            if side.met is None:
                continue
            before = self._met.get((name, virtual_server))
            self._met[name, virtual_server] = side.met
            if before is not None and before != side.met:
                self._happened.append(QuorumTransition(name, virtual_server, side, sorry))

    def take(self) -> list[QuorumTransition]:
        """Return those since the last call, in order."""
        happened, self._happened = self._happened, []
        return happened


def takes_out(director: Director, virtual_server: str) -> bool:
    """Return True if its keepalived has taken live real servers out, and put the sorry server in."""
    known = director.quorums.get(virtual_server)
    if known is not None and known.up is not None and known.sorry is not None:
        return known.sorry and not known.up
    configuration = director.loaded.whole
    server = configuration.virtual_server(virtual_server) if configuration is not None else None
    if server is None or server.sorry_server is None:
        return False
    if known is not None and known.up is not None:
        return not known.up
    if any(real.key == server.sorry_server.key for real in server.real_servers):
        return False  # its row tells nothing
    return any(one.row is not None and one.row.weight > 0 for one in _found(director, sorry_rows(server)))


def _side(director: Director, block: ConfiguredServer, sorry: SorryFigures | None) -> QuorumSide:
    known = director.quorums.get(block.id)
    live = director.verdicts.live_weight(block.id)
    if known is None:
        met = False if sorry is not None and sorry.serving else None
        return QuorumSide(block.server.quorum, block.server.hysteresis, live, met, None)
    met = known.up
    if met is None and sorry is not None and sorry.serving:
        met = False
    return QuorumSide(known.needed, known.hysteresis, live, met, known.since)


def _sorry(director: Director, block: ConfiguredServer) -> SorryFigures:
    if director.table.error is not None:
        return SorryFigures(*(None,) * len(SorryFigures._fields))
    found = _found(director, block.sorry)
    rows = [one.row for one in found if one.row is not None]
    serving = any(row.weight > 0 for row in rows)
    if block.sorry_is_real:  # its row is that of a real server too, which tells nothing
        known = director.quorums.get(block.id)
        up = None if known is None else known.up
        serving_told: bool | None = None if up is None else not up and serving
    else:
        serving_told = serving
    if not rows:
        return SorryFigures(serving_told, *(None,) * (len(SorryFigures._fields) - 1))
    active, inactive = sum(row.active for row in rows), sum(row.inactive for row in rows)
    if not director.table.counters:
        return SorryFigures(serving_told, rows[0].weight, active, inactive, None, None, None, None, None)
    rates = [rate for rate in map(director.rates.get, found) if rate is not None]
    sums = [sum(values) for values in zip(*rates, strict=True)] if rates else [None, None, None]
    persistent, connections = sum(row.persistent for row in rows), sum(row.connections for row in rows)
    return SorryFigures(serving_told, rows[0].weight, active, inactive, persistent, connections, *sums)


def _found(director: Director, keys: Iterable[RowKey]) -> list[Destination]:
    return [one for one in (director.table.find(*key) for key in keys) if one is not None]

"""Work out a real server's figures on one Director, of now: from its file, its kernel's rows and its checkers.

Not for: what time makes of them (see `entry`), nor which state means what (see `states`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.rates import Rate
from lvstui.cluster.servers import states
from lvstui.cluster.servers.effective_weight import weighed_by
from lvstui.cluster.servers.inventory import ServerPlacement
from lvstui.cluster.servers.server_quorum import takes_out
from lvstui.cluster.servers.states import DirectorContext
from lvstui.cluster.text import plain
from lvstui.cluster.view import DrainedView, Figures, LinkState
from lvstui.director.protocol.ipvs_messages import RealServer

_NO_RATE = (None, None, None)


@dataclass(frozen=True, slots=True)
class _KernelRows:
    """The rows of all services of a group as one."""

    row: RealServer | None = None  # None: it has none
    uniform: bool = True  # their weights are the same
    rate: Rate | None = None  # of all together


def context_of(director: Director) -> DirectorContext:
    """Return what all entries of a Director stand on, now."""
    lost = director.link.state is LinkState.LOST
    return DirectorContext(
        figures=director.table.error is None and not lost,
        configured=director.loaded.whole is not None and not lost,
        fresh=director.fresh,
        pending=director.pending,
        running=director.running,
        samples=director.table.samples,
    )


def figures_of(
    key: ServerKey,
    director: Director,
    placement: ServerPlacement,
    drained: DrainedView | None,
    context: DirectorContext,
) -> Figures:
    """Return a real server's figures, with the state that they have without what time makes of it."""
    configured = placement.configured if context.configured else None
    wanted = None if configured is None else configured.weight
    verdict = director.verdicts.get(key)
    alive = None if verdict is None else verdict.alive
    rows = _rows(director, placement) if context.figures and placement.keys else _KernelRows()
    row = rows.row
    has = None if row is None else row.weight
    if context.pending is not False and (wanted is None or has != wanted):
        context = replace(context, pending=director.pending_server(key, configured))
    taken_out = not has and configured is not None and takes_out(director, key[0])
    state = states.judge(context, configured, has, rows.uniform, verdict, taken_out=taken_out)
    effective = None if verdict is None or configured is None else verdict.effective
    if row is None:
        nothing = None
        return Figures(
            state, wanted, None, alive, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing,
            drained, effective,
        )  # fmt: skip
    if not director.table.counters:
        return Figures(
            state, wanted, row.weight, alive, row.active, row.inactive, None, None, None, None, None, None, None, drained,
            effective,
        )  # fmt: skip
    connections_per_s, in_bps, out_bps = _NO_RATE if rows.rate is None else rows.rate
    return Figures(
        state, wanted, row.weight, alive, row.active, row.inactive, row.persistent, row.connections, row.in_bytes,
        row.out_bytes, connections_per_s, in_bps, out_bps, drained, effective,
    )  # fmt: skip


def refreshed(old: Figures, row: RealServer, rate: Rate | None) -> Figures:
    """Return the figures with what the kernel's row and its rate are now; a tick brings thousands of them.

    By position, in the order of the fields: by keyword it takes twice as long.
    """
    connections_per_s, in_bps, out_bps = _NO_RATE if rate is None else rate
    return Figures(
        old.state, old.configured_weight, old.kernel_weight, old.alive, row.active, row.inactive, row.persistent,
        row.connections, row.in_bytes, row.out_bytes, connections_per_s, in_bps, out_bps, old.drained, old.effective_weight,
    )  # fmt: skip


def drained_view(placement: ServerPlacement) -> DrainedView | None:
    """Return what the file remembers of a drain; None: nothing."""
    if placement.configured is None or placement.configured.drained is None:
        return None
    told = placement.configured.drained
    return DrainedView(told.weight, plain(told.when, 40), plain(told.by, 80), plain(told.reason))


def meaning(placement: ServerPlacement) -> tuple[object, ...]:
    """Return all of a placement that figures are worked out from: while it is equal, they stay."""
    configured = placement.configured
    if configured is None:
        return (placement.keys,)
    weighed = bool(weighed_by(configured))
    return placement.keys, configured.weight, configured.inhibit_on_failure, configured.drained, weighed


def _rows(director: Director, placement: ServerPlacement) -> _KernelRows:
    table, rates = director.table, director.rates
    if len(placement.keys) == 1:
        destination = table.find(*placement.keys[0])
        return _KernelRows() if destination is None else _KernelRows(destination.row, True, rates.get(destination))
    found = [one for one in (table.find(*key) for key in placement.keys) if one is not None]
    rows = [one.row for one in found if one.row is not None]
    if not rows:
        return _KernelRows()
    uniform = len(rows) == len(placement.keys) and len({row.weight for row in rows}) == 1
    known = [rate for rate in map(rates.get, found) if rate is not None]
    rate = Rate(*(sum(values) for values in zip(*known, strict=True))) if known else None
    together = rows[0]._replace(
        active=sum(row.active for row in rows),
        inactive=sum(row.inactive for row in rows),
        persistent=sum(row.persistent for row in rows),
        connections=sum(row.connections for row in rows),
        in_packets=sum(row.in_packets for row in rows),
        out_packets=sum(row.out_packets for row in rows),
        in_bytes=sum(row.in_bytes for row in rows),
        out_bytes=sum(row.out_bytes for row in rows),
    )
    return _KernelRows(together, uniform, rate)

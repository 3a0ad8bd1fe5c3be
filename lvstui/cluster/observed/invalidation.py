"""Name what a message from a Director changed, for those who keep something worked out from it. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.observed.ipvs_table import Destination, RowChange


@dataclass(frozen=True, slots=True)
class Invalidation:
    """The parts that one message changed."""

    rows: tuple[RowChange, ...] = ()
    settled: tuple[Destination, ...] = ()  # rows whose rate became nothing
    verdicts: frozenset[ServerKey] = frozenset()
    quorums: frozenset[str] = frozenset()  # virtual servers whose quorum or live weight is another
    context: bool = False  # of this Director: what its rows stand on, for all but those that are UP in any case
    everything: bool = False  # likewise, for all its rows
    figures_alone: bool = False  # nothing but counts and rates moved: who draws may wait for the others of this second

"""A pair in which one real server is drained."""

from __future__ import annotations

from collections.abc import Mapping

from lvstui.cluster.view import DrainedView, DrainView, RealServerState
from tests.support.telling import NAMES, Pair, checked, configuration, row

MARK = "0  # drained, was 1, 2026-11-22 14:01 by ana@ops1"


def draining(reason: str = "kernel update", active: int = 40, pair: Pair | None = None) -> Pair:
    """Return a pair with 8082 drained in both files and kernels, so many connections on the MASTER."""
    pair = (pair or Pair()).up()
    data = configuration({8081: 1, 8082: f"{MARK}: {reason}" if reason else MARK, 8083: 1})
    for name in NAMES:
        pair.files(name, data)
        pair.checkers(name, checked(8081), checked(8082, weight=0), checked(8083))
    return left(pair, active)


def left(pair: Pair, active: int, backup: int = 0, connections: int = 0) -> Pair:
    """Let both Directors tell the next sample."""
    pair.after(1.0)
    for name, count in zip(NAMES, (active, backup), strict=True):
        pair.ipvs(name, row(8081), row(8082, 0, active=count, connections=connections), row(8083))
    return pair


def drains_of(etas: Mapping[str, float | None]) -> list[DrainView]:
    """Return a drain of each of these real servers, which will be over in so many seconds; None: not known."""
    told = DrainedView(1, "2026-11-22 14:01", "ana@ops1", "")
    state, left = RealServerState.DRAINING, {"director1": 5, "director2": 0}
    return [
        DrainView("tcp/w:80", name, state, told, left, 1.0, eta, False, None, None, None) for name, eta in etas.items()
    ]

"""A pair of whose Directors the first is handed over, as its file says."""

from __future__ import annotations

from tests.support.telling import VIPS, Pair, configuration

MARKED = b"priority 40  # handed over, was 100, 2026-11-29 08:10 by ana@ops1: kernel update"


def handed_over(pair: Pair, *, moved: bool = True) -> Pair:
    """director1 is handed over; `moved`: director2 is MASTER by now."""
    pair.files("director1", configuration().replace(b"priority 100", MARKED))
    if moved:
        pair.network("director1")
        pair.vrrp("director1", "BACKUP", since=960.0)
        pair.network("director2", *VIPS.values())
        pair.vrrp("director2", "MASTER", since=960.0)
    return pair

"""A thing that is wrong at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from lvstui.cluster.view import Severity

A_FAILOVER = 1.5  # seconds for which a failover shows what would be wrong otherwise


@dataclass(frozen=True, slots=True)
class Finding:
    id: str
    severity: Severity
    text: str
    detail: str = ""
    director: str | None = None
    lasts: float = 0.0  # seconds for which it is normal

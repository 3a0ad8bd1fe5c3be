"""Where what a recording shows differs from what was shown live."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

_TOLERANCE = 0.005  # seconds: the wall clock has no more digits than that, and a float is rounded to another last digit


def different(live: Any, replayed: Any, where: str = "") -> list[str]:
    """Return where two views, or their JSON, differ, but for the last digits of times."""
    if isinstance(live, float) and isinstance(replayed, float):
        return [] if math.isclose(live, replayed, abs_tol=_TOLERANCE) else [f"{where}: {live} and {replayed}"]
    if type(live) is not type(replayed):
        return [f"{where}: {live!r} and {replayed!r}"]
    if dataclasses.is_dataclass(live):
        names = [field.name for field in dataclasses.fields(live)]
        return [
            one for name in names for one in different(getattr(live, name), getattr(replayed, name), f"{where}.{name}")
        ]
    if isinstance(live, dict):
        same = [] if live.keys() == replayed.keys() else [f"{where}: {sorted(live)} and {sorted(replayed)}"]
        return same + [one for key in live if key in replayed for one in different(live[key], replayed[key], where)]
    if isinstance(live, list | tuple):
        same = [] if len(live) == len(replayed) else [f"{where}: {_alone(live, replayed)} and {_alone(replayed, live)}"]
        pairs = enumerate(zip(live, replayed, strict=False))
        return same + [one for number, pair in pairs for one in different(*pair, f"{where}[{number}]")]
    return [] if live == replayed else [f"{where}: {live!r} and {replayed!r}"]


def _alone(these: Sequence[Any], those: Sequence[Any]) -> list[Any]:
    """Return what is in these alone."""
    return [one for one in these if one not in those]

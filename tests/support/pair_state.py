"""What both Directors of the lab have during a change: files, kernels, and what lies beside the configuration."""

from __future__ import annotations

from typing import NamedTuple

from lvstui.cluster.plan.plan import Plan
from lvstui.lab.lab import Lab
from tests.support.faulted_session import DIRECTORS, TARGET


class Held(NamedTuple):
    """What one Director has."""

    file: str  # "old", "new" or "another"
    kernel: str  # "old" or "new"; "none" without the real server
    beside: tuple[str, ...]  # names of ours beside the configuration


class Pair:
    """What both Directors have, as the guest itself sees it."""

    def __init__(self, lab: Lab, plan: Plan) -> None:
        self._lab = lab
        self._new = {one.name: one.replacements[0].data for one in plan.directors}
        self._old = {name: lab.read_file(name) for name in DIRECTORS}

    def held(self) -> dict[str, Held]:
        reals = self._lab.status()["directors"]
        return {name: self._held(name, reals[name]["real_servers"].get(TARGET.real_server)) for name in DIRECTORS}

    def _held(self, name: str, weight: int | None) -> Held:
        data = self._lab.read_file(name)
        file = "old" if data == self._old[name] else "new" if data == self._new[name] else "another"
        return Held(file, {1: "old", 0: "new", None: "none"}.get(weight, "another"), tuple(beside(self._lab, name)))


def beside(lab: Lab, director: str) -> list[str]:
    """What of ours lies beside the configuration."""
    return [name for name in lab.exec(director, ["ls", "-A", "/etc/keepalived"]).stdout.split() if "lvstui" in name]


def whole(held: dict[str, Held]) -> bool:
    """Both files and both kernels are the old ones, or the new ones, and nothing lies beside them."""
    return any(all(one == Held(kind, kind, ()) for one in held.values()) for kind in ("old", "new"))

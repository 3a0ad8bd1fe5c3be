"""Say in the first line of every screen that a drill is armed or running. Not for: what it has found (see `console.drill`)."""

from __future__ import annotations

from typing import Any

from textual.app import App

from lvstui.cluster.drill.views.drill_state import DrillPhase
from lvstui.console.app_parts import parts_of
from lvstui.console.look.glyphs import PARTLY

_SAID = {
    DrillPhase.ARMING: ("drill arming", "$accent"),
    DrillPhase.ARMED: ("drill armed", "$accent"),
    DrillPhase.SEEN: ("failover seen", "bold $warning"),
    DrillPhase.RUNNING: ("drill running", "bold $warning"),
    DrillPhase.RECORDED: ("looking for failovers", "$accent"),
}


def drill_sign(app: App[Any]) -> list[tuple[str, str]]:
    """Return what is said of the drill that goes on, with its style; nothing where none does."""
    drills = parts_of(app).drills
    said = None if drills is None else _SAID.get(drills.phase())
    return [] if said is None else [(f"  {PARTLY} {said[0]}", said[1])]

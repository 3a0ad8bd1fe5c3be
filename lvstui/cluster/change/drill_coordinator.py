"""Carry out a handover that is a drill: staged, installed and verified as any change, never confirmed, and rolled back. Sans-IO.

The agents undo by themselves what is not confirmed, when their console or its link is gone; of a drill even what a killed agent
has left, as each is told that it is one.
"""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.change.coordinator import Command, Coordinator
from lvstui.cluster.change.phases import ENDS
from lvstui.director.protocol.change_messages import Stage


class DrillCoordinator(Coordinator):
    """Such a handover. `made`: every Director is verified, and it holds until `take_back`."""

    made = False

    def take_back(self, now: float) -> list[Command]:
        """Roll it back: the drill is over."""
        self._now = now
        if self.outcome is not None or all(one.phase in ENDS for one in self._participants.values()):
            return []
        return self._fail("rolled back", "the drill is over", now)

    def _stage_next(self, now: float) -> list[Command]:
        return [
            (name, replace(message, drill=True) if isinstance(message, Stage) else message)
            for name, message in super()._stage_next(now)
        ]

    def _confirm(self, now: float) -> list[Command]:
        self.made = True
        return []

"""Keep the drills of a recording: a watch looks through all of it, and no drill can be run.

Not for: how a failover is found in it (see `record.past.past_failovers`).
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import cast

from lvstui.cluster.drill.result import DrillKind
from lvstui.cluster.drill.views.drill_state import DrillPhase
from lvstui.record.past import past_failovers
from lvstui.record.recording_reader import RecordingError
from lvstui.report.kept_drills import KeptDrill, KeptDrills
from lvstui.session.drill_desk import DrillDesk
from lvstui.session.replay_session import ReplaySession
from lvstui.session.session import Session


class PastDesk(DrillDesk):
    """The drills of a recording. Those that it shows are kept with the cluster's others, each once."""

    def __init__(self, session: ReplaySession, path: Path, folder: KeptDrills) -> None:
        super().__init__(
            cast(Session, session), folder, session.name
        )  # of which a desk asks here why nothing is written
        self._path = path
        self._drills = folder

    def arm(self) -> None:
        """Look through all of the recording."""
        if not self.state().going:
            self._become(phase=DrillPhase.RECORDED, kind=DrillKind.WATCH, since=time.time(), failed="")
            self._task = asyncio.create_task(self._look_through(), name="past drills")

    def disarm(self) -> None:
        """Let the search go on: it ends by itself."""

    async def _look_through(self) -> None:
        try:
            found = await asyncio.to_thread(past_failovers.failovers, self._path)
            kept = await asyncio.to_thread(lambda: list(self._drills.found(self._cluster)))
            known = {one.result.id for one in kept if isinstance(one, KeptDrill)}
            for result in found:
                if result.id not in known:
                    await self._keep(result)
            if not found:
                self._become(failed="no failover was recorded: no instance became MASTER, BACKUP or FAULT in it")
            elif all(one.id in known for one in found):
                self._become(failed="nothing new: each failover in the recording is already kept")
        except (RecordingError, OSError) as error:
            self._become(failed=f"the recording cannot be searched: {error}")
        finally:
            self._become(phase=DrillPhase.IDLE)

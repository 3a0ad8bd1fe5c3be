"""Open what was recorded of a cluster for the console's time bar. Not for: which moment is shown (see `console.past`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lvstui.cluster.plan.intent import ChangeRecord
from lvstui.console.moment.past_port import NoPast
from lvstui.record import recordings
from lvstui.record.past.cluster_past import ClusterPast
from lvstui.record.recording_reader import RecordingError
from lvstui.session.replay_session import ReplaySession
from lvstui.settings import places

READ_ONLY = "the past cannot be changed (Escape in the time bar returns to the present)"


def open_past(
    cluster: str, own: Callable[[], Path | None], history: Callable[[], Sequence[ChangeRecord]]
) -> ReplaySession:
    """Return all recordings of a cluster as one session, at the last moment. Raises NoPast.

    `own`: the file that this console writes. `history`: the changes that were made from this machine.
    """
    folder = places.recordings_folder()
    try:
        past = ClusterPast(lambda: recordings.paths(folder, cluster), own)
        return ReplaySession(past, read_only=READ_ONLY, history=history)
    except RecordingError as error:
        raise NoPast(str(error)) from error

"""Tell of a change that was left unfinished on a Director. Not for: settling it (see `session`)."""

from __future__ import annotations

from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.text import plain
from lvstui.director.protocol.change_messages import LeftFile

_HOLDS = {
    "old": "{path} is the old file",
    "new": "{path} is the new file",
    "another": "{path} has been changed by someone else",
    "nothing": "{path} cannot be read",
}


def unfinished(director: Director) -> UnfinishedView | None:
    """Return what has to be settled on a Director, as far as it has told."""
    told = director.unfinished
    if told is None or (told.change is None and told.error is None):
        return None
    if told.change is None:
        return UnfinishedView("", "", "", 0.0, (plain(told.error or ""),))
    left = told.change
    lines = [_line(file) for file in left.files]
    if left.confirmed:
        lines.append("it was verified on every Director, and confirmed here")
    if left.note:
        lines.append(plain(left.note.rstrip("."), 2000))
    return UnfinishedView(
        left.transaction, plain(left.title), plain(left.by), director.wall(left.when), tuple(lines), left.confirmed
    )


def _line(file: LeftFile) -> str:
    text = _HOLDS.get(file.holds, "{path}: its state in the journal is unknown to this lvstui").format(
        path=plain(file.path)
    )
    return f"{text}; the old one is kept as {plain(file.kept)}" if file.kept else text

"""Print with `lvsctl recording dump` how a figure went: its value on each Director every so many seconds of a recording.

Not for: one moment of all of it (see `past_command`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime

from lvstui.cli.exit_status import REFUSED
from lvstui.cli.main import Pair
from lvstui.cli.output import printable
from lvstui.cli.past.pair_recordings import recordings_of, written
from lvstui.cluster.filter import Filter
from lvstui.cluster.view import ClusterView, Figures
from lvstui.cluster.views.recorded_range import RecordedRange
from lvstui.record.past.cluster_past import ClusterPast
from lvstui.record.recording_reader import RecordingError
from lvstui.session.replay_session import ReplaySession

FIELDS = tuple(name for name in Figures._fields if name != "drained")
Value = tuple[str, str, str, object]  # a virtual server, its real server, a Director, the value


def dump(
    pair: Pair, field: str, only: Filter, since: float | None, until: float | None, every: float, *, as_json: bool
) -> int:
    """Print the values of a range, and which parts of it were not recorded: they have none. Return the exit status."""
    try:
        there = recordings_of(pair)
        there.having(since, until)
        session = ReplaySession(ClusterPast(lambda: [one.path for one in there.known]), since)
    except RecordingError as error:
        print(f"refused: {printable(str(error))}", file=sys.stderr)
        return REFUSED
    try:
        known = RecordedRange(there.spans)
        wall = (
            known.began if since is None else next(max(since, one.began) for one in known.spans if one.ended >= since)
        )
        end = known.ended if until is None else until
        while wall <= end:
            session.move(wall)
            for value in values(session.view(), field, only):
                _print(wall, field, value, as_json=as_json)
            after = known.stepped(wall, every)
            if after < wall + every:
                break  # the end
            wall = after
    finally:
        session.close()
    if lacking := there.lacking(since, until, there.known):
        print(f"not recorded, so not printed: {written(lacking)}", file=sys.stderr)
    return 0


def values(view: ClusterView, field: str, only: Filter) -> Iterator[Value]:
    """Give what a field is of each real server that is asked for, on each Director."""
    for server in view.virtual_servers:
        for real in server.real_servers:
            if only.shows(real):
                for director, figures in real.directors.items():
                    yield server.id, real.id, director, getattr(figures, field)


def _print(wall: float, field: str, value: Value, *, as_json: bool) -> None:
    virtual, real, director, figure = value
    at = datetime.fromtimestamp(wall)
    if as_json:
        told = {
            "at": at.astimezone().isoformat(timespec="milliseconds"),
            "virtual_server": virtual,
            "real_server": real,
        }
        print(json.dumps({**told, "director": director, field: figure}), flush=True)
        return
    shown = "-" if figure is None else f"{figure:.2f}".rstrip("0").rstrip(".") if isinstance(figure, float) else figure
    print(printable(f"{at:%Y-%m-%d %H:%M:%S}  {virtual}  {real}  {director}  {shown}"), flush=True)

"""List with `lvsctl history` the changes that were made from this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime

from lvstui.cli.exit_status import REFUSED
from lvstui.cli.output import printable
from lvstui.cluster.plan.intent import ChangeRecord
from lvstui.cluster.plan.record import to_json
from lvstui.session.audit_log import HistoryFile
from lvstui.session.session import Session
from lvstui.settings import places


def show_history(session: Session | None, *, as_json: bool, since: datetime | None = None) -> int:
    """Print the changes of the session's pair, which is not connected to, since then; None: of every pair, all of them."""
    try:
        records = session.history() if session is not None else HistoryFile(places.history_file()).read()
    except OSError as error:
        print(f"the history cannot be read: {error}", file=sys.stderr)
        return REFUSED
    shown = [one for one in records if since is None or one.wall >= since.timestamp()]
    if as_json:
        print(json.dumps({"changes": [to_json(one) for one in shown]}))
    elif since is not None and not shown:
        print(f"No change was made from this machine since {since:%Y-%m-%d %H:%M:%S %Z}.")
    else:
        print("\n".join(_lines(shown)) or "No change has been made from this machine yet.")
    return 0


def _lines(records: Sequence[ChangeRecord]) -> list[str]:
    lines = []
    for one in records:
        when = datetime.fromtimestamp(one.wall).astimezone()
        who = f"{one.by}@{one.host}" if one.host else one.by
        reason = f" ({one.reason})" if one.reason else ""
        lines.append(f"{when:%Y-%m-%d %H:%M:%S}  {who}  {one.outcome:<11}  {one.title}{reason}")
        if one.outcome != "done":
            lines.append(f"  {one.text}")
    return [printable(line) for line in lines]

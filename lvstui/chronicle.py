"""`lvsctl history` and `lvsctl settle`: what was changed from this machine, and what a change left unfinished."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lvstui.answers import printable, say
from lvstui.cluster.history import to_json
from lvstui.cluster.intent import Record
from lvstui.cluster.outcome import Outcome
from lvstui.cluster.plan import PlanRefused
from lvstui.cluster.view import DirectorView, LinkState, UnfinishedView
from lvstui.history import HistoryFile
from lvstui.scripts import REFUSED, UNREACHABLE, agreed, look
from lvstui.session import Session
from lvstui.settings import places


def show_history(session: Session | None, *, as_json: bool) -> int:
    """Of the session's pair, which is not connected to; None: of every pair."""
    try:
        records = session.history() if session is not None else HistoryFile(places.history_file()).read()
    except OSError as error:
        print(f"the history cannot be read: {error}", file=sys.stderr)
        return REFUSED
    if as_json:
        print(json.dumps({"changes": [to_json(one) for one in records]}))
    else:
        print("\n".join(_lines(records)) or "No change was made from this machine yet.")
    return 0


def _lines(records: Sequence[Record]) -> list[str]:
    lines = []
    for one in records:
        when = datetime.fromtimestamp(one.wall).astimezone()
        who = f"{one.by}@{one.host}" if one.host else one.by
        reason = f" ({one.reason})" if one.reason else ""
        lines.append(f"{when:%Y-%m-%d %H:%M:%S}  {who}  {one.outcome:<11}  {one.title}{reason}")
        if one.outcome != "done":
            lines.append(f"  {one.text}")
    return [printable(line) for line in lines]


@dataclass(frozen=True)
class Asked:
    put_back: bool | None  # False: keep what lies there; None: not said
    dry_run: bool
    yes: bool
    as_json: bool


async def settle(session: Session, asked: Asked) -> int:
    """Settle what is left unfinished on either Director, in the same way on both."""
    async with session:
        view = await look(session)
        left = [(one, one.unfinished) for one in view.directors if one.unfinished is not None]
        away = [one for one in view.directors if one.state is not LinkState.LIVE]
        if not left and away:
            text = f"{away[0].name} cannot be reached: {away[0].error or 'no answer'}"
            return say("unreachable", text, UNREACHABLE, as_json=asked.as_json)
        if not left:
            return say("done", "nothing is left unfinished on either Director", 0, as_json=asked.as_json)
        if not asked.as_json:
            print("\n".join(printable(line) for one, what in left for line in _left(one, what)))
        if asked.dry_run:
            text = "; ".join(line for one, what in left for line in _left(one, what))
            return say("dry run", f"nothing was changed: {text}", 0, as_json=asked.as_json)
        refusal = _refusal(asked)
        if refusal is not None:
            return say("refused", f"{refusal}; nothing was changed", REFUSED, as_json=asked.as_json)
        return await _settle(session, left, asked)


async def _settle(session: Session, left: Sequence[tuple[DirectorView, UnfinishedView]], asked: Asked) -> int:
    worst = Outcome("done", 0, "", {})
    texts: dict[str, str] = {}
    for director, what in left:
        try:
            outcome = await session.settle(director.name, what.transaction, not asked.put_back)
        except PlanRefused as refused:
            outcome = Outcome("refused", REFUSED, str(refused), {})
        texts[director.name] = outcome.text
        worst = max(worst, outcome, key=lambda one: one.exit_code)
    text = "; ".join(f"{name}: {how}" for name, how in texts.items())
    whole = Outcome(worst.kind, worst.exit_code, text, texts)
    return say(whole.kind, text, whole.exit_code, as_json=asked.as_json, outcome=whole)


def _left(director: DirectorView, what: UnfinishedView) -> list[str]:
    if not what.transaction:
        return [
            f"{director.name}: a change that cannot be read was left unfinished",
            *(f"  {one}" for one in what.lines),
        ]
    when = datetime.fromtimestamp(what.when).astimezone()
    head = f"{director.name}: {what.title}, by {what.by}, {when:%Y-%m-%d %H:%M}, was left unfinished"
    return [head, *(f"  {line}" for line in what.lines)]


def _refusal(asked: Asked) -> str | None:
    if asked.put_back is None:
        return "say --put-back (the old files) or --keep (what lies there now)"
    if asked.yes:
        return None
    if asked.as_json or not sys.stdin.isatty():
        return "not on a terminal, so nobody can be asked: give --yes"
    how = "Put the old files back" if asked.put_back else "Keep what lies there now"
    return None if agreed(f"{how}? [y/N] ") else "not agreed to"

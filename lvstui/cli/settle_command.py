"""End with `lvsctl settle` a change that was left unfinished on a Director."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lvstui.cli.exit_status import REFUSED, UNREACHABLE
from lvstui.cli.output import agreed, printable, put, say
from lvstui.cli.status_command import look
from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.session.session import Session


@dataclass(frozen=True)
class SettleRequest:
    """A settlement, as the command line asks for it."""

    put_back: bool | None  # False: keep the current files; None: neither was given
    dry_run: bool
    yes: bool
    as_json: bool


async def settle(session: Session, asked: SettleRequest) -> int:
    """Settle what is left unfinished on either Director, in the same way on both."""
    async with session:
        view = await look(session)
        left = [(one, one.unfinished) for one in view.directors if one.unfinished is not None]
        away = [one for one in view.directors if one.state is not LinkState.LIVE]
        if not left and away:
            text = f"{away[0].name} cannot be reached: {away[0].error or 'no answer'}"
            return say("unreachable", text, UNREACHABLE, as_json=asked.as_json)
        if not left:
            return say("done", "no unfinished change on either Director", 0, as_json=asked.as_json)
        if not asked.as_json:
            put("\n".join(printable(line) for one, what in left for line in _left(one, what)))
        if asked.dry_run:
            text = "; ".join(line for one, what in left for line in _left(one, what))
            return say("dry run", f"nothing was changed: {text}", 0, as_json=asked.as_json)
        refusal = await _refusal(asked)
        if refusal is not None:
            return say("refused", f"{refusal}; nothing was changed", REFUSED, as_json=asked.as_json)
        return await _settle(session, left, asked)


async def _settle(session: Session, left: Sequence[tuple[DirectorView, UnfinishedView]], asked: SettleRequest) -> int:
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
            f"{director.name}: an unfinished change that cannot be read",
            *(f"  {one}" for one in what.lines),
        ]
    when = datetime.fromtimestamp(what.when).astimezone()
    head = f"{director.name}: {what.title}, by {what.by}, {when:%Y-%m-%d %H:%M}, was left unfinished"
    return [head, *(f"  {line}" for line in what.lines)]


async def _refusal(asked: SettleRequest) -> str | None:
    if asked.put_back is None:
        return "give --put-back (the old files) or --keep (the current files)"
    if asked.yes:
        return None
    if asked.as_json or not sys.stdin.isatty():
        return "no terminal to ask for confirmation: give --yes"
    how = "Put the old files back" if asked.put_back else "Keep the current files"
    return None if await agreed(f"{how}? [y/N] ") else "not confirmed"

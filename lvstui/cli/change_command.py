"""Make one change with `lvsctl`, and return an exit status that says how it ended.

The same reading, plan and guards as the console's, through `session` alone. Exit statuses are a contract (docs/lvsctl.md).
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lvstui.cli.exit_status import REFUSED, UNREACHABLE, USAGE
from lvstui.cli.output import SILENCE, agreed, plan_text, progress, put, say
from lvstui.cli.status_command import look
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Action, Intent, undo_of
from lvstui.cluster.plan.outcome import EXIT_CODES, NOT_IN_TIME, Outcome
from lvstui.cluster.plan.plan import Plan, PlanRefused
from lvstui.cluster.plan.record import last_change
from lvstui.cluster.plan.targets import real_server_name, resolve, virtual_server_name
from lvstui.cluster.view import ClusterView, LinkState, RealServerState
from lvstui.console.change.plan_differences import plan_differences
from lvstui.session.session import Session
from lvstui.session.subscription import until
from lvstui.settings.operator import operator

_INTERRUPTED = (
    "interrupted. A Director that has not confirmed restores its old files by itself; a confirmed change stays. "
    "Check both with `lvsctl status` and `lvsctl history`"
)


@dataclass(frozen=True)
class ChangeRequest:
    """A change, as the command line asks for it."""

    action: Action
    real_server: str
    virtual_servers: tuple[str, ...]
    weight: int | None
    reason: str
    dry_run: bool
    yes: bool
    as_json: bool
    overrides: frozenset[str]
    wait: float | None  # seconds for the connections to leave
    like: str | None = None  # with "add"
    director: str | None = None  # with "handover" and "takeback"
    by_stop: bool = False  # with "handover"


async def make_change(session: Session, request: ChangeRequest) -> int:
    """Plan, ask, apply, and print the outcome."""

    def said(kind: str, text: str, code: int, plan: Plan | None = None, outcome: Outcome | None = None) -> int:
        return say(kind, text, code, as_json=request.as_json, plan=plan, outcome=outcome)

    async with session:
        view = await look(session)
        try:
            plan = session.plan(_intent(session, view, request))
        except PlanRefused as refused:
            kind = "unreachable" if refused.exit_code == UNREACHABLE else "refused"
            name = "" if refused.guard is None or refused.guard.kind == kind else f"{refused.guard.kind}: "
            return said(kind, f"{name}{refused}", refused.exit_code)
        except (LookupError, ValueError) as error:
            return said("refused", str(error.args[0]), REFUSED if isinstance(error, LookupError) else USAGE)
        if not request.as_json:
            put(plan_text(plan))
        refusal = _refusal(plan, request)
        if refusal is not None:
            return said("refused", refusal, REFUSED, plan)
        if request.dry_run:
            return said("dry run", "nothing was changed", 0, plan)
        if not request.yes and not await agreed(f"Apply on {_where(plan)}? [y/N] "):
            return said("refused", "not confirmed; nothing was changed", REFUSED, plan)
        try:
            now = plan if request.yes else _of_now(session, plan)
            outcome = await session.apply(now, progress(quiet=request.as_json), request.overrides)
        except PlanRefused as refused:
            return said("refused", f"{refused}", REFUSED, plan)
        except asyncio.CancelledError:  # Ctrl-C: not the end that click would tell, which is "nothing was changed"
            return said("undecided", _INTERRUPTED, EXIT_CODES["undecided"], plan)
        code, text = outcome.exit_code, outcome.text
        if (
            code == 0
            and request.wait is not None
            and (left := await _left(session, plan, request.wait, quiet=request.as_json))
        ):
            code, text = NOT_IN_TIME, f"{text}; but {left}"
        return said(outcome.kind, text, code, plan, outcome)


def _intent(session: Session, view: ClusterView, request: ChangeRequest) -> Intent:
    """Return the intent of a request.

    Raises PlanRefused, LookupError for a name that is not there, ValueError for what is no name.
    """
    by, when = operator(), datetime.now().replace(second=0, microsecond=0)
    unreached = [director for director in view.directors if director.state is not LinkState.LIVE]
    if unreached:
        first = unreached[0]
        text = f"{first.name} cannot be reached: {first.error or 'no answer'}; nothing was changed"
        raise PlanRefused(text, exit_code=USAGE if first.several else UNREACHABLE)
    if request.action == "undo":
        return _undo(session, by, when, request.reason)
    if request.director is not None:
        director, by_stop = request.director, request.by_stop
        return Intent(request.action, (), None, by, when, request.reason, director=director, by_stop=by_stop)
    if request.action == "add":
        like = None if request.like is None else real_server_name(request.like)
        wanted, added = request.virtual_servers, real_server_name(request.real_server)
        targets = tuple(Target(virtual_server_name(view, one), added) for one in wanted)
        return Intent("add", targets, request.weight, by, when, request.reason, like=like)
    targets = resolve(view, request.real_server, request.virtual_servers, request.action)
    return Intent(request.action, targets, request.weight, by, when, request.reason)


def _where(plan: Plan) -> str:
    written = [one.name for one in plan.directors if one.replacements]
    return written[0] if len(written) == 1 else "both"


def _undo(session: Session, by: str, when: datetime, reason: str) -> Intent:
    try:
        last = last_change(session.history())
    except OSError as error:
        raise PlanRefused(f"the history cannot be read: {error}; nothing was changed") from error
    if last is None:
        raise PlanRefused("no change of this pair to undo was made from this machine; nothing was changed")
    return undo_of(last, by, when, reason)


def _of_now(session: Session, read: Plan) -> Plan:
    """Return the plan as it is after its reader has agreed. Raises PlanRefused where it is not the one that was read."""
    now = session.plan(read.intent)
    if plan_differences(read, now):
        raise PlanRefused("the Directors changed after this plan was shown: run the command again; nothing was changed")
    return now


def _refusal(plan: Plan, request: ChangeRequest) -> str | None:
    blocking = plan.blocking(request.overrides)
    if not blocking:
        if not request.yes and not request.dry_run and (request.as_json or not sys.stdin.isatty()):
            return "no terminal to ask for confirmation: give --yes. Nothing was changed"
        return None
    guard = blocking[0]
    how = f"; to override it: --override {guard.kind}" if guard.level == "ask" else ""
    return f"{guard.kind}: {guard.text}{how}. Nothing was changed"


async def _left(session: Session, plan: Plan, seconds: float, *, quiet: bool) -> str:
    """Wait for the end of the drain. Return why the wait ended before it, or ""."""
    try:
        return (
            "" if await _drained(session, plan, seconds, quiet=quiet) else f"connections are left after {seconds:g} s"
        )
    except asyncio.CancelledError:
        return "the wait was interrupted"


async def _drained(session: Session, plan: Plan, seconds: float, *, quiet: bool) -> bool:
    """Wait until every target is drained: nothing active or persistent in either kernel. Print what is left meanwhile."""
    wanted = {(target.virtual_server, target.real_server) for target in plan.intent.targets}

    def drained() -> bool:
        reals = (real for server in session.view().virtual_servers for real in server.real_servers)
        states = [real.state for real in reals if (real.virtual_server, real.id) in wanted]
        return bool(states) and all(state is RealServerState.DRAINED for state in states)

    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        if await until(session, drained, min(SILENCE, seconds - waited)):
            return True
        if not quiet:
            some = [one for one in session.view().drains if (one.virtual_server, one.real_server) in wanted]
            left = ", ".join(
                f"{_most(one.left)} on {one.real_server}" for one in some if one.state is not RealServerState.DRAINED
            )
            took = f"{time.monotonic() - began:.0f} s of at most {seconds:g} s"
            put(f"  waiting for connections: {left or 'count unknown'}; {took}")
    return drained()


def _most(left: Mapping[str, int | None]) -> str:
    known = [count for count in left.values() if count is not None]
    return str(max(known)) if known else "an unknown number"

"""What `lvsctl` does with a pair of Directors: one look, or one change, and an exit status that says how it ended.

The same reading, plan and guards as the console's, through `session` alone. Exit statuses are a contract (docs/lvsctl.md).
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import datetime

from lvstui.answers import plan_text, progress, say
from lvstui.applying import until
from lvstui.cluster import status
from lvstui.cluster.history import last_change
from lvstui.cluster.intent import Action, Intent, Target, undo_of
from lvstui.cluster.outcome import EXIT_CODES, NOT_IN_TIME, Outcome
from lvstui.cluster.plan import Plan, PlanRefused
from lvstui.cluster.targets import real_server_name, resolve
from lvstui.cluster.view import ClusterView, DirectorView, LinkState, RealServerState
from lvstui.operator import operator
from lvstui.session import Session

REFUSED, USAGE, UNREACHABLE = 1, 2, 3
SETTLE_LIMIT = 20.0  # seconds that keepalived is given to tell its state, which a busy Director's takes
_INTERRUPTED = (
    "interrupted. Each Director that has not confirmed puts its old files back by itself, and what was confirmed stays: "
    "look at both with `lvsctl status` and `lvsctl history`"
)
CONNECT_LIMIT = 30.0  # seconds until a Director that has not answered is given up


@dataclass(frozen=True)
class Request:
    """A change as it was asked for on the command line."""

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


async def show_status(session: Session, *, as_json: bool) -> int:
    """Print one look at everything. 3 when a Director cannot be reached; what is known of the other is printed all the same."""
    async with session:
        view = await look(session)
    print(json.dumps(status.as_json(view)) if as_json else status.as_text(view))
    return 0 if all(director.state is LinkState.LIVE for director in view.directors) else UNREACHABLE


async def make_change(session: Session, request: Request) -> int:
    """Plan, ask, apply, and print the outcome."""

    def said(kind: str, text: str, code: int, plan: Plan | None = None, outcome: Outcome | None = None) -> int:
        return say(kind, text, code, as_json=request.as_json, plan=plan, outcome=outcome)

    async with session:
        view = await look(session)
        try:
            plan = session.plan(_intent(session, view, request))
        except PlanRefused as refused:
            kind = "unreachable" if refused.exit_code == UNREACHABLE else "refused"
            return said(kind, f"{refused}", refused.exit_code)
        except (LookupError, ValueError) as error:
            return said("refused", str(error.args[0]), REFUSED if isinstance(error, LookupError) else USAGE)
        if not request.as_json:
            print(plan_text(plan), flush=True)
        refusal = _refusal(plan, request)
        if refusal is not None:
            return said("refused", refusal, REFUSED, plan)
        if request.dry_run:
            return said("dry run", "nothing was changed", 0, plan)
        if not request.yes and not agreed("Apply on both? [y/N] "):
            return said("refused", "not agreed to; nothing was changed", REFUSED, plan)
        try:
            outcome = await session.apply(plan, progress(quiet=request.as_json), request.overrides)
        except PlanRefused as refused:
            return said("refused", f"{refused}", REFUSED, plan)
        except asyncio.CancelledError:  # Ctrl-C: not the end that click would tell, which is "nothing was changed"
            return said("undecided", _INTERRUPTED, EXIT_CODES["undecided"], plan)
        code, text = outcome.exit_code, outcome.text
        if code == 0 and request.wait is not None and (left := await _left(session, plan, request.wait)):
            code, text = NOT_IN_TIME, f"{text}; but {left}"
        return said(outcome.kind, text, code, plan, outcome)


def _intent(session: Session, view: ClusterView, request: Request) -> Intent:
    """Raises PlanRefused, LookupError for a name that is not there, ValueError for what is no name."""
    by, when = operator(), datetime.now().replace(second=0, microsecond=0)
    unreached = [director for director in view.directors if director.state is not LinkState.LIVE]
    if unreached:
        first = unreached[0]
        text = f"{first.name} cannot be reached: {first.error or 'no answer'}; nothing was changed"
        raise PlanRefused(text, exit_code=UNREACHABLE)
    if request.action == "undo":
        return _undo(session, by, when, request.reason)
    if request.action == "add":
        like = None if request.like is None else real_server_name(request.like)
        targets = tuple(Target(one, real_server_name(request.real_server)) for one in request.virtual_servers)
        return Intent("add", targets, request.weight, by, when, request.reason, like=like)
    targets = resolve(view, request.real_server, request.virtual_servers, request.action)
    return Intent(request.action, targets, request.weight, by, when, request.reason)


def _undo(session: Session, by: str, when: datetime, reason: str) -> Intent:
    try:
        last = last_change(session.history())
    except OSError as error:
        raise PlanRefused(f"the history cannot be read: {error}; nothing was changed") from error
    if last is None:
        raise PlanRefused("no change of this pair was made from this machine that could be undone; nothing was changed")
    return undo_of(last, by, when, reason)


def _refusal(plan: Plan, request: Request) -> str | None:
    blocking = plan.blocking(request.overrides)
    if not blocking:
        if not request.yes and not request.dry_run and (request.as_json or not sys.stdin.isatty()):
            return "not on a terminal, so nobody can be asked: give --yes. Nothing was changed"
        return None
    guard = blocking[0]
    how = f"; --override {guard.name} goes on all the same" if guard.level == "ask" else ""
    return f"{guard.name}: {guard.text}{how}. Nothing was changed"


def agreed(question: str) -> bool:
    """Ask whoever sits at the terminal."""
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


async def look(session: Session) -> ClusterView:
    """The first view in which every Director has answered with all it has, or has failed."""
    await until(session, lambda: all(_answered(one) for one in session.view().directors), CONNECT_LIMIT)
    await until(session, lambda: all(map(_settled, session.view().directors)), SETTLE_LIMIT)
    return session.view()


def _answered(director: DirectorView) -> bool:
    if director.state is LinkState.LIVE:
        return director.host.cpus is not None  # an agent sends the host's figures after all others
    return director.error is not None


def _settled(director: DirectorView) -> bool:
    """Its daemon's own words (version, VRRP, checkers, the log) have come too: they may take longer.

    What the log tells of the checkers is history until a dump of theirs says what holds now. Who was silent for some seconds
    over all that, and whose link is there, is busy: it is waited for.
    """
    if director.state is LinkState.STALE:
        return director.error is not None
    if director.state is not LinkState.LIVE or director.privilege == "observer" or not director.keepalived.running:
        return True
    daemon = director.keepalived
    known = (director.role, daemon.pending, daemon.version)
    return daemon.checkers_told and all(one is not None for one in known)


async def _left(session: Session, plan: Plan, seconds: float) -> str:
    """Wait for the drain's end; why it was not waited for to the end, or ""."""
    try:
        return "" if await _drained(session, plan, seconds) else f"connections are left after {seconds:g} s"
    except asyncio.CancelledError:
        return "it was not waited for to its end: interrupted"


async def _drained(session: Session, plan: Plan, seconds: float) -> bool:
    """Wait until every target is drained: nothing active or persistent in either kernel."""
    wanted = {(target.virtual_server, target.real_server) for target in plan.intent.targets}

    def drained() -> bool:
        reals = (real for server in session.view().virtual_servers for real in server.real_servers)
        states = [real.state for real in reals if (real.virtual_server, real.id) in wanted]
        return bool(states) and all(state is RealServerState.DRAINED for state in states)

    return await until(session, drained, seconds)

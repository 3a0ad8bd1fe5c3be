"""What `lvsctl` does with a pair of Directors: one look, or one change, and an exit status that says how it ended.

The same reading, plan and guards as the console's, through `session` alone. Exit statuses are a contract (docs/lvsctl.md).
"""

from __future__ import annotations

import getpass
import json
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lvstui.applying import until
from lvstui.cluster import status
from lvstui.cluster.change import Outcome, StepView
from lvstui.cluster.intent import Intent, Target
from lvstui.cluster.plan import Plan, PlanRefused
from lvstui.cluster.targets import resolve
from lvstui.cluster.view import ClusterView, DirectorView, LinkState, RealServerState
from lvstui.session import Session

REFUSED, USAGE, UNREACHABLE, UNDECIDED, NOT_DRAINED_IN_TIME = 1, 2, 3, 5, 6
SETTLE_LIMIT = 10.0  # seconds that keepalived is given to tell its VRRP state
CONNECT_LIMIT = 30.0  # seconds until a Director that has not answered is given up


@dataclass(frozen=True)
class Request:
    """A change as it was asked for on the command line."""

    action: Literal["drain", "restore", "weight"]
    real_server: str
    virtual_servers: tuple[str, ...]
    weight: int | None
    reason: str
    dry_run: bool
    yes: bool
    as_json: bool
    overrides: frozenset[str]
    wait: float | None  # seconds for the connections to leave


def operator() -> str:
    """Who makes a change, as it is written into the file: ana@ops1."""
    return f"{getpass.getuser()}@{platform.node().partition('.')[0]}"


async def show_status(session: Session, *, as_json: bool) -> int:
    """Print one look at everything. 3 when a Director cannot be reached; what is known of the other is printed all the same."""
    async with session:
        view = await _look(session)
    print(json.dumps(status.as_json(view)) if as_json else status.as_text(view))
    return 0 if all(director.state is LinkState.LIVE for director in view.directors) else UNREACHABLE


async def make_change(session: Session, request: Request) -> int:
    """Plan, ask, apply, and print the outcome."""
    async with session:
        view = await _look(session)
        try:
            plan = session.plan(_intent(request, _targets(view, request)))
        except PlanRefused as refused:
            return _say(
                request,
                "unreachable" if refused.exit_code == UNREACHABLE else "refused",
                str(refused),
                refused.exit_code,
            )
        except (LookupError, ValueError) as error:
            return _say(request, "refused", str(error.args[0]), REFUSED if isinstance(error, LookupError) else USAGE)
        if not request.as_json:
            print(plan_text(plan))
        refusal = _refusal(plan, request)
        if refusal is not None:
            return _say(request, "refused", refusal, REFUSED, plan)
        if request.dry_run:
            return _say(request, "dry run", "nothing was changed", 0, plan)
        if not request.yes and not _agreed():
            return _say(request, "refused", "not agreed to; nothing was changed", REFUSED, plan)
        outcome = await session.apply(plan, _progress(request), request.overrides)
        code = outcome.exit_code
        if code == 0 and request.wait is not None and not await _drained(session, plan, request.wait):
            _say(request, "done", f"{outcome.text}; connections are left after {request.wait:g} s", 6, plan, outcome)
            return NOT_DRAINED_IN_TIME
        return _say(request, outcome.kind, outcome.text, code, plan, outcome)


def _targets(view: ClusterView, request: Request) -> tuple[Target, ...]:
    unreached = [director for director in view.directors if director.state is not LinkState.LIVE]
    if unreached:
        first = unreached[0]
        raise PlanRefused(
            f"{first.name} cannot be reached: {first.error or 'no answer'}; nothing was changed", exit_code=UNREACHABLE
        )
    return resolve(view, request.real_server, request.virtual_servers)


def _intent(request: Request, targets: tuple[Target, ...]) -> Intent:
    when = datetime.now().replace(second=0, microsecond=0)
    return Intent(request.action, targets, request.weight, operator(), when, request.reason)


def _refusal(plan: Plan, request: Request) -> str | None:
    blocking = plan.blocking(request.overrides)
    if not blocking:
        if not request.yes and not request.dry_run and (request.as_json or not sys.stdin.isatty()):
            return "not on a terminal, so nobody can be asked: give --yes. Nothing was changed"
        return None
    guard = blocking[0]
    how = f"; --override {guard.name} goes on all the same" if guard.level == "ask" else ""
    return f"{guard.name}: {guard.text}{how}. Nothing was changed"


def plan_text(plan: Plan) -> str:
    """The plan for a terminal: what changes in each file, what each kernel will show, and the guards' verdicts."""
    lines = [plan.title, *(f"  {line}" for line in plan.summary)]
    for director in plan.directors:
        lines += ["", f"{director.name} ({director.role or 'role not known'})", director.diff.rstrip("\n")]
        for one in director.predictions:
            before, after = ("-" if weight is None else weight for weight in (one.weight_before, one.weight_after))
            lines.append(f"  kernel: {one.real_server} in {one.virtual_server}: weight {before} -> {after}")
    lines.append("")
    lines += [f"  [{guard.level}] {guard.name}: {guard.text}" for guard in plan.guards]
    # The text comes from a Director's files: nothing of it may reach the terminal as anything but text.
    return "\n".join(_printable(line) for part in lines for line in part.split("\n"))


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in line)


def _agreed() -> bool:
    try:
        return input("Apply on both? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _progress(request: Request) -> Callable[[Sequence[StepView]], None]:
    """Print each step once, when it has ended."""
    printed: set[tuple[str, str]] = set()

    def show(steps: Sequence[StepView]) -> None:
        for step in steps:
            key = (step.director, step.step)
            if step.state in ("done", "failed") and key not in printed and not request.as_json:
                printed.add(key)
                print(
                    f"  {step.director}  {step.step:<9} {step.state}{': ' if step.text else ''}{_printable(step.text)}"
                )

    return show


def _say(
    request: Request, kind: str, text: str, code: int, plan: Plan | None = None, outcome: Outcome | None = None
) -> int:
    directors = dict(outcome.directors) if outcome is not None else {}
    if request.as_json:
        diffs = {one.name: one.diff for one in plan.directors} if plan is not None else {}
        guards = [{"name": g.name, "level": g.level, "text": g.text} for g in plan.guards] if plan is not None else []
        answer = {"outcome": kind, "text": text, "directors": directors, "diffs": diffs, "guards": guards}
        print(json.dumps(answer))
        return code
    stream = sys.stdout if code == 0 else sys.stderr
    print(f"{kind}: {_printable(text)}", file=stream)
    if code not in (0, REFUSED):
        for name, left in directors.items():
            print(f"  {name}: {_printable(left)}", file=stream)
    return code


async def _look(session: Session) -> ClusterView:
    """The first view in which every Director has answered with all it has, or has failed."""
    await until(session, lambda: all(_answered(one) for one in session.view().directors), CONNECT_LIMIT)
    await until(session, lambda: all(map(_settled, session.view().directors)), SETTLE_LIMIT)
    return session.view()


def _answered(director: DirectorView) -> bool:
    if director.state is LinkState.LIVE:
        return director.host.cpus is not None  # an agent sends the host's figures after all others
    return director.error is not None


def _settled(director: DirectorView) -> bool:
    """Its daemon's own words (version, VRRP, the log) have come too: they may take longer."""
    if director.state is not LinkState.LIVE or director.privilege == "observer" or not director.keepalived.running:
        return True
    daemon = director.keepalived
    return director.role is not None and daemon.pending is not None and daemon.version is not None


async def _drained(session: Session, plan: Plan, seconds: float) -> bool:
    """Wait until every target is drained: nothing active or persistent in either kernel."""
    wanted = {(target.virtual_server, target.real_server) for target in plan.intent.targets}

    def drained() -> bool:
        reals = (real for server in session.view().virtual_servers for real in server.real_servers)
        states = [real.state for real in reals if (real.virtual_server, real.id) in wanted]
        return bool(states) and all(state is RealServerState.DRAINED for state in states)

    return await until(session, drained, seconds)

"""What `lvsctl` prints of a plan and of how it ended: text for a terminal, or one JSON object.

Text comes from Directors' files and from operators: nothing of it may reach the terminal as anything but text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence

from lvstui.cluster.outcome import Outcome, StepView
from lvstui.cluster.plan import DirectorPlan, Plan


def printable(line: str) -> str:
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in line)


def plan_text(plan: Plan) -> str:
    """What changes in each file, what each kernel will show, and the guards' verdicts."""
    lines = [plan.title, *(f"  {line}" for line in plan.summary)]
    for director in plan.directors:
        lines += ["", f"{director.name} ({director.role or 'role not known'})", director.diff.rstrip("\n")]
        for one in director.predictions:
            before, after = ("-" if weight is None else weight for weight in (one.weight_before, one.weight_after))
            lines.append(f"  kernel: {one.real_server} in {one.virtual_server}: weight {before} -> {after}")
        if director.pending:
            lines += ["  the reload brings along what is not loaded yet:", director.pending.rstrip("\n")]
    lines.append("")
    lines += [f"  [{guard.level}] {guard.name}: {guard.text}" for guard in plan.guards]
    return "\n".join(printable(line) for part in lines for line in part.split("\n"))


def progress(*, quiet: bool) -> Callable[[Sequence[StepView]], None]:
    """Print each step once, when it has ended."""
    printed: set[tuple[str, str]] = set()

    def show(steps: Sequence[StepView]) -> None:
        for step in steps:
            key = (step.director, step.step)
            if step.state in ("done", "failed") and key not in printed and not quiet:
                printed.add(key)
                text = f": {step.text}" if step.text else ""
                print(f"  {step.director}  {step.step:<9} {step.state}{printable(text)}", flush=True)

    return show


def say(
    kind: str, text: str, code: int, *, as_json: bool, plan: Plan | None = None, outcome: Outcome | None = None
) -> int:
    """Print how it ended; gives the exit status. Docs: docs/lvsctl.md."""
    directors: Mapping[str, str] = outcome.directors if outcome is not None else {}
    if as_json:
        print(json.dumps(_object(kind, text, code, plan, directors)))
        return code
    stream = sys.stdout if code == 0 else sys.stderr
    print(f"{kind}: {printable(text)}", file=stream)
    if code not in (0, 1):
        for name, left in directors.items():
            print(f"  {name}: {printable(left)}", file=stream)
    return code


def _object(kind: str, text: str, code: int, plan: Plan | None, directors: Mapping[str, str]) -> dict[str, object]:
    planned = plan.directors if plan is not None else ()
    guards = plan.guards if plan is not None else ()
    return {
        "outcome": kind,
        "text": text,
        "exit_status": code,
        "title": plan.title if plan is not None else None,
        "directors": dict(directors),
        "diffs": {one.name: one.diff for one in planned},
        "kernels": {one.name: _kernel(one) for one in planned},
        "guards": [
            {"name": one.name, "level": one.level, "text": one.text, "director": one.director} for one in guards
        ],
    }


def _kernel(director: DirectorPlan) -> list[dict[str, object]]:
    return [
        {
            "virtual_server": one.virtual_server,
            "real_server": one.real_server,
            "weight_before": one.weight_before,
            "weight_after": one.weight_after,
        }
        for one in director.predictions
    ]

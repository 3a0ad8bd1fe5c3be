"""Print what `lvsctl` tells of a plan and of how it ended: text for a terminal, or one JSON object. Ask at the terminal.

Text comes from Directors' files and from operators: nothing of it may reach the terminal as anything but text.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from lvstui.cluster.plan.outcome import Outcome, SeenTakeover, StepView
from lvstui.cluster.plan.plan import DirectorPlan, Plan

SILENCE = 10.0  # seconds between two lines of a step that takes long


def printable(line: str) -> str:
    """Return a line without anything that a terminal would obey."""
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in line)


def put(text: str, *, error: bool = False) -> None:
    """Print, or go on without: a reader that is gone or a full disk must not break off a change, nor change its exit status."""
    stream = sys.stderr if error else sys.stdout
    try:
        _write(text, stream)
    except OSError:
        with (
            contextlib.suppress(OSError),
            open(os.devnull, "wb") as nowhere,
        ):  # what is left of it is flushed at the end
            os.dup2(nowhere.fileno(), stream.fileno())


def _write(text: str, stream: TextIO) -> None:
    try:
        print(text, file=stream, flush=True)
    except UnicodeEncodeError as failed:
        print(text.encode(failed.encoding, "backslashreplace").decode(failed.encoding), file=stream, flush=True)


async def agreed(question: str) -> bool:
    """Return True if whoever sits at the terminal says yes."""
    return await answer(question) in ("y", "yes")


async def answer(question: str) -> str:
    """Return what is typed at the terminal, in small letters; "" at its end. The links are heard meanwhile."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    try:
        print(question, end="", flush=True)
        terminal = sys.stdin.fileno()
        loop.add_reader(terminal, typed.set)  # it gives whole lines
        try:
            await typed.wait()
        finally:
            loop.remove_reader(terminal)
        return sys.stdin.readline().strip().lower()
    except OSError:
        return ""


def plan_text(plan: Plan) -> str:
    """Return what changes in each file, what each kernel will show, and the guards' verdicts."""
    lines = [plan.title, *(f"  {line}" for line in plan.summary)]
    for director in plan.directors:
        lines += [
            "",
            f"{director.name} ({director.role or 'role unknown'})",
            director.diff.rstrip("\n") or "  nothing is written",
        ]
        for one in director.predictions:
            before, after = ("-" if weight is None else weight for weight in (one.weight_before, one.weight_after))
            lines.append(f"  kernel: {one.real_server} in {one.virtual_server}: weight {before} -> {after}")
        if director.pending:
            lines += ["  the reload also loads these pending changes:", director.pending.rstrip("\n")]
    lines.append("")
    lines += [f"  [{guard.level}] {guard.kind}: {guard.text}" for guard in plan.guards]
    return "\n".join(printable(line) for part in lines for line in part.split("\n"))


def progress(*, quiet: bool) -> Callable[[Sequence[StepView]], None]:
    """Return what prints each step once, when it has ended; and what it waits for, where it takes long."""
    printed: set[tuple[str, str]] = set()
    waited: dict[tuple[str, str], int] = {}

    def show(steps: Sequence[StepView]) -> None:
        for step in steps:
            key = (step.director, step.step)
            if step.state in ("done", "failed") and key not in printed and not quiet:
                printed.add(key)
                text = f": {step.text}" if step.text else ""
                put(f"  {step.director}  {step.step:<9} {step.state}{printable(text)}")
            elif step.state == "running" and not quiet and step.waited_s // SILENCE > waited.get(key, 0):
                waited[key] = int(step.waited_s // SILENCE)
                put(f"  {step.director}  {step.step:<9} {printable(step.text)}")

    return show


def say(
    kind: str, text: str, code: int, *, as_json: bool, plan: Plan | None = None, outcome: Outcome | None = None
) -> int:
    """Print how it ended. Return the exit status (see docs/lvsctl.md)."""
    directors: Mapping[str, str] = outcome.directors if outcome is not None else {}
    if as_json:
        seen = {one.instance: one for one in outcome.takeovers} if outcome is not None else {}
        put(json.dumps(_object(kind, text, code, plan, directors) | {"takeovers": _takeovers(plan, seen)}))
        return code
    put(f"{kind}: {printable(text)}", error=code != 0)
    if code not in (0, 1):
        for name, left in directors.items():
            put(f"  {name}: {printable(left)}", error=True)
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
            {"name": one.kind, "level": one.level, "text": one.text, "director": one.director} for one in guards
        ],
    }


def _takeovers(plan: Plan | None, seen: Mapping[str, SeenTakeover]) -> list[dict[str, object]]:
    """Return the VRRP instances that move, and for how long each was seen without a MASTER."""
    found: list[dict[str, object]] = []
    for one in plan.takeovers if plan is not None else ():
        if one.moves:
            told = seen.get(one.name)
            without = None if told is None or told.gap_s is None else round(max(told.gap_s, 0.0), 4)
            found.append(
                {
                    "instance": one.name,
                    "from": one.before,
                    "to": one.after,
                    "expected_s": round(one.seconds, 3),
                    "without_master_s": without,
                    "uncertainty_s": None if told is None else told.uncertainty_s,
                }
            )
    return found


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

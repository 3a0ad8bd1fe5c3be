"""Record a change: its plan, how its steps went, and how it ended.

Not for: carrying it out (see `session.change_runner`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from lvstui.cluster.plan.outcome import Outcome, StepView
from lvstui.cluster.plan.plan import Plan
from lvstui.record.recorder import Recorder

_Progress = Callable[[tuple[StepView, ...]], None]


class RecordedChange:
    """One change. Give `progress` to who carries it out, and its outcome to `ended`."""

    def __init__(self, recorder: Recorder, plan: Plan, progress: _Progress) -> None:
        self._recorder = recorder
        self._progress = progress
        self._steps: tuple[tuple[str, str, str], ...] = ()
        intent = plan.intent
        directors = [{"name": one.name, "role": one.role, "diff": one.diff} for one in plan.directors]
        told = {"title": plan.title, "by": intent.by, "reason": intent.reason, "directors": directors}
        guards = [[guard.level, guard.kind, guard.text] for guard in plan.guards]
        recorder.put("plan", "", {**told, "targets": [asdict(one) for one in intent.targets], "guards": guards})

    def progress(self, steps: tuple[StepView, ...]) -> None:
        """Take in how the steps are, and tell it on; what only says how long one waits is not recorded."""
        known = tuple((step.director, step.step, step.state) for step in steps)
        if known != self._steps:
            self._steps = known
            self._recorder.put("steps", "", [asdict(step) for step in steps])
        self._progress(steps)

    def ended(self, outcome: Outcome) -> Outcome:
        """Take in how it ended, and return that."""
        directors = dict(outcome.directors)
        self._recorder.put("outcome", "", {"kind": outcome.kind, "text": outcome.text, "directors": directors})
        return outcome

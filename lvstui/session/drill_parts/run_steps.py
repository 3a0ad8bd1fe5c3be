"""Name the steps of a drill that is run, and keep how far each is. Values only."""

from __future__ import annotations

from lvstui.cluster.drill.views.drill_state import DrillStep
from lvstui.cluster.plan.drill_plan import DrillPlan


class RunSteps:
    """The steps of a run, by short names."""

    def __init__(self, plan: DrillPlan, *, probed: bool) -> None:
        name, how = plan.director, plan.intent.how
        doing = {
            "handover": (f"hand {name} over", f"take {name} back"),
            "stop": (f"stop keepalived on {name}", f"start keepalived on {name}"),
            "kill": (f"kill keepalived on {name}", f"start keepalived on {name}"),
        }[how]
        self._texts = {"watch": "watch the packets of both Directors"}
        if probed:
            self._texts["probe"] = "wait for the first answer to the probe"
        self._texts |= {
            "cause": doing[0],
            "hold": f"hold for {plan.intent.hold:g} s",
            "undo": doing[1],
            "failback": f"wait until {name} is MASTER again",
        }
        self._states = dict.fromkeys(self._texts, "waiting")

    def set(self, step: str, state: str) -> None:
        self._states[step] = state

    @property
    def begun(self) -> bool:
        """Return True once something may have been changed on the Director."""
        return self._states["cause"] != "waiting"

    @property
    def shown(self) -> tuple[DrillStep, ...]:
        return tuple(DrillStep(text, self._states[step]) for step, text in self._texts.items())

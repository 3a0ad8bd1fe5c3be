"""Keep one Director's part in a change: where it stands, what it has shown since, and how it is left. State, no decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lvstui.cluster.change.phases import ChangeEvent, Phase, after
from lvstui.cluster.change.verification import differences
from lvstui.cluster.change.waiting import with_wait
from lvstui.cluster.observed.hung_processes import stuck
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import EXIT_CODES, STEPS, Kind, Limits, Outcome, StepState, StepView
from lvstui.cluster.plan.plan import DirectorPlan
from lvstui.cluster.text import plain
from lvstui.director.protocol.change_messages import Close, RollBack, Settle, Stage, Tested, Unfinished
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.director.protocol.link_messages import Hello, Refresh
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.director.protocol.vrrp_messages import Vrrp

ASK_AGAIN = 0.5  # seconds after a fresh sample until the next is asked for, while verifying

# What runs in a phase, as it is shown.
STEP_OF: Mapping[Phase, str] = {
    Phase.STAGING: "stage",
    Phase.INSTALLING: "install",
    Phase.VERIFYING: "verify",
    Phase.CONFIRMING: "confirm",
    Phase.ROLLING_BACK: "roll back",
}
# The phase in which an agent's answer to a step is heeded; that of rolling back and of settling always is.
ANSWERED_IN: Mapping[str, Phase] = {
    "stage": Phase.STAGING,
    "test": Phase.STAGING,
    "install": Phase.INSTALLING,
    "confirm": Phase.CONFIRMING,
    "close": Phase.CLOSING,
}


@dataclass
class Participant:
    """A Director in a change. `move` alone sets its phase."""

    plan: DirectorPlan
    before: Facts
    _phase: Phase = field(default=Phase.WAITING, init=False)
    tested: Tested | None = None
    limit: float = 0.0  # the time at which the phase has taken too long; 0.0: no limit
    ask_at: float | None = None  # for a fresh sample; None: one that was asked for has not come yet
    began: dict[str, float] = field(default_factory=dict)  # when each step began
    lacks: tuple[str, ...] = ()  # what its kernel did not show at the last look
    daemon: Keepalived | None = None  # as it was last told of during the change
    shift: float = 0.0  # the Director's monotonic clock less ours
    touched: bool = False  # an install was asked for
    installed: bool = False
    left: str = "unchanged"
    certain: bool = True  # that `left` is known
    reopened: bool = False  # its agent is another one: what the old one left is settled, not closed
    busy: str = ""  # the change that another agent there is at
    shown: set[type[Message]] = field(
        default_factory=set
    )  # what a Director has sent since it was asked, or since it came back
    steps: dict[str, tuple[StepState, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def held(self) -> bool:
        """Return True if nothing is written there: it is locked, tested and verified alone."""
        return not self.plan.replacements

    @property
    def phase(self) -> Phase:
        return self._phase

    def move(self, event: ChangeEvent, limit: float = 0.0) -> None:
        """Go to the phase that follows, which ends at `limit`; 0.0: without one. Raises IllegalMove, and then nothing changes."""
        self._phase = after(self._phase, event)
        self.limit = limit
        if self._phase in STEP_OF:
            self.run(STEP_OF[self._phase])

    def end(self, event: ChangeEvent, left: str, *, certain: bool = True) -> None:
        """Go to the end, and remember how the Director was left. Raises IllegalMove, and then nothing changes."""
        self.move(event)
        self.left, self.certain = left, certain

    def run(self, step: str) -> None:
        """Show a step as running from now on."""
        self.steps[step] = ("running", "")
        self.began.pop(step, None)

    def stage(self, transaction: str, title: str, intent: Intent, silence: float) -> Stage:
        """Return the command that stages its files."""
        why = plain(intent.reason)
        return Stage(transaction, self.plan.replacements, self.plan.unchanged, silence, title, intent.by, why)

    def look(self, event: ChangeEvent, limit: float) -> FromConsole:
        """Go on to the verification, and return the command that asks for a fresh sample."""
        self.move(event, limit)
        self.shown.clear()
        return self.ask()

    def ask(self) -> FromConsole:
        """Return the command that asks for a fresh sample. The next is asked for when it has come, however slow the link is."""
        self.ask_at = None
        return Refresh()

    def close(self, transaction: str, limits: Limits, now: float) -> FromConsole:
        """Return the command that closes it: every Director has confirmed."""
        self.move(ChangeEvent.CLOSE, now + (limits.roll_back if self.reopened else limits.confirm))
        return Settle(transaction, True, limits.reload) if self.reopened else Close(transaction)

    def roll_back(self, transaction: str, limits: Limits, now: float) -> FromConsole:
        """Return the command that puts the old files back."""
        self.move(ChangeEvent.ROLL_BACK, now + limits.roll_back)
        return Settle(transaction, False, limits.reload) if self.reopened else RollBack(transaction)

    def mark(self, state: StepState, text: str) -> None:
        """Show as ended in this way whatever was running."""
        for step, (old, _) in self.steps.items():
            if old == "running":
                self.steps[step] = (state, text)

    def show(self, message: Message, now: float) -> None:
        """Remember that a message came, and whose change another agent there is at."""
        if isinstance(message, Keepalived):
            self.daemon, self.shift = message, message.at - now
        if isinstance(message, Hello):
            self.shown.clear()
        if isinstance(message, Unfinished):
            self.busy = message.busy
        if isinstance(message, Ipvs) and not message.full:
            return
        self.shown.add(type(message))
        if isinstance(message, Ipvs) and self.ask_at is None:
            self.ask_at = now + ASK_AGAIN

    def sampled(self) -> bool:
        """Return True if its kernel and its VRRP have been read since it was asked."""
        wanted: set[type[Message]] = {Ipvs}
        if any(state is not None for state in self.before.vrrp.values()):
            wanted.add(Vrrp)
        return wanted <= self.shown

    def differences(self, now: Facts) -> list[str]:
        """Return what the Director shows otherwise than the plan predicted, each in words."""
        plan = self.plan
        return differences(
            plan.expected,
            self.before,
            now,
            plan.tolerated,
            plan.possible,
            plan.instances,
            restarts=plan.restarts,
        )

    def returned(self, transaction: str) -> bool:
        """Return True if a new agent there has told all that says how the change was left, and the old agent is gone."""
        wanted: set[type[Message]] = {Hello, Ipvs, Files, Unfinished}
        return wanted <= self.shown and self.busy != transaction

    def views(self, now: float, limits: Limits) -> list[StepView]:
        """Return every step, in the order in which they are to happen, and what one that runs waits for."""
        hangs = () if self.daemon is None else tuple(stuck(self.daemon, now + self.shift))
        more = ("roll back",) if "roll back" in self.steps else ()
        views = [StepView(self.name, step, *self.steps.get(step, ("waiting", ""))) for step in (*STEPS, *more)]
        return [
            with_wait(view, now - self.began.setdefault(view.step, now), limits, self.lacks, hangs)
            if view.state == "running"
            else view
            for view in views
        ]


def outcome(title: str, participants: Sequence[Participant], failure: tuple[Kind, str] | None) -> Outcome:
    """Return the outcome of a change that is over on every Director; `failure` is what stopped it."""
    left = {one.name: one.left for one in participants}
    changed = [one for one in participants if one.phase is Phase.CHANGED]
    if failure is None and len(changed) == len([one for one in participants if not one.held]):
        where = "done on every Director, and verified in their kernels"
        if len(changed) < len(participants):
            where = f"done on {changed[0].name}, and verified on every Director"
        return Outcome("done", 0, f"{title}: {where}", left)
    kind, text = failure or ("undecided", "the change did not end as expected")
    if changed or not all(one.certain for one in participants):
        kind = "undecided"
    elif any(one.touched for one in participants):
        kind = "rolled back"
    return Outcome(kind, EXIT_CODES[kind], text, left)

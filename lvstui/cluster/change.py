"""A plan being carried out on both Directors, or on neither. Sans-IO: messages and a clock in, messages to send out.

    stage    one Director after the other, in an order that is the same for every console, so that of two consoles one gets
             every lock: lock, hashes, candidate, `keepalived -t`; its new messages stop the change
    install  one Director after the other, BACKUP first, each followed by
    verify   the whole IPVS table: the rows that were meant have their weights, no other row changed without its checker's
             word; the same keepalived; every VRRP instance as it was
    confirm  on every Director, when all are verified; until then the agent rolls back by itself, from then on it does not,
             but keeps it written down until it is
    closed   when every Director has confirmed

Whatever fails before that is undone on every Director that has something to undo. A Director whose link is lost after an
install was asked for is waited for: what it shows when it is back says how it was left. Made from a `Plan` alone.
"""

from __future__ import annotations

from collections.abc import Callable

from lvstui.cluster.complaints import new_complaints
from lvstui.cluster.facts import Facts
from lvstui.cluster.outcome import Kind, Limits, Outcome, StepView
from lvstui.cluster.plan import DirectorPlan, Plan
from lvstui.cluster.returning import left_unfinished, never_returned, returned
from lvstui.cluster.side import ENDS, ROLLED_BACK, Side, outcome
from lvstui.cluster.text import plain
from lvstui.cluster.verification import differences
from lvstui.director.messages import Confirm, FromConsole, Install, Message, Refresh, Stage, Step, Tested

_ASK_AGAIN = 0.5  # seconds between fresh samples while verifying

Command = tuple[str, FromConsole]


class Change:
    """One plan, carried out once. Commands to send come from every call; `outcome` is set when it is over."""

    def __init__(
        self,
        plan: Plan,
        facts: Callable[[str], Facts],
        *,
        id: str,
        overrides: frozenset[str],
        limits: Limits = Limits(),  # noqa: B008  # frozen
    ) -> None:
        """`facts` gives what is known now of a Director; `id` names the transaction. Raises ValueError for a blocked plan."""
        blocking = plan.blocking(overrides)
        if blocking:
            raise ValueError(f"not applied: {blocking[0].name}: {blocking[0].text}")
        self.plan = plan
        self.id = id
        self.outcome: Outcome | None = None
        self._facts = facts
        self._overrides = overrides
        self._limits = limits
        self._sides = {one.name: Side(one, facts(one.name)) for one in plan.directors}
        self._failure: tuple[Kind, str] | None = None
        self._decided = False  # every Director has confirmed

    # --- what happens ---

    def start(self, now: float) -> list[Command]:
        """Stage on the first Director."""
        return self._stage_next(now)

    def receive(self, name: str, message: Message, now: float) -> list[Command]:
        """A Director's message, after `cluster.state` has taken it in."""
        side = self._sides.get(name)
        if side is None or self.outcome is not None:
            return []
        if isinstance(message, Tested) and message.transaction == self.id:
            side.tested = message
            return []
        if isinstance(message, Step) and message.transaction == self.id:
            return self._stepped(side, message, now)
        side.show(message)
        if side.phase == "verify":
            return self._verify(side, now)
        return self._look_at_returned(side, now) if side.phase == "away" else []

    def lost(self, name: str, now: float) -> list[Command]:
        """The link to a Director is gone: its agent rolls back by itself what was not confirmed."""
        side = self._sides.get(name)
        if side is None or self.outcome is not None or side.phase in (*ENDS, "away"):
            return []
        side.mark("failed", "the link was lost")
        if not side.touched:
            side.end("closed", "unchanged (nothing was installed when the link was lost)")
            return self._fail("unreachable", f"the link to {name} was lost; nothing was changed", now)
        was = side.phase
        side.shown.clear()
        side.begin("away", now + self._limits.back)
        if was in ("confirm", "confirmed", "close"):
            return []  # it may have been confirmed: that decides, not the link
        return self._fail("rolled back", f"the link to {name} was lost during the change", now)

    def tick(self, now: float) -> list[Command]:
        """The clock: limits, and another look while verifying."""
        if self.outcome is not None:
            return []
        commands: list[Command] = []
        for name, side in self._sides.items():
            if side.phase == "verify" and now >= side.ask_at:
                side.ask_at = now + _ASK_AGAIN
                commands.append((name, Refresh()))
            if side.limit and now >= side.limit:
                side.limit = 0.0
                commands += self._overdue(side, now)
        return commands

    @property
    def steps(self) -> tuple[StepView, ...]:
        """Every step of every Director, in the order in which they are to happen."""
        return tuple(view for side in self._sides.values() for view in side.views())

    # --- steps ---

    def _stage_next(self, now: float) -> list[Command]:
        """By the Directors' own names: two consoles that know them by others ask for the locks in the same order."""
        for side in sorted(self._sides.values(), key=lambda side: (side.before.hostname, side.name)):
            if side.phase == "waiting":
                side.begin("stage", now + self._limits.stage)
                return [(side.name, self._stage(side.plan))]
        return []

    def _stage(self, one: DirectorPlan) -> Stage:
        by, why = self.plan.intent.by, plain(self.plan.intent.reason)
        return Stage(self.id, one.replacements, one.unchanged, self._limits.silence, self.plan.title, by, why)

    def _stepped(self, side: Side, step: Step, now: float) -> list[Command]:
        if step.step == "roll back":
            return self._rolled_back(side, step, now)
        if step.step == "settle":
            return self._changed(side, now) if self._decided and step.ok else self._rolled_back(side, step, now)
        if side.phase != ("stage" if step.step == "test" else step.step):
            return []  # of before it was to be rolled back: the answer to that decides
        if not step.ok:
            return self._step_failed(side, step, now)
        side.steps[step.step] = ("done", step.detail)
        if step.step == "stage":
            side.steps["test"] = ("running", "")
            return self._stage_next(now)
        if step.step == "test":
            return self._tested(side, now)
        if step.step == "install":
            return self._installed(side, now)
        if step.step == "confirm":
            side.phase, side.limit = "confirmed", 0.0
            return self._close_when_all_have_confirmed(now)
        return self._changed(side, now) if step.step == "close" else []

    def _step_failed(self, side: Side, step: Step, now: float) -> list[Command]:
        side.steps[step.step] = ("failed", step.detail)
        if step.step == "close":
            side.end("closed", f"CHANGED, BUT NOT CLOSED: {step.detail}", certain=False)
            return self._fail("undecided", f"{side.name}: {step.detail}", now)
        # The agent has undone this step itself; its sentence says how the Director was left.
        side.end("closed", step.detail, certain=step.undone)
        kind: Kind = "rolled back" if side.touched else "refused"
        return self._fail(kind, f"{side.name}: {step.detail}", now)

    def _tested(self, side: Side, now: float) -> list[Command]:
        side.phase, side.limit = "staged", 0.0
        if side.tested is None:
            return self._fail("refused", f"{side.name}: the agent did not say what keepalived -t printed", now)
        verdict = new_complaints(side.tested, side.plan.replacements, side.before, self._overrides)
        if verdict.refusal is not None:
            side.steps["test"] = ("failed", verdict.refusal)
            return self._fail("refused", f"{side.name}: {verdict.refusal}", now)
        side.steps["test"] = ("done", verdict.note)
        if all(one.phase == "staged" for one in self._sides.values()):
            return self._install_next(now)
        return []

    def _install_next(self, now: float) -> list[Command]:
        for name, side in self._sides.items():
            if side.phase == "staged":
                side.before = self._facts(name)  # the kernel as it is just before
                side.begin("install", now + self._limits.install)
                side.left, side.touched = "NOT KNOWN: the install did not answer", True
                return [(name, Install(self.id, self._limits.reload))]
        for side in self._sides.values():
            if side.phase == "verified" and self._differences(side):
                side.begin("verify", now + self._limits.verify)  # while another was installed
        if any(side.phase == "verify" for side in self._sides.values()):
            return []
        return self._confirm(now)

    def _installed(self, side: Side, now: float) -> list[Command]:
        side.begin("verify", now + self._limits.verify)
        side.installed, side.left, side.ask_at = True, "installed, not verified", now + _ASK_AGAIN
        side.shown.clear()
        return [(side.name, Refresh())]

    def _verify(self, side: Side, now: float) -> list[Command]:
        """Go on when the kernel shows what was meant; until the limit, what it does not show yet may still come."""
        if not side.sampled() or self._differences(side):
            return []
        side.phase, side.limit = "verified", 0.0
        side.steps["verify"] = ("done", "")
        return self._install_next(now)

    def _differences(self, side: Side) -> list[str]:
        return differences(side.plan.expected, side.before, self._facts(side.name), side.plan.tolerated)

    def _confirm(self, now: float) -> list[Command]:
        verified = [side for side in self._sides.values() if side.phase == "verified"]
        for side in verified:
            side.begin("confirm", now + self._limits.confirm)
        return [(side.name, Confirm(self.id)) for side in verified]

    def _close_when_all_have_confirmed(self, now: float) -> list[Command]:
        if any(side.phase != "confirmed" for side in self._sides.values()):
            return []
        self._decided = True
        return [(name, side.close(self.id, self._limits, now)) for name, side in self._sides.items()]

    def _changed(self, side: Side, now: float) -> list[Command]:
        side.end("changed", "changed, and verified")
        side.steps["confirm"] = ("done", "")
        return self._settle(now)

    def _rolled_back(self, side: Side, step: Step, now: float) -> list[Command]:
        side.end("closed", step.detail or "the old files are back", certain=step.ok)
        side.steps["roll back"] = ("done" if step.ok else "failed", step.detail)
        if self._failure is None:  # by its own deadline: the console was too slow
            return self._fail("rolled back", f"{side.name}: {step.detail}", now)
        return self._settle(now)

    # --- a link that was lost ---

    def _look_at_returned(self, side: Side, now: float) -> list[Command]:
        """The Director is back: what lies there says what became of the change."""
        facts = self._facts(side.name)
        state = returned(self.id, side, facts)
        if state == "confirmed":
            return self._reopen(side, now)
        if state == "unfinished":
            side.end("closed", left_unfinished(facts), certain=False)
            return self._fail("undecided", f"{side.name}: its agent was ended in the middle of the change", now)
        if state == "old":
            side.end("closed", "as before: its agent put the old files back when the link was lost")
            return self._fail("rolled back", f"the link to {side.name} was lost during the change", now)
        return self._changed(side, now) if state == "new" and self._decided else []

    def _reopen(self, side: Side, now: float) -> list[Command]:
        """It had been confirmed, and its agent has left it open: it goes the way of the others."""
        side.reopened = True
        if self._failure is None and not self._decided:
            side.phase, side.limit = "confirmed", 0.0
            return self._close_when_all_have_confirmed(now)
        go_on = side.close if self._decided else side.roll_back
        return [(side.name, go_on(self.id, self._limits, now))]

    def _never_returned(self, side: Side, now: float) -> list[Command]:
        side.end("closed", never_returned(self.id, side, self._facts(side.name)), certain=False)
        return self._fail("undecided", f"the link to {side.name} was lost during the change", now)

    # --- the end ---

    def _overdue(self, side: Side, now: float) -> list[Command]:
        phase, name = side.phase, side.name
        if phase == "away":
            return self._never_returned(side, now)
        side.mark("failed", "no answer in time")
        if phase == "verify":
            what = "; ".join(self._differences(side)) or "no fresh sample came"
            side.steps["verify"] = ("failed", what)
            return self._fail("rolled back", f"{name} was not as predicted: {what}", now)
        if phase == "roll back":
            side.end("closed", "NOT KNOWN: rolling back did not end in time", certain=False)
            return self._settle(now)
        if phase in ("confirm", "close"):
            side.end("closed", "NOT KNOWN: the confirmation was not answered", certain=False)
            return self._fail("undecided", f"{name} did not answer the confirmation", now)
        kind: Kind = "refused" if phase == "stage" else "rolled back"
        return self._fail(kind, f"{name}: no answer to {phase} in time", now)

    def _fail(self, kind: Kind, text: str, now: float) -> list[Command]:
        """The first failure decides the outcome; whatever was staged or installed is rolled back, the last first."""
        if self._failure is None or kind == "undecided":
            self._failure = (kind, text)
        commands: list[Command] = []
        for name, side in reversed(self._sides.items()):
            if side.phase == "waiting":
                side.end("closed", "unchanged")
            elif side.phase in ROLLED_BACK and not self._decided:
                commands.append((name, side.roll_back(self.id, self._limits, now)))
        return commands + self._settle(now)

    def _settle(self, now: float) -> list[Command]:
        if self.outcome is not None or any(side.phase not in ENDS for side in self._sides.values()):
            return []
        self.outcome = outcome(self.plan.title, list(self._sides.values()), self._failure)
        return []

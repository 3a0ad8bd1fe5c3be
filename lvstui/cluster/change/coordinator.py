"""Carry out a plan on both Directors, or on neither. Sans-IO: messages and a clock in, messages to send out.

    stage    one Director after the other, in an order that is the same for every console, so that of two consoles one gets
             every lock: lock, hashes, candidate, `keepalived -t`; its new messages stop the change
    install  one Director after the other, BACKUP first, if enough weight stays alive on all that are left; each followed by
    verify   the whole IPVS table: the rows that were meant have their weights, no other row changed without its checker's
             word; the same keepalived; every VRRP instance as it was
    confirm  on every Director, when all are verified; until then the agent rolls back by itself, from then on it does not,
             but keeps it written down until it is
    closed   when every Director has confirmed

Whatever fails before that is undone on every Director that has something to undo. A Director whose link is lost after an
install was asked for is waited for: what it shows when it is back says how it was left. Made from a `Plan` alone.

Not for: which phase follows on which (see `phases`).
"""

from __future__ import annotations

from collections.abc import Callable

from lvstui.cluster.change import late_guards, lateness
from lvstui.cluster.change.config_test import new_complaints
from lvstui.cluster.change.master_watch import MasterWatch
from lvstui.cluster.change.participant import ANSWERED_IN, Participant, outcome
from lvstui.cluster.change.phases import CAN_ROLL_BACK, ENDS, ChangeEvent, Phase
from lvstui.cluster.change.reconnect import left_unfinished, returned
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.outcome import Kind, Limits, Outcome, StepView
from lvstui.cluster.plan.plan import Plan
from lvstui.director.protocol.change_messages import Confirm, Install, Step, Tested
from lvstui.director.protocol.message_registry import FromConsole, Message

Command = tuple[str, FromConsole]


class Coordinator:
    """A plan that is carried out once. Each call returns the commands to send; `outcome` is set when it is over."""

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
        if blocking := plan.blocking(overrides):
            raise ValueError(f"not applied: {blocking[0].kind}: {blocking[0].text}")
        self.plan = plan
        self.id = id
        self.outcome: Outcome | None = None
        self._facts = facts
        self._overrides = overrides
        self._limits = limits
        self._participants = {one.name: Participant(one, facts(one.name)) for one in plan.directors}
        self._failure: tuple[Kind, str] | None = None
        self._decided = False  # every Director has confirmed
        self._watch = MasterWatch(plan.takeovers)
        self._now = 0.0  # of the last call

    # --- what happens ---

    def start(self, now: float) -> list[Command]:
        """Stage on the first Director."""
        self._now = now
        return self._stage_next(now)

    def receive(self, name: str, message: Message, now: float) -> list[Command]:
        """Take in a Director's message, after `cluster.state` has taken it in."""
        self._now = now
        one = self._participants.get(name)
        if one is None or self.outcome is not None:
            return []
        if isinstance(message, Tested) and message.transaction == self.id:
            one.tested = message
            return []
        if isinstance(message, Step) and message.transaction == self.id:
            return self._stepped(one, message, now)
        one.show(message, now)
        self._watch.receive(message, self._facts)
        if one.phase is Phase.VERIFYING:
            return self._verify(one, now)
        return self._look_at_returned(one, now) if one.phase is Phase.AWAY else []

    def lost(self, name: str, now: float) -> list[Command]:
        """Take in that the link to a Director is gone: its agent rolls back by itself what was not confirmed."""
        one = self._participants.get(name)
        if one is None or self.outcome is not None or one.phase in ENDS or one.phase is Phase.AWAY:
            return []
        one.mark("failed", "the link was lost")
        if not one.touched:
            one.end(ChangeEvent.LOST_UNCHANGED, "unchanged (nothing was installed when the link was lost)")
            nothing = "" if any(other.touched for other in self._participants.values()) else "; nothing was changed"
            text = f"the link to {name} was lost{nothing}"
            return self._conclude(now) if self._decided else self._fail("unreachable", text, now)
        was = one.phase
        one.shown.clear()
        one.move(ChangeEvent.LOST, now + self._limits.back)
        if was in (Phase.CONFIRMING, Phase.CONFIRMED, Phase.CLOSING):
            return []  # it may have been confirmed: that decides, not the link
        return self._fail("rolled back", f"the link to {name} was lost during the change", now)

    def tick(self, now: float) -> list[Command]:
        """Take in the time: steps have limits, and while verifying, the kernel is looked at again."""
        self._now = now
        if self.outcome is not None:
            return []
        commands: list[Command] = []
        for name, one in self._participants.items():
            if one.phase is Phase.VERIFYING and one.ask_at is not None and now >= one.ask_at:
                commands.append((name, one.ask()))
            if one.limit and now >= one.limit:
                one.limit = 0.0
                commands += self._overdue(one, now)
        return commands

    @property
    def steps(self) -> tuple[StepView, ...]:
        """Return every step of every Director, in the order in which they are to happen."""
        return tuple(view for one in self._participants.values() for view in one.views(self._now, self._limits))

    # --- steps ---

    def _stage_next(self, now: float) -> list[Command]:
        """Stage by the Directors' own names: two consoles that know them by others ask for the locks in the same order."""
        for one in sorted(self._participants.values(), key=lambda one: (one.before.hostname, one.name)):
            if one.phase is Phase.WAITING:
                one.move(ChangeEvent.STAGE, now + self._limits.stage)
                return [(one.name, one.stage(self.id, self.plan.title, self.plan.intent, self._limits.silence))]
        return []

    def _stepped(self, one: Participant, step: Step, now: float) -> list[Command]:
        if step.step == "roll back":
            return self._rolled_back(one, step, now)
        if step.step == "settle":
            return self._changed(one, now) if self._decided and step.ok else self._rolled_back(one, step, now)
        if one.phase is not ANSWERED_IN.get(step.step):
            return []  # of before it was to be rolled back: the answer to that decides
        if not step.ok:
            return self._step_failed(one, step, now)
        one.steps[step.step] = ("done", step.detail)
        if step.step == "stage":
            one.run("test")
            return self._stage_next(now)
        if step.step == "test":
            return self._tested(one, now)
        if step.step == "install":
            return self._installed(one, now)
        if step.step == "confirm":
            one.move(ChangeEvent.CONFIRMED)
            return self._close_when_all_have_confirmed(now)
        return self._changed(one, now)

    def _step_failed(self, one: Participant, step: Step, now: float) -> list[Command]:
        one.steps[step.step] = ("failed", step.detail)
        if step.step == "close":
            one.end(ChangeEvent.FAILED, f"CHANGED, BUT NOT CLOSED: {step.detail}", certain=False)
            return self._fail("undecided", f"{one.name}: {step.detail}", now)
        # The agent has undone this step itself; its sentence says how the Director was left.
        one.end(ChangeEvent.FAILED, step.detail, certain=step.undone)
        return self._fail("rolled back" if one.touched else "refused", f"{one.name}: {step.detail}", now)

    def _tested(self, one: Participant, now: float) -> list[Command]:
        one.move(ChangeEvent.TESTED)
        verdict = new_complaints(one.tested, one.plan.replacements, one.before)
        one.steps["test"] = ("done", verdict.note) if verdict.refusal is None else ("failed", verdict.refusal)
        if verdict.refusal is not None:
            return self._fail("refused", f"{one.name}: {verdict.refusal}", now)
        if all(one.phase is Phase.STAGED for one in self._participants.values()):
            return self._install_next(now)
        return []

    def _install_next(self, now: float) -> list[Command]:
        every = self._participants.values()
        if (found := late_guards.objection(self.plan.intent, every, self._facts, self._overrides)) is not None:
            return self._fail(*found, now)
        for name, one in self._participants.items():
            if one.phase is Phase.STAGED and not one.held:
                one.before = self._facts(name)  # the kernel as it is just before
                one.move(ChangeEvent.INSTALL, now + self._limits.install)
                one.left, one.touched = "NOT KNOWN: the install did not answer", True
                return [(name, Install(self.id, self._limits.reload, one.plan.restarts))]
        for one in every:
            if one.phase is Phase.VERIFIED and one.differences(self._facts(one.name)):
                one.move(ChangeEvent.DISTURBED, now + self._verify_s)  # while another was installed
        return [] if any(one.phase is Phase.VERIFYING for one in every) else self._confirm(now)

    def _installed(self, one: Participant, now: float) -> list[Command]:
        self._watch.begin()
        one.installed, one.left = True, "installed, not verified"
        commands = [(one.name, one.look(ChangeEvent.INSTALLED, now + self._verify_s))]
        for other in self._participants.values():
            if other.held and other.phase is Phase.STAGED:
                other.before = self._facts(other.name)
                other.steps["install"] = ("done", "nothing to install")
                commands.append((other.name, other.look(ChangeEvent.WATCH, now + self._verify_s)))
        return commands

    @property
    def _verify_s(self) -> float:
        return self._limits.verify + self.plan.takeover_s

    def _verify(self, one: Participant, now: float) -> list[Command]:
        """Go on when the kernel shows what was meant; until the limit, what it does not show yet may still come."""
        if not one.sampled():
            return []
        one.lacks = tuple(one.differences(self._facts(one.name)))
        if one.lacks:
            return []
        one.move(ChangeEvent.MATCHED)
        one.steps["verify"] = ("done", "")
        return self._install_next(now)

    def _confirm(self, now: float) -> list[Command]:
        verified = [one for one in self._participants.values() if one.phase is Phase.VERIFIED and not one.held]
        for one in verified:
            one.move(ChangeEvent.CONFIRM, now + self._limits.confirm)
        return [(one.name, Confirm(self.id)) for one in verified]

    def _close_when_all_have_confirmed(self, now: float) -> list[Command]:
        if any(one.phase is not Phase.CONFIRMED for one in self._participants.values() if not one.held):
            return []
        self._decided = True
        return [
            (name, (one.roll_back if one.held else one.close)(self.id, self._limits, now))
            for name, one in self._participants.items()
        ]

    def _changed(self, one: Participant, now: float) -> list[Command]:
        one.end(ChangeEvent.KEPT, "changed, and verified")
        one.steps["confirm"] = ("done", "")
        return self._conclude(now)

    def _rolled_back(self, one: Participant, step: Step, now: float) -> list[Command]:
        if one.held and self._decided:
            one.end(ChangeEvent.ROLLED_BACK, "unchanged, and verified")
            one.steps["confirm"] = ("done", "")
            return self._conclude(now)
        one.end(ChangeEvent.ROLLED_BACK, step.detail or "the old files are back", certain=step.ok)
        one.steps["roll back"] = ("done" if step.ok else "failed", step.detail)
        if self._failure is None:  # by its own deadline: the console was too slow
            return self._fail("rolled back", f"{one.name}: {step.detail}", now)
        return self._conclude(now)

    # --- a link that was lost ---

    def _look_at_returned(self, one: Participant, now: float) -> list[Command]:
        """Go on by what lies on a Director that is back: it says what became of the change."""
        facts = self._facts(one.name)
        found = returned(self.id, one, facts)
        if found is ChangeEvent.FOUND_CONFIRMED:
            return self._reopen(one, now)
        if found is ChangeEvent.FOUND_UNFINISHED:
            one.end(found, left_unfinished(facts), certain=False)
            return self._fail("undecided", f"{one.name}: its agent was killed during the change", now)
        if found is ChangeEvent.FOUND_OLD:
            one.end(found, "as before: its agent restored the old files when the link was lost")
            return self._fail("rolled back", f"the link to {one.name} was lost during the change", now)
        return self._changed(one, now) if found is ChangeEvent.KEPT and self._decided else []

    def _reopen(self, one: Participant, now: float) -> list[Command]:
        """Take a Director along that had confirmed, and whose agent has left the change open."""
        one.reopened = True
        if self._failure is None and not self._decided:
            one.move(ChangeEvent.FOUND_CONFIRMED)
            return self._close_when_all_have_confirmed(now)
        return [(one.name, (one.close if self._decided else one.roll_back)(self.id, self._limits, now))]

    # --- the end ---

    def _overdue(self, one: Participant, now: float) -> list[Command]:
        late = lateness.judge(self.id, one, self._facts(one.name), decided=self._decided)
        if late.left is not None:
            one.end(ChangeEvent.OVERDUE, late.left, certain=late.certain)
        return self._conclude(now) if late.kind is None else self._fail(late.kind, late.text, now)

    def _fail(self, kind: Kind, text: str, now: float) -> list[Command]:
        """Roll back whatever was staged or installed, the last first; the first failure decides the outcome."""
        if self._failure is None or kind == "undecided":
            self._failure = (kind, text)
        commands: list[Command] = []
        for name, one in reversed(self._participants.items()):
            if one.phase is Phase.WAITING:
                one.end(ChangeEvent.ABANDONED, "unchanged")
            elif one.phase in CAN_ROLL_BACK and not self._decided:
                commands.append((name, one.roll_back(self.id, self._limits, now)))
        return commands + self._conclude(now)

    def _conclude(self, now: float) -> list[Command]:
        if self.outcome is not None or any(one.phase not in ENDS for one in self._participants.values()):
            return []
        ended = outcome(self.plan.title, list(self._participants.values()), self._failure)
        self.outcome = self._watch.told(ended, self._facts)
        return []

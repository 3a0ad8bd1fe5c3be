"""A plan being carried out on both Directors, or on neither. Sans-IO: messages and a clock in, messages to send out.

    stage    on every Director at once: lock, hashes, candidate, `keepalived -t`; its new messages stop the change
    install  one Director after the other, BACKUP first, each followed by
    verify   the whole IPVS table: the rows that were meant have their weights, no other row changed without its checker's
             word; the same keepalived; every VRRP instance as it was
    confirm  on every Director, when all are verified; until then the agent rolls back by itself

Whatever fails before the first confirm is undone on every Director that has something to undo. Made from a `Plan` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lvstui.cluster.complaints import new_complaints
from lvstui.cluster.facts import Facts, KernelKey
from lvstui.cluster.plan import DirectorPlan, Plan
from lvstui.director.messages import (
    Confirm,
    FromConsole,
    Install,
    Ipvs,
    Keepalived,
    Message,
    Refresh,
    RollBack,
    Stage,
    Step,
    Tested,
    Vrrp,
)

STEPS = ("stage", "test", "install", "verify", "confirm")
StepState = Literal["waiting", "running", "done", "failed"]
Kind = Literal["done", "refused", "unreachable", "rolled back", "undecided"]
NOT_IN_TIME = 6  # the exit code of what was made, but did not come to its end in the time given
EXIT_CODES: Mapping[Kind, int] = {"done": 0, "refused": 1, "unreachable": 3, "rolled back": 4, "undecided": 5}

STAGE_LIMIT = 90.0  # seconds; `keepalived -t` alone may take 60, twice
INSTALL_LIMIT = 300.0  # seconds; reloads of 97 s were seen on large tables
VERIFY_LIMIT = 15.0  # seconds after the reload is over
CONFIRM_LIMIT = 20.0
ROLL_BACK_LIMIT = 300.0
AGENT_DEADLINE = 60.0  # seconds without Confirm after the last step, then the agent rolls back by itself
_ASK_AGAIN = 0.5  # seconds between fresh samples while verifying

Command = tuple[str, FromConsole]


@dataclass(frozen=True)
class StepView:
    director: str
    step: str  # one of STEPS, or "roll back"
    state: StepState
    text: str


@dataclass(frozen=True)
class Outcome:
    kind: Kind
    exit_code: int
    text: str
    directors: Mapping[str, str]  # how each Director was left


@dataclass
class _Side:
    """One Director's part."""

    plan: DirectorPlan
    before: Facts
    phase: str = "stage"  # stage, staged, install, verify, verified, confirm, confirmed, roll back, closed, lost
    tested: Tested | None = None
    limit: float = 0.0  # the time at which the phase has taken too long
    ask_at: float = 0.0
    sampled: bool = False  # a whole IPVS sample came after the install
    touched: bool = False  # an install was asked for
    installed: bool = False
    left: str = "unchanged"
    certain: bool = True
    steps: dict[str, tuple[StepState, str]] = field(default_factory=dict)


class Change:
    """One plan, carried out once. Commands to send come from every call; `outcome` is set when it is over."""

    def __init__(self, plan: Plan, facts: Callable[[str], Facts], *, id: str, overrides: frozenset[str]) -> None:
        """`facts` gives what is known now of a Director; `id` names the transaction. Raises ValueError for a blocked plan."""
        blocking = plan.blocking(overrides)
        if blocking:
            raise ValueError(f"not applied: {blocking[0].name}: {blocking[0].text}")
        self.plan = plan
        self.id = id
        self.outcome: Outcome | None = None
        self._facts = facts
        self._overrides = overrides
        self._sides = {one.name: _Side(one, facts(one.name)) for one in plan.directors}
        self._failure: tuple[Kind, str] | None = None

    # --- what happens ---

    def start(self, now: float) -> list[Command]:
        """Stage on every Director."""
        commands: list[Command] = []
        for name, side in self._sides.items():
            side.limit = now + STAGE_LIMIT
            side.steps["stage"] = ("running", "")
            stage = Stage(
                self.id,
                side.plan.replacements,
                side.plan.unchanged,
                AGENT_DEADLINE,
                self.plan.title,
                self.plan.intent.by,
            )
            commands.append((name, stage))
        return commands

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
        if side.phase == "verify" and isinstance(message, (Ipvs, Vrrp, Keepalived)):
            side.sampled = side.sampled or (isinstance(message, Ipvs) and message.full)
            return self._verify(side, now)
        return []

    def lost(self, name: str, now: float) -> list[Command]:
        """The link to a Director is gone: its agent rolls back by itself what was not confirmed."""
        side = self._sides.get(name)
        if side is None or self.outcome is not None or side.phase in ("closed", "confirmed", "lost"):
            return []
        side.phase = "lost"
        self._mark(side, "failed", "the link was lost")
        if not side.touched:
            side.left = "unchanged (nothing was installed when the link was lost)"
            return self._fail("unreachable", f"the link to {name} was lost; nothing was changed", now)
        side.certain = False
        side.left = (
            "NOT KNOWN: the link was lost. What is not confirmed there is put back by itself; reconnect, and look"
        )
        return self._fail("undecided", f"the link to {name} was lost during the change", now)

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
                commands += self._overdue(name, side, now)
        return commands

    @property
    def steps(self) -> tuple[StepView, ...]:
        """Every step of every Director, in the order in which they are to happen."""
        return tuple(
            StepView(name, step, *side.steps.get(step, ("waiting", "")))
            for name, side in self._sides.items()
            for step in (*STEPS, *(("roll back",) if "roll back" in side.steps else ()))
        )

    # --- steps ---

    def _stepped(self, side: _Side, step: Step, now: float) -> list[Command]:
        if step.step == "roll back":
            return self._rolled_back(side, step)
        if not step.ok:
            return self._step_failed(side, step, now)
        side.steps[step.step] = ("done", step.detail)
        if step.step == "stage":
            side.steps["test"] = ("running", "")
        elif step.step == "test":
            return self._tested(side, now)
        elif step.step == "install":
            return self._installed(side, now)
        elif step.step == "confirm":
            side.phase, side.limit, side.left = "confirmed", 0.0, "changed, and verified"
            self._settle()
        return []

    def _step_failed(self, side: _Side, step: Step, now: float) -> list[Command]:
        side.steps[step.step] = ("failed", step.detail)
        name = side.plan.name
        side.limit = 0.0
        if step.step == "confirm":
            side.phase, side.certain, side.left = "closed", False, f"NOT CONFIRMED: {step.detail}"
            return self._fail("undecided", f"{name}: {step.detail}", now)
        # The agent has undone this step itself; its sentence says how the Director was left.
        side.phase, side.left = "closed", step.detail
        if step.step == "install":
            side.certain = "NOT" not in step.detail and "has not loaded" not in step.detail
            return self._fail("rolled back", f"{name}: {step.detail}", now)
        return self._fail("refused", f"{name}: {step.detail}", now)

    def _tested(self, side: _Side, now: float) -> list[Command]:
        side.phase, side.limit = "staged", 0.0
        if side.tested is None:
            return self._fail("refused", f"{side.plan.name}: the agent did not say what keepalived -t printed", now)
        verdict = new_complaints(side.tested, side.plan.replacements, side.before, self._overrides)
        if verdict.refusal is not None:
            side.steps["test"] = ("failed", verdict.refusal)
            return self._fail("refused", f"{side.plan.name}: {verdict.refusal}", now)
        side.steps["test"] = ("done", verdict.note)
        if all(one.phase == "staged" for one in self._sides.values()):
            return self._install_next(now)
        return []

    def _install_next(self, now: float) -> list[Command]:
        for name, side in self._sides.items():
            if side.phase == "staged":
                side.before = self._facts(name)  # the kernel as it is just before
                side.phase, side.limit, side.left = (
                    "install",
                    now + INSTALL_LIMIT,
                    "NOT KNOWN: the install did not answer",
                )
                side.touched = True
                side.steps["install"] = ("running", "")
                return [(name, Install(self.id))]
        return self._confirm(now)

    def _installed(self, side: _Side, now: float) -> list[Command]:
        side.installed, side.phase, side.limit = True, "verify", now + VERIFY_LIMIT
        side.left = "installed, not verified"
        side.steps["verify"] = ("running", "")
        side.sampled, side.ask_at = False, now + _ASK_AGAIN
        return [(side.plan.name, Refresh())]

    def _verify(self, side: _Side, now: float) -> list[Command]:
        """Go on when the kernel shows what was meant; until the limit, what it does not show yet may still come."""
        if not side.sampled or self.differences(side):
            return []
        side.phase, side.limit = "verified", 0.0
        side.steps["verify"] = ("done", "")
        return self._install_next(now)

    def differences(self, side: _Side) -> list[str]:
        """What a Director shows otherwise than predicted, each in words."""
        now = self._facts(side.plan.name)
        if now.keepalived is None or not now.keepalived.running:
            return ["keepalived does not run any more"]
        found = []
        if side.before.keepalived is not None and now.keepalived.pid != side.before.keepalived.pid:
            found.append(
                f"keepalived is another process: {side.before.keepalived.pid} before, {now.keepalived.pid} now"
            )
        found += [
            f"{instance} was {state} and is {now.vrrp.get(instance)}"
            for instance, state in side.before.vrrp.items()
            if state is not None and now.vrrp.get(instance) != state
        ]
        return found + _kernel_differences(side, now)

    def _confirm(self, now: float) -> list[Command]:
        commands: list[Command] = []
        for name, side in self._sides.items():
            side.phase, side.limit = "confirm", now + CONFIRM_LIMIT
            side.steps["confirm"] = ("running", "")
            commands.append((name, Confirm(self.id)))
        return commands

    def _rolled_back(self, side: _Side, step: Step) -> list[Command]:
        side.phase, side.limit, side.left = "closed", 0.0, step.detail or "the old files are back"
        side.certain = side.certain and step.ok
        side.steps["roll back"] = ("done" if step.ok else "failed", step.detail)
        if self._failure is None:  # by its own deadline: the console was too slow
            self._failure = ("rolled back", f"{side.plan.name}: {step.detail}")
        self._settle()
        return []

    # --- the end ---

    def _overdue(self, name: str, side: _Side, now: float) -> list[Command]:
        self._mark(side, "failed", "no answer in time")
        if side.phase == "verify":
            what = "; ".join(self.differences(side)) or "no fresh sample came"
            side.steps["verify"] = ("failed", what)
            return self._fail("rolled back", f"{name} was not as predicted: {what}", now)
        if side.phase == "roll back":
            side.phase, side.certain, side.left = "closed", False, "NOT KNOWN: rolling back did not end in time"
            self._settle()
            return []
        if side.phase == "confirm":
            side.phase, side.certain, side.left = "closed", False, "NOT KNOWN: the confirmation was not answered"
            return self._fail("undecided", f"{name} did not answer the confirmation", now)
        phase = side.phase
        kind: Kind = "refused" if phase == "stage" else "rolled back"
        return self._fail(kind, f"{name}: no answer to {phase} in time", now)

    def _fail(self, kind: Kind, text: str, now: float) -> list[Command]:
        """The first failure decides the outcome; whatever was staged or installed is rolled back, the last first."""
        if self._failure is None or kind == "undecided":
            self._failure = (kind, text)
        commands: list[Command] = []
        for name, side in reversed(self._sides.items()):
            if side.phase in ("stage", "staged", "install", "verify", "verified"):
                side.phase, side.limit = "roll back", now + ROLL_BACK_LIMIT
                side.steps["roll back"] = ("running", "")
                commands.append((name, RollBack(self.id)))
        self._settle()
        return commands

    def _settle(self) -> None:
        if any(side.phase not in ("closed", "confirmed", "lost") for side in self._sides.values()):
            return
        left = {name: side.left for name, side in self._sides.items()}
        if all(side.phase == "confirmed" for side in self._sides.values()):
            kind: Kind = "done"
            text = f"{self.plan.title}: done on every Director, and verified in their kernels"
        else:
            kind, text = self._failure or ("undecided", "the change did not end as it should")
            confirmed = any(side.phase == "confirmed" for side in self._sides.values())
            touched = any(side.installed for side in self._sides.values())
            if confirmed or not all(side.certain for side in self._sides.values()):
                kind = "undecided"
            elif touched and kind in ("refused", "unreachable"):
                kind = "rolled back"
        self.outcome = Outcome(kind, EXIT_CODES[kind], text, left)

    def _mark(self, side: _Side, state: StepState, text: str) -> None:
        for step, (old, _) in side.steps.items():
            if old == "running":
                side.steps[step] = (state, text)


def _kernel_differences(side: _Side, now: Facts) -> list[str]:
    if now.weights is None:
        return ["the IPVS table cannot be read"]
    before = side.before.weights or {}
    meant = dict(side.plan.expected)
    found = []
    for key in before.keys() | now.weights.keys():
        want, have = meant.get(key, before.get(key)), now.weights.get(key)
        if have != want and not (key not in meant and _checked(key, want, have, now)):
            found.append(f"{_name(key)} should have weight {_weight(want)}, and has {_weight(have)}")
    return sorted(found)


def _checked(key: KernelKey, want: int | None, have: int | None, now: Facts) -> bool:
    """A server that was taken out or put in by its checker meanwhile is not our doing: its verdict says so."""
    if now.configuration is None or (want is not None and have is not None and 0 not in (want, have)):
        return False
    real = f"[{key[1].address}]" if ":" in key[1].address else key[1].address
    gone = have is None or have == 0
    return any(alive is not gone for (_, id), alive in now.alive.items() if id == f"{real}:{key[1].port}")


def _name(key: KernelKey) -> str:
    service, real = key
    where = f"fwmark {service.fwmark}" if service.fwmark else f"{service.protocol} {service.address} {service.port}"
    return f"{real.address} {real.port} of {where}"


def _weight(weight: int | None) -> str:
    return "none (not in the kernel)" if weight is None else str(weight)

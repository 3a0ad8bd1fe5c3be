"""The change on both Directors, exhausted step by step: every answer, on either Director, fails once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.change import Change, Command
from lvstui.cluster.facts import Facts
from lvstui.cluster.plan import make
from lvstui.director.messages import Confirm, Install, Ipvs, Message, Refresh, RollBack, Stage, Step, Tested

from .pair import drain, pair

COMPLAINT = "(Line 15) Unknown keyword 'nb_get_retry'"
SAMPLE = Ipvs(2.0, True, True, (), (), None)
_ORDER = ["director2", "director1"]


class Cluster:
    """Two Directors that do what they are told, unless `fault` says otherwise for (director, step)."""

    def __init__(self, fault: tuple[str, str, str] | None = None) -> None:
        self.facts = {one.name: one for one in pair()}
        self.original = dict(self.facts)
        self.fault = fault
        self.sent: list[tuple[str, str]] = []
        self.plan = make(drain(), list(self.facts.values()))
        self.change = Change(self.plan, self.facts.__getitem__, id="t1", overrides=frozenset())
        self.now = 0.0
        self.dead: set[str] = set()

    def run(self) -> None:
        """Until there is an outcome, or nothing more happens within the longest limit."""
        queue = self.change.start(self.now)
        while self.change.outcome is None and self.now < 2000:
            while queue:
                name, command = queue.pop(0)
                queue += self._perform(name, command)
            self.now += 1
            queue += self.change.tick(self.now)

    def _perform(self, name: str, command: object) -> list[Command]:
        self.sent.append((name, type(command).__name__))
        if name in self.dead:
            return []
        step = {Stage: "stage", Install: "install", Confirm: "confirm", RollBack: "roll back", Refresh: "verify"}[
            type(command)
        ]
        how = self._fault(name, step)
        if how == "silent":
            return []
        if how == "lost":
            self.dead.add(name)
            if step in ("install", "verify"):
                self._kernel(name, 1)
            return self.change.lost(name, self.now)
        answers: list[Message] = []
        if step == "stage":
            answers = self._staged(name, how)
        elif step == "verify":
            answers = [SAMPLE]
        else:
            if step == "install" and how is None:
                self._kernel(name, 1 if self._fault(name, "kernel") else 0)
            if step == "roll back":
                self._kernel(name, 1)
            answers = [Step("t1", step, how is None, "no: put back" if how else "")]
        return [command for answer in answers for command in self.change.receive(name, answer, self.now)]

    def _staged(self, name: str, how: str | None) -> list[Message]:
        if how is not None:
            return [Step("t1", "stage", False, "the file was changed by another hand. Nothing was changed")]
        extra = (f"{COMPLAINT} again",) if self._fault(name, "test") else ()
        tested = Tested("t1", 5, (COMPLAINT, COMPLAINT, *extra), 5, (COMPLAINT,), True, "")
        return [Step("t1", "stage", True, ""), tested, Step("t1", "test", True, "")]

    def _fault(self, name: str, step: str) -> str | None:
        if self.fault is not None and self.fault[:2] == (name, step):
            return self.fault[2]
        return None

    def _kernel(self, name: str, weight: int) -> None:
        meant = next(one for one in self.plan.directors if one.name == name).expected
        weights = dict(self.facts[name].weights or {})
        weights.update({key: weight for key, _ in meant})
        self.facts[name] = replace(self.facts[name], weights=weights)

    def commands(self, kind: str) -> list[str]:
        return [name for name, command in self.sent if command == kind]


def test_both_are_changed_the_backup_first() -> None:
    cluster = Cluster()
    cluster.run()
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"
    assert cluster.change.outcome.exit_code == 0
    assert cluster.commands("Install") == _ORDER
    assert cluster.commands("Confirm") == _ORDER
    assert cluster.commands("RollBack") == []
    first_confirm = cluster.sent.index(("director2", "Confirm"))
    assert cluster.sent.index(("director1", "Install")) < first_confirm
    assert {step.state for step in cluster.change.steps} == {"done"}


@pytest.mark.parametrize("name", _ORDER)
@pytest.mark.parametrize(
    ("step", "how", "kind"),
    [
        ("stage", "refuse", "refused"),
        ("stage", "silent", "refused"),
        ("stage", "lost", "unreachable"),
        ("test", "complaint", "refused"),
        ("install", "refuse", "rolled back"),
        ("install", "silent", "rolled back"),
        ("install", "lost", "undecided"),
        ("kernel", "unchanged", "rolled back"),
        ("verify", "silent", "rolled back"),
        ("verify", "lost", "undecided"),
        ("confirm", "refuse", "undecided"),
        ("confirm", "silent", "undecided"),
        ("confirm", "lost", "undecided"),
    ],
)
def test_every_fault_on_either_director(name: str, step: str, how: str, kind: str) -> None:
    cluster = Cluster((name, step, how))
    cluster.run()
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == kind
    assert set(outcome.directors) == set(_ORDER)
    if kind in ("refused", "unreachable"):
        assert cluster.commands("Install") == []
    if kind in ("refused", "unreachable", "rolled back"):
        assert cluster.commands("Confirm") == []
        weights = [cluster.facts[one].weights for one in _ORDER if one not in cluster.dead]
        assert weights == [cluster.original[one].weights for one in _ORDER if one not in cluster.dead]
    if kind == "undecided":
        assert any("NOT" in left for left in outcome.directors.values())


def test_a_server_taken_out_by_its_checker_meanwhile_is_not_held_against_the_change() -> None:
    cluster = Cluster()
    gone = next(key for key, _ in cluster.original["director1"].weights.items() if key[1].port == 8081)  # type: ignore[union-attr]
    kernel = Cluster._kernel

    def and_a_server_dies(self: Cluster, name: str, weight: int) -> None:
        kernel(self, name, weight)
        facts = self.facts[name]
        weights = {key: weight for key, weight in (facts.weights or {}).items() if key != gone}
        alive = {(vs, rs): up and rs != "192.168.211.13:8081" for (vs, rs), up in facts.alive.items()}
        self.facts[name] = replace(facts, weights=weights, alive=alive)

    cluster._kernel = and_a_server_dies.__get__(cluster)  # type: ignore[method-assign]
    cluster.run()
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"


@pytest.mark.parametrize("what", ["weight", "pid", "vrrp", "stopped"])
def test_anything_else_that_changes_rolls_back(what: str) -> None:
    cluster = Cluster()
    kernel = Cluster._kernel

    def and_more(self: Cluster, name: str, weight: int) -> None:
        kernel(self, name, weight)
        if weight == 1:
            self.facts[name] = self.original[name]
        else:
            self.facts[name] = _disturbed(self.facts[name], what)

    cluster._kernel = and_more.__get__(cluster)  # type: ignore[method-assign]
    cluster.run()
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "rolled back"
    assert cluster.commands("Install") == ["director2"]
    assert "director2 was not as predicted" in cluster.change.outcome.text


def _disturbed(facts: Facts, what: str) -> Facts:
    assert facts.weights is not None
    assert facts.keepalived is not None
    if what == "weight":
        return replace(facts, weights={key: 5 if key[1].port == 8083 else w for key, w in facts.weights.items()})
    if what == "pid":
        return replace(facts, keepalived=replace(facts.keepalived, pid=4711))
    if what == "vrrp":
        return replace(facts, vrrp={"VI_1": "FAULT"})
    return replace(facts, keepalived=replace(facts.keepalived, running=False))


def test_a_blocked_plan_cannot_be_applied() -> None:
    plan = make(drain(), pair(pending=True))
    facts = {one.name: one for one in pair()}
    with pytest.raises(ValueError, match="pending"):
        Change(plan, facts.__getitem__, id="t1", overrides=frozenset())
    assert Change(plan, facts.__getitem__, id="t1", overrides=frozenset({"pending"})).outcome is None

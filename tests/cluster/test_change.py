"""The change on both Directors, exhausted step by step: every answer, on either Director, fails once."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from lvstui.cluster.change import Change, Command
from lvstui.cluster.facts import Facts
from lvstui.cluster.plan import make
from lvstui.cluster.view import UnfinishedView
from lvstui.director.messages import (
    Close,
    Confirm,
    Files,
    Hello,
    Install,
    Ipvs,
    Message,
    Refresh,
    RollBack,
    Settle,
    Stage,
    Step,
    Tested,
    Unfinished,
    Vrrp,
)

from .pair import PATH, drain, pair

COMPLAINT = "(Line 15) Unknown keyword 'nb_get_retry'"
SAMPLE = Ipvs(2.0, True, True, (), (), None)
DUMP = Vrrp(2.0, (), None)
HELLO = Hello(2.0, 2.0, "d", "root", True, "6.1", "3.11", ())
CONFIRMED = UnfinishedView("t1", "Drain", "ana@ops1", 1.0, (), True)
_STEPS: dict[type, str] = {
    Stage: "stage",
    Install: "install",
    Refresh: "verify",
    Confirm: "confirm",
    Close: "close",
    RollBack: "roll back",
    Settle: "settle",
}
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
        self.settled: list[bool] = []  # was it kept

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
        if isinstance(command, Settle):
            self.settled.append(command.keep)
        step = _STEPS[type(command)]
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
            answers = [SAMPLE, DUMP]
        else:
            if step == "install" and how is None:
                self._kernel(name, 1 if self._fault(name, "kernel") else 0)
            if step == "roll back" or (step == "confirm" and how) or (isinstance(command, Settle) and not command.keep):
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

    def comes_back(
        self,
        name: str,
        *,
        new: bool,
        unfinished: UnfinishedView | None = None,
        busy: str = "",
        weight: int | None = None,
    ) -> None:
        """A lost Director's link is there again, and what its new agent tells."""
        self.dead.discard(name)
        self.fault = None
        self._kernel(name, weight if weight is not None else 0 if new else 1)
        self._files(name, new)
        self.facts[name] = replace(self.facts[name], unfinished=unfinished)
        told: list[Message] = [HELLO, SAMPLE, Files(2.0, PATH, (), (), None), Unfinished(2.0, None, None, busy)]
        queue = [command for message in told for command in self.change.receive(name, message, self.now)]
        while queue:
            one, command = queue.pop(0)
            queue += self._perform(one, command)

    def _files(self, name: str, new: bool) -> None:
        [replacement] = next(one for one in self.plan.directors if one.name == name).replacements
        files = self.original[name].files
        assert files is not None
        file = files.files[0]
        if new:
            file = file._replace(data=replacement.data, sha256=hashlib.sha256(replacement.data).hexdigest())
        self.facts[name] = replace(self.facts[name], files=replace(files, files=(file,)))

    def commands(self, kind: str) -> list[str]:
        return [name for name, command in self.sent if command == kind]


def test_both_are_changed_the_backup_first() -> None:
    cluster = Cluster()
    cluster.run()
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"
    assert cluster.change.outcome.exit_code == 0
    assert cluster.commands("Install") == _ORDER
    assert cluster.commands("Confirm") == cluster.commands("Close") == _ORDER
    assert cluster.commands("RollBack") == []
    order = [command for _, command in cluster.sent if command in ("Install", "Confirm", "Close")]
    assert order == ["Install"] * 2 + ["Confirm"] * 2 + ["Close"] * 2
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
        ("confirm", "refuse", "rolled back"),
        ("close", "refuse", "undecided"),
        ("close", "silent", "undecided"),
        ("close", "lost", "undecided"),
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
        assert cluster.commands("Close") == []
        weights = [cluster.facts[one].weights for one in _ORDER if one not in cluster.dead]
        assert weights == [cluster.original[one].weights for one in _ORDER if one not in cluster.dead]
    if kind == "undecided":
        assert any("NOT" in left or "old files" in left for left in outcome.directors.values())


def run_until_lost(cluster: Cluster) -> None:
    """Everything that happens until a Director is waited for, and nobody else is."""
    queue = cluster.change.start(cluster.now)
    while queue:
        name, command = queue.pop(0)
        queue += cluster._perform(name, command)
    assert cluster.change.outcome is None


@pytest.mark.parametrize("name", _ORDER)
@pytest.mark.parametrize("step", ["install", "verify"])
def test_a_director_that_comes_back_with_the_old_files_is_no_doubt(name: str, step: str) -> None:
    cluster = Cluster((name, step, "lost"))
    run_until_lost(cluster)
    cluster.comes_back(name, new=False)
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "rolled back"
    assert "put the old files back" in outcome.directors[name]
    assert cluster.commands("Confirm") == []


@pytest.mark.parametrize("name", _ORDER)
@pytest.mark.parametrize("step", ["confirm", "close"])
def test_a_director_that_lost_its_link_when_it_was_confirmed_is_closed_when_it_comes_back(name: str, step: str) -> None:
    cluster = Cluster((name, step, "lost"))
    run_until_lost(cluster)
    cluster.comes_back(name, new=True, unfinished=CONFIRMED)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"
    assert cluster.commands("Settle") == [name]
    assert cluster.settled == [True]
    assert cluster.commands("RollBack") == []


@pytest.mark.parametrize("name", _ORDER)
def test_a_director_that_lost_its_link_when_it_was_closed_and_has_nothing_open_was_closed(name: str) -> None:
    cluster = Cluster((name, "close", "lost"))
    run_until_lost(cluster)
    cluster.comes_back(name, new=True)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"


@pytest.mark.parametrize("name", _ORDER)
def test_a_director_that_put_it_back_takes_a_confirmed_one_along(name: str) -> None:
    cluster = Cluster((name, "confirm", "lost"))
    run_until_lost(cluster)
    [other] = set(_ORDER) - {name}
    cluster.comes_back(name, new=False)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "rolled back"
    assert cluster.commands("RollBack") == [other]
    assert cluster.commands("Close") == []


def test_a_confirmed_director_that_comes_back_after_another_has_failed_is_put_back() -> None:
    cluster = Cluster(("director1", "confirm", "lost"))
    run_until_lost(cluster)
    cluster.change.lost("director2", cluster.now)
    cluster.comes_back("director2", new=False)
    cluster.comes_back("director1", new=True, unfinished=CONFIRMED)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "rolled back"
    assert cluster.settled == [False]


@pytest.mark.parametrize("step", ["install", "confirm"])
def test_an_agent_that_was_killed_is_said_with_what_it_left(step: str) -> None:
    cluster = Cluster(("director1", step, "lost"))
    run_until_lost(cluster)
    left = UnfinishedView("t1", "Drain", "ana@ops1", 1.0, (f"{PATH} is the new file",))
    cluster.comes_back("director1", new=True, unfinished=left)
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "undecided"
    assert f"{PATH} is the new file" in outcome.directors["director1"]


def test_a_director_whose_old_agent_is_still_at_work_is_waited_for() -> None:
    cluster = Cluster(("director1", "confirm", "lost"))
    run_until_lost(cluster)
    cluster.comes_back("director1", new=True, busy="t1")
    assert cluster.change.outcome is None
    cluster.comes_back("director1", new=False)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "rolled back"


def test_a_director_that_comes_back_otherwise_is_said_to_be_so() -> None:
    cluster = Cluster(("director1", "install", "lost"))
    run_until_lost(cluster)
    cluster.comes_back("director1", new=True, weight=5)
    assert cluster.change.outcome is None
    cluster.now += 100
    cluster.change.tick(cluster.now)
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "undecided"
    assert "NOT AS IT WAS: it has the new files" in outcome.directors["director1"]


def test_an_answer_that_comes_after_the_other_was_lost_starts_nothing() -> None:
    cluster = Cluster()
    change = cluster.change
    [(first, _)] = change.start(0.0)
    [(second, _)] = change.receive(first, Step("t1", "stage", True, ""), 0.0)
    [(rolled_back, command)] = change.lost(second, 0.0)
    assert (rolled_back, type(command)) == (first, RollBack)
    tested = Tested("t1", 5, (COMPLAINT,), 5, (COMPLAINT,), True, "")
    for message in (tested, Step("t1", "test", True, "")):
        assert change.receive(first, message, 0.0) == []
    assert change.outcome is None
    change.receive(first, Step("t1", "roll back", True, "Nothing had been installed"), 0.0)
    assert change.outcome is not None
    assert change.outcome.kind == "unreachable"


def test_the_locks_are_asked_for_in_the_order_of_the_directors_own_names() -> None:
    cluster = Cluster()
    for name, hostname in (("director1", "b"), ("director2", "c")):
        cluster.facts[name] = replace(cluster.facts[name], hostname=hostname)
    change = Change(cluster.plan, cluster.facts.__getitem__, id="t1", overrides=frozenset())
    [(first, stage)] = change.start(0.0)
    assert first == "director1"
    assert isinstance(stage, Stage)
    [(second, _)] = change.receive(first, Step("t1", "stage", True, ""), 0.0)
    assert second == "director2"


def test_what_changes_on_the_first_while_the_second_is_installed_rolls_back() -> None:
    cluster = Cluster()
    kernel = Cluster._kernel

    def and_the_other_changes(self: Cluster, name: str, weight: int) -> None:
        kernel(self, name, weight)
        if name == "director1" and weight == 0:
            self.facts["director2"] = replace(self.facts["director2"], vrrp={"VI_1": "FAULT"})

    cluster._kernel = and_the_other_changes.__get__(cluster)  # type: ignore[method-assign]
    cluster.run()
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "rolled back"
    assert "VI_1 was BACKUP and is FAULT" in outcome.text
    assert cluster.commands("Confirm") == []


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

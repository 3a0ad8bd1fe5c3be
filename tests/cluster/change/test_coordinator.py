"""The change on both Directors, exhausted step by step: every answer, on either Director, fails once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.change.coordinator import Command, Coordinator
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.plan import make
from lvstui.director.protocol.change_messages import (
    RollBack,
    Stage,
    Step,
    Tested,
)
from lvstui.director.protocol.link_messages import Refresh
from tests.support.changing_pair import COMPLAINT, DUMP, ORDER, SAMPLE, Cluster
from tests.support.pair import SERVICE, VI_1, drain, pair


def test_both_are_changed_the_backup_first() -> None:
    cluster = Cluster()
    cluster.run()
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"
    assert cluster.change.outcome.exit_code == 0
    assert cluster.commands("Install") == ORDER
    assert cluster.commands("Confirm") == cluster.commands("Close") == ORDER
    assert cluster.commands("RollBack") == []
    order = [command for _, command in cluster.sent if command in ("Install", "Confirm", "Close")]
    assert order == ["Install"] * 2 + ["Confirm"] * 2 + ["Close"] * 2
    assert {step.state for step in cluster.change.steps} == {"done"}


@pytest.mark.parametrize("name", ORDER)
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
    assert set(outcome.directors) == set(ORDER)
    if kind in ("refused", "unreachable"):
        assert cluster.commands("Install") == []
    if kind in ("refused", "unreachable", "rolled back"):
        assert cluster.commands("Close") == []
        weights = [cluster.facts[one].weights for one in ORDER if one not in cluster.dead]
        assert weights == [cluster.original[one].weights for one in ORDER if one not in cluster.dead]
    if kind == "undecided":
        assert any("NOT" in left or "old files" in left for left in outcome.directors.values())


def test_a_fresh_sample_is_asked_for_again_only_when_the_last_one_has_come() -> None:
    """A slow link or a slow console would be further behind with each answer."""
    cluster = Cluster(("director2", "verify", "silent"))
    queue = cluster.change.start(cluster.now)
    while queue:
        name, command = queue.pop(0)
        queue += cluster.perform(name, command)
    assert cluster.sent[-1] == ("director2", "Refresh")
    assert [cluster.change.tick(cluster.now + second) for second in range(1, 10)] == [[]] * 9
    cluster.kernel("director2", 1)  # not as it should be yet
    assert cluster.change.receive("director2", SAMPLE, 9.0) == []
    assert cluster.change.receive("director2", DUMP, 9.0) == []
    assert cluster.change.receive("director2", replace(SAMPLE, full=False), 9.25) == []  # it was not asked for
    assert cluster.change.tick(9.25) == []
    assert cluster.change.tick(9.5) == [("director2", Refresh())]
    assert cluster.change.tick(10.0) == []


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
    change = Coordinator(cluster.plan, cluster.facts.__getitem__, id="t1", overrides=frozenset())
    [(first, stage)] = change.start(0.0)
    assert first == "director1"
    assert isinstance(stage, Stage)
    [(second, _)] = change.receive(first, Step("t1", "stage", True, ""), 0.0)
    assert second == "director2"


@pytest.mark.parametrize(
    ("director", "when", "kind"),
    [
        ("director2", ("director1", "Stage"), "refused"),
        ("director1", ("director1", "Stage"), "refused"),  # it is the second one to be installed
        ("director1", ("director2", "Install"), "rolled back"),
    ],
)
@pytest.mark.parametrize("overridden", [False, True])
def test_the_last_live_server_is_not_drained_where_the_others_fail_meanwhile(
    director: str, when: tuple[str, str], kind: str, overridden: bool
) -> None:
    """The plan said that the quorum is kept; verification takes what a checker takes out for what may happen."""
    cluster = Cluster()
    overrides = frozenset({"last-server"}) if overridden else frozenset()
    cluster.change = Coordinator(cluster.plan, cluster.facts.__getitem__, id="t1", overrides=overrides)
    perform = Cluster.perform

    def and_the_others_fail(self: Cluster, name: str, command: object) -> list[Command]:
        if (name, type(command).__name__) == when:
            down = {(SERVICE, f"192.168.211.13:{port}"): False for port in (8081, 8083)}
            self.facts[director] = replace(self.facts[director], alive={**self.facts[director].alive, **down})
        return perform(self, name, command)

    cluster.perform = and_the_others_fail.__get__(cluster)  # type: ignore[method-assign]
    cluster.run()
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == ("done" if overridden else kind)
    assert cluster.commands("Install") == (ORDER if overridden else [] if kind == "refused" else ["director2"])
    if not overridden:
        assert f"last-server: {director}: {SERVICE} would have no live server with a weight" in outcome.text
        assert [cluster.facts[name].weights for name in ORDER] == [cluster.original[name].weights for name in ORDER]


def test_what_changes_on_the_first_while_the_second_is_installed_rolls_back() -> None:
    cluster = Cluster()
    kernel = Cluster.kernel

    def and_the_other_changes(self: Cluster, name: str, weight: int) -> None:
        kernel(self, name, weight)
        if name == "director1" and weight == 0:
            self.facts["director2"] = replace(self.facts["director2"], vrrp={VI_1: "FAULT"})

    cluster.kernel = and_the_other_changes.__get__(cluster)  # type: ignore[method-assign]
    cluster.run()
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "rolled back"
    assert "VI_1 was BACKUP and is FAULT" in outcome.text
    assert cluster.commands("Confirm") == []


def test_a_server_taken_out_by_its_checker_meanwhile_is_not_held_against_the_change() -> None:
    cluster = Cluster()
    gone = next(key for key, _ in cluster.original["director1"].weights.items() if key[1].port == 8081)  # type: ignore[union-attr]
    kernel = Cluster.kernel

    def and_a_server_dies(self: Cluster, name: str, weight: int) -> None:
        kernel(self, name, weight)
        facts = self.facts[name]
        weights = {key: weight for key, weight in (facts.weights or {}).items() if key != gone}
        alive = {(vs, rs): up and rs != "192.168.211.13:8081" for (vs, rs), up in facts.alive.items()}
        self.facts[name] = replace(facts, weights=weights, alive=alive)

    cluster.kernel = and_a_server_dies.__get__(cluster)  # type: ignore[method-assign]
    cluster.run()
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"


@pytest.mark.parametrize("what", ["weight", "pid", "vrrp", "stopped"])
def test_anything_else_that_changes_rolls_back(what: str) -> None:
    cluster = Cluster()
    kernel = Cluster.kernel

    def and_more(self: Cluster, name: str, weight: int) -> None:
        kernel(self, name, weight)
        if weight == 1:
            self.facts[name] = self.original[name]
        else:
            self.facts[name] = _disturbed(self.facts[name], what)

    cluster.kernel = and_more.__get__(cluster)  # type: ignore[method-assign]
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
        return replace(facts, vrrp={VI_1: "FAULT"})
    return replace(facts, keepalived=replace(facts.keepalived, running=False))


def test_a_blocked_plan_cannot_be_applied() -> None:
    plan = make(drain(), pair(pending=True))
    facts = {one.name: one for one in pair()}
    with pytest.raises(ValueError, match="pending"):
        Coordinator(plan, facts.__getitem__, id="t1", overrides=frozenset())
    assert Coordinator(plan, facts.__getitem__, id="t1", overrides=frozenset({"pending"})).outcome is None

"""Real servers that come and go, and changes taken back: the plans, from facts alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.change.plan_record import record
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards import GuardKind
from lvstui.cluster.plan.intent import Action, ChangeRecord, Intent, undo_of
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import Plan, PlanRefused, make
from lvstui.cluster.plan.record import last_change
from tests.support.pair import REAL, SERVICE, WHEN, drain, facts, pair, text

NEW = "192.168.211.13:8084"


def add(weight: int | None = None, like: str | None = None, reason: str = "") -> Intent:
    return Intent("add", (Target(SERVICE, NEW),), weight, "ana@ops1", WHEN, reason, like=like)


def remove(real: str = REAL) -> Intent:
    return Intent("remove", (Target(SERVICE, real),), None, "ana@ops1", WHEN)


def data(plan: Plan) -> dict[str, bytes]:
    return {one.name: one.replacements[0].data for one in plan.directors}


def original(directors: list[Facts]) -> dict[str, bytes]:
    return {one.name: one.files.files[0].data for one in directors if one.files is not None}


def applied(plan: Plan, version: str = "2.2.7") -> list[Facts]:
    """The pair after the plan."""
    return [
        facts(one.name, one.role or "", one.replacements[0].data.decode(errors="surrogateescape"), version)
        for one in sorted(plan.directors, key=lambda one: one.name)
    ]


def done(plan: Plan, raised: Plan | None = None, outcome: str = "done") -> ChangeRecord:
    ended = Outcome(outcome, 0, "", {})  # type: ignore[arg-type]
    return record(plan, ended, id="1", wall=1.0, overrides=frozenset(), raised=raised)


def test_a_new_real_server_goes_in_at_weight_0_and_is_restored_afterwards() -> None:
    plan = make(add(5), pair())
    for one in plan.directors:
        assert (
            b"weight 0  # drained, was 5, 2026-11-22 14:01 by ana@ops1: added; raised when" in one.replacements[0].data
        )
        assert [(p.weight_before, p.weight_after) for p in one.predictions] == [(None, 0)]
        [(key, weight)] = one.expected
        assert (key[1].port, weight) == (8084, 0)
    assert plan.blocking() == ()
    assert plan.follow_up is not None
    assert plan.follow_up.targets == (Target(SERVICE, NEW),)
    second = make(plan.follow_up.intent, applied(plan))
    assert {one.name: one.weights for one in second.directors} == {
        name: (replace(second.directors[0].weights[0], before=0, after=5),) for name in ("director1", "director2")
    }
    assert all(b"drained" not in after and b"weight 5\n" in after for after in data(second).values())


def test_a_weight_of_0_that_was_asked_for_is_not_raised() -> None:
    plan = make(add(0), pair())
    assert plan.follow_up is None
    assert all(b"drained" not in after for after in data(plan).values())


def test_without_a_checker_there_is_nothing_to_wait_for() -> None:
    bare = [facts(one.name, one.role or "", _without_checkers(one)) for one in pair()]
    plan = make(add(5), bare)
    assert plan.follow_up is not None
    assert plan.follow_up.targets == ()
    assert {guard.kind: guard.level for guard in plan.guards}[GuardKind.CHECKER] == "note"


def _without_checkers(one: Facts) -> str:
    config = text(one.role or "", 100 if one.role == "MASTER" else 50)
    return config.replace("        TCP_CHECK {\n            connect_timeout 3\n        }\n", "")


def test_a_keepalived_that_cannot_hold_0_takes_a_new_one_with_alpha_alone() -> None:
    old = [facts(one.name, one.role or "", version="2.1.5") for one in pair()]
    with pytest.raises(PlanRefused, match=r"makes 1 of a weight of 0.*alpha"):
        make(add(5), old)
    alpha = [
        facts(n, r, text(r, p, "alpha"), "2.1.5") for n, r, p in (("director1", "MASTER", 100), ("d2", "BACKUP", 50))
    ]
    plan = make(add(5), alpha)
    assert plan.follow_up is None
    assert [p.weight_after for one in plan.directors for p in one.predictions] == [5, 5]


@pytest.mark.parametrize(
    ("intent", "word"),
    [
        (Intent("add", (Target(SERVICE, REAL),), None, "ana@ops1", WHEN), "there already"),
        (Intent("add", (Target("tcp/10.0.0.1:1", NEW),), None, "ana@ops1", WHEN), "no virtual server"),
        (Intent("add", (Target(SERVICE, "no name"),), None, "ana@ops1", WHEN), "not ADDRESS:PORT"),
        (Intent("add", (Target(SERVICE, NEW),), 70000, "ana@ops1", WHEN), "0 to 65535"),
        (Intent("add", (Target(SERVICE, NEW),), None, "ana@ops1", WHEN, like="10.0.0.1:1"), "no real server"),
        (Intent("remove", (Target(SERVICE, NEW),), None, "ana@ops1", WHEN), "has no"),
        (Intent("undo", (), None, "ana@ops1", WHEN), "no change"),
    ],
)
def test_what_cannot_be_added_or_removed_is_refused(intent: Intent, word: str) -> None:
    with pytest.raises(PlanRefused, match=word):
        make(intent, pair())


def test_the_last_real_server_is_not_removed() -> None:
    one = [facts(n, r, text(r, ports=(8082,))) for n, r in (("director1", "MASTER"), ("director2", "BACKUP"))]
    with pytest.raises(PlanRefused, match="last real server"):
        make(remove(), one)


def test_a_removed_one_is_gone_from_the_kernel_and_its_connections_are_asked_about() -> None:
    plan = make(remove(), pair())
    for one in plan.directors:
        assert b"8082" not in one.replacements[0].data
        assert [weight for _, weight in one.expected] == [None]
        assert [(p.weight_before, p.weight_after) for p in one.predictions] == [(1, None)]
    assert {guard.kind for guard in plan.blocking()} == {"connections"}
    quiet = make(remove(), pair(active={}))
    assert quiet.blocking() == ()


def _undone(action: Action) -> tuple[list[Facts], Plan, list[Facts]]:
    """The pair before a change, the change, and the pair after it."""
    before = pair()
    if action == "restore":
        before = applied(make(drain(), before))
    intents = {
        "drain": drain(reason="it's $(true) [b]"),
        "restore": Intent("restore", drain().targets, None, "ana@ops1", WHEN),
        "weight": Intent("weight", drain().targets, 7, "ana@ops1", WHEN),
        "add": add(5),
        "remove": remove(),
    }
    plan = make(intents[action], before)
    return before, plan, applied(plan)


@pytest.mark.parametrize("action", ["drain", "restore", "weight", "add", "remove"])
def test_an_undo_gives_back_the_very_bytes_and_is_undone_itself(action: Action) -> None:
    before, plan, after = _undone(action)
    undo = make(undo_of(done(plan), "ben@ops2", WHEN), after)
    if undo.follow_up is None:
        assert data(undo) == original(before)
        back = done(undo)
        again = applied(undo)
    else:  # a real server that comes back goes in at weight 0
        assert action == "remove"
        raised = make(undo.follow_up.intent, applied(undo))
        assert data(raised) == original(before)
        back = done(undo, raised)
        again = applied(raised)
    assert undo.title == f"Undo: {plan.title}"
    redo = make(undo_of(back, "ben@ops2", WHEN), again)
    assert redo.title == f"Redo: {plan.title}"
    assert data(redo) == original(after)


def test_an_add_that_was_raised_is_undone_as_one() -> None:
    before = pair()
    plan = make(add(5), before)
    assert plan.follow_up is not None
    raised = make(plan.follow_up.intent, applied(plan))
    told = done(plan, raised)
    assert [(w.before, w.after) for one in told.directors for w in one.weights] == [(None, 5), (None, 5)]
    undo = make(undo_of(told, "ana@ops1", WHEN), applied(raised))
    assert data(undo) == original(before)


def test_other_changes_of_the_file_stay_when_a_change_is_undone() -> None:
    before, plan, after = _undone("drain")
    later = [
        _with(one, lambda config: "# one more line\n\n" + config.replace("connect_timeout 3", "connect_timeout 4"))
        for one in after
    ]
    undo = make(undo_of(done(plan), "ana@ops1", WHEN), later)
    for one in undo.directors:
        expected = "# one more line\n\n" + original(before)[one.name].decode().replace(
            "connect_timeout 3", "connect_timeout 4"
        )
        assert one.replacements[0].data.decode() == expected


def _with(one: Facts, change: object) -> Facts:
    assert callable(change)
    assert one.files is not None
    return facts(one.name, one.role or "", change(one.files.files[0].data.decode()))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("weight 0  # drained", "weight 3  # drained", "has been changed since"),
        (" by ana@ops1", " by eve@ops3", "changed since: .weight 0  # drained"),
    ],
)
def test_lines_that_changed_since_are_not_undone(old: str, new: str, word: str) -> None:
    _, plan, after = _undone("drain")
    later = [after[0], _with(after[1], lambda config: config.replace(old, new))]
    with pytest.raises(PlanRefused, match=word) as refused:
        make(undo_of(done(plan), "ana@ops1", WHEN), later)
    assert "director2: /etc/keepalived/keepalived.conf:" in str(refused.value)


def test_the_same_lines_elsewhere_are_not_taken_for_those_that_were_changed() -> None:
    """Two virtual servers with the same real servers: every line of them is there twice."""
    twice = (
        text() + text().partition("virtual_server")[1] + text().partition("virtual_server")[2].replace(" 80 {", " 81 {")
    )
    before = [facts("director1", "MASTER", twice), facts("director2", "BACKUP", twice)]
    target = Target("tcp/10.10.0.20:81", REAL)
    plan = make(Intent("drain", (target,), None, "ana@ops1", WHEN), before)
    moved = [_with(one, lambda config: "\n" * 40 + config) for one in applied(plan)]
    both = make(Intent("drain", (Target(SERVICE, REAL),), None, "ana@ops1", WHEN), moved)
    undo = make(undo_of(done(plan), "ana@ops1", WHEN), applied(both))
    for one in undo.directors:
        assert [(w.virtual_server, w.after) for w in one.weights] == [("tcp/10.10.0.20:81", 1)]
        assert one.replacements[0].data.count(b"# drained") == 1


def test_only_what_ended_done_is_undone() -> None:
    _, plan, after = _undone("drain")
    first, second = done(plan), done(plan, outcome="rolled back")
    assert last_change([first, second]) is first
    assert last_change([second]) is None
    with pytest.raises(PlanRefused, match="rolled back"):
        make(undo_of(second, "ana@ops1", WHEN), after)


def test_the_whole_machine_is_one_plan_and_one_file_each() -> None:
    every = tuple(f"192.168.211.13:{port}" for port in (8081, 8082, 8083))
    plan = make(drain(*every), pair())
    assert all(len(one.replacements) == 1 and len(one.predictions) == 3 for one in plan.directors)
    undo = make(undo_of(done(plan), "ana@ops1", WHEN), applied(plan))
    assert data(undo) == original(pair())


def test_the_last_real_server_is_not_removed_and_the_complaint_is_named() -> None:
    """keepalived would ignore a virtual server that has none."""
    directors = pair()
    servers = [f"192.168.211.13:{port}" for port in (8081, 8082, 8083)]
    last = Intent("remove", tuple(Target(SERVICE, one) for one in servers), None, "ana@ops1", WHEN)
    plan = make(last, directors)
    refused = [guard for guard in plan.guards if guard.kind is GuardKind.EDIT]
    assert {guard.director for guard in refused} == {"director1", "director2"}
    line = next(
        number
        for number, one in enumerate(original(directors)["director1"].decode().splitlines(), 1)
        if one.startswith("virtual_server")
    )
    what = f'line {line}: this virtual server has no real servers: keepalived says "ignoring"'
    assert all("keepalived would complain of /" in guard.text and what in guard.text for guard in refused), refused
    assert all(guard.level == "refuse" for guard in refused)

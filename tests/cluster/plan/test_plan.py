"""Plans and their guards, from facts alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import Plan, PlanRefused, make
from tests.support.pair import REAL, SERVICE, WHEN, drain, facts, pair, text


def levels(plan: Plan) -> dict[str, str]:
    return {guard.kind: guard.level for guard in plan.guards}


def configured(extra: str = "", version: str = "2.2.7") -> list[Facts]:
    return [
        facts("director1", "MASTER", text("MASTER", 100, extra), version),
        facts("director2", "BACKUP", text("BACKUP", 50, extra), version),
    ]


def test_each_directors_own_file_is_edited_in_one_line_and_the_backup_comes_first() -> None:
    directors = pair()
    plan = make(drain(reason="kernel update"), directors)
    assert [one.name for one in plan.directors] == ["director2", "director1"]
    for one in plan.directors:
        facts_of = next(facts for facts in directors if facts.name == one.name)
        assert facts_of.files is not None
        old = facts_of.files.files[0].data.splitlines()
        new = one.replacements[0].data.splitlines()
        changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        assert changed == [
            (b"        weight 1", b"        weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: kernel update")
        ]
        assert one.replacements[0].sha256 == facts_of.files.files[0].sha256
        assert [(p.weight_before, p.weight_after) for p in one.predictions] == [(1, 0)]
    assert plan.blocking() == ()
    assert "2 other servers" in plan.summary[0].said


def test_restore_gives_back_the_bytes() -> None:
    directors = pair()
    drained = make(drain(), directors)
    after = [facts(one.name, one.role or "", one.replacements[0].data.decode()) for one in drained.directors]
    plan = make(Intent("restore", drain().targets, None, "ana@ops1", WHEN), after)
    for one in plan.directors:
        original = next(facts for facts in directors if facts.name == one.name)
        assert original.files is not None
        assert one.replacements[0].data == original.files.files[0].data


@pytest.mark.parametrize(
    ("broken", "word", "exit_code"),
    [
        ({"live": False, "error": "connection refused"}, "connection refused", 3),
        ({"cannot_write": "the observer's view"}, "observer", 1),
        ({"weights": None}, "IPVS table", 1),
        ({"configuration": None}, "configuration", 1),
        ({"keepalived": None}, "not known yet", 1),
    ],
)
def test_one_director_that_cannot_be_changed_refuses_the_plan(
    broken: dict[str, object], word: str, exit_code: int
) -> None:
    one, other = pair()
    with pytest.raises(PlanRefused, match=word) as refused:
        make(drain(), [one, replace(other, **broken)])  # type: ignore[arg-type]
    assert refused.value.exit_code == exit_code
    assert "director2" in str(refused.value)


def test_read_only_refuses_everything() -> None:
    with pytest.raises(PlanRefused, match="started with --read-only"):
        make(drain(), pair(), read_only="started with --read-only")


def test_a_real_server_that_one_director_lacks_is_named() -> None:
    lacking = facts("director2", "BACKUP", text("BACKUP", 50, ports=(8081, 8083)))
    with pytest.raises(PlanRefused, match=r"director2: .* has no 192.168.211.13:8082"):
        make(drain(), [facts("director1", "MASTER"), lacking])


@pytest.mark.parametrize("version", ["2.1.5", "2.0.7", "2.2.1"])
def test_a_keepalived_that_cannot_hold_zero_is_not_drained(version: str) -> None:
    with pytest.raises(PlanRefused, match=version) as refused:
        make(drain(), configured(version=version))
    assert refused.value.guard is not None
    assert refused.value.guard.kind == "version"


def test_an_old_keepalived_may_be_given_another_weight() -> None:
    plan = make(Intent("weight", drain().targets, 5, "ana@ops1", WHEN), configured(version="2.1.5"))
    assert [p.weight_after for one in plan.directors for p in one.predictions] == [5, 5]


@pytest.mark.parametrize("weight", [-1, 65536, None])
def test_a_weight_out_of_range_is_refused(weight: int | None) -> None:
    with pytest.raises(PlanRefused, match="0 to 65535"):
        make(Intent("weight", drain().targets, weight, "ana@ops1", WHEN), pair())


def test_the_last_live_server_asks_and_can_be_overridden() -> None:
    every = tuple(f"192.168.211.13:{port}" for port in (8081, 8082, 8083))
    plan = make(drain(*every), pair())
    assert {guard.kind for guard in plan.blocking()} == {"last-server"}
    assert plan.blocking(frozenset({"last-server"})) == ()


def test_a_server_that_is_down_does_not_count_as_live() -> None:
    dead = {(SERVICE, "192.168.211.13:8081"): False, (SERVICE, "192.168.211.13:8083"): False, (SERVICE, REAL): True}
    assert levels(make(drain(), pair(alive=dead)))["last-server"] == "ask"


def test_a_quorum_with_a_sorry_server_cannot_be_broken() -> None:
    dead = {(SERVICE, "192.168.211.13:8081"): False, (SERVICE, "192.168.211.13:8083"): True, (SERVICE, REAL): True}
    directors = [replace(one, alive=dead) for one in configured("quorum 2\n    sorry_server 192.168.211.14 80")]
    plan = make(drain(), directors)
    assert [guard.kind for guard in plan.blocking(frozenset({"quorum", "last-server"}))] == ["quorum", "quorum"]


@pytest.mark.parametrize(
    ("extra", "name", "level"),
    [
        ("lb_algo sh", "hash", "ask"),
        ("lb_algo mh\n    mh-fallback", "hash", None),
        ("lb_algo dh", "hash", "ask"),
        ("persistence_timeout 300", "persistence", "note"),
        ("quorum 3", "quorum", "ask"),
    ],
)
def test_guards_of_the_virtual_server(extra: str, name: str, level: str | None) -> None:
    assert levels(make(drain(), configured(extra))).get(name) == level


def test_pending_changes_ask() -> None:
    assert levels(make(drain(), pair(pending=True)))["pending"] == "ask"


def test_directors_that_disagree_ask() -> None:
    other = facts("director2", "BACKUP", text("BACKUP", 50).replace("weight 1", "weight 9", 1))
    assert levels(make(drain(), [facts("director1", "MASTER"), other]))["disagree"] == "ask"
    assert levels(make(drain(), pair()))["disagree"] == "ok"


def test_a_name_that_is_in_no_file_is_refused() -> None:
    intent = Intent("drain", (Target("tcp/10.10.0.99:80", REAL),), None, "ana@ops1", WHEN)
    with pytest.raises(PlanRefused, match=r"10\.10\.0\.99"):
        make(intent, pair())

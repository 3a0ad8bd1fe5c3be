"""A change is verified only where the kernel shows the rows: one that is missing without a reason stops it before it begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.change.verification import kernel_differences
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.absence import Absence, absent, explain
from lvstui.cluster.plan.facts import Facts, Weights
from lvstui.cluster.plan.intent import Action, Intent
from lvstui.cluster.plan.plan import Plan, make
from lvstui.director.protocol.ipvs_messages import RealServerId, ServiceId
from tests.support.pair import REAL, SERVICE, WHEN, drain, facts, pair, text

WEB = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
KEY = (WEB, RealServerId("192.168.211.13", 8082))
SORRY = (WEB, RealServerId("192.168.211.9", 80))
LOST = "its quorum is lost and the sorry server serves; the change takes effect when it is regained"


def without(told: Facts, *keys: object, **more: object) -> Facts:
    weights: Weights = {key: weight for key, weight in (told.weights or {}).items() if key not in keys}
    return replace(told, weights=weights, services=frozenset([WEB]), **more)  # type: ignore[arg-type]


def emptied(told: Facts) -> Facts:
    return replace(told, weights={}, services=frozenset())


def intent(action: Action, weight: int | None = None) -> Intent:
    return Intent(action, (Target(SERVICE, REAL),), weight, "ana@ops1", WHEN, "")


def refused(plan: Plan) -> list[str]:
    return [guard.text for guard in plan.blocking(frozenset(["kernel"])) if guard.kind == "kernel"]


@pytest.mark.parametrize("action", ["drain", "weight", "remove", "add"])
def test_nothing_is_changed_where_the_kernel_lacks_the_whole_service(action: Action) -> None:
    first, second = pair()
    wanted = intent(action, 3 if action in ("weight", "add") else None)
    if action == "add":
        wanted = replace(wanted, targets=(Target(SERVICE, "192.168.211.13:8084"),))
    [said] = refused(make(wanted, [emptied(first), replace(second, services=frozenset([WEB]))]))
    assert said == (
        "director1: tcp/10.10.0.20:80 is not in its kernel: keepalived does not restore what someone else has removed, so the "
        "change could not be verified; restart keepalived there first"
    )


def test_a_virtual_server_that_is_not_loaded_is_not_missing() -> None:
    told = replace(emptied(facts("director1", "MASTER")), alive={}, pending=True)
    assert refused(make(drain(), [told])) == []


@pytest.mark.parametrize("alive", [True, None])
def test_a_row_that_nothing_explains_is_refused(alive: bool | None) -> None:
    first, second = pair()
    verdicts = {key: up for key, up in first.alive.items() if alive or key != (SERVICE, REAL)}
    plan = make(drain(), [without(first, KEY, alive=verdicts), without(second)])
    [said] = refused(plan)
    assert "director1: 192.168.211.13:8082 is not in its kernel for tcp/10.10.0.20:80" in said
    assert ("though its checkers see it alive" in said) is bool(alive)


def test_a_row_that_is_to_be_removed_and_is_gone_already_is_fine() -> None:
    first, second = pair()
    assert refused(make(intent("remove"), [without(first, KEY), without(second)])) == []


def test_a_dead_server_is_absent_with_a_reason_and_may_come_back_drained_while_it_is_verified() -> None:
    first, second = pair()
    verdicts = {**first.alive, (SERVICE, REAL): False}
    before = without(first, KEY, alive=verdicts)
    plan = make(drain(), [before, without(second)])
    assert refused(plan) == []
    [mine] = [one for one in plan.directors if one.name == "director1"]
    assert (mine.expected, mine.possible) == ((), ((KEY, 0),))
    assert kernel_differences(mine.expected, before, before, possible=mine.possible) == []
    back = replace(before, weights={**(before.weights or {}), KEY: 0}, alive=first.alive)
    assert kernel_differences(mine.expected, before, back, possible=mine.possible) == []
    with_clients = replace(back, weights={**(before.weights or {}), KEY: 1}, alive=verdicts)
    assert kernel_differences(mine.expected, before, with_clients, possible=mine.possible) != []


def test_a_row_that_goes_while_the_change_is_made_is_no_success() -> None:
    first, second = pair()
    plan = make(drain(), [without(first), without(second)])
    [mine] = [one for one in plan.directors if one.name == "director1"]
    assert mine.expected == ((KEY, 0),)
    assert kernel_differences(mine.expected, first, emptied(first), possible=mine.possible) != []


def test_servers_that_keepalived_has_taken_out_for_the_sorry_server_are_explained() -> None:
    config = text("MASTER", extra="sorry_server 192.168.211.9 80")
    told = facts("director1", "MASTER", config)
    lost = replace(told, weights={SORRY: 1}, services=frozenset([WEB]))
    assert told.configuration is not None
    server, real = find(told.configuration, Target(SERVICE, REAL)) or pytest.fail("it is configured")
    assert absent(lost, server, real) == (KEY,)
    assert explain(lost, server, real) is Absence.NO_QUORUM
    plan = make(intent("weight", 3), [lost])
    assert refused(plan) == []
    assert [guard.level for guard in plan.guards if guard.kind == "kernel"] == ["note"]


def test_a_server_that_the_reload_brings_in_is_expected_with_its_new_weight() -> None:
    first = facts("director1", "MASTER")
    verdicts = {key: up for key, up in first.alive.items() if key != (SERVICE, REAL)}
    plan = make(drain(), [without(first, KEY, alive=verdicts, pending=True)])
    assert refused(plan) == []
    assert plan.directors[0].expected == ((KEY, 0),)


def test_a_target_that_its_checker_takes_out_meanwhile_is_explained_by_its_own_verdict_alone() -> None:
    first, second = pair()
    plan = make(drain(), [without(first), without(second)])
    [mine] = [one for one in plan.directors if one.name == "director1"]
    gone = without(first, KEY)
    assert kernel_differences(mine.expected, first, gone) != [], "alive: somebody else took it out"
    dead = replace(gone, alive={**gone.alive, (SERVICE, REAL): False})
    assert kernel_differences(mine.expected, first, dead) == []
    elsewhere = replace(gone, alive={**gone.alive, ("tcp/10.10.0.20:443", REAL): False})
    assert kernel_differences(mine.expected, first, elsewhere) != [], "dead in another virtual server"


def test_a_sorry_server_that_goes_when_the_quorum_is_gained_is_no_difference() -> None:
    told = facts("director1", "MASTER", text("MASTER", extra="sorry_server 192.168.211.9 80"))
    lost = replace(told, weights={SORRY: 1}, services=frozenset([WEB]))
    assert kernel_differences((), lost, told) == []
    assert kernel_differences((), told, replace(told, weights={**(told.weights or {}), SORRY: 1})) == []


def inhibited(*, quorum: int = 3, alive: bool = True) -> Facts:
    """The MASTER while its sorry server serves and 8081 is down: keepalived has set the rows of all to 0."""
    extra = f"quorum {quorum}\n    sorry_server 192.168.211.9 80\n    inhibit_on_failure"
    told = facts("director1", "MASTER", text("MASTER", extra=extra))
    weights = {**dict.fromkeys(told.weights or {}, 0), SORRY: 1}
    verdicts = {**told.alive, (SERVICE, "192.168.211.13:8081"): False, (SERVICE, REAL): alive}
    return replace(told, weights=weights, services=frozenset([WEB]), alive=verdicts)


@pytest.mark.parametrize("alive", [True, False])
def test_while_the_sorry_server_serves_an_inhibited_server_stays_at_0_or_gets_its_weight(alive: bool) -> None:
    before = inhibited(
        quorum=1000, alive=alive
    )  # lowered to 3, the sum of the weights, before and to 4 after the change
    plan = make(intent("weight", 2), [before])
    mine = plan.directors[0]
    assert (mine.expected, [one.weight_after for one in mine.predictions]) == ((), [0])
    assert kernel_differences(mine.expected, before, before, possible=mine.possible) == []
    back = replace(before, weights={**(before.weights or {}), KEY: 2}, alive={**before.alive, (SERVICE, REAL): True})
    assert kernel_differences(mine.expected, before, back, possible=mine.possible) == []
    told = [guard.text for guard in plan.guards if guard.kind == "kernel"]
    assert told == ([f"director1: {REAL} is at weight 0 in its kernel for {SERVICE}: {LOST}"] if alive else [])


def test_a_weight_that_regains_the_quorum_is_expected_of_an_inhibited_server() -> None:
    plan = make(intent("weight", 2), [inhibited()])  # 2 of 8082 and 1 of 8083: the quorum of 3
    assert plan.directors[0].expected == ((KEY, 2),)

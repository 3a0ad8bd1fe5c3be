"""What was pending before the change comes along with its reload: it is predicted and verified, or the plan is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lvstui.cli.output import plan_text
from lvstui.cluster.change.verification import kernel_differences
from lvstui.cluster.identity.kernel_key import KernelKey
from lvstui.cluster.plan.absence import sorry_serves
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.plan import DirectorPlan, Plan, make
from lvstui.director.protocol.ipvs_messages import RealServerId, ServiceId
from lvstui.keepalived import VirtualServer
from tests.support.guarding import FILE_CHECK, TRACKED, level, told
from tests.support.handover_pair import config, handed_pair, handover
from tests.support.pair import SERVICE, drain, facts, text

OTHER = "192.168.211.13:8081"
WEB = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
SORRY = (WEB, RealServerId("192.168.211.9", 80))
OVERRIDES = frozenset(["pending", "disagree"])


def key(port: int, service: ServiceId = WEB) -> KernelKey:
    return service, RealServerId("192.168.211.13", port)


def pending(in_force: str, now: str, **known: object) -> Facts:
    """The MASTER, whose keepalived has loaded `in_force` and whose files say `now`; its kernel is as loaded."""
    before, lies = facts("director1", "MASTER", in_force), facts("director1", "MASTER", now)
    told = replace(lies, pending=True, loaded=before.files, weights=before.weights, alive=before.alive)
    return replace(told, **known)  # type: ignore[arg-type]


def planned(in_force: str, now: str, **known: object) -> tuple[Facts, Plan, DirectorPlan]:
    """The drain of 8082 on that Director alone."""
    before = pending(in_force, now, **known)
    plan = make(drain(), [before])
    return before, plan, plan.directors[0]


def wrong(before: Facts, mine: DirectorPlan, changed: Mapping[KernelKey, int | None]) -> list[str]:
    """What a kernel shows otherwise than predicted, that is as before but for these rows."""
    weights = {one: weight for one, weight in ({**(before.weights or {}), **changed}).items() if weight is not None}
    now = replace(before, weights=weights)
    return kernel_differences(mine.expected, before, now, mine.tolerated, mine.possible)


def second_server(extra: str) -> str:
    """Another virtual server, with the same real servers."""
    return "virtual_server 10.10.0.21 81" + text(extra=extra).partition("virtual_server 10.10.0.20 80")[2]


def weighed(config: str, port: int, weight: str) -> str:
    head, name, tail = config.partition(f"real_server 192.168.211.13 {port} {{")
    return head + name + tail.replace("weight 1", weight, 1)


def test_a_pending_weight_is_predicted_shown_and_verified() -> None:
    before, plan, mine = planned(text(), weighed(text(), 8081, "weight 3"))
    assert plan.blocking(OVERRIDES) == ()
    assert level(plan, "pending") == "ask"
    assert dict(mine.expected) == {key(8081): 3, key(8082): 0}
    assert wrong(before, mine, {key(8081): 3, key(8082): 0}) == []
    assert wrong(before, mine, {key(8082): 0}) != []
    assert f"kernel: {OTHER} in {SERVICE}: weight 1 -> 3" in plan_text(plan)


def test_a_pending_removal_is_predicted_shown_and_verified() -> None:
    before, plan, mine = planned(text(), text(ports=(8082, 8083)))
    assert plan.blocking(OVERRIDES) == ()
    assert dict(mine.expected) == {key(8081): None, key(8082): 0}
    assert wrong(before, mine, {key(8081): None, key(8082): 0}) == []
    assert f"kernel: {OTHER} in {SERVICE}: weight 1 -> -" in plan_text(plan)


def test_a_pending_real_server_may_come_in_at_once() -> None:
    before, plan, mine = planned(text(ports=(8082, 8083)), text())
    assert plan.blocking(OVERRIDES) == ()
    assert dict(mine.expected) == {key(8082): 0}
    assert wrong(before, mine, {key(8081): 1, key(8082): 0}) == []
    assert wrong(before, mine, {key(8081): 7, key(8082): 0}) != []
    assert f"kernel: {OTHER} in {SERVICE}: weight - -> 1" in plan_text(plan)


def test_a_pending_virtual_server_that_goes_takes_its_rows_and_its_sorry_server_with_it() -> None:
    second = second_server(extra="sorry_server 192.168.211.9 80")
    gone = ServiceId("inet", "tcp", "10.10.0.21", 81, 0)
    loaded = facts("director1", "MASTER", f"{text()}{second}")
    rows = {one: weight for one, weight in (loaded.weights or {}).items() if one != key(8083, gone)}
    weights = {**rows, (gone, SORRY[1]): 1}
    before, plan, mine = planned(f"{text()}{second}", text(), weights=weights)
    assert plan.blocking(OVERRIDES) == ()
    expected = {key(8081, gone): None, key(8082, gone): None, (gone, SORRY[1]): None, key(8082): 0}
    assert dict(mine.expected) == expected
    assert wrong(before, mine, expected) == []
    back, plan, mine = planned(text(), f"{text()}{second}")
    assert plan.blocking(OVERRIDES) == ()
    assert wrong(back, mine, {key(port, gone): 1 for port in (8081, 8082, 8083)} | {key(8082): 0}) == []


def test_a_server_that_is_down_may_come_back_with_its_pending_weight() -> None:
    loaded = facts("director1", "MASTER")
    down = {**loaded.alive, (SERVICE, OTHER): False}
    weights = {one: weight for one, weight in (loaded.weights or {}).items() if one != key(8081)}
    before, plan, mine = planned(text(), weighed(text(), 8081, "weight 3"), alive=down, weights=weights)
    assert plan.blocking(OVERRIDES) == ()
    assert (dict(mine.expected), dict(mine.possible)) == ({key(8082): 0}, {key(8081): 3})
    assert wrong(before, mine, {key(8082): 0}) == wrong(before, mine, {key(8081): 3, key(8082): 0}) == []


def test_a_server_that_is_down_and_inhibited_stays_at_0() -> None:
    config = weighed(text(), 8081, "weight 1\n        inhibit_on_failure")
    loaded = facts("director1", "MASTER", config)
    known = {
        "alive": {**loaded.alive, (SERVICE, OTHER): False},
        "weights": {**(loaded.weights or {}), key(8081): 0},
    }
    before, plan, mine = planned(config, weighed(config, 8081, "weight 3"), **known)
    assert plan.blocking(OVERRIDES) == ()
    assert dict(mine.expected) == {key(8082): 0}
    assert wrong(before, mine, {key(8082): 0}) == []
    _, plan, _ = planned(config, text(), **known)
    assert level(plan, "pending") == "refuse"  # its row would go


def test_what_its_checkers_add_counts() -> None:
    checked = TRACKED + text().replace("TCP_CHECK {\n            connect_timeout 3\n        }", FILE_CHECK, 1)
    weights = {**(facts("director1", "MASTER").weights or {}), key(8081): 6}
    added = {(SERVICE, OTHER): 5}
    _, _, mine = planned(checked, weighed(checked, 8081, "weight 3"), weights=weights, added=added)
    assert dict(mine.expected)[key(8081)] == 8
    _, _, mine = planned(checked, text(), weights=weights, added=added)
    assert dict(mine.expected)[key(8081)] == 1  # it has no such checker any more


def test_a_pending_loss_of_the_quorum_with_a_sorry_server_is_refused() -> None:
    other = second_server(extra="sorry_server 192.168.211.9 80")
    _, plan, _ = planned(text() + other, text() + other.replace("weight 1", "weight 0", 2))
    assert level(plan, "pending") == "ask"
    _, plan, _ = planned(text() + other, text() + other.replace("weight 1", "weight 0"))
    assert [guard.kind for guard in plan.blocking(OVERRIDES)] == ["pending"]
    assert "Of tcp/10.10.0.21:81, what the kernel would show cannot be foreseen" in told(plan, "pending")[0].text


@pytest.mark.parametrize("sorry", ["", "sorry_server 192.168.211.8 80"])
def test_a_sorry_server_that_serves_and_would_be_another_is_refused(sorry: str) -> None:
    loaded, now = text(extra="sorry_server 192.168.211.9 80"), text(extra=sorry)
    _, plan, _ = planned(loaded, now, weights={SORRY: 1})
    assert level(plan, "pending") == "refuse"


def test_while_the_sorry_server_serves_nothing_more_is_expected_of_what_is_out() -> None:
    loaded = text(extra="sorry_server 192.168.211.9 80")
    _, plan, mine = planned(loaded, weighed(loaded, 8081, "weight 3"), weights={SORRY: 1})
    assert level(plan, "pending") == "ask"
    assert (mine.expected, dict(mine.possible)) == ((), {key(8081): 3, key(8082): 0})


def test_what_is_not_known_to_be_loaded_is_refused_where_the_kernel_shows_something_else() -> None:
    _, plan, _ = planned(text(), text(), loaded=None)
    assert level(plan, "pending") == "ask"
    _, plan, _ = planned(text(), weighed(text(), 8081, "weight 3"), loaded=None)
    assert level(plan, "pending") == "refuse"
    assert told(plan, "pending")[0].text == (
        "director1: the files have changes that keepalived has not loaded; the reload also loads them. They were made before "
        f"lvstui connected, and the kernel shows something else of {OTHER} in {SERVICE}: the change could not be verified; "
        "reload keepalived there first"
    )
    _, plan, _ = planned(text(), text(ports=(8082, 8083)), loaded=None)
    assert "192.168.211.13 8081, which is in no file" in told(plan, "pending")[0].text


TWICE = "sorry_server 192.168.211.13 8083"  # a real server of it as well


def test_a_sorry_server_that_is_a_real_server_too_does_not_serve_for_that_alone() -> None:
    inhibited = text(extra=f"{TWICE}\n").replace("weight 1", "weight 1\n        inhibit_on_failure")
    assert not sorry_serves(facts("director1", "MASTER", inhibited), server_of(inhibited))
    both_out = {key(8081): 0, key(8082): 0, key(8083): 1}
    assert sorry_serves(replace(facts("director1", "MASTER", inhibited), weights=both_out), server_of(inhibited))
    assert told(make(drain(), [facts("director1", "MASTER", inhibited)]), "kernel") == []


def server_of(config: str) -> VirtualServer:
    configuration = facts("director1", "MASTER", config).configuration
    assert configuration is not None
    return configuration.virtual_servers[0]


def test_where_such_a_virtual_server_changes_it_is_refused_and_not_where_it_only_moves() -> None:
    other = second_server(extra=TWICE)
    _, plan, _ = planned(text() + other, text() + other.replace("weight 1", "weight 0"))
    assert level(plan, "pending") == "refuse"
    _, plan, _ = planned(text() + other, "! a line\n" + weighed(text(), 8081, "weight 3") + other)
    assert level(plan, "pending") == "ask"


def test_a_row_that_was_added_by_hand_as_it_is_written_now_stays_as_it_is() -> None:
    weights = facts("director1", "MASTER").weights
    _, plan, mine = planned(text(ports=(8082, 8083)), text(), weights=weights)
    assert (level(plan, "pending"), dict(mine.expected)) == ("ask", {key(8082): 0})
    _, plan, _ = planned(text(ports=(8082, 8083)), weighed(text(), 8081, "weight 3"), weights=weights)
    assert level(plan, "pending") == "refuse"


def test_rows_of_services_that_are_not_keepaliveds_are_nothing_to_a_reload() -> None:
    foreign = ServiceId("inet", "tcp", "10.10.0.99", 80, 0)
    weights = {**(facts("director1", "MASTER").weights or {}), key(8081, foreign): 1}
    _, plan, _ = planned(text(), text(), loaded=None, weights=weights)
    assert level(plan, "pending") == "ask"
    gone = {**facts("director1", "MASTER").alive, ("tcp/10.10.0.99:80", OTHER): True}  # it is keepalived's, after all
    _, plan, _ = planned(text(), text(), loaded=None, weights=weights, alive=gone)
    assert level(plan, "pending") == "refuse"


def test_where_nothing_is_pending_or_nothing_is_reloaded_nothing_comes_along() -> None:
    _, _, mine = planned(text(), weighed(text(), 8081, "weight 3"), pending=False)
    assert dict(mine.expected) == {key(8082): 0}


def test_a_handovers_reload_brings_it_along_too() -> None:
    first, second = handed_pair()
    loaded = facts("director1", "MASTER", weighed(config(100), 8081, "weight 3"))
    plan = make(handover(), [replace(first, pending=True, loaded=loaded.files, weights=loaded.weights), second])
    assert {one.name: dict(one.expected) for one in plan.directors} == {"director1": {key(8081): 1}, "director2": {}}

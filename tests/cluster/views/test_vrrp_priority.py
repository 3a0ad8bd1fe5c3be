"""Why an instance's priority is what it is, and who is MASTER by it."""

from __future__ import annotations

import pytest

from lvstui.cluster.views.director_page import InstanceDetail
from lvstui.cluster.views.vrrp_priority import PriorityDetail, Rival, TrackedDetail, effect, elect, most_added
from tests.support import tracking
from tests.support.telling import MAIN, NAMES, Pair, configuration


def instance(pair: Pair, name: str = "director1", number: int = 0) -> InstanceDetail:
    return pair.state.director_page(name, pair.view()).instances[number]


def test_the_base_with_its_line_and_each_tracked_object_come_to_the_priority() -> None:
    pair, data = tracking.pair(), tracking.tracking()
    one = instance(pair)
    priority = one.priority
    assert (priority.base, priority.path, priority.line) == (100, MAIN, tracking.line_of(data, "priority 100"))
    assert (priority.effective, priority.comes_to, priority.explained) == (80, 80, True)
    interface, script = sorted(priority.tracked, key=lambda tracked: tracked.kind)
    assert (script.name, script.weight, script.up, script.adds) == ("chk_web", -20, False, -20)
    assert (script.path, script.line) == (MAIN, tracking.line_of(data, "chk_web"))
    assert (interface.name, interface.weight, interface.up, interface.adds) == ("ens36", 0, True, 0)
    assert (one.election.winner, one.election.reason, one.election.holds) == ("director2", "priority", True)
    assert [(rival.director, rival.base, rival.priority) for rival in one.election.rivals] == [
        ("director1", 100, 80), ("director2", 90, 90)
    ]  # fmt: skip


def test_a_plan_knows_what_is_added_now_and_at_the_most() -> None:
    pair = tracking.pair()
    details = pair.state.facts("director1").details
    first = next(iter(details.values()))
    assert (first.adds, first.may_add) == (-20, 0)  # the script fails now


@pytest.mark.parametrize(
    "kind, weight, reverse, adds, most",
    [("script", 10, False, 0, 10), ("script", -20, False, -20, 0), ("script", 10, True, -10, 0), ("script", -5, True, 0, 5),
     ("interface", 0, False, 0, 0), ("file", 2, False, 14, 14), ("bfd", None, False, None, 0)],
)  # fmt: skip
def test_what_is_added_at_the_most(kind: str, weight: int | None, reverse: bool, adds: int | None, most: int) -> None:
    one = TrackedDetail(kind, "x", weight, reverse, None, None, None, None, None, ignored=False, adds=adds)
    assert most_added(PriorityDetail(100, None, None, None, (one, one), 100, 100)) == 2 * most


def test_without_a_dump_for_people_a_script_is_not_known_and_a_link_is() -> None:
    pair = tracking.pair()
    tracking.tell(pair, "director1", "BACKUP", 100, 100, asked=False)
    priority = instance(pair).priority
    found = {one.kind: (one.up, one.weight, one.adds) for one in priority.tracked}
    assert found == {"script": (None, -20, None), "interface": (True, 0, 0)}
    assert priority.comes_to is None and not priority.explained and priority.effective == 100


def test_what_keepalived_does_not_track_adds_nothing_and_what_it_tracks_besides_is_there() -> None:
    pair = tracking.pair()
    own = tracking.interface()._replace(name="ens33")
    tracking.tell(pair, "director1", "BACKUP", 100, 100, own)
    tracked = instance(pair).priority.tracked
    assert [(one.name, one.ignored, one.adds, one.line is None) for one in tracked] == [
        ("chk_web", True, 0, False), ("ens36", True, 0, False), ("ens33", False, 0, True)
    ]  # fmt: skip


def test_a_priority_that_is_not_loaded_is_told_beside_the_one_in_force() -> None:
    pair = tracking.pair()
    pair.files("director1", tracking.tracking(150))
    priority = instance(pair).priority
    assert (priority.base, priority.written) == (100, 150)


def test_nothing_is_known_of_a_director_that_is_lost() -> None:
    pair = tracking.pair()
    pair.after(1).state.failed("director2", "no route to host", "", permanent=True, retry_in=None, now=pair.now)
    pair.after(300).sample()
    one = instance(pair)
    assert (one.election.reason, one.election.winner) == ("unknown", None)
    assert instance_count(pair, "director2") == 0


def instance_count(pair: Pair, name: str) -> int:
    return len(pair.state.director_page(name, pair.view()).instances)


def test_without_a_dump_the_configured_priority_is_the_base() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.keepalived(name)
        pair.files(name, configuration())
    priority = instance(pair).priority
    assert (priority.base, priority.effective, priority.comes_to) == (100, None, 100)


@pytest.mark.parametrize(
    ("kind", "weight", "up", "value", "reverse", "adds"),
    [
        ("script", -20, True, None, False, 0),
        ("script", -20, False, None, False, -20),
        ("script", 10, True, None, False, 10),
        ("script", 10, False, None, False, 0),
        ("script", 10, True, None, True, -10),
        ("script", 0, False, None, False, 0),
        ("script", None, True, None, False, None),
        ("bfd", -30, None, None, False, None),
        ("file", 2, None, 7, False, 14),
        ("file", 2, None, 7, True, -14),
        ("file", 2, None, 1000, False, 253),
        ("file", 2, None, None, False, None),
    ],
)
def test_what_a_tracked_object_adds(
    kind: str, weight: int | None, up: bool | None, value: int | None, reverse: bool, adds: int | None
) -> None:
    assert effect(kind, weight, up, value, reverse=reverse) == adds


def rival(name: str, state: str | None, priority: int | None, **other: object) -> Rival:
    able = state in ("MASTER", "BACKUP")
    one = Rival(name, state, priority, priority, False, None, known=True, able=able)
    return one._replace(**other)  # type: ignore[arg-type]  # fields of it


@pytest.mark.parametrize(
    ("rivals", "winner", "reason", "holds"),
    [
        ([rival("a", "MASTER", 100), rival("b", "BACKUP", 50)], "a", "priority", True),
        ([rival("a", "BACKUP", 100), rival("b", "BACKUP", 50)], "a", "priority", False),
        ([rival("a", "BACKUP", 100), rival("b", "MASTER", 50)], "a", "preempts", False),
        ([rival("a", "BACKUP", 100, nopreempt=True), rival("b", "MASTER", 50)], "b", "nopreempt", True),
        ([rival("a", "BACKUP", 100), rival("b", "MASTER", 100)], "b", "address", True),
        (
            [rival("a", "BACKUP", 9, address="10.0.0.9"), rival("b", "BACKUP", 9, address="10.0.0.10")],
            "b",
            "address",
            False,
        ),
        ([rival("a", "BACKUP", 9), rival("b", "BACKUP", 9)], None, "unknown", False),
        ([rival("a", "FAULT", 100), rival("b", "MASTER", 50)], "b", "alone", True),
        ([rival("a", None, 100), rival("b", "BACKUP", 50)], "b", "alone", False),
        ([rival("a", "FAULT", 100), rival("b", "FAULT", 50)], None, "nobody", False),
        ([rival("a", "MASTER", 100), rival("b", "MASTER", 50)], None, "several", False),
        ([rival("a", "MASTER", 100), rival("b", None, 50, known=False)], "a", "unknown", True),
        ([rival("a", "BACKUP", None), rival("b", "BACKUP", 50)], None, "unknown", False),
    ],
)
def test_who_is_master_and_by_what(rivals: list[Rival], winner: str | None, reason: str, holds: bool) -> None:
    election = elect(rivals)
    assert (election.winner, election.reason, election.holds) == (winner, reason, holds)

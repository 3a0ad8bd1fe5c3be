"""`lvsctl status`: every JSON object field by field as docs/lvsctl.md has it, and what one look waits for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from lvstui.cli import status_command
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import LinkState
from lvstui.cluster.views import status
from tests.support.lvsctl import DOCS, Ending, documented, shape
from tests.support.telling import NAMES, Pair


def test_status_is_as_documented_field_by_field() -> None:
    view = status.as_json(Ending().view())
    view["problems"] = documented("status")["problems"]  # a pair that is well has none
    assert shape(view) == shape(documented("status"))


def test_a_problem_is_as_documented() -> None:
    pair = Pair().up(masters=NAMES)
    found = cast(list[dict[str, object]], status.as_json(pair.after(10).view())["problems"])
    assert found
    assert list(found[0]) == list(documented("status")["problems"][0])


def test_each_kind_of_problem_is_documented_once_and_no_other() -> None:
    table = DOCS.read_text().split("| `kind` |")[1].split("\n\n")[0]
    told = [word for line in table.splitlines()[2:] for word in re.findall(r"`([a-z-]+)`", line.split("|")[1])]
    assert sorted(told) == sorted(ProblemKind)


def test_one_look_waits_for_what_the_checkers_found() -> None:
    """And for the other words of the daemon: what its log tells of the checkers may be history."""
    for director in Pair().up().view().directors:
        assert status_command._told_all(director)
        for missing in ({"vrrp_told": False}, {"checkers_told": False}, {"pending_judged": False}, {"version": None}):
            assert not status_command._told_all(replace(director, keepalived=replace(director.keepalived, **missing)))
        assert not status_command._told_all(replace(director, role=None))
        assert status_command._told_all(replace(director, role=None, vrrp=())), "a daemon without VRRP has no role"
        assert not status_command._told_all(replace(director, network_told=False))


def test_one_look_waits_for_a_director_that_is_silent_for_a_moment_and_not_for_one_that_is_away() -> None:
    for director in Pair().up().view().directors:
        assert not status_command._told_all(replace(director, state=LinkState.STALE))
        assert status_command._told_all(replace(director, state=LinkState.STALE, error="the link is silent"))
        assert status_command._told_all(replace(director, state=LinkState.LOST, error="refused"))

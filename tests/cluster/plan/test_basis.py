"""What a plan is made from: equal while the plan is, and another as soon as a file or a guard would say otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import basis
from lvstui.director.protocol.host_messages import Sysctl, Sysctls
from lvstui.director.protocol.ipvs_messages import RealServerId
from tests.support.telling import NAMES, REAL, Pair, checked, configuration, row

TARGETS = (Target("tcp/10.10.0.20:80", REAL),)


def taken(pair: Pair) -> object:
    pair.view()
    return [basis(pair.state.facts(name), TARGETS) for name in NAMES]


def busy(pair: Pair) -> Pair:
    for name in NAMES:
        pair.ipvs(name, row(8081, active=3, inactive=2), row(8082, active=5))
    return pair


@pytest.mark.parametrize(
    "same",
    [
        lambda pair: pair.after(1.0).sample(),
        lambda pair: pair.ipvs("director1", row(8081, active=4, inactive=1, connections=9), full=False),
        lambda pair: pair.ipvs("director1", row(8082, active=50), full=False),
        lambda pair: pair.ipvs("director1", row(8082, active=0), full=False),
        lambda pair: pair.checkers("director1", checked(8081), checked(8082), checked(8083)),
        lambda pair: pair.after(1.0).files("director1", configuration(), mtime=pair.wall(800.0)),
        lambda pair: pair.after(1.0).keepalived("director1"),
    ],
)
def test_it_is_equal_while_nothing_says_otherwise(same: Callable[[Pair], object]) -> None:
    pair = busy(Pair().up())
    before = taken(pair)
    same(pair)
    assert taken(pair) == before


@pytest.mark.parametrize(
    "other",
    [
        lambda pair: pair.files("director2", configuration({8081: 1, 8082: 1, 8083: 2})),
        lambda pair: pair.files("director2", configuration() + b"# a comment\n"),
        lambda pair: pair.files("director1", configuration(), mtime=pair.wall()),  # not loaded yet
        lambda pair: pair.ipvs("director1", row(8083, 4), full=False),
        lambda pair: pair.ipvs("director1", full=False, gone=[RealServerId("192.168.211.13", 8082)]),
        lambda pair: pair.ipvs(
            "director1", row(8081, active=0, inactive=2), full=False
        ),  # none is on the target any more
        lambda pair: pair.checkers("director1", checked(8081), checked(8082, alive=False), checked(8083)),
        lambda pair: pair.log("director1", "Removing service [192.168.211.13]:tcp:8082 from VS [10.10.0.20]:tcp:80"),
        lambda pair: pair.vrrp("director1", "BACKUP", since=999.0),
        lambda pair: pair.keepalived("director1", running=False),
        lambda pair: pair.say("director1", Sysctls(pair.now, (Sysctl("net.ipv4.vs.expire_nodest_conn", "1"),))),
        lambda pair: pair.state.failed("director2", "gone", "", permanent=False, retry_in=1.0, now=pair.now),
    ],
)
def test_it_is_another_as_soon_as_a_file_or_a_guard_would_say_otherwise(other: Callable[[Pair], object]) -> None:
    pair = busy(Pair().up())
    before = taken(pair)
    other(pair)
    assert taken(pair) != before


def test_what_a_plan_was_given_stays_as_it_was() -> None:
    pair = busy(Pair().up())
    pair.view()
    facts = pair.state.facts("director1")
    held, weights = dict(facts.active), dict(facts.weights or {})
    assert set(held.values()) == {3, 5}
    pair.ipvs("director1", row(8081, 7, active=9), full=False)
    assert (dict(facts.active), facts.weights) == (held, weights)


def test_what_is_compared_is_mostly_the_same_object() -> None:
    pair = Pair().up()
    pair.view()
    before = pair.state.facts("director1")
    pair.after(1.0)
    pair.ipvs("director1", row(8081, active=1), full=False)
    pair.checkers("director1", checked(8081), checked(8082), checked(8083))
    pair.files("director1", configuration())
    after = pair.state.facts("director1")
    assert after.weights is before.weights and after.alive is before.alive
    assert after.configuration is before.configuration

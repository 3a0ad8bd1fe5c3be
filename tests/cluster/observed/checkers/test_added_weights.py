"""What checkers add to the configured weights, from keepalived's dump to a plan's facts and to a row."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from lvstui.cluster.observed.checkers.verdicts import Verdicts
from lvstui.cluster.plan.facts import effective_weight
from lvstui.cluster.servers.effective_weight import expected
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer, Checkers, CheckersUnchanged
from tests.support.telling import WEB, Pair, checked, configuration, row

SERVICE = "tcp/10.10.0.20:80"
KEY = (SERVICE, "192.168.211.13:8081")


def dump(weight: int, effective: int, *each: int | None) -> Checkers:
    checks = tuple(Check("FILE_CHECK", True, True, one) for one in each)
    return Checkers(
        0.0,
        (CheckedRealServer("10.10.0.20 tcp 80", "192.168.211.13", 8081, weight, effective, True, True, checks),),
        None,
    )


@pytest.mark.parametrize(
    ("told", "added"),
    [
        (dump(0, 5, 5, 0), {KEY: 5}),
        (dump(3, 0, -10), {KEY: -10}),  # the kernel's weight is none below 0
        (dump(3, 7, None), {KEY: 4}),  # a version that does not tell what each adds
        (dump(3, 7, 4, None), {KEY: 4}),
        (dump(3, 3, 0), {}),
        (dump(3, 3), {}),
    ],
)
def test_what_is_added(told: Checkers, added: dict[tuple[str, str], int]) -> None:
    verdicts = Verdicts()
    verdicts.dump(told.real_servers, 0.0, 0.0, asked=0.0)
    assert verdicts.added() == added
    assert verdicts.added() is verdicts.added()


def test_another_sum_of_the_same_weights_is_taken_in() -> None:
    verdicts = Verdicts()
    verdicts.dump(dump(3, 0, -10).real_servers, 0.0, 0.0, asked=0.0)
    assert verdicts.dump(dump(3, 0, -20).real_servers, 1.0, 1.0, asked=1.0) == {KEY}
    assert verdicts.added() == {KEY: -20}


def test_without_a_dump_it_is_not_known() -> None:
    pair = Pair()
    pair.link("director1")
    director = pair.state.director("director1")
    assert director.added_weights() is None
    pair.say("director1", Checkers(pair.now, (), "it cannot be written"))
    assert director.added_weights() is None
    pair.say("director1", dump(0, 5, 5))
    assert director.added_weights() == {KEY: 5}


def test_a_row_and_a_plan_expect_the_same_of_a_file_that_is_not_loaded_yet() -> None:
    pair = Pair().up()
    pair.files("director1", configuration({8081: 20, 8082: 1, 8083: 1}), mtime=pair.wall())
    pair.say("director1", dump(3, 0, -10))
    facts, verdict = pair.state.facts("director1"), pair.state.director("director1").verdicts.get(KEY)
    assert facts.configuration is not None
    [server] = facts.configuration.virtual_servers
    real = server.real_servers[0]
    assert expected(real, verdict) == effective_weight(facts, server, real) == 10


def test_a_plan_knows_of_a_weight_that_the_log_tells_between_two_dumps() -> None:
    pair = Pair().up()
    pair.say("director1", dump(10, 15, 5))
    weighed_anew(pair, 15, 20)
    assert pair.state.facts("director1").added == {KEY: 10}


def weighed_anew(pair: Pair, old: int, new: int, *before: str) -> None:
    what = f"Changing weight from {old} to {new} for active service [192.168.211.13]:tcp:8081 of VS [10.10.0.20]:tcp:80"
    pair.log("director1", *before, what)


def test_a_weight_that_a_reload_has_changed_is_not_what_checkers_add() -> None:
    """keepalived logs it in the same words, and its next dump may come seconds later."""
    pair = Pair().up()
    pair.say("director1", replace(dump(0, 5, 5), at=pair.now))
    pair.after(1.0)
    weighed_anew(pair, 5, 6, "Reloading ...")
    assert pair.state.facts("director1").added == {KEY: 5}
    known = pair.state.director("director1").verdicts.get(KEY)
    assert known is not None and (known.weight, known.effective, known.added) == (0, 6, 5)
    pair.say("director1", replace(dump(0, 5, 5), at=pair.now - 0.1))  # it was asked before the reload
    weighed_anew(pair, 5, 6)
    assert pair.state.facts("director1").added == {KEY: 5}
    pair.say("director1", replace(dump(1, 6, 5), at=pair.now + 1.1))
    weighed_anew(pair, 6, 7)  # a checker, this time
    assert pair.state.facts("director1").added == {KEY: 6}


def test_the_line_of_a_log_of_whole_seconds_may_be_later_than_it_says() -> None:
    pair = Pair().up()
    begun = math.floor(pair.wall()) + 1.0 - pair.wall()  # seconds until a whole one
    pair.say("director1", replace(dump(0, 5, 5), at=pair.now + begun + 0.3))
    pair.log("director1", "Reloading ...", at=pair.now + begun)  # at .6, perhaps
    weighed_anew(pair, 5, 6)
    assert pair.state.facts("director1").added == {KEY: 5}


def test_a_dump_that_is_as_before_is_one_of_after_the_reload() -> None:
    pair = Pair().up()
    pair.say("director1", replace(dump(1, 6, 5), at=pair.now))
    pair.after(1.0).log("director1", "Reloading ...")
    pair.say("director1", CheckersUnchanged(pair.now + 1.1))
    weighed_anew(pair, 6, 7)
    assert pair.state.facts("director1").added == {KEY: 6}


def test_a_plan_is_made_from_it_and_anew_when_it_changes() -> None:
    pair = Pair().up()
    pair.files("director1", configuration({8081: 10, 8082: 1, 8083: 1}))
    heavy = checked(8081)._replace(weight=10, effective_weight=15)
    pair.checkers("director1", heavy, checked(8082), checked(8083))
    pair.ipvs("director1", row(8081, 15), row(8082), row(8083))
    facts = pair.state.facts("director1")
    assert facts.added == {KEY: 5} and WEB in (facts.services or ())
    assert pair.state.facts("director2").added == {}

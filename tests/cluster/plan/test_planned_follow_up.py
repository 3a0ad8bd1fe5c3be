"""How long is waited for what was added at weight 0, and when no first check can fail any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import make
from lvstui.cluster.plan.planned_follow_up import FollowUp, certain
from tests.support.answering_pair import ADD
from tests.support.pair import SERVICE, WHEN, facts, pair, text

REPORTED = 2  # until what a check has found is known here


def test_how_long_a_first_check_may_take_to_fail() -> None:
    plan = make(ADD, pair())
    assert plan.follow_up is not None
    assert plan.follow_up.hold == 2 * 3 + 1 + REPORTED  # connect_timeout 3; one retry after 1 s by default


def test_what_a_checker_inherits_counts_for_how_long_it_may_take() -> None:
    """A dead server counts as up for 190 s: 7 attempts of 10 s, 20 s between them. Nothing limits what is waited."""
    times = "delay_loop 5\n retry 6\n delay_before_retry 20\n connect_timeout 10"
    config = text(extra=times).replace("            connect_timeout 3\n", "")
    plan = make(ADD, [facts("director1", "MASTER", config), facts("director2", "BACKUP", config)])
    assert plan.follow_up is not None
    assert plan.follow_up.hold == 190 + REPORTED
    assert plan.follow_up.seconds == 1 + 5 + 190 + 5 + 20  # bootstrap, warm-up, retries, another check, patience
    assert "have seen it alive for 192 s" in " ".join(map(str, plan.summary))
    slow = config.replace("retry 6", "retry 60")
    later = make(ADD, [facts("director1", "MASTER", slow), facts("director2", "BACKUP", slow)]).follow_up
    assert later is not None and later.hold == 61 * 10 + 60 * 20 + REPORTED


@pytest.mark.parametrize(("urls", "known"), [(1, True), (2, False)])
def test_of_several_urls_the_last_may_still_fail(urls: int, known: bool) -> None:
    check = "HTTP_GET {\n" + "".join(f" url {{\n path /{n}\n status_code 200\n }}\n" for n in range(urls)) + "}\n"
    config = text().replace("8082 {", f"8082 {{\n{check}")
    told = replace(facts("director1", "MASTER", config), succeeded=frozenset({(SERVICE, "192.168.211.13:8082")}))
    target = Target(SERVICE, "192.168.211.13:8082")
    follow_up = FollowUp(Intent("restore", (target,), None, "", WHEN, ""), (target,), 1.0)
    assert certain(follow_up, [told]) is known

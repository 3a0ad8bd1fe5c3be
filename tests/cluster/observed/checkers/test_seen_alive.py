"""Whose first checks have succeeded, by keepalived's dump: nobody has to wait for these any more."""

from __future__ import annotations

import pytest

from lvstui.director.protocol.checker_messages import Check
from tests.support.telling import Pair, checked

KEY = ("tcp/10.10.0.20:80", "192.168.211.13:8081")


@pytest.mark.parametrize(
    ("checks", "seen", "succeeded"),
    [
        ((Check("TCP_CHECK", True, True, retries=0),), True, True),
        ((Check("TCP_CHECK", True, True, retries=1),), True, False),  # its first check has failed, and is tried again
        ((Check("TCP_CHECK", True, True),), True, False),  # a version that does not tell
        ((Check("TCP_CHECK", True, False, retries=0),), False, False),
        ((Check("TCP_CHECK", False, True, retries=0),), False, False),
        ((Check("FILE_CHECK", True, True),), True, True),
        ((Check("BFD_CHECK", True, True),), True, True),  # its session has been up before keepalived read its files
        ((Check("BFD_CHECK", True, False),), False, False),  # the BFD process has not told yet
        ((Check("TCP_CHECK", True, True, retries=0), Check("HTTP_GET", True, True, retries=2)), True, False),
    ],
)
def test_what_a_dump_tells_of_the_first_checks(checks: tuple[Check, ...], seen: bool, succeeded: bool) -> None:
    pair = Pair().up()
    pair.checkers("director1", checked(8081)._replace(checks=checks), checked(8082), checked(8083))
    facts = pair.state.facts("director1")
    assert (KEY in facts.seen_alive, KEY in facts.succeeded) == (seen, succeeded)


def test_a_failure_that_the_log_tells_after_the_dump_counts() -> None:
    pair = Pair().up()
    check = Check("TCP_CHECK", True, True, retries=0)
    pair.checkers("director1", checked(8081)._replace(checks=(check,)), checked(8082), checked(8083))
    pair.log("director1", "Removing service [192.168.211.13]:tcp:8081 from VS [10.10.0.20]:tcp:80")
    assert KEY not in pair.state.facts("director1").succeeded

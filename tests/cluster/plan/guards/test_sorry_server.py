"""A sorry server that is one of the real servers."""

from __future__ import annotations

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Action, Intent
from lvstui.cluster.plan.plan import make
from tests.support.guarding import both, level
from tests.support.pair import REAL, SERVICE, WHEN, text

SORRY = """quorum 2
    sorry_server 192.168.211.13 8081
"""


@pytest.mark.parametrize(("real", "expected"), [("192.168.211.13:8081", "ask"), (REAL, None)])
@pytest.mark.parametrize("action", ["drain", "remove"])
def test_the_sorry_server_may_be_the_one_that_is_drained(action: Action, real: str, expected: str | None) -> None:
    intent = Intent(action, (Target(SERVICE, real),), None, "ana@ops1", WHEN)
    assert level(make(intent, both(text(extra=SORRY))), "sorry-server") == expected


def test_a_restore_of_the_sorry_server_asks_nothing() -> None:
    drained = text(extra=SORRY).replace("weight 1", "weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1", 1)
    restore = Intent("restore", (Target(SERVICE, "192.168.211.13:8081"),), None, "ana@ops1", WHEN)
    assert level(make(restore, both(drained)), "sorry-server") is None

"""What comes of planning what is typed: a plan, a refusal, or what is still to be typed."""

from __future__ import annotations

import asyncio

from lvstui.cluster.plan.plan import PlanRefused
from lvstui.console.change.draft import Incomplete, plan_draft
from tests.support.fake_session import FakeSession
from tests.support.pair import drain
from tests.support.telling import Pair


def test_a_draft_is_a_plan_a_refusal_or_what_is_missing() -> None:
    session = FakeSession(Pair().up())
    made = asyncio.run(plan_draft(session, drain))
    assert made.plan is not None and made.plan.intent == drain() and not made.refusal and not made.missing
    assert made.targets == drain().targets and made.basis == session.basis(drain().targets)

    def incomplete() -> None:
        raise Incomplete("Type the new weight")

    def refused() -> None:
        raise PlanRefused("it is not there")

    def broken() -> None:
        raise ZeroDivisionError("by zero")

    for intent, said in (
        (incomplete, ("", "Type the new weight")),
        (refused, ("it is not there", "")),
        (broken, ("lvstui failed: ZeroDivisionError: by zero; please report it", "")),
    ):
        none = asyncio.run(plan_draft(session, intent))  # type: ignore[arg-type]  # they raise
        assert (none.refusal, none.missing) == said and none.plan is None

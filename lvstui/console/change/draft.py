"""Plan what is typed in the dialog of a change, and keep what came of it: a plan, a refusal, or what is still to be typed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import Plan, PlanRefused
from lvstui.console.session_port import SessionPort


class Incomplete(Exception):
    """Something is still to be typed before there can be a plan; the message is a sentence that says what."""


@dataclass(frozen=True)
class Draft:
    """The result of planning what is typed. Exactly one of the plan, the refusal and what is missing is there."""

    targets: tuple[Target, ...] = ()
    basis: object = None
    """Hold what the plan was made from: while it is equal, so is the plan, but for connections."""
    plan: Plan | None = None
    refusal: str = ""
    missing: str = ""
    seconds: float = 0.0
    """Hold how long it took to make."""


async def plan_draft(session: SessionPort, intent: Callable[[], Intent]) -> Draft:
    """Return what comes of planning an intent. `intent` raises Incomplete."""
    began = time.monotonic()
    targets: tuple[Target, ...] = ()
    basis: object = None
    plan, refusal, missing = None, "", ""
    try:
        wanted = intent()
        targets, basis = wanted.targets, session.basis(wanted.targets)
        plan = await session.plan_in_worker(wanted)
    except Incomplete as error:
        missing = str(error)
    except PlanRefused as error:
        refusal = str(error)
    except Exception as error:  # noqa: BLE001  # a defect of ours must be seen here, and not end the console
        refusal = f"lvstui failed: {type(error).__name__}: {error}; please report it"
    return Draft(targets, basis, plan, refusal, missing, time.monotonic() - began)

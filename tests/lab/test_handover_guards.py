"""What the guards of a handover say on the real pair, each once, by what keepalived and the kernels tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan
from lvstui.cluster.plan.guards.guard import Guard
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import Plan, PlanRefused
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from tests.support.faulted_session import WHEN
from tests.support.lab_sessions import session
from tests.support.labs import until_logged
from tests.support.waiting import until_worked_out

pytestmark = pytest.mark.lab

Edit = Callable[[bytes], bytes]
HANDED = b"priority 40  # handed over, was 100, 2026-11-24 03:00 by ana@ops1: kernel update"
DRAINED = b"weight 0  # drained, was 1, 2026-11-24 03:00 by ana@ops1: kernel update"


def replacing(old: bytes, new: bytes, count: int = -1) -> Edit:
    """Return what replaces a text in a file."""

    def edit(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, count)

    return edit


def without(instance: str) -> Edit:
    """Return what takes an instance out of a file."""
    return lambda data: re.sub(rb"vrrp_instance " + instance.encode() + rb" \{.*?\n\}\n", b"", data, flags=re.DOTALL)


@contextmanager
def edited(lab: Lab, director: str, edit: Edit, *, loaded: bool = True) -> Iterator[None]:
    """Have another configuration on one Director meanwhile."""
    before = lab.read_file(director)
    try:
        _write(lab, director, edit(before), loaded=loaded)
        yield
    finally:
        _write(lab, director, before, loaded=True)


def _write(lab: Lab, director: str, data: bytes, *, loaded: bool) -> None:
    """Write it, and load it if asked to, to the end: an interface that comes back meanwhile may leave its instance in FAULT."""
    lab.write_file(director, data)
    if loaded:
        until_logged(lab, director, "systemctl reload keepalived", "Reload complete", by="-u keepalived")


@contextmanager
def failing(lab: Lab, fault: str, director: str) -> Iterator[None]:
    """Have something fail meanwhile."""
    lab.fault(fault, director)
    try:
        yield
    finally:
        lab.lift(fault, director)


def guards(opened: Session, director: str) -> Iterator[Guard]:
    """Give what is said of a handover now, and of a drill that stops keepalived there."""
    handover = Intent("handover", (), None, "ana@ops1", WHEN, director=director)
    drill = DrillIntent("stop", director, 5.0, "ana@ops1", WHEN)
    plans: list[Callable[[], Plan | DrillPlan]] = [lambda: opened.plan(handover), lambda: opened.plan_drill(drill)]
    for plan in plans:
        try:
            yield from plan().guards
        except PlanRefused as refused:
            if refused.guard is not None:
                yield refused.guard


async def say(opened: Session, kind: str, level: str, text: str, director: str = "director1") -> None:
    """Wait until a guard says that: two plans take long, and a slow machine has messages to take in as well."""

    def said() -> bool:
        return any((one.kind, one.level) == (kind, level) and text in one.text for one in guards(opened, director))

    try:
        await until_worked_out(said)
    except TimeoutError:
        raise AssertionError((kind, list(guards(opened, director)))) from None


EDITS = [
    ("room", "refuse", "none lower than 1", "director2", replacing(b"priority 50", b"priority 1")),
    ("owner", "refuse", "255", "director1", replacing(b"priority 100", b"priority 255", 1)),
    ("alone", "ask", "VI_2", "director2", without("VI_2")),
    ("disagree", "ask", "scheduler", "director2", replacing(b"lb_algo rr", b"lb_algo wlc")),
    ("fewer-alive", "ask", "director1 sees alive", "director2",
     replacing(b"connect_timeout 3\n            nb_get_retry 3", b"connect_port 9\n            retry 0", 1)),
    ("tracked", "note", "+5", "director1",
     replacing(b"    advert_int 1\n", b"    advert_int 1\n    track_interface {\n        ens36 weight 5\n    }\n", 1)),
    ("preempt-delay", "note", "60", "director2", replacing(b"    advert_int 1\n", b"    advert_int 1\n    preempt_delay 60\n")),
    ("drains", "ask", "8082", "director1", replacing(b"8082 { # Real Server 2\n        weight 1", b"8082 {\n        " + DRAINED)),
]  # fmt: skip


async def test_each_says_what_is_so_of_the_real_pair(lab: Lab) -> None:
    async with session(lab) as opened:
        await say(opened, "fewer-alive", "ok", "as many servers alive")
        for kind, level, text, director, edit in EDITS:
            with edited(lab, director, edit):
                await say(opened, kind, level, text)
        with edited(lab, "director2", replacing(b"weight 1", b"weight 2", 1), loaded=False):
            await say(opened, "pending", "ask", "it would serve with the old ones")
        with failing(lab, "unplugged-nat", "director2"):
            await say(opened, "fault", "refuse", "VI_2")
        with failing(lab, "adverts-blocked", "director2"):
            await say(opened, "master", "refuse", "VI_1")
        with edited(lab, "director1", replacing(b"priority 100", HANDED)):
            await say(opened, "nothing", "refuse", "handed over already, by ana@ops1")
            await say(opened, "handed-over", "refuse", "take it back first", "director2")
        await say(opened, "unknown", "refuse", "director9", "director9")
        await say(opened, "disagree", "ok", "agree")

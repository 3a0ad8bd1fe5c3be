"""A pair of which one Director is run by systemd and the other by nobody: each reload as it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions
from tests.support.faulted_session import DIRECTORS, PATIENT, SHORT, scene
from tests.support.lab_faults import kill_keepalived, shell
from tests.support.labs import a_lab
from tests.support.pair_state import Pair, beside, whole
from tests.support.waiting import until

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def pair_of_each() -> Iterator[Lab]:
    with a_lab(LabOptions(inits=("systemd", "none"))) as lab:
        yield lab


async def test_reloaded_through_systemd_and_by_signal(pair_of_each: Lab) -> None:
    lab = pair_of_each
    async with scene(lab) as open_session:
        managers = [open_session._state.facts(name).keepalived for name in DIRECTORS]
        assert [one.manager for one in managers if one is not None] == ["systemd", "signal"]
        plan = open_session.drain()
        pair = Pair(lab, plan)
        outcome = await open_session.make(plan)
    assert outcome.kind == "done", outcome
    assert all(one.file == one.kernel == "new" for one in pair.held().values())
    lab.reset()


async def test_a_keepalived_that_dies_and_that_nobody_starts_is_said_and_settles_itself_when_it_is(
    pair_of_each: Lab,
) -> None:
    lab, name = pair_of_each, "director2"
    async with scene(lab, limits=replace(PATIENT, verify=SHORT.verify)) as open_session:
        plan = open_session.drain()
        pair = Pair(lab, plan)
        open_session.on(name, "verify", lambda: kill_keepalived(open_session, name))
        outcome = await open_session.make(plan)
        assert outcome.kind == "undecided", outcome
        assert "does not run any more" in outcome.directors[name]
        assert "start it" in outcome.directors[name]
        view = await open_session.see(lambda view: any(one.unfinished for one in view.directors))
        assert [one.name for one in view.directors if one.unfinished] == [name]
        # A start within a tenth of a second of the journal could be one of before it, and settles nothing.
        until(lambda: shell(lab, name, "find /etc/keepalived -name '*journal' -newermt '0.3 seconds ago'") == "")
        shell(lab, name, "ipvsadm -C; /usr/sbin/keepalived")
        await open_session.see(lambda view: not any(one.unfinished for one in view.directors))
        assert not beside(lab, name)
        until(pair.held, whole)

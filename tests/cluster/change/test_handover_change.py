"""A handover carried out: one file is written, both Directors are locked and verified, and whatever fails is put back."""

from __future__ import annotations

import pytest

from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import make
from tests.support.handover_pair import HandoverRun, after, config, handed_pair, handover, takeback


def ran(run: HandoverRun) -> Outcome:
    run.run()
    assert run.change.outcome is not None
    return run.change.outcome


def sent(run: HandoverRun, name: str) -> list[str]:
    return [command for director, command in run.sent if director == name and command != "Refresh"]


def test_one_director_is_written_and_both_are_locked_and_verified() -> None:
    pair = handed_pair()
    run = HandoverRun(pair, make(handover(), pair))
    outcome = ran(run)
    assert outcome.kind == "done"
    assert sent(run, "director1") == ["Stage", "Install", "Confirm", "Close"]
    assert sent(run, "director2") == ["Stage", "RollBack"]
    assert outcome.directors == {"director1": "changed, and verified", "director2": "unchanged, and verified"}
    assert {step.state for step in run.change.steps if step.step != "roll back"} == {"done"}
    assert outcome.text.startswith(
        "Hand over director1: done on director1, and verified on every Director; no instance was without a MASTER: VI_1 "
    )
    assert [(one.instance, one.director, one.without) for one in outcome.takeovers] == [
        ("VI_1", "director2", False),
        ("VI_2", "director2", False),
    ]


def test_a_moment_without_a_master_is_told() -> None:
    pair = handed_pair()
    outcome = ran(HandoverRun(pair, make(handover(), pair), gap=1.5))
    assert outcome.kind == "done"
    assert "AN INSTANCE WAS WITHOUT A MASTER: VI_1 had none for 1.500 s ± 0.220 s" in outcome.text


def test_it_is_put_back_when_nobody_takes_over_in_time() -> None:
    pair = handed_pair()
    run = HandoverRun(pair, make(handover(), pair), moves=False)
    outcome = ran(run)
    assert outcome.kind == "rolled back"
    assert "VI_1 should be" in outcome.text
    assert sent(run, "director1") == ["Stage", "Install", "RollBack"]
    assert sent(run, "director2") == ["Stage", "RollBack"]


@pytest.mark.parametrize(
    "name, step, kind",
    [
        ("director1", "stage", "unreachable"),
        ("director2", "stage", "unreachable"),
        ("director1", "install", "undecided"),
        ("director2", "refresh", "rolled back"),
        ("director1", "refresh", "undecided"),
        ("director1", "confirm", "undecided"),
        ("director2", "roll back", "done"),
    ],
)
def test_a_link_that_is_lost_at_each_step(name: str, step: str, kind: str) -> None:
    pair = handed_pair()
    run = HandoverRun(pair, make(handover(), pair), lost=(name, step))
    assert ran(run).kind == kind
    if step == "stage":
        assert ("director1", "Install") not in run.sent


def test_a_takeback_is_verified_in_the_same_way() -> None:
    pair = handed_pair()
    handed = after(make(handover(), pair), pair)
    run = HandoverRun(handed, make(takeback(), handed))
    assert ran(run).kind == "done"
    assert {one.name: one.role for one in run.facts.values()} == {"director1": "MASTER", "director2": "BACKUP"}


def test_the_verification_waits_as_long_as_the_other_director_does() -> None:
    slow = "preempt_delay 100"
    pair = handed_pair(second=config(50, slow))
    run = HandoverRun(pair, make(handover(), pair), moves=False)
    assert ran(run).kind == "rolled back"
    assert run._now > 100

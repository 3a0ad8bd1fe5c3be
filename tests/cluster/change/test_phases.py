"""The table of transitions: every legal move is made, every other one is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product

import pytest

from lvstui.cluster.change.participant import STEP_OF, Participant
from lvstui.cluster.change.phases import CAN_ROLL_BACK, ENDS, TRANSITIONS, ChangeEvent, IllegalMove, Phase
from lvstui.cluster.plan.plan import make
from tests.support.pair import drain, pair

LEGAL = [(phase, event) for phase, moves in TRANSITIONS.items() for event in moves]
ILLEGAL = [one for one in product(Phase, ChangeEvent) if one not in LEGAL]


def ways() -> dict[Phase, tuple[ChangeEvent, ...]]:
    """Return a shortest series of events to each phase that can be reached."""
    found: dict[Phase, tuple[ChangeEvent, ...]] = {Phase.WAITING: ()}
    queue = [Phase.WAITING]
    for phase in queue:
        for event, following in TRANSITIONS[phase].items():
            if following not in found:
                found[following] = (*found[phase], event)
                queue.append(following)
    return found


def participant(phase: Phase) -> Participant:
    """Return one that came to the phase by moves alone."""
    directors = pair()
    one = Participant(make(drain(), directors).directors[0], directors[0])
    for number, event in enumerate(ways()[phase], 1):
        one.move(event, float(number))
    assert one.phase is phase
    return one


def ids(moves: list[tuple[Phase, ChangeEvent]]) -> Iterator[str]:
    return (f"{phase.name}-{event.name}" for phase, event in moves)


@pytest.mark.parametrize(("phase", "event"), LEGAL, ids=ids(LEGAL))
def test_every_legal_move_is_made(phase: Phase, event: ChangeEvent) -> None:
    one = participant(phase)
    one.move(event, 7.5)
    assert one.phase is TRANSITIONS[phase][event]
    assert one.limit == 7.5
    if one.phase in STEP_OF:
        assert one.steps[STEP_OF[one.phase]] == ("running", "")


@pytest.mark.parametrize(("phase", "event"), ILLEGAL, ids=ids(ILLEGAL))
def test_every_illegal_move_is_refused_and_nothing_is_changed(phase: Phase, event: ChangeEvent) -> None:
    one = participant(phase)
    before = deepcopy(one)
    with pytest.raises(IllegalMove, match=f"{event.name} cannot happen in {phase.name}"):
        one.move(event, 7.5)
    assert one == before
    with pytest.raises(IllegalMove):
        one.end(event, "otherwise", certain=False)
    assert one == before


def test_every_phase_is_reached_and_every_event_leads_somewhere() -> None:
    assert set(TRANSITIONS) == set(ways()) == set(Phase)
    assert {event for moves in TRANSITIONS.values() for event in moves} == set(ChangeEvent)


def test_only_what_an_agent_says_late_is_heeded_at_the_ends_and_an_end_follows_on_every_phase() -> None:
    assert {event for phase in ENDS for event in TRANSITIONS[phase]} == {ChangeEvent.KEPT, ChangeEvent.ROLLED_BACK}
    assert all(following in ENDS for phase in ENDS for following in TRANSITIONS[phase].values())
    assert all(ENDS & set(moves.values()) for moves in TRANSITIONS.values())


def test_what_every_director_has_confirmed_is_not_rolled_back() -> None:
    assert not CAN_ROLL_BACK & {Phase.CLOSING, *ENDS}
    assert {Phase.STAGING, Phase.INSTALLING, Phase.CONFIRMED} < CAN_ROLL_BACK

"""The transaction's table of moves: a request that it does not have touches nothing of the machine."""

from __future__ import annotations

import pytest

from lvstui.director.changes.commands import Command, Say, Swap, Test
from lvstui.director.changes.transaction import Request, Transaction, TransactionPhase
from lvstui.director.protocol.change_messages import Close, Confirm, Install, RollBack, Stage, Tested
from tests.support.agent_changes import STAGE


def steps_of(transaction: Transaction, request: Request) -> list[Command]:
    """The commands of a request, each of which succeeds."""
    commands: list[Command] = []
    steps = transaction.receive(request)
    try:
        command = next(steps)
        while True:
            commands.append(command)
            command = steps.send(TESTED if isinstance(command, Test) else None)
    except StopIteration:
        return commands


TESTED = Tested("t1", 0, (), 0, (), True, "")
IN_ORDER: tuple[Request, ...] = (STAGE, Install("t1"), Confirm("t1"), Close("t1"))
ALLOWED: dict[
    int, set[type]
] = {  # how many of IN_ORDER were done -> which of them, or RollBack, acts on the machine then
    0: {Stage},
    1: {Install, RollBack},
    2: {Confirm, RollBack},
    3: {Confirm, Close, RollBack},
    4: {Stage},
}


@pytest.mark.parametrize("done", ALLOWED)
@pytest.mark.parametrize("request_", [*IN_ORDER, RollBack("t1")])
def test_a_request_that_the_table_does_not_have_does_nothing_to_the_machine(done: int, request_: Request) -> None:
    transaction = Transaction()
    for one in IN_ORDER[:done]:
        steps_of(transaction, one)
    commands = steps_of(transaction, request_)
    acts = any(not isinstance(command, Say) for command in commands)
    assert acts is (type(request_) in ALLOWED[done])


def test_a_move_that_the_table_does_not_have_raises_and_changes_nothing() -> None:
    transaction = Transaction()
    with pytest.raises(ValueError, match="not open cannot become installed"):
        transaction._move(TransactionPhase.INSTALLED)
    assert steps_of(transaction, STAGE), "it can still be begun"
    with pytest.raises(ValueError, match="staged cannot become confirmed"):
        transaction._move(TransactionPhase.CONFIRMED)
    assert any(isinstance(command, Swap) for command in steps_of(transaction, Install("t1")))

"""What is told while a view is being worked out is in the next view, and in no part of this one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvstui.cluster.view import ClusterView
from tests.support.telling import NAMES, WALL, Pair, configuration


def failed(pair: Pair) -> None:
    pair.state.failed("director1", "closed", "", permanent=False, retry_in=4.0, now=pair.now)


TOLD: dict[str, Callable[[Pair], None]] = {
    "keepalived ends": lambda pair: pair.keepalived("director1", running=False),
    "the table is empty": lambda pair: pair.ipvs("director1"),
    "the VIPs are gone": lambda pair: pair.network("director1"),
    "another role": lambda pair: pair.vrrp("director1", "BACKUP"),
    "another file": lambda pair: pair.files("director1", configuration({8081: 0})),
    "the link is lost": failed,
}
PIECES = (1, 2, 3)  # of four


def rest(pair: Pair) -> ClusterView:
    while (view := pair.state.work(pair.now, WALL + pair.now)) is None:
        pass
    return view


@pytest.mark.parametrize("pieces", PIECES)
@pytest.mark.parametrize("told", TOLD)
def test_it_is_in_the_next_view(told: str, pieces: int) -> None:
    undisturbed, pair = Pair().up(), Pair().up()
    for one in (undisturbed, pair):
        one.view()
        one.after(1.0)
    expected = rest(undisturbed)
    for _ in range(pieces):
        assert pair.state.work(pair.now, WALL + pair.now) is None, "it is there already"
    TOLD[told](pair)
    assert rest(pair) == expected
    assert rest(pair.after(10.0)) != rest(undisturbed.after(10.0))


@pytest.mark.parametrize("told", TOLD)
def test_no_message_comes_between_the_rows_of_a_small_pair(told: str) -> None:
    """The recording has it before the view, and would show what the view did not."""
    pair = Pair().up()
    pair.view()
    TOLD[told](pair.after(1.0))
    pieces = 0
    while pair.state.work(pair.now, WALL + pair.now) is None:
        pieces += 1
        assert pair.state._entries._round is None, "it is in the middle of the rows"
    assert pieces


def test_keys_have_a_turn_between_many_rows() -> None:
    pair = Pair().up()
    pair.view()
    for name in NAMES:
        pair.files(name, configuration(dict.fromkeys(range(10_000, 10_300), 1)))
    pieces = 0
    while pair.state.work(pair.now, WALL + pair.now) is None:
        pieces += pair.state._entries._round is not None
    assert pieces > 3


def test_a_view_at_once_is_not_the_one_that_was_half_made() -> None:
    pair = Pair().up()
    pair.view()
    for _ in range(2):
        assert pair.state.work(pair.now, WALL + pair.now) is None
    for name in NAMES:
        pair.keepalived(name, running=False)
    pair.after(1.0)
    view = pair.view()
    assert view.wall == WALL + pair.now and not any(one.keepalived.running for one in view.directors)
    assert rest(pair.after(1.0)).wall == WALL + pair.now

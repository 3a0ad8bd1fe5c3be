"""The marks of the table and the range that is being marked, without a screen."""

from __future__ import annotations

from lvstui.cluster.filter import parse
from lvstui.console.table.rows import RowListing, TableChoice
from lvstui.console.table.selection import Selection
from tests.support.table_rows import server

POOL = server(0, [1, 1, 1, 1])
A, B, C, D = ((POOL.id, real.id) for real in POOL.real_servers)


def listing(words: str = "") -> RowListing:
    """Return the pool on line 0, and A to D below it."""
    made = RowListing()
    made.show([POOL], TableChoice(parse(words)), 0.0)
    return made


def test_marks_are_toggled_together() -> None:
    selection = Selection()
    selection.toggle([A])
    selection.toggle([A, B])
    assert selection.keys == {A, B} and A in selection and C not in selection
    selection.toggle([A, B])
    assert selection.keys == frozenset()


def test_a_virtual_server_is_all_that_the_filter_shows_of_it() -> None:
    selection, some = Selection(), listing("!192.168.0.1:80")
    selection.toggle_row(some.row(0), some)
    assert selection.keys == {A, C, D}
    selection.toggle_row(some.row(1), some)
    assert selection.keys == {C, D}
    assert [row.key for row in selection.shown(listing("192.168.0.3:80"))] == [D]
    assert Selection().shown(some) == ()


def test_a_range_shrinks_to_what_was_there_before() -> None:
    selection, rows = Selection(), listing()
    selection.toggle([B])
    selection.toggle_range(A, 1, rows)
    assert selection.reach(3, rows) and selection.keys == {A, B, C}
    selection.leave(D, mark=True)  # a range has begun
    selection.reach(1, rows)
    assert selection.keys == {A, B} and selection.held
    selection.toggle_range(A, 1, rows)
    assert selection.keys == {A, B} and not selection.held and selection.anchor is None


def test_a_range_that_is_not_held_ends_with_the_first_move_that_does_not_mark() -> None:
    selection, rows = Selection(), listing()
    selection.leave(A, mark=True)
    selection.reach(2, rows)
    selection.leave(B, mark=False)
    assert not selection.reach(4, rows) and selection.keys == {A, B}
    selection.leave(None, mark=True)
    assert not selection.reach(4, rows), "without a server under the cursor there is no beginning"


def test_a_range_reaches_both_ways_and_marks_no_virtual_server() -> None:
    selection, rows = Selection(), listing()
    selection.toggle_range(C, 3, rows)
    selection.reach(0, rows)
    assert selection.keys == {A, B, C}
    selection.clear()
    assert selection.keys == frozenset() and not selection.held


def test_marks_of_what_is_gone_are_forgotten_even_in_a_range() -> None:
    selection, rows = Selection(), listing()
    selection.toggle([D])
    selection.toggle_range(A, 1, rows)
    selection.forget_gone([server(0, [1, 1, 1])])
    selection.reach(1, rows)
    assert selection.keys == {A}


def test_a_range_whose_beginning_is_filtered_out_marks_nothing_more() -> None:
    selection, rows = Selection(), listing()
    selection.toggle_range(A, 1, rows)
    selection.reach(2, listing("!192.168.0.0:80"))
    assert selection.keys == frozenset()

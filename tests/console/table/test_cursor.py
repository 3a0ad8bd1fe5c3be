"""The cursor of the table, without a screen: it stays with its server, and is on none when that is gone."""

from __future__ import annotations

from lvstui.cluster.filter import parse
from lvstui.cluster.view import VirtualServerView
from lvstui.console.table.cursor import Cursor
from lvstui.console.table.rows import RowListing, TableChoice
from tests.support.table_rows import server


def listing(*servers: VirtualServerView, choice: TableChoice | None = None) -> RowListing:
    made = RowListing()
    made.show(servers, choice or TableChoice(), 0.0)
    return made


def key(cursor: Cursor, rows: RowListing) -> str | None:
    row = cursor.row(rows)
    return None if row is None else row.key[1] or row.key[0]


def test_until_it_is_moved_it_stands_on_the_first_real_server() -> None:
    cursor = Cursor()
    cursor.follow(listing())
    assert cursor.row(listing()) is None and not cursor.is_on(0)
    cursor.follow(listing(server(0, [])))
    assert key(cursor, listing(server(0, []))) == "tcp/10.10.0.20:80"
    many = listing(server(0, [1, 2]), server(1, [1]))
    cursor.follow(many)
    assert key(cursor, many) == "192.168.0.0:80" and cursor.is_on(1)
    flat = listing(server(0, [1, 2]), choice=TableChoice(flat=True))
    cursor.follow(flat)
    assert cursor.is_on(0) and key(cursor, flat) == "192.168.0.0:80"


def test_it_goes_no_further_than_there_are_lines() -> None:
    cursor, rows = Cursor(), listing(server(0, [1, 2]))
    cursor.go(99, rows)
    assert cursor.line == 2
    cursor.go(-1, rows)
    assert cursor.line == 0
    cursor.go(5, listing())
    assert cursor.line == 0 and cursor.key == ("tcp/10.10.0.20:80", None)


def test_it_follows_its_server_and_is_on_none_when_that_vanishes() -> None:
    cursor, rows = Cursor(), listing(server(0, [1, 2]))
    cursor.go(2, rows)
    more = listing(server(1, [1]), server(0, [1, 2]))
    cursor.follow(more)
    assert cursor.line == 4 and key(cursor, more) == "192.168.0.1:80"
    fewer = listing(server(1, [1]), server(0, [1]))
    cursor.follow(fewer)
    assert cursor.row(fewer) is None and not cursor.is_on(4) and cursor.line == 4
    cursor.follow(more)
    assert cursor.row(more) is None, "should it come back, it is another"


def test_in_another_choice_it_stays_near() -> None:
    rows = listing(server(0, [1, 2]), server(1, [1]))
    cursor = Cursor()
    cursor.go(2, rows)
    before = cursor.row(rows)
    folded = listing(server(0, [1, 2]), server(1, [1]), choice=TableChoice(folded=frozenset(["tcp/10.10.0.20:80"])))
    cursor.stay_near(before, folded)
    assert key(cursor, folded) == "tcp/10.10.0.20:80" and cursor.chosen
    cursor.go(2, rows)
    filtered = listing(server(0, [1, 2]), server(1, [1]), choice=TableChoice(parse("192.168.1.")))
    cursor.stay_near(before, filtered)
    assert key(cursor, filtered) == "192.168.1.0:80", "the last line that there is"

"""The lines of the table, without a screen: every choice of filter, order, flat list and folds, against a plain way to do it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.filter import parse
from lvstui.cluster.view import VirtualServerView
from lvstui.console.table import sorting
from lvstui.console.table.rows import AGAIN, Key, Order, RowListing, TableChoice, TableRow, sort
from tests.support.table_rows import server

SIDES = [("director1", True), ("director2", True)]


def keys(listing: RowListing) -> list[Key]:
    return [listing.row(line).key for line in range(len(listing))]


def by_active(*, descending: bool = True) -> Order:
    return Order("active", sorting.most(SIDES, "active"), descending)


actives = st.lists(st.none() | st.integers(0, 3), max_size=5)
choices = st.builds(
    TableChoice,
    st.sampled_from([parse(""), parse("state:up"), parse("active:2"), parse("!192.168.1.")]),
    st.sampled_from([None, by_active(), by_active(descending=False)]),
    st.booleans(),
    st.frozensets(st.sampled_from(["tcp/10.10.0.20:80", "tcp/10.10.1.20:80"])),
)


def plainly(servers: list[VirtualServerView], choice: TableChoice) -> list[Key]:
    """The same, with no thought of speed."""
    lines: list[Key] = []
    pool: list[TableRow] = []
    for virtual in servers:
        rows = [TableRow(virtual, real) for real in virtual.real_servers if choice.filter.shows(real)]
        pool += rows
        if choice.flat or (choice.filter and not rows):
            continue
        lines.append((virtual.id, None))
        if virtual.id not in choice.folded:
            order = range(len(rows)) if choice.order is None else sort(rows, choice.order)
            lines += [rows[number].key for number in order]
    if choice.flat:
        order = range(len(pool)) if choice.order is None else sort(pool, choice.order)
        lines = [pool[number].key for number in order]
    return lines


@given(st.lists(actives, max_size=3), choices)
def test_lines_are_as_chosen_and_each_is_found_again(figures: list[list[int | None]], choice: TableChoice) -> None:
    servers = [server(number, some) for number, some in enumerate(figures)]
    listing = RowListing()
    listing.show(servers, choice, 0.0)
    assert keys(listing) == plainly(servers, choice)
    for line, key in enumerate(keys(listing)):
        assert listing.line(key) == line == listing.line(key, line)
    assert listing.line(("tcp/10.10.9.20:80", None)) is None
    assert listing.rows(reversed(keys(listing))) == tuple(listing.row(line) for line in range(len(listing)))


@given(st.lists(st.none() | st.integers(0, 3), max_size=30), st.booleans())
def test_an_order_is_stable_and_what_is_not_known_is_last(values: list[int | None], descending: bool) -> None:
    rows = [TableRow(server(0, [value]), server(0, [value]).real_servers[0]) for value in values]
    found = sort(rows, by_active(descending=descending))
    assert sorted(found) == list(range(len(rows)))
    known = [number for number in found if values[number] is not None]
    assert found[: len(known)] == known
    for first, second in pairwise(known):
        a, b = values[first] or 0, values[second] or 0
        assert (a == b and first < second) or (a > b if descending else a < b)


def test_an_order_by_figures_is_worked_out_again_only_now_and_then() -> None:
    listing, choice = RowListing(), TableChoice(order=by_active())
    listing.show([server(0, [1, 2])], choice, 0.0)
    before = keys(listing)
    listing.show([server(0, [3, 2])], choice, AGAIN / 2)
    assert keys(listing) == before
    assert listing.row(2).real == server(0, [3, 2]).real_servers[0], "the figures are those of now all the same"
    listing.show([server(0, [3, 2])], choice, AGAIN)
    assert keys(listing) == [before[0], before[2], before[1]]


def test_an_earlier_moment_has_an_order_of_its_own() -> None:
    listing, choice = RowListing(), TableChoice(order=by_active())
    listing.show([server(0, [1, 2])], choice, 10_000.0)
    before = keys(listing)
    listing.show([server(0, [3, 2])], choice, 5_000.0)
    assert keys(listing) == [before[0], before[2], before[1]]


def test_another_server_is_put_in_its_place_at_once() -> None:
    listing, choice = RowListing(), TableChoice(order=by_active())
    listing.show([server(0, [1, 2])], choice, 0.0)
    listing.show([server(0, [1, 2, 3])], choice, 0.1)
    assert [key[1] for key in keys(listing)][1:] == ["192.168.0.2:80", "192.168.0.1:80", "192.168.0.0:80"]


def test_names_are_sorted_as_a_person_would() -> None:
    assert sorted(["10.0.0.10:80", "10.0.0.9:80", "10.0.0.9:443"], key=sorting.natural) == [
        "10.0.0.9:80",
        "10.0.0.9:443",
        "10.0.0.10:80",
    ]

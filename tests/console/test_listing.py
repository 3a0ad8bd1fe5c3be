"""The lines of the table, without a screen: every choice of filter, order, flat list and folds, against a plain way to do it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.filter import parse
from lvstui.cluster.view import Figures, RealServerState, RealServerView, VirtualServerView
from lvstui.console.listing import AGAIN, Choice, Key, Listing, Order, Row, sort
from lvstui.console.marking import Marks
from lvstui.console.trends import KEPT, Trends
from lvstui.console.widgets import sorting

SIDES = [("director1", True), ("director2", True)]


def server(number: int, actives: list[int | None]) -> VirtualServerView:
    id = f"tcp/10.10.{number}.20:80"
    reals = tuple(_real(id, f"192.168.{number}.{one}:80", active) for one, active in enumerate(actives))
    return VirtualServerView(id, (id,), "rr", "NAT", reals)


def _real(owner: str, id: str, active: int | None, rate: float | None = None) -> RealServerView:
    state = RealServerState.UP if active else RealServerState.DOWN
    one = Figures(state, 1, 1, True, active, 0, 0, 0, 0, 0, active if rate is None else rate, 0.0, 0.0, None)
    return RealServerView(id, owner, state, None, None, {"director1": one})


def keys(listing: Listing) -> list[Key]:
    return [listing.row(line).key for line in range(len(listing))]


def by_active(*, descending: bool = True) -> Order:
    return Order("active", sorting.most(SIDES, "active"), descending)


actives = st.lists(st.none() | st.integers(0, 3), max_size=5)
choices = st.builds(
    Choice,
    st.sampled_from([parse(""), parse("state:up"), parse("active:2"), parse("!192.168.1.")]),
    st.sampled_from([None, by_active(), by_active(descending=False)]),
    st.booleans(),
    st.frozensets(st.sampled_from(["tcp/10.10.0.20:80", "tcp/10.10.1.20:80"])),
)


def plainly(servers: list[VirtualServerView], choice: Choice) -> list[Key]:
    """The same, with no thought of speed."""
    lines: list[Key] = []
    pool: list[Row] = []
    for virtual in servers:
        rows = [Row(virtual, real) for real in virtual.real_servers if choice.filter.shows(real)]
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
def test_lines_are_as_chosen_and_each_is_found_again(figures: list[list[int | None]], choice: Choice) -> None:
    servers = [server(number, some) for number, some in enumerate(figures)]
    listing = Listing()
    listing.show(servers, choice, 0.0)
    assert keys(listing) == plainly(servers, choice)
    for line, key in enumerate(keys(listing)):
        assert listing.line(key) == line == listing.line(key, line)
    assert listing.line(("tcp/10.10.9.20:80", None)) is None
    assert listing.rows(reversed(keys(listing))) == tuple(listing.row(line) for line in range(len(listing)))


@given(st.lists(st.none() | st.integers(0, 3), max_size=30), st.booleans())
def test_an_order_is_stable_and_what_is_not_known_is_last(values: list[int | None], descending: bool) -> None:
    rows = [Row(server(0, [value]), server(0, [value]).real_servers[0]) for value in values]
    found = sort(rows, by_active(descending=descending))
    assert sorted(found) == list(range(len(rows)))
    known = [number for number in found if values[number] is not None]
    assert found[: len(known)] == known
    for first, second in pairwise(known):
        a, b = values[first] or 0, values[second] or 0
        assert (a == b and first < second) or (a > b if descending else a < b)


def test_an_order_by_figures_is_worked_out_again_only_now_and_then() -> None:
    listing, choice = Listing(), Choice(order=by_active())
    listing.show([server(0, [1, 2])], choice, 0.0)
    before = keys(listing)
    listing.show([server(0, [3, 2])], choice, AGAIN / 2)
    assert keys(listing) == before
    assert listing.row(2).real == server(0, [3, 2]).real_servers[0], "the figures are those of now all the same"
    listing.show([server(0, [3, 2])], choice, AGAIN)
    assert keys(listing) == [before[0], before[2], before[1]]


def test_another_server_is_put_in_its_place_at_once() -> None:
    listing, choice = Listing(), Choice(order=by_active())
    listing.show([server(0, [1, 2])], choice, 0.0)
    listing.show([server(0, [1, 2, 3])], choice, 0.1)
    assert [key[1] for key in keys(listing)][1:] == ["192.168.0.2:80", "192.168.0.1:80", "192.168.0.0:80"]


def test_names_are_sorted_as_a_person_would() -> None:
    assert sorted(["10.0.0.10:80", "10.0.0.9:80", "10.0.0.9:443"], key=sorting.natural) == [
        "10.0.0.9:80",
        "10.0.0.9:443",
        "10.0.0.10:80",
    ]


A, B, C, D = (("tcp/10.10.0.20:80", f"192.168.0.{number}:80") for number in range(4))


def test_marks_are_toggled_together() -> None:
    marks = Marks()
    marks.toggle([A])
    marks.toggle([A, B])
    assert marks.keys == {A, B}
    marks.toggle([A, B])
    assert marks.keys == frozenset()


def test_a_range_shrinks_to_what_was_there_before() -> None:
    marks = Marks()
    marks.toggle([B])
    marks.begin(A, held=True)
    marks.reach(lambda anchor: [anchor, B, C])
    marks.begin(D, held=False)  # it has begun
    marks.reach(lambda anchor: [anchor])
    assert marks.keys == {A, B} and marks.held
    marks.end()
    assert marks.keys == {A, B} and not marks.held


def test_marks_of_what_is_gone_are_forgotten_even_in_a_range() -> None:
    marks = Marks()
    marks.toggle([B])
    marks.begin(A, held=True)
    marks.forget({A, C})
    marks.reach(lambda anchor: [anchor])
    assert marks.keys == {A}


def trend(rates: list[list[float | None]]) -> Trends:
    """Samples of two real servers."""
    trends = Trends()
    known: dict[str, RealServerView] = {}
    for number, sample in enumerate(rates):
        reals = []
        for one, rate in enumerate(sample):
            name = f"192.168.0.{one}:80"
            before = known.get(name)
            real = _real("tcp/10.10.0.20:80", name, 1, rate)._replace() if rate is not None else _unknown(name)
            known[name] = real if before != real else before
            reals.append(known[name])
        view = VirtualServerView("tcp/10.10.0.20:80", (), "rr", "NAT", tuple(r for r in reals if r is not None))
        list(trends.add([view], float(number)))
    return trends


def _unknown(name: str) -> RealServerView:
    one = Figures(RealServerState.UP, 1, 1, True, 1, 0, 0, None, None, None, None, None, None, None)
    return RealServerView(name, "tcp/10.10.0.20:80", RealServerState.UP, None, None, {"director1": one})


def test_a_trend_remembers_what_did_not_change_and_adds_up() -> None:
    trends = trend([[None, 1.0], [2.0, 1.0], [2.0, 1.0], [2.0, 5.0]])
    assert list(trends.of(A, 10, 1)) == [None, 2.0, 2.0, 2.0]
    assert list(trends.of(B, 10, 1)) == [1.0, 1.0, 1.0, 5.0]
    assert list(trends.of((A[0], None), 10, 1)) == [1.0, 3.0, 3.0, 7.0]
    assert list(trends.of(B, 2, 1)) == [1.0, 5.0]
    assert trends.of(C, 2, 1) == ()


def test_the_bars_of_a_trend_begin_at_round_samples_and_leave_out_what_is_not_known() -> None:
    trends = trend([[None, 1.0], [4.0, 1.0], [6.0, 1.0], [8.0, 1.0]])
    assert list(trends.of(A, 10, 2)) == [None, 5.0, 8.0]


def test_a_trend_is_bounded() -> None:
    trends = trend([[float(number), 1.0] for number in range(3 * KEPT)])
    assert KEPT <= len(trends.of(A, 10 * KEPT, 1)) < 2 * KEPT
    assert KEPT <= len(trends.of(B, 10 * KEPT, 1)) < 2 * KEPT
    assert trends.of(A, 1, 1) == [3 * KEPT - 1]


def test_a_server_without_real_servers_has_no_trend_until_it_has_some() -> None:
    trends = trend([[]])
    assert list(trends.of((A[0], None), 1, 1)) == [None]
    list(trends.add([server(0, [3])], 10.0))
    assert trends.of(A, 1, 1) != ()


def test_a_server_that_is_gone_has_no_trend() -> None:
    trends = trend([[1.0, 1.0], [1.0, 1.0]])
    list(trends.add([server(0, [1])], 10.0))
    assert trends.of(B, 1, 1) == ()
    list(trends.add([], 20.0))
    assert trends.of(A, 1, 1) == ()

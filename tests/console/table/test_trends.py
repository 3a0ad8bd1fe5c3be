"""The rates behind the sparklines: what is remembered of each server, added up, bounded, and forgotten with it."""

from __future__ import annotations

from lvstui.cluster.view import Figures, RealServerState, RealServerView, VirtualServerView
from lvstui.console.table.trends import KEPT, Trends
from tests.support.table_rows import real as _real
from tests.support.table_rows import server

A, B, C = (("tcp/10.10.0.20:80", f"192.168.0.{number}:80") for number in range(3))


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


def test_the_bars_of_a_trend_begin_at_round_seconds_and_leave_out_what_is_not_known() -> None:
    trends = trend([[None, 1.0], [None, 1.0], [4.0, 1.0], [6.0, 1.0], [8.0, 1.0]])
    assert list(trends.of(A, 10, 2)) == [None, 5.0, 8.0]


def test_there_is_one_sample_of_each_second_however_often_or_seldom_somebody_looks() -> None:
    trends = Trends()
    for wall, active in ((100.0, 1), (100.7, 2), (101.2, 3), (101.3, 4), (104.9, 5)):
        rate = _real("tcp/10.10.0.20:80", "192.168.0.0:80", 1, float(active))
        list(trends.add([VirtualServerView("tcp/10.10.0.20:80", (), "rr", "NAT", (rate,))], wall))
        assert trends.at == wall
    assert list(trends.of(A, 10, 1)) == [1.0, 3.0, 3.0, 3.0, 5.0]


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

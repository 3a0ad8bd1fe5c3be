"""What a first look waits for, and that it waits for nothing else on a pair that is well."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.telling import NAMES, VIPS, Pair, advertiser, checked, configuration, row

OWN = {"director1": "10.10.0.11", "director2": "10.10.0.12"}


def listening(pair: Pair, *, since: float, masters: Sequence[str] = ("director1",)) -> None:
    for name in NAMES:
        pair.network(name, *(VIPS.values() if name in masters else ()), OWN[name])
        senders = [advertiser(OWN["director1"], pair.now, vrid=vrid, adverts=1) for vrid in (51, 61)]
        pair.adverts(name, *(senders if name == "director2" else ()), since=since)
        pair.ipvs(name, full=False)


def test_a_healthy_pair_is_known_when_one_advert_could_have_come() -> None:
    pair = Pair().up()
    listening(pair, since=pair.now - 0.3)
    assert pair.state.awaited(pair.view())
    listening(pair, since=pair.now - 1.4)
    assert not pair.state.awaited(pair.view())


def test_who_does_not_listen_is_not_waited_for() -> None:
    pair = Pair().up()
    assert not pair.state.awaited(pair.view())


def test_two_masters_are_waited_for_until_they_are_told() -> None:
    pair = Pair().up(masters=NAMES)
    listening(pair, since=pair.now - 60, masters=NAMES)
    view = pair.view()
    assert (view.problems, pair.state.awaited(view)) == ((), True)
    view = pair.after(2).sample().view()
    assert not pair.state.awaited(view)
    assert {problem.id for problem in view.problems} >= {"split:VI_1", "split:VI_2"}


def test_a_drain_s_second_sample_is_waited_for() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration({8081: 0, 8082: 1, 8083: 1}))
        pair.checkers(name, checked(8081, weight=0), checked(8082), checked(8083))
        pair.ipvs(name, row(8081, 0), row(8082), row(8083))
    view = pair.view()
    assert (pair.real().state, pair.state.awaited(view)) == ("DRAINING", True)
    view = pair.after(1).sample().view()
    assert (pair.real().state, pair.state.awaited(view)) == ("DRAINED", False)


def test_a_state_that_never_comes_is_not_waited_for() -> None:
    """As on a Director without a dump and without a log."""
    pair = Pair()
    for name in NAMES:
        pair.link(name, root=False)
        pair.keepalived(name)
        pair.files(name, configuration())
        pair.ipvs(name, row(8081), row(8082), row(8083))
    view = pair.after(5).sample().view()
    assert view.directors[0].role is None
    assert not pair.state.awaited(view)

"""The sums of a virtual server's figures: kept for a large one, they are those of its real servers added up."""

from __future__ import annotations

import random

import pytest

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.servers.series import MOST_ADDED, FigureSeries
from lvstui.cluster.view import Figures, RealServerState, RealServerView
from tests.support.telling import NAMES

WEB = "tcp/10.10.0.20:80"
UP = RealServerState.UP


def real_server(name: str, chance: random.Random) -> RealServerView:
    """A real server on one Director or both, with figures that are known or not."""

    def figures() -> Figures:
        active = chance.choice((None, chance.randrange(1000)))
        rate = chance.choice((None, chance.randrange(100) / 7))
        throughput = chance.choice((None, chance.random() * 1e9))
        return Figures(UP, 1, 1, True, active, 0, 0, None, None, None, rate, None, throughput, None)

    names = chance.choice((NAMES, NAMES[:1], NAMES[1:]))
    return RealServerView(name, WEB, UP, None, None, {one: figures() for one in names})


def added(reals: dict[str, RealServerView], director: str, field: str) -> float | None:
    sides = [real.directors[director] for real in reals.values() if director in real.directors]
    known = [value for value in (getattr(one, field) for one in sides) if value is not None]
    return sum(known) if known else None


@pytest.mark.parametrize("seed", range(3))
def test_they_are_the_sums_whatever_comes_changes_and_goes(seed: int) -> None:
    chance, series = random.Random(seed), FigureSeries(0.0)
    reals: dict[str, RealServerView] = {}
    for at in range(12):
        size = chance.choice((MOST_ADDED - 5, MOST_ADDED + 1, MOST_ADDED + 40))
        gone = chance.sample(sorted(reals), max(0, len(reals) - size))
        series.forget([(WEB, name) for name in gone])
        reals = {name: real for name, real in reals.items() if name not in gone}
        names = {f"10.0.0.{number}:80" for number in range(size)} | set(chance.sample(sorted(reals), len(reals) // 3))
        changed = {name: real_server(name, chance) for name in sorted(names)}
        reals |= changed
        series.note(changed.values(), float(at))
        told = series.together(WEB, list(reals), float(at), PlotRange.MINUTE)
        for director in NAMES:
            one = told[director]
            for field, values in (
                ("active", one.active),
                ("connections_per_s", one.connections_per_s),
                ("out_bps", one.out_bps),
            ):
                assert values[-1] == pytest.approx(added(reals, director, field), rel=1e-6), (at, director, field)
        assert len(one.active) == at + 1


def test_what_is_idle_again_is_nothing_and_not_nearly_nothing() -> None:
    chance, series = random.Random(1), FigureSeries(0.0)
    names = [f"10.0.0.{number}:80" for number in range(MOST_ADDED + 1)]
    for at in range(10):
        series.note([real_server(name, chance) for name in names], float(at))
    idle = Figures(UP, 1, 1, True, 0, 0, 0, None, None, None, 0.0, None, 0.0, None)
    series.note([RealServerView(name, WEB, UP, None, None, dict.fromkeys(NAMES, idle)) for name in names], 10.0)
    for one in series.together(WEB, names, 10.0, PlotRange.MINUTE).values():
        assert one.active[-1] == 0
        assert one.connections_per_s[-1] == pytest.approx(0, abs=1e-6)
        assert one.out_bps[-1] == pytest.approx(0, abs=1)


def test_after_a_time_of_which_nothing_is_known_they_begin_anew() -> None:
    chance, series = random.Random(2), FigureSeries(0.0)
    names = [f"10.0.0.{number}:80" for number in range(MOST_ADDED + 1)]
    series.note([real_server(name, chance) for name in names], 0.0)
    series.lose(1.0)
    reals = {name: real_server(name, chance) for name in names[:7]}
    series.note(reals.values(), 2.0)
    told = series.together(WEB, names, 2.0, PlotRange.MINUTE)
    assert [told[name].active[-2:] for name in NAMES] == [(None, added(reals, name, "active")) for name in NAMES]

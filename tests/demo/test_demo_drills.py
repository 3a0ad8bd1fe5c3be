"""Failovers of the demo, measured as those of a real pair are: by what the simulated Directors' agents tell, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvstui.cluster.drill.drill_routers import file_timers
from lvstui.cluster.drill.milestones import MilestoneKind, MomentSource
from lvstui.cluster.drill.recogniser import Recogniser
from lvstui.cluster.drill.result import DrillCause, DrillResult, DrillVerdict, InstanceFailover
from lvstui.cluster.drill.views.drill_picture import pictures
from lvstui.cluster.drill.views.picture_parts import BarKind
from lvstui.demo.simulated_director import SimulatedSystem
from lvstui.demo.world import World
from lvstui.director.protocol.sighting_messages import Sightings
from lvstui.director.system import Event, ReadAgain
from tests.support.story import Story
from tests.support.telling import NAMES

STEP = 0.1  # seconds


class Watched(Story):
    """The demo's pair while a drill watches it. Its agents tell of events each tenth of a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch, lambda view: None)
        self.recogniser = Recogniser(NAMES, self.now, self.time())
        self.told: dict[str, list[Event]] = {name: [] for name in NAMES}
        for name in NAMES:
            self.recogniser.begin(self.state.director(name))
            self._systems[name].begin_watch(self._hear(name))

    def watch(self, until: float) -> None:
        """Live through it. The watch of packets is renewed."""
        while self.now < until:
            for name in NAMES:
                self._systems[name].watch_packets(30.0)
            for _ in range(10):
                self.now += STEP
                for name in NAMES:
                    self._systems[name].look_again()
            self._tell()
            self.recogniser.know(self.view(), self.now)
            known = {name: self.state.director(name).loaded.configuration for name in NAMES}
            self.recogniser.know_timers(dict(file_timers(known)))

    def result(self) -> DrillResult:
        return self.recogniser.result(self.now)

    def _hear(self, name: str) -> Callable[[Event], None]:
        def tell(event: Event) -> None:
            self.told[name].append(event)
            if not isinstance(event, ReadAgain):
                self.recogniser.receive(name, event, self.now)
                self.state.receive(name, event, self.now)

        return tell


async def test_a_failover_of_the_demo_is_measured_from_its_packets(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Watched(monkeypatch)
    pair.watch(100.0)
    assert pair.recogniser.armed()
    result = pair.result()
    assert (result.cause, result.director, result.verdict) == (
        DrillCause.NETWORK_CUT,
        "director1",
        DrillVerdict.AS_EXPECTED,
    )
    assert {one.name: one.cause for one in result.failovers} == {
        "VI_1": DrillCause.NETWORK_CUT,
        "VI_2": DrillCause.FAULT,
    }
    for one in result.failovers:
        [window] = one.no_master
        assert window.length == pytest.approx(
            3.4, abs=0.1
        )  # of the 3.8 s without adverts, the last of which was 0.4 s before
        assert _source(one, MilestoneKind.LAST_ADVERT) is MomentSource.ADVERT
        assert _source(one, MilestoneKind.GRATUITOUS_ARP) is MomentSource.NEIGHBOUR
        assert _source(one, MilestoneKind.VIP_ADDED) is _source(one, MilestoneKind.VIP_REMOVED) is MomentSource.NETLINK
        assert [step.kind for step in one.milestones if step.moment is None] == [MilestoneKind.FIRST_ANSWER]
    [service, _] = result.failovers
    assert service.measured == pytest.approx(3.805, abs=0.001)  # three adverts and the skew of priority 50
    bars = {(lane.director, lane.name): lane.bars for lane in pictures(result)[0].lanes}
    for name in ("VI_1", "VI_2"):
        assert [bar.kind for bar in bars["director1", name]] == [BarKind.MASTER, BarKind.FAULT]
        assert [bar.kind for bar in bars["director2", name]] == [BarKind.BACKUP, BarKind.MASTER]


async def test_its_failback_has_no_time_without_a_master(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Watched(monkeypatch)
    pair.watch(130.0)
    result = pair.result()
    assert result.verdict is DrillVerdict.AS_EXPECTED
    assert [(one.name, one.new, one.no_master) for one in result.failbacks] == [
        ("VI_1", "director1", ()),
        ("VI_2", "director1", ()),
    ]
    for one in result.failbacks:
        assert one.measured == pytest.approx(3.609, abs=0.001)  # priority 100


async def test_a_lowered_priority_is_a_handover(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Watched(monkeypatch)
    pair.watch(5.0)
    first = pair.world.directors["director1"]
    first.data = first.data.replace(b"priority 100", b"priority 40")
    pair.world.reload("director1", pair.time())
    pair.watch(15.0)
    result = pair.result()
    assert (result.cause, result.verdict) == (DrillCause.HANDOVER, DrillVerdict.AS_EXPECTED)
    assert [(one.name, one.no_master, one.two_masters) for one in result.failovers] == [
        ("VI_1", (), ()),
        ("VI_2", (), ()),
    ]
    for one in result.failovers:
        assert one.measured == pytest.approx(3.805, abs=0.001)  # since the last advert of the higher priority


def test_of_a_sleep_of_days_only_the_last_minutes_are_lived_through() -> None:
    world = World(1000.0)
    world.advance(1000.0 + 3 * 86400.0 + 100.0)
    assert [one.state for one in world.directors.values()] == ["FAULT", "MASTER"]
    assert world.directors["director2"].since == pytest.approx(
        1000.0 + 3 * 86400.0 + 83.414, abs=0.001
    )  # after an advert at 79.609
    assert world.vrrp.packets(0)[1] < 2000


async def test_packets_are_told_of_while_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Watched(monkeypatch)
    system = pair._systems["director1"]
    _live(pair, system, 3.0)
    assert not _sightings(pair)  # director1 hears nobody, and what it sends is not watched
    system.watch_packets(2.0)
    _live(pair, system, 6.0)
    told = _sightings(pair)
    assert {one.watched for one in told} == {("ens33", "ens36"), ()}
    assert told[-1].watched == ()  # it ended by itself
    assert [(one.kind, one.own, one.vrid) for message in told for one in message.seen] == [
        ("advert", True, 51),
        ("advert", True, 61),
    ]
    assert {(one.vrid, one.adverts) for one in told[-1].sent} == {(51, 2), (61, 2)}


def _live(pair: Watched, system: SimulatedSystem, until: float) -> None:
    while pair.now < until:
        pair.now += STEP
        system.look_again()


def _sightings(pair: Watched) -> list[Sightings]:
    return [one for one in pair.told["director1"] if isinstance(one, Sightings)]


def _source(one: InstanceFailover, kind: MilestoneKind) -> MomentSource | None:
    [step] = [step for step in one.milestones if step.kind is kind]
    return None if step.moment is None else step.moment.source

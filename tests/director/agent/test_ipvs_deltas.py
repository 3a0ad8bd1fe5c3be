from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lvstui.director.agent.ipvs_deltas import IpvsDeltas
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, Service, ServiceId
from lvstui.director.system import IpvsTable
from tests.support.fake_system import real_server, table

Known = dict[ServiceId, tuple[Service, dict[tuple[str, int], RealServer]]]


@st.composite
def tables(draw: st.DrawFn) -> IpvsTable:
    services = []
    for port in draw(st.lists(st.integers(1, 4), unique=True)):
        service = Service(
            ServiceId("inet", "tcp", "10.0.0.1", port, 0),
            draw(st.sampled_from(["rr", "wlc"])),
            *(0, 0, "", ""),
            *(0, 0, 0, 0, 0),
        )
        ports = draw(st.lists(st.integers(1, 5), unique=True))
        services.append((service, tuple(real_server(port, draw(st.integers(0, 2))) for port in ports)))
    return IpvsTable(tuple(services), draw(st.booleans()))


def apply(known: Known, sample: Ipvs) -> Known:
    result: Known = {} if sample.full else {key: (service, dict(reals)) for key, (service, reals) in known.items()}
    for gone in sample.gone:
        del result[gone]
    for change in sample.changed:
        reals = result.get(change.service.id, (change.service, {}))[1]
        for lost in change.gone:
            del reals[(lost.address, lost.port)]
        reals.update({(real.address, real.port): real for real in change.changed})
        result[change.service.id] = (change.service, reals)
    return result


@given(st.lists(tables(), min_size=1, max_size=6))
def test_whoever_follows_the_deltas_knows_the_table(steps: list[IpvsTable]) -> None:
    deltas, known = IpvsDeltas(), Known()
    for step in steps:
        known = apply(known, deltas.next(step, 0.0))
        assert known == {
            service.id: (service, {(real.address, real.port): real for real in reals})
            for service, reals in step.services
        }


def test_nothing_is_sent_of_what_did_not_change() -> None:
    deltas = IpvsDeltas()
    deltas.next(table(real_server(1), real_server(2)), 0.0)
    sample = deltas.next(table(real_server(1), real_server(2)), 1.0)
    assert (sample.full, sample.changed, sample.gone) == (False, (), ())


def test_after_an_unreadable_table_everything_is_sent() -> None:
    deltas = IpvsDeltas()
    deltas.next(table(real_server(1)), 0.0)
    assert deltas.unknown("no module", 1.0).error == "no module"
    assert deltas.next(table(real_server(1)), 2.0).full


@given(st.lists(tables(), min_size=2, max_size=6))
def test_a_weight_that_moves_is_noticed(samples: list[IpvsTable]) -> None:
    deltas, before, order = IpvsDeltas(), None, None
    for number, sample in enumerate(samples):
        told = deltas.next(sample, float(number))
        now = {(service.id, real[:2]): real.weight for service, reals in sample.services for real in reals}
        services = {service.id for service, _ in sample.services}
        if not told.full:
            moved = (now, services) != before
            assert deltas.weights_moved or not moved
            # One that the kernel lists in another order may count as moved: that asks the checkers once too often.
            assert moved or not deltas.weights_moved or list(now) != order
        before = (now, services)
        order = list(now)

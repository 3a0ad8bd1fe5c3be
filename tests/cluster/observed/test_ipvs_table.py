from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.observed.ipvs_table import KernelTable
from lvstui.cluster.observed.rates import Rates
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, RealServerId, ServiceChange, ServiceId
from tests.support.telling import WEB, row, service

Kernel = dict[int, dict[int, int]]  # service's port -> real server's port -> weight
KERNELS = st.lists(
    st.dictionaries(st.integers(1, 4), st.dictionaries(st.integers(1, 4), st.integers(0, 3), max_size=4), max_size=4),
    min_size=1,
    max_size=8,
)


def at(port: int) -> ServiceId:
    return ServiceId("inet", "tcp", "10.10.0.20", port, 0)


def whole(kernel: Kernel) -> dict[ServiceId, dict[tuple[str, int], RealServer]]:
    return {
        at(port): {("192.168.211.13", real): row(real, weight) for real, weight in reals.items()}
        for port, reals in kernel.items()
    }


def full(kernel: Kernel, now: float) -> Ipvs:
    changes = tuple(ServiceChange(service(id), tuple(rows.values()), ()) for id, rows in whole(kernel).items())
    return Ipvs(now, True, True, changes, (), None)


def delta(before: Kernel, after: Kernel, now: float) -> Ipvs:
    changes = []
    for port, reals in after.items():
        old = before.get(port)
        changed = tuple(row(real, weight) for real, weight in reals.items() if old is None or old.get(real) != weight)
        gone = tuple(RealServerId("192.168.211.13", real) for real in old or () if real not in reals)
        if changed or gone or old is None:
            changes.append(ServiceChange(service(at(port)), changed, gone))
    return Ipvs(now, False, True, tuple(changes), tuple(at(port) for port in before if port not in after), None)


@given(KERNELS)
def test_deltas_applied_are_the_full_table(kernels: list[Kernel]) -> None:
    table, before = KernelTable(), kernels[0]
    table.apply(full(before, 0.0))
    for now, after in enumerate(kernels[1:], start=1):
        changes = table.apply(delta(before, after, float(now)))
        assert table.rows == whole(after)
        assert all(old != new for _, old, new in changes)
        assert all(one.row == new for one, _, new in changes)
        before = after
    assert table.services.keys() == table.rows.keys()


@given(KERNELS)
def test_a_full_sample_forgets_what_was_and_names_every_change(kernels: list[Kernel]) -> None:
    table, mirror = KernelTable(), dict[tuple[ServiceId, tuple[str, int]], RealServer]()
    for now, kernel in enumerate(kernels):
        for destination, old, new in table.apply(full(kernel, float(now))):
            assert mirror.get(destination.key) == old
            if new is None:
                del mirror[destination.key]
            else:
                mirror[destination.key] = new
        assert table.rows == whole(kernel)
        assert mirror == {(id, real): it for id, rows in whole(kernel).items() for real, it in rows.items()}


def test_a_sample_in_error_changes_nothing_but_the_error() -> None:
    table = KernelTable()
    table.apply(full({80: {1: 1}}, 0.0))
    assert table.apply(Ipvs(1.0, False, False, (), (), "netlink: no buffer space")) == []
    assert table.rows == whole({80: {1: 1}})
    assert table.error == "netlink: no buffer space"


class Sampled:
    """A row sampled, and what its rate is then."""

    def __init__(self) -> None:
        self.table, self.rates = KernelTable(), Rates()

    def at(self, now: float, connections: int) -> float | None:
        change = ServiceChange(service(), (row(1, connections=connections),), ())
        changes = self.table.apply(Ipvs(now, False, True, (change,), (), None))
        self.rates.apply(changes, now, self.table.gap)
        destination = self.table.find(WEB, ("192.168.211.13", 1))
        rate = None if destination is None else self.rates.get(destination)
        return None if rate is None else rate.connections


def test_a_rate_is_taken_between_the_kernels_refreshes() -> None:
    """100 connections in each 2 s, seen every second: 50/s throughout, not 0 and 100 by turns."""
    row = Sampled()
    seen = [row.at(float(now), now // 2 * 100) for now in range(12)]
    assert seen == [None, None, *[50.0] * 10]


def test_a_refresh_seen_late_and_then_early_makes_no_peak() -> None:
    row = Sampled()
    assert [row.at(now, count) for now, count in [(0.0, 0), (1.0, 0), (2.0, 100), (3.0, 100)]][-1] == 50.0
    assert [row.at(now, count) for now, count in [(4.0, 100), (5.0, 200), (6.0, 300)]] == [50.0, 50.0, 50.0]


def test_a_still_counter_becomes_nothing_and_says_so() -> None:
    row = Sampled()
    assert [row.at(float(now), 100 if now >= 2 else 0) for now in range(7)][-1] == 0.0


def test_a_quiet_row_is_nothing_after_the_first_refresh_and_not_before() -> None:
    row = Sampled()
    assert [row.at(float(now), 7) for now in range(5)] == [None, None, None, None, 0.0]


def test_a_counter_set_back_is_not_known_rather_than_negative() -> None:
    row = Sampled()
    assert [row.at(now, count) for now, count in [(0.0, 500), (2.0, 600), (4.0, 3)]] == [None, 50.0, None]


def test_far_samples_are_divided_by_the_time_between_them() -> None:
    row = Sampled()
    assert [row.at(now, count) for now, count in [(0.0, 0), (10.0, 500), (20.0, 1500)]] == [None, 50.0, 100.0]


def test_rows_that_are_gone_have_no_rate() -> None:
    table, rates = KernelTable(), Rates()
    for now, kernel in enumerate([{80: {1: 1}}, {80: dict[int, int]()}]):
        changes = table.apply(full(kernel, float(now)))
        rates.apply(changes, float(now), table.gap)
    ((destination, _, _),) = changes
    assert destination.row is None and table.find(*destination.key) is None
    assert rates.get(destination) is None
    assert rates.apply([], 100.0, 1.0) == []

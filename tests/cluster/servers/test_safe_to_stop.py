"""DRAINED and "safe to stop" are said only where every kernel has weight 0 and nothing left, and once for each drain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.servers.drains import overdue
from lvstui.cluster.servers.entry import CHANGE_LASTS
from lvstui.cluster.view import RealServerState, RealServerView
from lvstui.console.look import formatting
from lvstui.director.protocol.ipvs_messages import Ipvs, ServiceChange, ServiceId
from tests.support.telling import NAMES, WALL, Pair, checked, configuration, row, service

ID = "192.168.211.13:8082"
MARK = "0  # drained, was 1, 2026-11-22 14:01 by ana@ops1"
DRAINED, DRAINING, DRIFT = RealServerState.DRAINED, RealServerState.DRAINING, RealServerState.DRIFT


def written(pair: Pair, name: str, weight: int | str, *, extra: str = "", checker: bytes = b"") -> None:
    """The file says so and keepalived has loaded it. `checker`: the head of the real servers' checkers."""
    data = configuration({8081: 1, 8082: weight, 8083: 1}, extra=extra)
    pair.files(name, data.replace(b"TCP_CHECK {\n", checker) if checker else data)
    loaded = 0 if isinstance(weight, str) else weight
    pair.checkers(name, checked(8081), checked(8082, weight=loaded), checked(8083))


def kernel(pair: Pair, name: str, weight: int, active: int = 0) -> None:
    pair.ipvs(name, row(8081), row(8082, weight, active=active), row(8083))


def busy() -> Pair:
    """30 connections are held through the VIP on the MASTER, while somebody watches."""
    pair = Pair().up()
    kernel(pair, "director1", 1, 30)
    pair.view()
    pair.after(60.0).sample()
    kernel(pair, "director1", 1, 30)
    pair.view()
    return pair


def safe_events(pair: Pair) -> list[str]:
    return [event for event in pair.events() if "safe to stop" in event]


def test_a_drain_that_reaches_the_backup_first_is_not_safe_until_the_master_has_nothing_left() -> None:
    pair = busy()
    written(pair, "director2", MARK)
    kernel(pair, "director2", 0)
    for _ in range(5):
        pair.after(1.0).sample()
        shown = pair.real(ID)
        assert (shown.state, shown.reason) == (
            DRAINING,
            "not on every Director yet: weight 1 on director1, 0 on director2",
        )
        (drain,) = pair.view().drains
        assert not drain.safe and drain.sending == ("director1",)
        assert formatting.drain_progress(drain) == "director1 still sends clients"
    written(pair, "director1", MARK)
    kernel(pair, "director1", 0, 30)
    for _ in range(5):
        pair.after(1.0).sample()
        (drain,) = pair.view().drains
        assert (drain.state, drain.safe, drain.emptied) == (DRAINING, False, ("director2",))
    assert safe_events(pair) == []
    for _ in range(4):
        pair.after(1.0)
        kernel(pair, "director1", 0)
        kernel(pair, "director2", 0)
        pair.view()
    assert pair.real(ID).state is DRAINED and pair.view().drains[0].safe
    assert safe_events(pair) == [
        f"drain tcp/10.10.0.20:80 {ID} safe to stop: weight 0 and no open connection left on either Director"
    ]
    assert f"director2 tcp/10.10.0.20:80 {ID} none left: drained 2026-11-22 14:01 by ana@ops1" in pair.events()
    assert not any("DRAINED" in event for event in pair.events()), "of one Director it is not said"


def test_a_drain_that_stays_on_one_director_is_drift() -> None:
    pair = busy()
    written(pair, "director2", MARK)
    kernel(pair, "director2", 0)
    assert pair.real(ID).state is DRAINING
    pair.after(CHANGE_LASTS + 1.0).sample()
    shown = pair.real(ID)
    assert (shown.state, shown.reason) == (DRIFT, "the files disagree: weight 1 on director1, 0 on director2")
    assert not pair.view().drains[0].safe


def test_somebody_gives_a_drained_server_its_weight_back_in_one_kernel() -> None:
    pair = busy()
    for name in NAMES:
        written(pair, name, MARK)
        kernel(pair, name, 0)
    for _ in range(2):
        pair.after(1.0).sample().view()
    assert pair.real(ID).state is DRAINED
    kernel(pair, "director1", 4)
    for _ in range(4):
        pair.after(1.0).sample()
        (drain,) = pair.view().drains
        assert not drain.safe and drain.sending == ("director1",)
    assert pair.real(ID).state is DRIFT


def test_a_drained_server_of_a_silent_director_is_not_safe() -> None:
    pair = busy()
    for name in NAMES:
        written(pair, name, MARK)
        kernel(pair, name, 0)
    for _ in range(3):
        pair.after(1.0).sample().view()
    assert pair.real(ID).state is DRAINED
    for _ in range(20):
        pair.after(1.0).ipvs("director1", full=False)
        pair.view()
    assert pair.director("director2").state == "stale"
    (drain,) = pair.view().drains
    assert (drain.state, drain.safe, drain.unknown) == (DRAINING, False, "director2 is stale")


def test_figures_of_before_an_outage_are_not_safe_when_the_link_is_back() -> None:
    pair = busy()
    for name in NAMES:
        written(pair, name, MARK)
        kernel(pair, name, 0)
    for _ in range(3):
        pair.after(1.0).sample().view()
    assert pair.view().drains[0].safe
    pair.state.failed("director2", "reset", "", permanent=False, retry_in=1.0, now=pair.now)
    for _ in range(8):
        pair.after(1.0).ipvs("director1", full=False)
        pair.view()
    pair.link("director2")
    assert pair.director("director2").state == "live"
    assert not pair.view().drains[0].safe and pair.state.facts("director2").weights is None
    kernel(pair, "director2", 1)
    assert not pair.view().drains[0].safe
    for _ in range(3):
        kernel(pair.after(1.0), "director2", 0)
        pair.ipvs("director1", full=False)
        pair.view()
    assert pair.view().drains[0].safe


def test_flows_of_udp_behind_a_firewall_mark_are_left_on_it() -> None:
    mark = ServiceId("inet", "", "", 0, 7)
    pair = busy()
    for weight, flows in ((1, 4), (0, 4), (0, 4), (0, 4)):
        pair.after(1.0)
        for name in NAMES:
            data = configuration({8082: MARK if weight == 0 else 1})
            pair.files(name, data.replace(b"virtual_server 10.10.0.20 80", b"virtual_server fwmark 7"))
            rows = (row(8082, weight, inactive=flows if name == "director1" else 0),)
            pair.say(name, Ipvs(pair.now, True, True, (ServiceChange(service(mark), rows, ()),), (), None))
        view = pair.view()
    (drain,) = view.drains
    assert (drain.state, drain.safe, drain.left) == (DRAINING, False, {"director1": 4, "director2": 0})
    assert safe_events(pair) == []


def test_weight_0_from_the_start_is_by_configuration_and_no_event() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.keepalived(name)
        pair.log(name, history=True)
        written(pair, name, 0)
        kernel(pair, name, 0)
    for _ in range(10):
        pair.after(1.0).sample()
        assert pair.view().drains == () or not pair.view().drains[0].safe
    shown = pair.real(ID)
    assert (shown.state, shown.reason) == (DRAINED, "weight 0 by configuration")
    assert safe_events(pair) == [] and pair.view().drains == ()
    assert not any("none left" in event for event in pair.events()), "nothing has ended"


def test_a_drain_that_was_over_before_the_console_began_is_no_event_and_a_later_one_is() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.keepalived(name)
        pair.log(name, history=True)
        written(pair, name, MARK)
        kernel(pair, name, 0)
    for _ in range(5):
        pair.after(1.0).sample().view()
    assert pair.real(ID).state is DRAINED and pair.events() == []
    kernel(pair, "director1", 0, 2)
    pair.after(1.0).sample().view()
    for _ in range(3):
        pair.after(1.0)
        kernel(pair, "director1", 0)
        pair.view()
    emptied = [event for event in pair.events() if "none left" in event]
    assert emptied == [f"director1 tcp/10.10.0.20:80 {ID} none left: drained 2026-11-22 14:01 by ana@ops1"]


def test_a_server_that_is_added_with_weight_0_is_no_drain_that_ended() -> None:
    pair = busy()
    for name in NAMES:
        pair.files(name, configuration({8081: 1, 8082: 1, 8083: 1, 8084: 0}))
        pair.ipvs(name, row(8081), row(8082), row(8083), row(8084, 0))
    for _ in range(5):
        pair.after(1.0).sample().view()
    assert pair.real("192.168.211.13:8084").state is DRAINED
    assert safe_events(pair) == [] and pair.view().drains == ()


def test_an_observers_table_does_not_tell_of_persistence_templates() -> None:
    pair = busy()
    for name in NAMES:
        written(pair, name, MARK, extra=" persistence_timeout 300\n")
    for _ in range(5):
        pair.after(1.0)
        for name in NAMES:
            rows = (row(8081), row(8082, 0), row(8083))
            pair.say(name, Ipvs(pair.now, True, False, (ServiceChange(service(), rows, ()),), (), None))
        assert pair.real(ID).state is DRAINING
    assert pair.real(ID).directors["director1"].persistent is None


@pytest.mark.parametrize(("count", "said"), [(1, "1 connection is still on it"), (2, "2 connections are still on it")])
def test_one_connection_is_one(count: int, said: str) -> None:
    pair = busy()
    for name in NAMES:
        written(pair, name, f"{MARK}: deadline 14:30")
        kernel(pair, name, 0, count)
    (finding,) = overdue(pair.view().drains, WALL)
    assert said in finding.text


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("file"), st.sampled_from(NAMES), st.sampled_from([0, 1, MARK])),
        st.tuples(st.just("kernel"), st.sampled_from(NAMES), st.tuples(st.integers(0, 2), st.integers(0, 1))),
        st.tuples(st.just("checked"), st.sampled_from(NAMES), st.tuples(st.integers(0, 1), st.integers(0, 2))),
        st.tuples(st.just("lost"), st.sampled_from(NAMES), st.none()),
        st.tuples(st.just("time"), st.none(), st.integers(1, 20)),
    ),
    max_size=15,
)


def safe(real: RealServerView) -> bool:
    return len(real.directors) == 2 and all(
        one.kernel_weight == 0 and one.active == 0 and one.persistent == 0 for one in real.directors.values()
    )


@given(STEPS)
def test_whatever_happens_drained_and_safe_are_true_in_every_kernel(steps: list[tuple[str, str, object]]) -> None:
    pair = busy()
    for what, name, how in steps:
        pair.after(1.0).sample()
        match what, how:
            case "file", weight:
                if isinstance(weight, (int, str)):
                    written(
                        pair, name, weight, checker=b"MISC_CHECK {\n misc_dynamic\n" if name == "director1" else b""
                    )
            case "kernel", (int(weight), int(active)):
                kernel(pair, name, weight, active)
            case "checked", (int(loaded), int(effective)):
                told = checked(8082, weight=loaded)._replace(effective_weight=effective)
                pair.checkers(name, checked(8081), told, checked(8083))
            case "lost", _:
                pair.state.failed(name, "refused", "", permanent=True, retry_in=None, now=pair.now)
            case "time", int(seconds):
                pair.after(float(seconds)).sample()
        view = pair.view()
        reals = {real.id: real for server in view.virtual_servers for real in server.real_servers}
        claimed = {drain.real_server for drain in view.drains if drain.safe}
        claimed |= {real.id for real in reals.values() if real.state is DRAINED}
        assert all(safe(reals[id]) for id in claimed), view

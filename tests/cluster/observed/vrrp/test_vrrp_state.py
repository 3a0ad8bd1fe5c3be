from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.identity.vips import Addresses, Vip
from lvstui.cluster.observed.clock_tolerances import EDGE_HOLDS
from lvstui.cluster.observed.vrrp.vrrp_state import Instance
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.vrrp_messages import Vrrp, VrrpInstance
from lvstui.keepalived import VrrpKey
from tests.support.telling import OFF, VIPS, Pair


def an_instance() -> Instance:
    return Instance(VrrpKey("ens33", 51, "inet"), "VI_1", (Vip("10.10.0.20", "ens33"),))


def test_a_vip_that_moves_is_enough_to_show_the_new_master() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    pair.network("director2", *VIPS.values())
    for name in VIPS:
        shown = pair.vrrp_of("director2", name)
        assert (shown.state, shown.evidence) == ("MASTER", "address")
        assert shown.since == pair.wall() - 40.0


def test_a_reload_which_changes_no_role_does_not_begin_it_anew() -> None:
    pair = Pair().up()
    began = pair.vrrp_of("director1").since
    pair.after(50).vrrp("director1", "MASTER", since=1049.0)  # keepalived gives the time of its reload
    assert pair.vrrp_of("director1").since == began


def test_a_role_that_was_lost_and_came_back_between_two_looks_began_anew() -> None:
    pair = Pair().up()
    began = pair.vrrp_of("director1").since
    pair.after(50).vrrp("director1", "MASTER", since=1049.0, masters=2)
    since = pair.vrrp_of("director1").since
    assert since is not None and began is not None and since - began == 1049.0 - 950.0


def test_a_stopped_keepalived_has_no_state_and_shows_the_vips_it_still_holds() -> None:
    pair = Pair().up()
    pair.after(5).sample()
    pair.keepalived("director1", running=False)
    pair.network("director2", *VIPS.values())
    shown = pair.vrrp_of("director1")
    assert shown.state is None
    assert [vip.held for vip in shown.vips] == [True]
    pair.after(2).sample()
    problems = pair.problems()
    assert problems["keepalived:director1"] == (
        "keepalived is not running on director1, and it still holds 10.10.0.20, 192.168.211.20"
    )
    assert problems["vip-twice:10.10.0.20"] == "10.10.0.20 is on director1 and director2"
    assert "split:VI_1" not in problems


def test_an_address_never_hides_fault() -> None:
    pair = Pair().up()
    pair.after(5)
    pair.log("director1", "(VI_1): entering FAULT state (interface ens33 down)", "(VI_1) Entering FAULT STATE")
    pair.network("director1")
    assert pair.vrrp_of("director1").state == "FAULT"
    pair.after(0.1).network("director1", *VIPS.values())
    assert pair.vrrp_of("director1").state == "FAULT"
    assert "director1 VI_1 MASTER → FAULT: interface ens33 down" in pair.events()


def test_a_lost_vip_is_unknown_for_a_second_then_backup() -> None:
    pair = Pair().up()
    pair.after(5).network("director1")
    assert pair.vrrp_of("director1").state is None
    pair.after(1.1)
    assert (pair.vrrp_of("director1").state, pair.vrrp_of("director1").evidence) == ("BACKUP", "address")


def test_a_dump_written_before_an_edge_does_not_undo_it() -> None:
    pair = Pair().up()
    pair.after(5).log("director2", "(VI_1) Entering MASTER STATE")
    pair.network("director2", *VIPS.values())
    pair.after(0.02).vrrp("director2", "BACKUP")
    assert pair.vrrp_of("director2").state == "MASTER"
    pair.after(1).vrrp("director2", "BACKUP")
    assert pair.vrrp_of("director2").state == "BACKUP"


def test_a_restarted_keepalived_is_not_master_by_vips_left_behind() -> None:
    pair = Pair().up()
    pair.after(5).keepalived("director1", running=False)
    pair.after(5).keepalived("director1", pid=200)
    assert pair.vrrp_of("director1").state is None
    pair.vrrp("director1", "BACKUP")
    assert pair.vrrp_of("director1").state == "BACKUP"


def test_one_transition_told_by_three_sources_is_one_event() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    pair.network("director2", *VIPS.values())
    pair.after(0.01).log("director2", "(VI_1) Entering MASTER STATE", "(VI_2) Entering MASTER STATE")
    pair.after(0.03).vrrp("director2", "MASTER")
    assert [event for event in pair.events() if "MASTER" in event] == [
        "director2 VI_1 BACKUP → MASTER",
        "director2 VI_2 BACKUP → MASTER",
    ]


def test_the_history_of_before_is_no_event() -> None:
    pair = Pair().up()
    pair.log("director1", "(VI_1) Entering BACKUP STATE", history=True, at=920.0)
    assert pair.vrrp_of("director1").state == "MASTER"
    assert pair.events() == []


STATES = st.sampled_from(["BACKUP", "MASTER", "FAULT"])
EVIDENCE = st.lists(
    st.tuples(
        st.floats(0.0, 3.0, allow_nan=False),
        st.one_of(
            st.tuples(st.just("log"), STATES),
            st.tuples(st.just("dump"), STATES),
            st.tuples(st.just("vip"), st.booleans()),
        ),
    ),
    max_size=30,
)


@given(EVIDENCE)
def test_whatever_the_order_fault_is_hidden_by_keepalived_alone(
    steps: list[tuple[float, tuple[str, str | bool]]],
) -> None:
    instance, now = an_instance(), 100.0
    for pause, (kind, what) in steps:
        now += pause
        before, fault = instance.held, instance.claim is not None and instance.claim.state == "FAULT"
        if kind == "vip":
            instance.addresses([bool(what)], now, now, first=False)
            if fault:
                assert instance.judge(now, awaited=False)[0] == "FAULT"
            elif before is not what:
                assert (instance.judge(now, awaited=False)[0] == "MASTER") is what
        elif kind == "log":
            instance.entered(str(what), None, now, now)
            assert instance.judge(now, awaited=False)[0] == what or instance.held is not None
        else:
            instance.dumped(str(what), now, now, stayed=False)


@given(EVIDENCE, STATES)
def test_a_dump_after_all_is_quiet_is_believed(steps: list[tuple[float, tuple[str, str | bool]]], last: str) -> None:
    instance, now = an_instance(), 100.0
    for pause, (kind, what) in steps:
        now += pause
        if kind == "vip":
            instance.addresses([bool(what)], now, now, first=False)
        elif kind == "log":
            instance.entered(str(what), None, now, now)
    now += EDGE_HOLDS + 0.01
    instance.dumped(last, now, now, stayed=False)
    assert instance.judge(now, awaited=False)[0] == last


@pytest.mark.parametrize(
    ("states", "role"),
    [(("MASTER", "MASTER"), "MASTER"), (("BACKUP", "BACKUP"), "BACKUP"), (("MASTER", "BACKUP"), "mixed"),
     (("MASTER", "FAULT"), "FAULT")],
)  # fmt: skip
def test_the_role_of_a_director(states: tuple[str, str], role: str) -> None:
    pair = Pair().up()
    pair.after(5).network("director1")
    pair.after(5).vrrp("director1", *states)
    assert pair.director("director1").role == role


# --- since when, for a console that comes after a reload ---


def comes_after_a_reload(*, created: float = 0.0) -> Pair:
    """Started at 900, reloaded at 986 of the Director's clock; the dump then tells of the reload. Now it is 1000."""
    pair = Pair()
    for name in ("director1", "director2"):
        pair.link(name)
        pair.ipvs(name)
        pair.keepalived(name, loaded=pair.wall(986.0))
        held = [Address("ens33", VIPS["VI_1"], 32, created)] if name == "director1" else []
        pair.say(name, Network(pair.now, (Link("ens33", True),), tuple(held), None))
        told = VrrpInstance(
            "VI_1", 51, "ens33", "MASTER" if held else "BACKUP", 100, 100, 0, 1.0, 2, pair.wall(986.4), (VIPS["VI_1"],),
            0, 0, 1, 0, "inet", "ens33", ("ens33",),
        )  # fmt: skip
        pair.say(name, Vrrp(pair.now, (told,), None))
    return pair


def test_a_reload_is_no_transition_the_age_of_the_vip_tells() -> None:
    pair = comes_after_a_reload(created=931.25)
    assert pair.vrrp_of("director1").since == pair.wall(931.25) - OFF
    assert pair.vrrp_of("director2").since is None, "not known, and not 14 s"


def test_a_vip_that_was_there_before_keepalived_tells_nothing() -> None:
    assert comes_after_a_reload(created=850.0).vrrp_of("director1").since is None


def test_the_logs_last_line_tells_when_a_state_was_entered() -> None:
    pair = comes_after_a_reload()
    pair.log("director2", "(VI_1) Entering BACKUP STATE (init)", history=True, at=901.0)
    assert pair.vrrp_of("director2").since == pair.wall(901.0) - OFF
    pair.log("director2", "(VI_1) Entering MASTER STATE", history=True, at=940.0)
    assert pair.vrrp_of("director2").since is None, "it became BACKUP after that"
    pair.log("director2", "(VI_1) Entering BACKUP STATE", history=True, at=941.0)
    assert pair.vrrp_of("director2").since == pair.wall(941.0) - OFF
    assert pair.vrrp_of("director2").state == "BACKUP"


def test_the_first_transition_is_not_taken_for_a_reload() -> None:
    pair = Pair()
    pair.link("director2")
    pair.keepalived("director2")
    pair.vrrp("director2", "BACKUP", since=901.0)
    assert pair.vrrp_of("director2").since == pair.wall(901.0) - OFF


def test_the_kernels_stamps_begin_anew_after_497_days() -> None:
    at = 2**32 / 100 + 50.0
    found = Addresses(
        Network(at, (), (Address("eth0", "10.0.0.1", 32, 20.0), Address("eth0", "10.0.0.2", 32, 90.0)), None)
    )
    assert found.created(Vip("10.0.0.1", "eth0")) == pytest.approx(at - 30.0)
    assert found.created(Vip("10.0.0.2", "eth0")) == 90.0

from __future__ import annotations

import pytest

from lvstui.cluster.observed.checkers.verdicts import Verdict
from lvstui.cluster.servers.entry import DRIFT_LASTS
from lvstui.cluster.servers.states import DirectorContext, judge
from lvstui.cluster.view import RealServerState
from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.ipvs_messages import RealServerId
from lvstui.director.protocol.keepalived_messages import Log, LogLine
from lvstui.keepalived import ConfiguredRealServer, MemoryFiles, load
from tests.support.telling import MAIN, NAMES, REAL, Pair, checked, configuration, row

DEAD = "192.168.211.13:8083"
FAILED = (
    "TCP_CHECK on service [192.168.211.13]:tcp:8083 failed after 3 retries.",
    "Removing service [192.168.211.13]:tcp:8083 from VS [10.10.0.20]:tcp:80",
)
ALIVE, NOT_ALIVE = Verdict(True, None, None, 0.0, 1, 1, 0), Verdict(False, None, None, 0.0, 1, 1, 0)


def real(weight: int, extra: str = "") -> ConfiguredRealServer:
    text = configuration({8081: weight}, extra=extra)
    return load(MAIN, MemoryFiles({MAIN: text}, {}), "director1").virtual_servers[0].real_servers[0]


@pytest.mark.parametrize(
    ("configured", "weight", "verdict", "changes", "state"),
    [
        (1, 1, ALIVE, {}, "UP"),
        (1, 1, None, {}, "UP"),
        (1, 1, NOT_ALIVE, {}, "DOWN"),
        (0, 0, NOT_ALIVE, {}, "DOWN"),
        (0, 0, ALIVE, {}, "DRAINING"),
        (1, None, NOT_ALIVE, {}, "DOWN"),
        (1, None, ALIVE, {}, "DRIFT"),
        (1, None, None, {}, "DOWN"),
        (1, None, None, {"running": False}, "UNKNOWN"),
        (1, None, None, {"running": None}, "UNKNOWN"),
        (1, None, None, {"pending": True}, "PENDING"),
        (1, 5, ALIVE, {}, "DRIFT"),
        (1, 5, Verdict(True, None, None, 0.0, 1, 5, 4), {}, "UP"),
        (1, 0, Verdict(True, None, None, 0.0, 1, 0, -1), {}, "DRIFT"),
        (0, 1, ALIVE, {"pending": True}, "PENDING"),
        (None, 1, None, {}, "UNMANAGED"),
        (None, 1, None, {"pending": True}, "PENDING"),
        (None, None, None, {}, "DRIFT"),
        (1, 1, ALIVE, {"figures": False}, "UNKNOWN"),
        (None, 1, None, {"configured": False}, "UNKNOWN"),
    ],
)
def test_the_table_of_states(
    configured: int | None, weight: int | None, verdict: Verdict | None, changes: dict[str, bool | None], state: str
) -> None:
    given: dict[str, bool | None] = {"figures": True, "configured": True, "pending": False, "running": True}
    given.update(changes)
    context = DirectorContext(bool(given["figures"]), bool(given["configured"]), given["pending"], given["running"], 1)
    wanted = None if configured is None else real(configured)
    assert judge(context, wanted, weight, True, verdict) == state


def test_inhibit_on_failure_holds_a_dead_one_at_0() -> None:
    context = DirectorContext(True, True, False, True, 1)
    text = configuration({8081: 1}).replace(b"TCP_CHECK {", b"inhibit_on_failure\n TCP_CHECK {")
    held = load(MAIN, MemoryFiles({MAIN: text}, {}), "director1").virtual_servers[0].real_servers[0]
    assert held.inhibit_on_failure
    assert judge(context, held, 0, True, None) is RealServerState.DOWN


def test_down_since_when_and_why() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    pair.log("director1", *FAILED)
    shown = pair.real(DEAD)
    assert (shown.state, shown.reason) == (RealServerState.DOWN, "TCP_CHECK failed after 3 retries")
    assert shown.since == pytest.approx(pair.wall() - 40.0)
    assert f"director1 tcp/10.10.0.20:80 {DEAD} DOWN: TCP_CHECK failed after 3 retries" in pair.events()
    pair.after(0.5).ipvs("director1", full=False, gone=[RealServerId("192.168.211.13", 8083)])
    pair.checkers("director1", checked(8081), checked(8082), checked(8083, alive=False))
    assert pair.real(DEAD).since == pytest.approx(pair.wall() - 40.5)
    assert len([event for event in pair.events() if "DOWN" in event]) == 1


def test_a_server_put_back_is_down_until_the_kernel_has_it_and_never_drift_in_between() -> None:
    pair = Pair().up()
    pair.after(5).log("director1", *FAILED)
    pair.ipvs("director1", full=False, gone=[RealServerId("192.168.211.13", 8083)])
    assert pair.real(DEAD).state is RealServerState.DOWN
    pair.after(30).log("director1", "Adding service [192.168.211.13]:tcp:8083 to VS [10.10.0.20]:tcp:80")
    assert pair.real(DEAD).state is RealServerState.DOWN
    pair.after(0.5).ipvs("director1", row(8083), full=False)
    assert pair.real(DEAD).state is RealServerState.UP
    assert pair.events()[-1] == f"director1 tcp/10.10.0.20:80 {DEAD} UP: back in service"


def test_what_went_down_before_we_came_is_explained_and_is_no_event() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.checkers(name, checked(8081), checked(8082), checked(8083, alive=False))
        pair.ipvs(name, row(8081), row(8082))
        pair.log(name, *FAILED, history=True, at=960.0)
    shown = pair.real(DEAD)
    assert (shown.state, shown.reason) == (RealServerState.DOWN, "TCP_CHECK failed after 3 retries")
    assert shown.since == pytest.approx(pair.wall(960.0) - 40.0)
    assert pair.events() == []


@pytest.mark.parametrize("error", [None, "keepalived wrote no dump"])
def test_what_the_log_remembers_as_down_is_not_for_a_plan_while_the_kernel_sends_clients_there(
    error: str | None,
) -> None:
    """The dump that would tell what holds now has not come, or cannot."""
    key = ("tcp/10.10.0.20:80", DEAD)
    pair = Pair()
    pair.link("director1")
    pair.ipvs("director1", row(8081), row(8082), row(8083))
    pair.keepalived("director1")
    pair.files("director1", configuration())
    pair.log("director1", *FAILED, history=True, at=960.0)
    if error is not None:
        pair.say("director1", Checkers(pair.now, (), error))
    assert key not in pair.state.facts("director1").alive
    pair.ipvs("director1", full=False, gone=[RealServerId("192.168.211.13", 8083)])
    assert pair.state.facts("director1").alive[key] is False
    pair.ipvs("director1", row(8083, 0), full=False)  # inhibit_on_failure
    assert pair.state.facts("director1").alive[key] is False
    pair.ipvs("director1", row(8083), full=False)
    assert key not in pair.state.facts("director1").alive
    pair.after(5).log("director1", *FAILED)  # the kernel's table is older than these lines
    assert pair.state.facts("director1").alive[key] is False
    pair.checkers("director1", checked(8081), checked(8082), checked(8083, alive=False))
    pair.after(5).sample()
    assert pair.state.facts("director1").alive[key] is False


def test_what_an_earlier_life_of_the_daemon_took_out_is_not_out_now() -> None:
    """It was started again within a second, and no dump has come yet."""
    pair = Pair()
    begins = "Starting Keepalived v2.2.7 (01/16,2022)"
    lines = [(900.2, line) for line in FAILED] + [(900.4, "Stopped Keepalived v2.2.7 (01/16,2022)"), (900.6, begins)]
    for name in NAMES:
        pair.link(name)
        pair.ipvs(name, row(8081), row(8082), row(8083))
        pair.keepalived(name)
        pair.files(name, configuration())
        told = tuple(LogLine(pair.wall(at), "Keepalived", line) for at, line in lines)
        pair.say(name, Log(pair.now, "journald", True, told, None))
        assert not pair.director(name).keepalived.checkers_told
    assert pair.real(DEAD).state is RealServerState.UP
    pair.after(5).log("director1", *FAILED)
    assert pair.real(DEAD).state is RealServerState.DOWN  # in this life
    pair.checkers("director1", checked(8081), checked(8082), checked(8083, alive=False))
    assert pair.director("director1").keepalived.checkers_told


def test_a_drain_from_one_file_to_safe_to_stop() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    text = configuration({8081: "0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: kernel update", 8082: 1, 8083: 1})
    for name in NAMES:
        pair.files(name, text, mtime=pair.wall())
    assert pair.real().state is RealServerState.PENDING
    for name in NAMES:
        pair.after(0.2).keepalived(name, loaded=pair.wall())
        pair.after(0.2).ipvs(name, row(8081, 0, active=3), full=False)
    shown = pair.real()
    assert shown.state is RealServerState.DRAINING
    assert shown.reason == "drained 2026-11-22 14:01 by ana@ops1: kernel update"
    drained = shown.directors["director1"].drained
    assert drained is not None
    assert drained.weight == 1
    for name in NAMES:
        pair.after(0.5).ipvs(name, row(8081, 0), full=False)
    assert pair.real().state is RealServerState.DRAINING, "one quiet sample is not enough"
    pair.after(1).ipvs("director1", full=False)
    assert pair.real().state is RealServerState.DRAINING, "nor is one Director"
    pair.ipvs("director2", full=False)
    assert pair.real().state is RealServerState.DRAINED


def test_inactive_connections_keep_udp_from_being_drained() -> None:
    pair = Pair().up()
    udp = configuration({8081: 0}).replace(b"protocol TCP", b"protocol UDP")
    for name in NAMES:
        pair.files(name, udp)
    assert pair.real().state is not RealServerState.DRAINED


def test_drained_is_not_said_while_a_director_is_lost() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration({8081: 0, 8082: 1, 8083: 1}))
        pair.ipvs(name, row(8081, 0), row(8082), row(8083))
    assert pair.real().state is RealServerState.DRAINING
    pair.after(1).sample()
    assert pair.real().state is RealServerState.DRAINED
    pair.state.failed("director2", "refused", "", permanent=True, retry_in=None, now=pair.now)
    assert pair.real().state is RealServerState.DRAINING
    assert pair.real().directors["director2"].state is RealServerState.UNKNOWN


def test_a_weight_set_by_hand_is_an_event_at_once_and_drift_when_it_lasts() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    pair.after(1).ipvs("director1", row(8081, 7), full=False)
    assert pair.real().state is RealServerState.UP
    assert pair.events() == [f"director1 tcp/10.10.0.20:80 {REAL} weight 1 → 7 in the kernel"]
    pair.after(DRIFT_LASTS).sample()
    assert pair.real().state is RealServerState.DRIFT
    assert pair.real().reason == "weight 1 in the file, 7 in the kernel of director1"
    assert "drift" in pair.problems()


def test_the_event_of_a_weight_that_becomes_0_says_who_drained_it() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    told = f"director1 tcp/10.10.0.20:80 {REAL} weight 1 → 0"
    pair.files(
        "director1",
        configuration({8081: "0  # drained, was 1, 2026-11-24 03:00 by ana@ops1: kernel update", 8082: 1, 8083: 1}),
    )
    pair.after(1).ipvs("director1", row(8081, 0), full=False)
    assert pair.events() == [f"{told}, drained by ana@ops1: kernel update"]
    other = Pair().up()
    other.after(5).sample().view()
    other.after(1).ipvs("director1", row(8081, 0), full=False)
    assert other.events() == [f"{told} in the kernel"]


def test_files_that_disagree_on_a_weight_are_drift() -> None:
    pair = Pair().up()
    pair.files("director2", configuration({8081: 2, 8082: 1, 8083: 1}))
    pair.ipvs("director2", row(8081, 2), row(8082), row(8083))
    assert pair.real().state is RealServerState.DRIFT
    assert pair.real().reason == "the files disagree: weight 1 on director1, 2 on director2"


def test_a_server_that_only_one_file_has_is_drift_and_one_that_none_has_unmanaged() -> None:
    pair = Pair().up()
    pair.files("director2", configuration({8081: 1, 8082: 1}))
    pair.ipvs("director2", row(8081), row(8082), row(9000))
    assert pair.real(DEAD).state is RealServerState.DRIFT
    assert pair.real(DEAD).reason == "not configured on director2"
    shown = pair.real("192.168.211.13:9000")
    assert (shown.state, shown.virtual_server) == (RealServerState.UNMANAGED, "tcp/10.10.0.20:80")
    pair.after(1).ipvs("director2", full=False, gone=[RealServerId("192.168.211.13", 9000)])
    ids = [real.id for server in pair.view().virtual_servers for real in server.real_servers]
    assert "192.168.211.13:9000" not in ids


def test_a_sorry_server_in_the_kernel_is_not_unmanaged() -> None:
    pair = Pair().up()
    text = configuration(extra=" sorry_server 192.168.211.13 9999\n")
    for name in NAMES:
        pair.files(name, text)
    pair.ipvs("director1", row(9999))
    ids = [real.id for server in pair.view().virtual_servers for real in server.real_servers]
    assert ids == [f"192.168.211.13:{port}" for port in (8081, 8082, 8083)]


def test_a_group_is_one_row_for_all_its_services() -> None:
    pair = Pair()
    group = (
        b"virtual_server_group web {\n 10.10.0.20 80\n 10.10.0.21 80\n}\n"
        b"virtual_server group web {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
        b" real_server 192.168.211.13 8081 {\n weight 1\n }\n}\n"
    )
    pair.link("director1")
    pair.ipvs("director1", row(8081, active=2))
    pair.keepalived("director1")
    pair.files("director1", group)
    shown = pair.real()
    assert shown.virtual_server == "group/web"
    assert shown.directors["director1"].active == 2
    assert shown.state is RealServerState.DRIFT, "one of the two services has it not"

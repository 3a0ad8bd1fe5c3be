"""The quorum of a virtual server, its sorry server, and what keepalived takes out because the quorum is lost."""

from __future__ import annotations

import json

import pytest

from lvstui.cluster.view import RealServerState, Severity, VirtualServerView
from lvstui.cluster.views.status import as_json, as_text
from lvstui.director.protocol.ipvs_messages import RealServerId
from tests.support.quorum_pair import EXTRA, GAINED, LOST, PORTS, SORRY, VIRTUAL, lose, quorum_pair, told_quorum
from tests.support.telling import NAMES, REAL, Pair, checked, configuration, row

NO_QUORUM, DOWN, DRIFT, UP = (
    RealServerState.NO_QUORUM,
    RealServerState.DOWN,
    RealServerState.DRIFT,
    RealServerState.UP,
)


def server(pair: Pair) -> VirtualServerView:
    (one,) = pair.view().virtual_servers
    return one


def test_a_quorum_that_is_met() -> None:
    shown = server(quorum_pair())
    assert shown.quorum is not None and shown.sorry_server is not None
    assert str(shown.quorum) == "quorum 2 met, live weight 3, hysteresis 1"
    assert shown.quorum.brief == "quorum 3/2±1"
    assert (shown.sorry_server.id, shown.sorry_server.serving, shown.sorry_server.word) == (SORRY, False, "standby")
    printed = json.loads(json.dumps(as_json(quorum_pair().view())))["virtual_servers"][0]
    assert printed["quorum"] == {"needed": 2, "hysteresis": 1, "live_weight": 3, "met": True}
    assert printed["sorry_server"] == {"id": SORRY, "serving": False}


def test_a_lost_quorum_is_a_problem_and_no_drift() -> None:
    pair = quorum_pair()
    for name in NAMES:
        pair.log(name, LOST)
    lose(pair, 8081)
    pair.after(5.0).sample()
    shown = server(pair)
    assert shown.states == (NO_QUORUM, DOWN, DOWN)
    assert shown.real_servers[0].reason == "alive, removed by keepalived: quorum lost"
    (problem,) = [one for one in pair.view().problems if one.kind == "quorum"]
    assert problem.text == (
        f"{VIRTUAL} has lost its quorum on director1 and director2: live weight 1, 2 needed; "
        f"the sorry server {SORRY} serves its clients"
    )
    assert problem.severity is Severity.CRITICAL
    assert problem.since == pytest.approx(pair.wall() - 40.0 - 5.0)
    assert "192.168.211.13:8082 (DOWN" in problem.detail and "gained again at live weight 3" in problem.detail
    assert not {"drift", "dead:tcp/10.10.0.20:80"} & pair.problems().keys()
    printed = json.loads(json.dumps(as_json(pair.view())))["virtual_servers"][0]
    assert printed["quorum"] == {"needed": 2, "hysteresis": 1, "live_weight": 1, "met": False}
    assert printed["sorry_server"] == {"id": SORRY, "serving": True}


def test_the_sorry_server_has_figures_on_each_director() -> None:
    pair = quorum_pair()
    lose(pair)
    sorry = server(pair).sorry_server
    assert sorry is not None
    for one in sorry.directors.values():
        assert (one.serving, one.kernel_weight, one.active) == (True, 1, 4)
    pair.after(1.0).ipvs("director1", row(9999, active=7, connections=10), full=False)
    pair.ipvs("director2", full=False)
    sorry = server(pair).sorry_server
    assert sorry is not None and sorry.directors["director1"].active == 7
    lines = [line for line in as_text(pair.view()).splitlines() if "sorry" in line]
    assert lines[0].split()[:5] == ["sorry", SORRY, "SERVING", "director1", "1"]


def test_hysteresis_keeps_a_live_server_out_until_the_quorum_is_gained() -> None:
    pair = quorum_pair()
    lose(pair)
    assert server(pair).states == (DOWN, DOWN, DOWN)
    pair.after(10.0)
    for name in NAMES:
        for port in (8081, 8082):
            pair.log(name, f"Adding service [192.168.211.13]:tcp:{port} to VS [10.10.0.20]:tcp:80")
    pair.after(5.0).sample()
    shown = server(pair)
    assert shown.states == (NO_QUORUM, NO_QUORUM, DOWN)
    assert shown.quorum is not None
    assert (shown.quorum.live_weight, shown.quorum.met) == (2, False), "2 are enough to keep it, not to gain it"
    assert f"director1 {VIRTUAL} {REAL} NO QUORUM: alive, removed by keepalived: quorum lost" in pair.events()
    assert not any("back in service" in event for event in pair.events())
    pair.after(10.0)
    for name in NAMES:
        pair.log(name, "Adding service [192.168.211.13]:tcp:8083 to VS [10.10.0.20]:tcp:80", GAINED)
        pair.ipvs(name, *(row(port) for port in PORTS), full=False, gone=[RealServerId("192.168.211.13", 9999)])
    shown = server(pair)
    assert shown.states == (UP, UP, UP) and shown.quorum is not None and shown.quorum.met
    assert shown.sorry_server is not None and shown.sorry_server.serving is False
    assert "quorum" not in {one.kind for one in pair.view().problems}


def test_a_quorum_that_is_lost_and_gained_is_an_event_on_each_director() -> None:
    pair = quorum_pair()
    lose(pair)
    pair.view()
    told_of = [event for event in pair.events() if "quorum lost" in event]
    assert told_of == [
        f"{name} {VIRTUAL} quorum lost: live weight 0, 2 needed; keepalived puts in the sorry server {SORRY}"
        for name in NAMES
    ]


def test_a_quorum_that_is_gained_while_the_director_is_lost_is_told_afterwards() -> None:
    pair = quorum_pair()
    lose(pair)
    pair.view()
    pair.state.failed("director2", "refused", "", permanent=True, retry_in=None, now=pair.now)
    pair.view()
    pair.after(60.0).link("director2")
    pair.ipvs("director2", *(row(port) for port in PORTS))
    pair.keepalived("director2")
    pair.checkers("director2", *(checked(port) for port in PORTS), quorums=[told_quorum(True)])
    assert f"director2 {VIRTUAL} quorum gained: live weight 3" in pair.events()


def test_with_inhibit_on_failure_they_stay_at_weight_0() -> None:
    pair = quorum_pair(inhibit=True)
    for name in NAMES:
        pair.checkers(
            name, checked(8081), *(checked(port, alive=False) for port in PORTS[1:]), quorums=[told_quorum(False)]
        )
        pair.ipvs(name, *(row(port, 0) for port in PORTS), row(9999), full=False)
    pair.after(5.0).sample()
    assert server(pair).states == (NO_QUORUM, DOWN, DOWN)


def test_without_a_sorry_server_the_live_ones_stay_in() -> None:
    pair = quorum_pair(" quorum 2\n")
    for name in NAMES:
        alive = [checked(port, alive=port == 8081) for port in PORTS]
        pair.checkers(name, *alive, quorums=[told_quorum(False, sorry=False)])
        pair.ipvs(name, full=False, gone=[RealServerId("192.168.211.13", port) for port in PORTS[1:]])
    shown = server(pair)
    assert shown.states == (UP, DOWN, DOWN) and shown.sorry_server is None
    (problem,) = [one for one in pair.view().problems if one.kind == "quorum"]
    assert problem.text.endswith("live weight 1, 2 needed; its clients go to the remaining real servers")
    assert problem.severity is Severity.ERROR


def test_a_live_server_that_is_missing_although_the_quorum_is_met_is_drift() -> None:
    pair = quorum_pair()
    for name in NAMES:
        pair.ipvs(name, full=False, gone=[RealServerId("192.168.211.13", 8081)])
    pair.view()
    pair.after(5.0).sample()
    assert server(pair).states == (DRIFT, UP, UP)


def test_without_a_word_of_keepalived_the_kernel_tells_that_the_sorry_server_serves() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name, root=False)
        pair.ipvs(name, row(9999))
        pair.keepalived(name)
        pair.files(name, configuration(extra=EXTRA))
    shown = server(pair)
    assert shown.quorum is not None and shown.sorry_server is not None
    assert (shown.quorum.needed, shown.quorum.live_weight, shown.quorum.met) == (2, None, False)
    assert shown.sorry_server.serving is True


def test_a_sorry_server_that_is_a_real_server_too() -> None:
    """Its row in the kernel tells nothing: keepalived's word does."""
    pair = quorum_pair(EXTRA.replace("9999", "8081"))
    sorry = server(pair).sorry_server
    assert sorry is not None and (sorry.serving, sorry.directors["director1"].kernel_weight) == (False, 1)
    pair.after(1.0).ipvs("director1", row(8081, active=9), full=False)
    sorry = server(pair).sorry_server
    assert sorry is not None and sorry.directors["director1"].active == 9
    for name in NAMES:
        pair.checkers(name, *(checked(port, alive=port == 8081) for port in PORTS), quorums=[told_quorum(False)])
    sorry = server(pair).sorry_server
    assert sorry is not None and sorry.serving is True


def test_a_sorry_server_whose_row_is_a_real_servers_of_another_virtual_server() -> None:
    """A group before it has the same service, so the row in the kernel is that of the group's real server."""
    group = (
        b"virtual_server_group over {\n 10.10.0.20 80\n}\nvirtual_server group over {\n protocol TCP\n"
        b" real_server 192.168.211.13 9999 {\n }\n}\n"
    )
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, group + configuration(extra=EXTRA))
        pair.ipvs(name, *(row(port) for port in (*PORTS, 9999)))
    pair.view()
    pair.after(1.0).ipvs("director1", row(9999, active=6), full=False)
    sorry = next(one for one in pair.view().virtual_servers if one.id == VIRTUAL).sorry_server
    assert sorry is not None and sorry.directors["director1"].active == 6


def test_one_director_alone_has_lost_it() -> None:
    pair = quorum_pair()
    pair.log("director2", LOST)
    shown = server(pair)
    assert shown.quorum is not None and shown.quorum.lost == ("director2",) and shown.quorum.met is False
    (problem,) = [one for one in pair.view().problems if one.kind == "quorum"]
    assert "on director2:" in problem.text
    pair.state.failed("director2", "refused", "", permanent=True, retry_in=None, now=pair.now)
    shown = server(pair)
    assert shown.quorum is not None and shown.quorum.met is True, "of a Director that is lost nothing is known"


def test_a_line_of_before_a_reload_does_not_bring_its_numbers_back() -> None:
    """The log's history comes after the dump, and tells of a quorum as it was configured then."""
    pair = quorum_pair()
    pair.log("director1", "Gained quorum 1+0=1 <= 3 for VS [10.10.0.20]:tcp:80", history=True, at=950.0)
    shown = server(pair)
    assert shown.quorum is not None
    side = shown.quorum.directors["director1"]
    assert (side.needed, side.hysteresis, side.met) == (2, 1, True)
    assert side.since == pytest.approx(pair.wall(950.0) - 40.0)


@pytest.mark.parametrize("spoken", [True, False, None])
def test_a_dump_that_a_line_overtook_does_not_take_it_back(spoken: bool | None) -> None:
    pair = quorum_pair()
    pair.log("director1", LOST)
    pair.after(0.1).checkers("director1", *(checked(port) for port in PORTS), quorums=[told_quorum(spoken)])
    shown = server(pair)
    assert shown.quorum is not None and shown.quorum.directors["director1"].met is False

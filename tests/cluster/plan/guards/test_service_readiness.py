"""Whether clients meet the same on the Director that takes over: each guard once, with readings that are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.plan import make
from lvstui.director.protocol.ipvs_messages import RealServerId, ServiceId, SyncDaemons
from tests.support.guarding import level, told
from tests.support.handover_pair import config, daemons, handed_pair, handover
from tests.support.pair import REAL, SERVICE


def held(one: Facts) -> Facts:
    """With seven active connections on each real server."""
    return replace(one, active=dict.fromkeys(one.weights or {}, 7))


def test_fewer_servers_alive_there() -> None:
    first, second = handed_pair()
    down = replace(second, alive={**second.alive, (SERVICE, REAL): False})
    [guard] = told(make(handover(), [first, down]), "fewer-alive")
    assert guard.level == "ask"
    assert (
        guard.text == f"director2: its checkers see 1 real server down that director1 sees alive: {REAL} in {SERVICE}"
    )
    both = replace(first, alive={**first.alive, (SERVICE, REAL): False})
    assert level(make(handover(), [both, down]), "fewer-alive") == "ok"
    unchecked = replace(down, suspended={(SERVICE, REAL)})
    assert level(make(handover(), [first, unchecked]), "fewer-alive") == "ok"


def test_servers_that_are_not_judged_there_yet() -> None:
    first, second = handed_pair()
    early = replace(second, alive={key: alive for key, alive in second.alive.items() if key != (SERVICE, REAL)})
    [guard] = told(make(handover(), [first, early]), "fewer-alive")
    assert guard.level == "note"
    assert guard.text == "director2: what its checkers say of 1 real server that director1 sees alive is not known"


def test_configurations_that_differ() -> None:
    pair = handed_pair(second=config(50).replace("weight 1", "weight 2", 1).replace("advert_int 1", ""))
    [guard] = told(make(handover(), pair), "disagree")
    assert guard.level == "ask"
    assert "differ in 1 setting: tcp/10.10.0.20:80 192.168.211.13:8081 (weight)" in guard.text
    assert level(make(handover(), handed_pair()), "disagree") == "ok"


def test_kernels_without_the_same_services() -> None:
    first, second = handed_pair()
    one = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
    plan = make(handover(), [replace(first, services=frozenset((one,))), replace(second, services=frozenset())])
    assert level(plan, "disagree") == "ask"


def test_files_that_are_not_loaded_there() -> None:
    first, second = handed_pair()
    assert level(make(handover(), [first, replace(second, pending=True)]), "pending") == "ask"


@pytest.mark.parametrize(
    "here, there, why",
    [
        (SyncDaemons(1.0, (), None), SyncDaemons(1.0, (), None), "no sync daemon of IPVS sends them on director1"),
        (daemons("master"), daemons("master"), "no sync daemon of IPVS receives them on director2"),
        (daemons("master", 51), daemons("backup", 52), "the sync ids differ: 51 on director1, 52 on director2"),
        (
            daemons("master"),
            None,
            "whether director2 synchronises connections is not known: it has not reported that yet",
        ),
        (SyncDaemons(1.0, (), "no"), daemons("backup"), "whether director1 synchronises connections is not known: no"),
    ],
)
def test_connections_that_would_be_cut(here: SyncDaemons, there: SyncDaemons | None, why: str) -> None:
    first, second = (replace(one, sync_daemons=known) for one, known in zip(handed_pair(), (here, there), strict=True))
    [guard] = told(make(handover(), [held(first), second]), "connections")
    assert guard.level == "ask"
    assert guard.text.startswith(f"director1: 21 active connections would be cut: {why}")
    assert level(make(handover(), [first, second]), "connections") == "note"


def test_udp_flows_are_scheduled_anew() -> None:
    """IPVS counts all of them as inactive; those of another VIP stay where they are."""
    nothing = SyncDaemons(1.0, (), None)
    first, second = (replace(one, sync_daemons=nothing) for one in handed_pair())
    real = RealServerId("192.168.211.13", 8081)
    flows = {
        (ServiceId("inet", "udp", address, 53, 0), real): count
        for address, count in (("10.10.0.20", 1200), ("10.9.9.9", 5))
    }
    [guard] = told(make(handover(), [replace(first, inactive=flows), second]), "connections")
    assert guard.level == "ask"
    assert guard.text.startswith(
        "director1: 1,200 UDP flows would be scheduled anew by director2, and may get another real server: no sync daemon"
    )
    closed = {(ServiceId("inet", "tcp", "10.10.0.20", 80, 0), real): 9}
    assert level(make(handover(), [replace(first, inactive=closed), second]), "connections") == "note"


@pytest.mark.parametrize("received", [51, 0])
def test_connections_that_are_synchronised(received: int) -> None:
    first, second = handed_pair()
    first, second = (
        replace(held(first), sync_daemons=daemons("master")),
        replace(second, sync_daemons=daemons("backup", received)),
    )
    assert level(make(handover(), [first, second]), "connections") == "ok"


@pytest.mark.parametrize("scheduler", ["sh", "mh"])
def test_connections_that_the_other_director_takes_up(scheduler: str) -> None:
    first, second = handed_pair(
        *(config(priority).replace("lb_algo rr", f"lb_algo {scheduler}") for priority in (100, 50))
    )
    nothing = SyncDaemons(1.0, (), None)
    first, second = replace(held(first), sync_daemons=nothing), replace(second, sync_daemons=nothing)
    assert told(make(handover(), [first, second]), "connections")[0].text.startswith(
        "director1: 21 active connections would be cut"
    )
    sloppy = replace(second, sysctls={"net.ipv4.vs.sloppy_tcp": "1"})
    [guard] = told(make(handover(), [first, sloppy]), "connections")
    assert guard.level == "ask"
    assert guard.text.startswith(
        "director1: 21 active connections would be taken up by director2 (net.ipv4.vs.sloppy_tcp is 1)"
    )
    persistent = config(50).replace("lb_algo rr", f"lb_algo {scheduler}\n    persistence_timeout 50")
    for other in (config(50), persistent):
        cut = replace(sloppy, configuration=handed_pair(second=other)[1].configuration)
        assert "would be cut" in told(make(handover(), [first, cut]), "connections")[0].text


def test_where_nothing_moves_no_connection_is_cut() -> None:
    first, second = handed_pair()
    assert told(make(handover("director2"), [held(first), held(second)]), "connections") == []

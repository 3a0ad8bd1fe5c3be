from __future__ import annotations

import json

import pytest

from lvstui.cluster.observed.link_state import LOST_AFTER
from lvstui.cluster.view import EventView, LinkState, RealServerState, Severity
from lvstui.cluster.views.status import as_json, as_text
from lvstui.director.protocol.checker_messages import CheckersUnchanged
from lvstui.director.protocol.file_messages import Files, Match
from lvstui.director.protocol.host_messages import Host, Nic
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServerId
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.keepalived import VrrpKey
from tests.support.telling import NAMES, REAL, VIPS, WEB, Pair, checked, configuration, row


def test_the_states_of_a_link_and_what_is_told_of_them() -> None:
    pair = Pair()
    pair.state.connecting("director1", pair.now)
    assert pair.director("director1").state is LinkState.CONNECTING
    pair.state.failed(
        "director1", "connection refused", "is sshd running?", permanent=False, retry_in=4.0, now=pair.now
    )
    pair.after(1)
    shown = pair.director("director1")
    assert (shown.state, shown.retry_in_s) == (LinkState.CONNECTING, 3.0)
    assert shown.error == "connection refused; is sshd running?"
    assert "link:director1" in pair.problems()
    pair.up()
    assert pair.director("director1").state is LinkState.LIVE
    pair.state.failed("director1", "closed", "", permanent=False, retry_in=1.0, now=pair.now)
    pair.after(7)
    shown = pair.director("director1")
    assert (shown.state, shown.age_s) == (LinkState.STALE, 7.0)
    assert [instance.state for instance in shown.vrrp] == ["MASTER", "MASTER"], "old figures stay, and say how old"
    pair.after(LOST_AFTER)
    shown = pair.director("director1")
    assert (shown.state, shown.vrrp, shown.role) == (LinkState.LOST, (), None)
    pair.up()
    assert pair.director("director1").state is LinkState.LIVE
    assert [event for event in pair.events() if event.startswith("director1")] == [
        "director1  link lost, its figures age: closed",
        "director1  lost, state unknown: closed",
        "director1  reconnected",
    ]


def test_silence_is_stale_after_three_intervals() -> None:
    pair = Pair(interval=2.0).up()
    pair.after(7.9)
    assert pair.director("director1").state is LinkState.LIVE, "an agent that starts may be busy"
    for _ in range(4):
        pair.after(2).sample()
    pair.after(5.9)
    assert pair.director("director1").state is LinkState.LIVE
    pair.after(0.2)
    assert pair.director("director1").state is LinkState.STALE
    pair.sample()
    assert pair.director("director1").state is LinkState.LIVE


@pytest.mark.parametrize("retry_in", [None, 60.0])
def test_a_permanent_refusal_is_lost_at_once_and_tried_again_where_it_may_pass(retry_in: float | None) -> None:
    pair = Pair().up()
    pair.state.failed("director2", "host key changed", "", permanent=True, retry_in=retry_in, now=pair.now)
    shown = pair.director("director2")
    assert (shown.state, shown.retry_in_s) == (LinkState.LOST, retry_in)


def test_a_new_link_gives_no_rate_over_the_time_without_one() -> None:
    pair = Pair().up()
    pair.state.failed("director1", "closed", "", permanent=False, retry_in=1.0, now=pair.now)
    pair.after(30).link("director1")
    pair.ipvs("director1", row(8081, connections=90_000), row(8082), row(8083))
    assert pair.real().directors["director1"].connections_per_s is None
    pair.after(2).ipvs("director1", row(8081, connections=90_100), full=False)
    assert pair.real().directors["director1"].connections_per_s == 50.0


def test_changes_grows_with_time_alone_only_where_time_matters() -> None:
    pair = Pair().up()
    pair.view()
    before = pair.state.changes
    pair.after(0.2).view()
    assert pair.state.changes == before
    pair.log("director2", "(VI_1) Entering MASTER STATE")
    pair.view()
    before = pair.state.changes
    pair.after(0.2).view()
    assert pair.state.changes > before, "a split brain has yet to last"


def test_rows_keep_their_identity_when_nothing_of_them_changed() -> None:
    pair = Pair().up()
    first = pair.view().virtual_servers
    pair.after(1).sample()
    assert pair.view().virtual_servers is first
    pair.ipvs("director1", row(8082, active=3), full=False)
    second = pair.view().virtual_servers[0].real_servers
    assert [old is new for old, new in zip(first[0].real_servers, second, strict=True)] == [True, False, True]


def test_includes_that_have_not_come_are_asked_for_and_nothing_is_judged_meanwhile() -> None:
    pair = Pair().up()
    pair.files("director1", b"include conf.d/*.conf\n")
    asked = pair.state.configuration("director1")
    assert asked is not None
    assert asked.include_patterns == ("/etc/keepalived/conf.d/*.conf",)
    assert (
        pair.state.facts("director1").configuration is not None or pair.real().directors["director1"].state == "UNKNOWN"
    )
    assert pair.real().directors["director1"].state is RealServerState.UNKNOWN
    files = pair.state.facts("director1").files
    assert files is not None
    included = files.files[0]._replace(path="/etc/keepalived/conf.d/a.conf", data=configuration(), sha256="a")
    match = Match("/etc/keepalived/conf.d/*.conf", (included.path,))
    pair.say("director1", Files(pair.now, files.main, (*files.files, included), (match,), None))
    assert pair.real().directors["director1"].state is RealServerState.UP


def test_the_throughput_of_a_host_leaves_out_loopback() -> None:
    pair = Pair().up()
    for count in (0, 1000):
        nics = (Nic("lo", count * 9, count * 9, 0), Nic("ens33", count, count * 2, 0))
        pair.after(1).say("director1", Host(pair.now, 0.5, 2, 3.0, 40.0, nics, None, None, None))
    host = pair.director("director1").host
    assert (host.in_bps, host.out_bps, host.cpu_percent) == (8000.0, 16000.0, 3.0)


def test_facts_for_a_plan() -> None:
    pair = Pair().up()
    pair.ipvs("director1", row(8081, active=4), full=False)
    facts = pair.state.facts("director1")
    key = (WEB, RealServerId("192.168.211.13", 8081))
    assert (facts.live, facts.role, facts.cannot_write, facts.pending) == (True, "MASTER", None, False)
    assert facts.weights is not None
    assert (facts.weights[key], facts.active[key]) == (1, 4)
    assert facts.alive["tcp/10.10.0.20:80", REAL] is True
    assert facts.vrrp == {VrrpKey("ens33", 51, "inet"): "MASTER", VrrpKey("ens36", 61, "inet"): "MASTER"}
    assert [one.name for one in facts.instances] == ["VI_1", "VI_2"]


def test_an_observer_cannot_write_and_a_lost_director_has_no_weights() -> None:
    pair = Pair().up()
    pair.link("director2", root=False)
    assert pair.state.facts("director2").cannot_write is not None
    pair.state.failed("director1", "refused", "", permanent=True, retry_in=None, now=pair.now)
    facts = pair.state.facts("director1")
    assert (facts.live, facts.error, facts.weights) == (False, "refused", None)


def test_what_the_operator_did_is_among_the_events() -> None:
    pair = Pair().up()
    pair.state.note(EventView(pair.wall(), Severity.INFO, "you", REAL, "drained"))
    assert pair.events() == [f"you {REAL} drained"]


def test_a_vip_that_moves_is_told_once() -> None:
    pair = Pair().up()
    pair.after(5).network("director1")
    pair.after(0.3).network("director2", *VIPS.values())
    pair.network("director2", *VIPS.values())
    moved = [event for event in pair.events() if "now holds" in event]
    assert moved == [f"director2 {vip} now holds {vip}" for vip in VIPS.values()]


def test_a_load_time_that_is_only_better_known_is_no_reload() -> None:
    pair = Pair().up()
    pair.after(1).keepalived("director1", loaded=pair.wall(960.0))
    assert pair.events() == []


def test_without_keepalived_its_dumps_are_not_missing_as_well() -> None:
    pair = Pair().up()
    pair.keepalived("director1", running=False)
    pair.say("director1", Vrrp(pair.now, (), "keepalived does not run"))
    assert pair.problems().keys() == {"keepalived:director1"}


def test_the_silent_are_not_told_to_have_lost_their_link() -> None:
    pair = Pair().up()
    for _ in range(16):
        pair.after(1).sample()
    pair.after(3.1)
    assert pair.events() == [f"{name}  silent, its figures age" for name in NAMES]


def test_what_was_so_when_we_came_has_no_since() -> None:
    pair = Pair()
    pair.link("director1")
    pair.ipvs("director1", row(8081))
    pair.view()
    pair.after(1).keepalived("director1")
    pair.files("director1", configuration({8081: 1}))
    assert (pair.real().state, pair.real().since) == (RealServerState.UP, None)


def test_keepalived_coming_and_going() -> None:
    pair = Pair().up()
    pair.keepalived("director1", running=False)
    pair.keepalived("director1", pid=300)
    pair.keepalived("director1", pid=400)
    assert [event for event in pair.events() if " keepalived " in event] == [
        "director1 keepalived keepalived is no longer running",
        "director1 keepalived keepalived 2.2.7 has started",
        "director1 keepalived keepalived was restarted",
    ]


def test_status_as_the_command_prints_it() -> None:
    pair = Pair().up()
    pair.after(0.4)
    shown = json.loads(json.dumps(as_json(pair.view())))
    director = shown["directors"][0]
    assert (director["name"], director["state"], director["age_s"], director["error"]) == (
        "director1",
        "live",
        0.4,
        None,
    )
    assert director["keepalived"] == {
        "version": "2.2.7", "running": True, "config": "/etc/keepalived/keepalived.conf", "pending": False,
        "pending_known": True, "loaded_at": 1_800_000_900.5,
    }  # fmt: skip
    assert director["vrrp"][0].items() >= {
        "name": "VI_1", "vrid": 51, "interface": "ens33", "state": "MASTER", "priority": 100, "vips": ["10.10.0.20"],
    }.items()  # fmt: skip
    server = shown["virtual_servers"][0]
    assert (server["id"], server["scheduler"], server["method"]) == ("tcp/10.10.0.20:80", "rr", "NAT")
    real = server["real_servers"][0]
    assert (real["id"], real["state"], real["reason"], set(real["directors"])) == (REAL, "UP", None, set(NAMES))
    assert real["directors"]["director1"] == {
        "configured_weight": 1, "effective_weight": 1, "kernel_weight": 1, "alive": True, "active": 0, "inactive": 0,
        "persistent": 0, "connections": 0, "in_bytes": 0, "out_bytes": 0,
    }  # fmt: skip
    assert shown["problems"] == []


def test_status_as_text_tells_absent_from_not_known() -> None:
    pair = Pair().up()
    pair.ipvs("director1", full=False, gone=[RealServerId("192.168.211.13", 8083)])
    pair.log("director1", "Removing service [192.168.211.13]:tcp:8083 from VS [10.10.0.20]:tcp:80")
    pair.say("director2", Ipvs(pair.now, False, True, (), (), "no IPVS in this kernel"))
    lines = as_text(pair.view()).splitlines()
    dead = next(number for number, line in enumerate(lines) if ":8083 " in line)
    assert lines[dead].split()[:8] == ["192.168.211.13:8083", "DOWN", "director1", "1", "-", "no", "-", "-"]
    assert lines[dead + 1].split() == ["director2", "1", "?", "yes", "?", "?"]
    assert any(line.startswith("error: 192.168.211.13:8083") for line in lines)


def test_a_configuration_read_anew_with_the_same_rows_goes_on_showing_them() -> None:
    pair = Pair().up()
    assert len(pair.view().virtual_servers[0].real_servers) == 3
    for name in NAMES:
        pair.files(name, b"# a comment\n" + configuration(), mtime=pair.wall(800.0))
    assert [real.id for real in pair.view().virtual_servers[0].real_servers] == [
        f"192.168.211.13:{port}" for port in (8081, 8082, 8083)
    ]


def test_what_a_busy_agent_sends_before_its_daemon_is_kept() -> None:
    """The dumps may come first; and a daemon that is told for the first time is no other one."""
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.ipvs(name, row(8081), row(8082), row(8083))
        pair.checkers(name, checked(8081), checked(8082), checked(8083))
        pair.vrrp(name, "MASTER" if name == "director1" else "BACKUP")
        pair.keepalived(name)
        pair.network(name, *(VIPS.values() if name == "director1" else ()))
        pair.files(name, configuration())
        pair.log(name, history=True)
    assert pair.real().directors["director2"].alive is True
    assert pair.director("director2").role == "BACKUP"
    pair.keepalived("director2", pid=900)
    assert pair.real().directors["director2"].alive is None, "another daemon, whose dump is still to come"


def test_a_dump_that_is_unchanged_holds_again() -> None:
    pair = Pair().up()
    pair.log("director2", "Removing service [192.168.211.13]:tcp:8081 from VS [10.10.0.20]:tcp:80")
    assert pair.real().directors["director2"].alive is False
    pair.after(5).say("director2", CheckersUnchanged(pair.now))
    assert pair.real().directors["director2"].alive is True

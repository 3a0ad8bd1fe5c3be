"""Virtual servers that share a group, a firewall mark or a service, as the console has them: each its own row and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan import plan
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.cluster.plan.targets import resolve
from lvstui.cluster.view import RealServerState, RealServerView
from lvstui.cluster.views import status
from lvstui.console.look import formatting
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer, Checkers, GroupFwmark
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, Service, ServiceChange, ServiceId
from lvstui.keepalived.reading.names import AmbiguousVirtualServer
from tests.support.pair import WHEN, facts
from tests.support.telling import NAMES, Pair

UP, DOWN, DRAINED = RealServerState.UP, RealServerState.DOWN, RealServerState.DRAINED
TCP_SERVICE = ServiceId("inet", "tcp", "10.77.0.53", 53, 0)
UDP_SERVICE = ServiceId("inet", "udp", "10.77.0.53", 53, 0)


def virtual(head: str, *reals: str, protocol: str = "TCP") -> str:
    blocks = "".join(
        f" real_server {real.rsplit(' ', 1)[0]} {{\n  weight {real.rsplit(' ', 1)[1]}\n }}\n" for real in reals
    )
    kind = f" protocol {protocol}\n" if protocol else ""
    return f"virtual_server {head} {{\n lb_algo rr\n lb_kind NAT\n{kind}{blocks}}}\n"


DNS = "virtual_server_group DNS {\n 10.77.0.53 53\n}\n"
TCP = virtual("group DNS", "172.20.5.11 53 10")
UDP = virtual("group DNS", "172.20.5.11 53 20", protocol="UDP")
REAL = "172.20.5.11:53"


def row(address: str, port: int, weight: int, active: int = 0) -> RealServer:
    return RealServer(address, port, "NAT", weight, 0, 0, active, 0, 0, 0, 0, 0, 0, 0)


def kernel(pair: Pair, name: str, rows: Mapping[ServiceId, tuple[RealServer, ...]], *, full: bool = True) -> None:
    made = {id: Service(id, "rr", 0, 0, "255.255.255.255", "", 0, 0, 0, 0, 0) for id in rows}
    changes = tuple(ServiceChange(made[id], reals, ()) for id, reals in rows.items())
    pair.say(name, Ipvs(pair.now, full, True, changes, (), None))


def checked(virtual_server: str, address: str, port: int, weight: int, *, alive: bool = True) -> CheckedRealServer:
    check = Check("TCP_CHECK", alive, True, 0)
    return CheckedRealServer(virtual_server, address, port, weight, weight, alive, alive, (check,))


def tell(first: str, second: str, rows: Mapping[ServiceId, tuple[RealServer, ...]]) -> Pair:
    """Both Directors with those files, and the same kernel."""
    pair = Pair()
    for name, text in zip(NAMES, (first, second), strict=True):
        pair.link(name)
        kernel(pair, name, rows)
        pair.keepalived(name)
        pair.network(name)
        pair.files(name, text.encode())
        pair.log(name, history=True)
    return pair


def both(text: str, rows: Mapping[ServiceId, tuple[RealServer, ...]]) -> Pair:
    return tell(text, text, rows)


HALVES = {TCP_SERVICE: (row("172.20.5.11", 53, 10, 1),), UDP_SERVICE: (row("172.20.5.11", 53, 20, 5),)}


def of(pair: Pair, virtual_server: str, real: str = REAL) -> RealServerView:
    server = next(one for one in pair.view().virtual_servers if one.id == virtual_server)
    return next(one for one in server.real_servers if one.id == real)


def test_each_protocol_of_a_group_has_its_own_figures_and_verdict() -> None:
    pair = both(DNS + TCP + UDP, HALVES)
    assert [one.id for one in pair.view().virtual_servers] == ["group/DNS/tcp", "group/DNS/udp"]
    figures = [of(pair, f"group/DNS/{kind}").directors["director1"] for kind in ("tcp", "udp")]
    assert [(one.configured_weight, one.kernel_weight, one.active) for one in figures] == [(10, 10, 1), (20, 20, 5)]
    kernel(pair.after(1), "director1", HALVES | {UDP_SERVICE: ()})
    pair.log("director1", "Removing service [172.20.5.11]:udp:53 from VS [DNS]:1")
    assert (of(pair, "group/DNS/tcp").state, of(pair, "group/DNS/udp").state) == (UP, DOWN)
    dump = (
        checked("group tcp DNS", "172.20.5.11", 53, 10),
        checked("group udp DNS", "172.20.5.11", 53, 20, alive=False),
    )
    pair.after(5).say("director1", Checkers(pair.now, dump, None))
    assert (of(pair, "group/DNS/tcp").state, of(pair, "group/DNS/udp").state) == (UP, DOWN)


def test_a_group_that_is_shared_on_one_director_alone_is_matched_by_its_protocol() -> None:
    pair = tell(DNS + TCP, DNS + UDP + TCP, HALVES)
    for name in NAMES:
        dump = (
            checked("group tcp DNS", "172.20.5.11", 53, 10),
            checked("group udp DNS", "172.20.5.11", 53, 20, alive=False),
        )
        pair.say(name, Checkers(pair.now, dump[: 1 + (name == "director2")], None))
    assert {one.id for one in pair.view().virtual_servers} == {"group/DNS/tcp", "group/DNS/udp"}
    tcp, udp = (of(pair, f"group/DNS/{kind}").directors for kind in ("tcp", "udp"))
    assert [tcp[name].alive for name in NAMES] == [True, True]
    assert [tcp[name].configured_weight for name in NAMES] == [10, 10]
    assert [udp[name].configured_weight for name in NAMES] == [None, 20]
    for name in NAMES:
        pair.files(name, (DNS + TCP).encode())
    assert [one.id for one in pair.view().virtual_servers if one.id.startswith("group")] == ["group/DNS"]


def plan_of(
    first: str, second: str, action: str, virtual_server: str, real: str = REAL, weight: int | None = None
) -> plan.Plan:
    pair = [replace(facts(name, role, text), reload_s=1.0) for name, role, text in
            (("director1", "MASTER", first), ("director2", "BACKUP", second))]  # fmt: skip
    intent = Intent(action, (Target(virtual_server, real),), weight, "ana@ops1", WHEN)  # type: ignore[arg-type]
    return plan.make(intent, pair)


@pytest.mark.parametrize("second", [DNS + TCP + UDP, DNS + TCP])
def test_a_plan_changes_the_named_half_on_both_directors(second: str) -> None:
    made = plan_of(DNS + TCP + UDP, second, "drain", "group/DNS/tcp")
    assert not [guard for guard in made.guards if guard.kind == "edit"]
    for one in made.directors:
        assert [(key[0].protocol, weight) for key, weight in one.expected] == [("tcp", 0)]
        assert "-  weight 10" in one.diff and "weight 20" not in one.diff.replace("   weight 20", "")


def test_a_half_that_is_drained_leaves_the_other_to_be_drained() -> None:
    pair = both(DNS + TCP.replace("weight 10", "weight 0  # drained, was 10, 2026-11-22 14:01 by a") + UDP,
                HALVES | {TCP_SERVICE: (row("172.20.5.11", 53, 0),)})  # fmt: skip
    assert [target.virtual_server for target in resolve(pair.view(), REAL, (), "drain")] == ["group/DNS/udp"]
    assert [target.virtual_server for target in resolve(pair.view(), REAL, (), "restore")] == ["group/DNS/tcp"]
    with pytest.raises(AmbiguousVirtualServer, match="group/DNS/tcp, group/DNS/udp"):
        resolve(pair.view(), REAL, ("group/DNS",), "drain")


def test_a_half_that_is_drained_is_not_safe_to_stop_while_the_other_sends_clients() -> None:
    before, mark = both(DNS + TCP + UDP, HALVES), "weight 0  # drained, was 10, 2026-11-22 14:01 by a"
    before.view()
    halves = {TCP_SERVICE: (row("172.20.5.11", 53, 0),), UDP_SERVICE: (row("172.20.5.11", 53, 20),)}
    for _ in range(3):
        before.after(1.0)
        for name in NAMES:
            before.files(name, (DNS + TCP.replace("weight 10", mark) + UDP).encode())
            kernel(before, name, halves)
        view = before.view()
    (drain,) = view.drains
    assert (drain.state, drain.over, drain.safe, drain.elsewhere) == (DRAINED, True, False, ("group/DNS/udp",))
    assert formatting.drain_progress(drain) == "group/DNS/udp sends clients there"
    assert [event for event in before.events() if event.startswith("drain")] == [
        f"drain group/DNS/tcp {REAL} weight 0 and no open connection left on either Director, "
        "but group/DNS/udp sends clients there"
    ]


MARKED = virtual("fwmark 7", "2001:db8::11 80 2", "2001:db8::12 80 2", protocol="")
SIX = ServiceId("inet6", "", "", 0, 7)


def test_the_verdicts_of_a_firewall_mark_with_ipv6_reach_its_rows() -> None:
    pair = both(MARKED, {SIX: (row("2001:db8::11", 80, 2), row("2001:db8::12", 80, 2))})
    for name in NAMES:
        dump = [checked("fwmark 7 inet6", f"2001:db8::{end}", 80, 2, alive=end == 11) for end in (11, 12)]
        pair.say(name, Checkers(pair.now, tuple(dump), None))
    first, second = (of(pair, "fwmark/7/inet6", f"[2001:db8::{end}]:80") for end in (11, 12))
    assert [one.alive for one in first.directors.values()] == [True, True]
    assert second.state is DOWN
    assert ("fwmark/7/inet6", "[2001:db8::11]:80") in pair.state.facts("director1").seen_alive
    kernel(pair.after(2), "director1", {SIX: (row("2001:db8::12", 80, 2),)})
    pair.log("director1", "Removing service [2001:db8::11]:none:80 from VS FWM 7")
    pair.log("director1", "Adding service [2001:db8::12]:none:80 to VS FWM 7")
    alive = pair.state.facts("director1").alive
    assert (alive["fwmark/7/inet6", "[2001:db8::11]:80"], alive["fwmark/7/inet6", "[2001:db8::12]:80"]) == (False, True)


NFT = (
    "global_defs {\n nftables_ipvs\n}\nvirtual_server_group web {\n 10.77.0.100-109 80\n}\n"
    + virtual("group web", "172.20.5.11 8080 1")
)  # fmt: skip


def test_a_group_with_nftables_is_the_firewall_mark_that_the_daemon_gave_it() -> None:
    marks = [ServiceId("inet", "", "", 0, mark) for mark in (1000, 1003)]
    pair = both(NFT, {marks[0]: (row("172.20.5.11", 8080, 1),)})
    assert [one.services for one in pair.view().virtual_servers] == [("fwmark/1000",)]
    assert of(pair, "group/web", "172.20.5.11:8080").state is UP
    dump = (checked("group tcp web", "172.20.5.11", 8080, 1),)
    for name in NAMES:
        kernel(pair, name, {marks[1]: (row("172.20.5.11", 8080, 1),)})
        pair.say(name, Checkers(pair.now, dump, None, (), (GroupFwmark("web", "tcp", 1003),)))
    assert [one.services for one in pair.view().virtual_servers] == [("fwmark/1003",)]
    real = of(pair, "group/web", "172.20.5.11:8080")
    assert (real.state, [one.alive for one in real.directors.values()]) == (UP, [True, True])
    known = pair.state.facts("director1").configuration
    assert known is not None and known.fwmarks == ((("web", "tcp"), 1003),)


FIRST = virtual("10.77.0.100 8060", "172.20.5.11 8080 2")
SECOND = virtual("10.77.0.100 8060", "172.20.5.12 8080 3").replace("rr", "wlc")
TWIN = ServiceId("inet", "tcp", "10.77.0.100", 8060, 0)


def test_twins_are_one_with_the_real_servers_of_both_and_are_not_changed() -> None:
    pair = both(FIRST + SECOND, {TWIN: (row("172.20.5.11", 8080, 2), row("172.20.5.12", 8080, 3))})
    [server] = pair.view().virtual_servers
    assert [(real.id, real.state) for real in server.real_servers] == [
        ("172.20.5.11:8080", UP),
        ("172.20.5.12:8080", UP),
    ]
    assert any("configured twice" in problem.text for problem in pair.view().problems)
    for real in ("172.20.5.11:8080", "172.20.5.12:8080"):
        with pytest.raises(PlanRefused, match=r"is configured twice, at .*:1 and .*:9"):
            plan_of(FIRST + SECOND, FIRST + SECOND, "drain", "tcp/10.77.0.100:8060", real)


def test_a_reload_for_something_else_takes_the_real_servers_of_the_second_out_and_in() -> None:
    other = virtual("10.77.0.200 80", "172.20.5.21 80 1", "172.20.5.22 80 1")
    both_ = virtual("10.77.0.100 8060", "172.20.5.12 8080 3", "172.20.5.11 8080 9").replace("rr", "wlc")
    made = plan_of(FIRST + both_ + other, FIRST + other, "drain", "tcp/10.77.0.200:80", "172.20.5.21:80")
    [guard] = [one for one in made.guards if one.kind == "twins"]
    assert guard.director == "director1" and guard.level == "ask"
    assert "removes 172.20.5.12:8080 and adds it again at once" in guard.text
    possible = {one.name: [(str(key[1].address), weight) for key, weight in one.possible] for one in made.directors}
    assert possible == {"director1": [("172.20.5.12", 3)], "director2": []}


def test_who_is_dead_for_one_of_two_that_bring_it_in_is_dead() -> None:
    pair = both(FIRST + FIRST, {TWIN: ()})
    dump = [checked("10.77.0.100 tcp 8060", "172.20.5.11", 8080, 2, alive=alive) for alive in (True, False)]
    for told in (dump, dump[::-1]):
        for name in NAMES:
            pair.say(name, Checkers(pair.now, tuple(told), None))
        assert of(pair.after(1), "tcp/10.77.0.100:8060", "172.20.5.11:8080").state is DOWN


GROUPS = "virtual_server_group A {\n 10.77.0.100 80\n 10.77.0.101 80\n}\nvirtual_server_group B {\n 10.77.0.101 80\n}\n"


def test_a_kernel_row_that_two_rows_have_moves_both() -> None:
    one, two = (ServiceId("inet", "tcp", f"10.77.0.10{end}", 80, 0) for end in (0, 1))
    text = GROUPS + virtual("group A", "172.20.5.11 80 1") + virtual("group B", "172.20.5.11 80 1")
    pair = both(text, {one: (row("172.20.5.11", 80, 1),), two: (row("172.20.5.11", 80, 1, 3),)})
    pair.view()
    kernel(pair.after(1), "director1", {two: (row("172.20.5.11", 80, 1, 4),)}, full=False)
    assert [of(pair, f"group/{name}", "172.20.5.11:80").directors["director1"].active for name in "AB"] == [4, 4]


def test_a_virtual_server_that_keepalived_ignores_is_shown() -> None:
    text = virtual("10.77.0.1 80") + virtual("10.77.0.2 80", "172.20.5.11 80 1")
    pair = both(text, {ServiceId("inet", "tcp", "10.77.0.2", 80, 0): (row("172.20.5.11", 80, 1),)})
    first, second = pair.view().virtual_servers
    assert (first.id, first.real_servers, first.ignored, second.ignored) == ("tcp/10.77.0.1:80", (), True, False)
    told = status.as_json(pair.view())["virtual_servers"]
    assert isinstance(told, list)
    assert [(one["id"], one["ignored"], len(one["real_servers"])) for one in told] == [
        ("tcp/10.77.0.1:80", True, 0), ("tcp/10.77.0.2:80", False, 1)]  # fmt: skip
    assert told[0]["quorum"] == {"needed": None, "hysteresis": None, "live_weight": None, "met": None}
    assert told[1]["quorum"]["needed"] == 1
    assert "tcp/10.77.0.1:80 rr NAT  has no real servers - ignoring" in status.as_text(pair.view())
    assert any(problem.kind == "ignored-server" for problem in pair.view().problems)


def test_a_director_that_ignores_it_says_nothing_of_its_quorum() -> None:
    service = ServiceId("inet", "tcp", "10.77.0.1", 80, 0)
    pair = both(virtual("10.77.0.1 80", "172.20.5.11 80 1"), {service: (row("172.20.5.11", 80, 1),)})
    pair.files("director2", virtual("10.77.0.1 80").encode())
    [server] = pair.view().virtual_servers
    assert not server.ignored and server.quorum is not None
    assert list(server.quorum.directors) == ["director1"] and server.quorum.needed == 1

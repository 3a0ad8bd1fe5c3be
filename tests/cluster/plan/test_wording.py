"""What a plan says of the connections: counted on the Director that clients meet, and UDP's flows with them."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.identity.kernel_key import KernelKey
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.plan import make
from lvstui.director.protocol.ipvs_messages import RealServerId, ServiceId
from tests.support.pair import SERVICE, drain, facts, text
from tests.support.pair import pair as the_pair

KEY: KernelKey = (ServiceId("inet", "tcp", "10.10.0.20", 80, 0), RealServerId("192.168.211.13", 8082))


def holding(told: Facts, count: int, *addresses: str, inactive: int = 0, key: KernelKey = KEY) -> Facts:
    return replace(told, active={key: count}, inactive={key: inactive}, addresses=frozenset(addresses))


def test_the_director_that_holds_the_vip_has_the_connections_whatever_else_it_is() -> None:
    """One instance is MASTER on each: both are "mixed"."""
    first = holding(replace(facts("director1", "MASTER"), role="mixed"), 4, "10.10.0.20")
    second = holding(replace(facts("director2", "MASTER"), role="mixed"), 0, "192.168.211.20")
    for pair in ([first, second], [second, first]):
        assert make(drain(), pair).summary[0].said.startswith("4 active connections on director1;")


def test_an_address_on_lo_alone_makes_no_holder_and_then_it_is_the_master() -> None:
    first, second = holding(facts("director1", "MASTER"), 1), holding(facts("director2", "BACKUP"), 0)
    assert "1 active connection on director1;" in make(drain(), [first, second]).summary[0].said


def test_the_flows_of_udp_are_counted() -> None:
    config = text("MASTER").replace("protocol TCP", "protocol UDP")
    key = (KEY[0]._replace(protocol="udp"), KEY[1])
    told = holding(facts("director1", "MASTER", config), 0, "10.10.0.20", inactive=3, key=key)
    intent = drain()
    intent = replace(intent, targets=tuple(replace(one, virtual_server="udp/10.10.0.20:80") for one in intent.targets))
    assert "3 flows on director1;" in make(intent, [told]).summary[0].said


def test_a_firewall_mark_has_both() -> None:
    config = (
        text("MASTER").replace("virtual_server 10.10.0.20 80", "virtual_server fwmark 7").replace("protocol TCP", "")
    )
    key = (ServiceId("inet", "", "", 0, 7), RealServerId("192.168.211.13", 8081))
    told = holding(facts("director1", "MASTER", config), 2, "10.10.0.20", inactive=3, key=key)
    targets = tuple(
        replace(one, virtual_server="fwmark/7", real_server="192.168.211.13:8081") for one in drain().targets
    )
    plan = make(replace(drain(), targets=targets), [told])
    assert "2 active connections and 3 inactive on director1;" in plan.summary[0].said


def test_a_line_says_what_it_is_about_only_as_a_whole_sentence() -> None:
    told = [holding(facts("director1", "MASTER"), 1), holding(facts("director2", "BACKUP"), 0)]
    plan = make(drain(), told)
    line, target = plan.summary[0], plan.intent.targets[0]
    assert line.target == target and target.real_server not in line.said
    assert str(line) == f"{target.real_server} in {target.virtual_server}: {line.said}"


def test_a_verdict_names_its_director_only_as_a_whole_sentence() -> None:
    told = [facts("director1", "MASTER"), facts("director2", "BACKUP")]
    pending = [replace(one, pending=None) for one in told]
    guards = [guard for guard in make(drain(), pending).guards if guard.kind == "pending"]
    assert [guard.director for guard in guards] == ["director2", "director1"]
    assert len({guard.said for guard in guards}) == 1
    assert [guard.text for guard in guards] == [f"{guard.director}: {guard.said}" for guard in guards]


def test_that_no_server_is_left_is_said_once() -> None:
    targets = tuple(Target(SERVICE, f"192.168.211.13:{port}") for port in (8081, 8082, 8083))
    plan = make(replace(drain(), targets=targets), the_pair())
    said = [line.said for line in plan.summary]
    assert said[-1] == f"no server is left in {SERVICE} for new connections"
    assert len(said) == 4 and not any("new ones" in one for one in said)

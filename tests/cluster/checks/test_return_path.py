"""The way of the answers of NAT: forwarding, and the gateway VIP."""

from __future__ import annotations

import pytest

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Severity
from lvstui.director.protocol.host_messages import Address, Network, Sysctls
from tests.support.outage_pair import GATEWAY, OWN, SERVICE, lasting, network, sysctls, told, up
from tests.support.telling import NAMES, VIPS, Pair, configuration, row


def test_a_master_of_nat_that_does_not_forward_answers_nobody() -> None:
    pair = up()
    sysctls(pair, "director1", net__ipv4__ip_forward="0")
    [problem] = lasting(pair).values()
    assert (problem.kind, problem.severity) == (ProblemKind.IP_FORWARD, Severity.CRITICAL)
    assert problem.text == (
        "director1 does not forward (net.ipv4.ip_forward is 0): no client of tcp/10.10.0.20:80 gets an answer"
    )
    sysctls(pair, "director1")
    assert told(pair) == {}
    sysctls(pair, "director2", net__ipv4__ip_forward="0")
    assert lasting(pair)[ProblemKind.IP_FORWARD].severity is Severity.ERROR


@pytest.mark.parametrize(
    "case", ["dr", "the interface forwards for itself", "its real servers are the Director's own", "observer"]
)
def test_forwarding_that_is_off_and_does_no_harm(case: str) -> None:
    pair = up()
    settings = {"net__ipv4__ip_forward": "0"}
    if case == "the interface forwards for itself":
        settings["net__ipv4__conf__ens36__forwarding"] = "1"
    elif case == "dr":
        for name in NAMES:
            pair.files(name, configuration().replace(b"lb_kind NAT", b"lb_kind DR"))
    elif case == "observer":
        pair.say("director1", Sysctls(pair.now, ()))
        settings = {}
    else:
        pair.say(
            "director1",
            Network(pair.now, (), tuple(Address("ens33", one, 32) for one in (*VIPS.values(), "192.168.211.13")), None),
        )
    if settings:
        sysctls(pair, "director1", **settings)
    assert ProblemKind.IP_FORWARD not in lasting(pair)


def apart(pair: Pair) -> None:
    """No sync group: the service VIP stays, the gateway VIP goes."""
    network(pair, "director1", SERVICE)
    network(pair, "director2", GATEWAY)
    pair.vrrp("director1", "MASTER", "BACKUP")
    pair.vrrp("director2", "BACKUP", "MASTER")


def flow(pair: Pair, *, answers: bool) -> None:
    for number in range(1, 8):
        pair.after(1)
        for name in NAMES:
            one = row(8081, connections=number)
            rows = (one if answers else replaced(one),) if name == "director1" else ()
            pair.ipvs(name, *rows, full=False)
        pair.view()


def replaced(one: object) -> object:
    return one._replace(out_packets=0, out_bytes=0)  # type: ignore[attr-defined]


def test_a_service_and_its_gateway_on_two_directors_lets_all_clients_time_out() -> None:
    pair = up()
    apart(pair)
    [problem] = lasting(pair).values()
    assert (problem.kind, problem.severity) == (ProblemKind.GATEWAY, Severity.CRITICAL)
    assert problem.text == (
        "10.10.0.20 is on director1, and 192.168.211.20, the gateway VIP of its real servers, on director2: clients of "
        "tcp/10.10.0.20:80 time out"
    )
    assert "vrrp_sync_group" in problem.detail


def test_where_the_directors_may_have_snat_only_requests_without_answers_tell() -> None:
    pair = up()
    for name in NAMES:
        sysctls(pair, name, net__ipv4__vs__conntrack="1")
    apart(pair)
    assert lasting(pair) == {}, "nothing flows: it cannot be known"
    flow(pair, answers=True)
    assert told(pair) == {}
    flow(pair, answers=False)
    assert told(pair).keys() == {ProblemKind.GATEWAY}


def test_answers_that_come_show_that_the_gateway_vip_does_not_matter() -> None:
    pair = up()
    apart(pair)
    flow(pair, answers=True)
    assert told(pair) == {}


@pytest.mark.parametrize("case", ["one network", "dr", "both are on one"])
def test_no_gateway_is_made_up(case: str) -> None:
    pair = up()
    apart(pair)
    if case == "dr":
        for name in NAMES:
            pair.files(name, configuration().replace(b"lb_kind NAT", b"lb_kind DR"))
    elif case == "one network":
        for name in NAMES:
            pair.say(
                name,
                Network(
                    pair.now,
                    (),
                    (
                        Address("ens33", f"10.10.0.{OWN[name]}", 24),
                        Address("ens33", SERVICE if name == "director1" else GATEWAY, 32),
                    ),
                    None,
                ),
            )
    else:
        network(pair, "director1", *VIPS.values())
        network(pair, "director2")
        pair.vrrp("director1", "MASTER")
        pair.vrrp("director2", "BACKUP")
    assert ProblemKind.GATEWAY not in lasting(pair, 10.0)

"""The picture of the pair: who holds what, what hangs on what, and which way replies go."""

from __future__ import annotations

from lvstui.cluster.view import RealServerState
from lvstui.cluster.views import topology_view
from lvstui.director.protocol.host_messages import Address, Link, Network
from tests.support.telling import NAMES, VIPS, Pair, checked, configuration, row


def picture(pair: Pair) -> topology_view.Topology:
    return pair.state.topology(pair.view())


def network(pair: Pair, name: str, *vips: str) -> None:
    own = "11" if name == "director1" else "12"
    addresses = [Address("ens33", f"10.10.0.{own}", 24), Address("ens36", f"192.168.211.{own}", 24)]
    addresses += [Address("ens33", vip, 32) for vip in vips]
    pair.say(name, Network(pair.now, (Link("ens33", True),), tuple(addresses), None))


def up() -> Pair:
    pair = Pair().up()
    network(pair, "director1", *VIPS.values())
    network(pair, "director2")
    return pair


def test_vips_hang_on_the_director_that_has_them() -> None:
    found = picture(up())
    assert [(vip.address, vip.holders, vip.known) for vip in found.vips] == [
        ("10.10.0.20", ("director1",), True),
        ("192.168.211.20", ("director1",), True),
    ]
    [service] = found.services
    assert service.holders == ("director1",) and (service.up, service.total) == (3, 3)


def test_nat_replies_go_through_the_vip_in_the_real_servers_network() -> None:
    [service] = picture(up()).services
    assert service.back == "gateway" and service.gateway == "192.168.211.20"


def test_the_gateway_is_not_guessed_when_no_network_is_known() -> None:
    pair = Pair().up()  # its addresses are VIPs alone
    [service] = picture(pair).services
    assert service.back == "gateway" and service.gateway is None


def test_dr_replies_go_past_the_director() -> None:
    pair = up()
    for name in NAMES:
        pair.files(name, configuration().replace(b"lb_kind NAT", b"lb_kind DR"))
    [service] = picture(pair).services
    assert service.method == "DR" and service.back == "direct" and service.gateway is None


def test_a_vip_on_both_and_a_server_that_is_down_are_in_it() -> None:
    pair = up()
    network(pair, "director2", *VIPS.values())
    pair.checkers("director1", checked(8081), checked(8082), checked(8083, alive=False))
    found = picture(pair)
    assert found.vips[0].holders == NAMES
    assert found.services[0].holders == NAMES
    assert topology_view.counts(found.services[0].machines[0].real_servers) == {
        RealServerState.DOWN: 1,
        RealServerState.UP: 2,
    }
    pair.after(5).sample()
    assert any(problem.id.startswith("split") for problem in picture(pair).trouble)


def test_connections_are_those_of_the_busier_director_and_rates_of_both() -> None:
    pair = up()
    pair.ipvs("director1", row(8081, active=5), row(8082, active=1), row(8083))
    pair.ipvs("director2", row(8081, active=4), row(8082), row(8083))
    found = picture(pair)
    assert found.services[0].flow.active == 6 and found.flow.active == 6
    assert [len(machine.real_servers) for machine in found.services[0].machines] == [3]


def test_nothing_known_is_no_zero() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
    found = picture(pair)
    assert found.services == () and found.flow.connections_per_s is None and found.flow.active is None

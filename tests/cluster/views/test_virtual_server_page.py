"""What a virtual server's page knows: what each file says, the kernel's services, and the rates of its real servers."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.view import ClusterView
from lvstui.cluster.views.virtual_server_page import VirtualServerPage
from lvstui.director.protocol.ipvs_messages import Ipvs, ServiceChange
from tests.support.telling import MAIN, NAMES, REAL, Pair, configuration, row, service

WEB = "tcp/10.10.0.20:80"
EXTRA = " persistence_timeout 50\n quorum 2\n hysteresis 1\n ha_suspend\n sorry_server 192.168.211.13 9999\n"


def page(pair: Pair, id: str = WEB) -> VirtualServerPage:
    return pair.state.virtual_server_page(id, pair.view())


def test_what_each_file_says_and_where() -> None:
    pair = Pair().up()
    pair.files("director1", configuration(extra=EXTRA))
    one, two = page(pair).sides
    assert one.settings is not None and two.settings is not None
    text = configuration(extra=EXTRA).decode().splitlines()
    assert (one.settings.path, text[one.settings.line - 1]) == (MAIN, "virtual_server 10.10.0.20 80 {")
    assert (one.settings.scheduler, one.settings.method, one.settings.protocol) == ("rr", "NAT", "tcp")
    assert (one.settings.persistence_timeout, one.settings.ha_suspend) == (50, True)
    assert (one.settings.configured_quorum, one.settings.hysteresis) == (2, 1)
    assert one.settings.sorry_server == "192.168.211.13:9999" and one.sorry is not None
    assert (two.settings.persistence_timeout, two.settings.ha_suspend, two.settings.sorry_server) == (None, False, None)
    assert (one.holds, two.holds) == (True, False)


def test_the_kernels_services_with_their_counters() -> None:
    pair = Pair().up()
    made = service()._replace(scheduler="wlc", flags=1, timeout=300, connections=7, in_bytes=10, out_bytes=20)
    pair.say("director1", Ipvs(pair.now, True, True, (ServiceChange(made, (row(8081),), ()),), (), None))
    one, two = page(pair).sides
    [found] = one.services
    assert (found.name, found.scheduler, found.timeout, found.connections) == (WEB, "wlc", 300, 7)
    assert one.in_kernel is True and two.in_kernel is True
    pair.say("director2", Ipvs(pair.now, True, False, (ServiceChange(service(), (), ()),), (), None))
    assert page(pair).sides[1].services[0].connections is None
    pair.say("director2", Ipvs(pair.now, True, True, (), (), None))
    assert page(pair).sides[1].in_kernel is False


def test_new_connections_per_second_of_both_directors_together() -> None:
    pair = Pair().up()
    pair.view()
    for second in range(1, 4):
        pair.after(1)
        pair.ipvs("director1", row(8081, connections=10 * second), row(8082), row(8083))
        pair.ipvs("director2", row(8081, connections=5 * second), row(8082), row(8083))
        pair.view()
    found = page(pair)
    sides = [figures.connections_per_s for figures in pair.real().directors.values()]
    assert all(sides) and found.rates(REAL, PlotRange.MINUTE)[-1] == sum(one or 0.0 for one in sides)
    assert len(found.rates(REAL, PlotRange.MINUTE)) == 4 and len(found.rates(REAL, PlotRange.HOUR)) < 4
    assert found.rates("nobody:1", PlotRange.MINUTE) == ()


def test_one_that_is_gone_or_not_known() -> None:
    pair = Pair().up()
    gone = page(pair, "tcp/10.10.0.99:80")
    assert gone.server is None and all(side.settings is None and side.in_kernel is False for side in gone.sides)
    fresh = Pair()
    for name in NAMES:
        fresh.link(name)
    view: ClusterView = replace(fresh.view(), virtual_servers=())
    side = fresh.state.virtual_server_page(WEB, view).sides[0]
    assert (side.in_kernel, side.settings, side.holds) == (None, None, None)
    assert side.unknown == "the configuration has not come yet"

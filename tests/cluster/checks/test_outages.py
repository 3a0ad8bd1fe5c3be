"""What clients meet: the kernel of the Director that holds the VIP."""

from __future__ import annotations

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import RealServerState, Severity
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServerId, Service, ServiceChange, ServiceId
from tests.support.outage_pair import SERVICE, emptied, lasting, network, told, up
from tests.support.telling import NAMES, VIPS, WEB, Pair, checked, configuration, row


def test_a_pair_as_it_should_be_has_no_problem() -> None:
    assert lasting(up(), 20.0) == {}


# --- the table ---


def test_an_empty_table_under_the_vips_is_one_critical_problem() -> None:
    pair = up()
    emptied(pair, "director1")
    [problem] = lasting(pair, 1.6).values()
    assert (problem.kind, problem.severity) == (ProblemKind.EMPTY_TABLE, Severity.CRITICAL)
    assert problem.text == (
        "director1 holds 10.10.0.20 and serves nothing: its IPVS table is empty (tcp/10.10.0.20:80 is not there)"
    )
    assert "Restart keepalived on director1, or hand over" in problem.detail
    pair.ipvs("director1", row(8081), row(8082), row(8083))
    assert told(pair) == {}


def test_an_empty_table_is_told_in_time_when_nothing_but_the_file_says_what_is_loaded() -> None:
    """A reload that has begun may take so long until the first virtual server is in the kernel."""
    pair = up()
    pair.keepalived("director1", loaded=pair.wall())
    pair.checkers("director1")
    emptied(pair, "director1")
    assert lasting(pair, 14.0) == {}
    assert lasting(pair, 2.0).keys() == {ProblemKind.EMPTY_TABLE}
    again = up()
    again.checkers("director1")
    emptied(again, "director1")
    assert lasting(again, 1.6).keys() == {ProblemKind.EMPTY_TABLE}, "it was read long ago"


def test_an_empty_table_of_the_backup_is_no_outage_yet() -> None:
    pair = up()
    emptied(pair, "director2")
    [problem] = lasting(pair).values()
    assert (problem.kind, problem.severity) == (ProblemKind.EMPTY_TABLE, Severity.ERROR)
    assert "after a failover nothing would be served" in problem.text


def test_a_table_that_is_empty_because_nothing_was_loaded_is_none() -> None:
    pair = up()
    for name in NAMES:
        pair.files(name, configuration({}).partition(b"virtual_server")[0])
        pair.checkers(name)
        emptied(pair, name)
    assert lasting(pair, 20.0) == {}


def test_an_empty_table_without_keepalived_is_told_with_keepalived() -> None:
    pair = up()
    emptied(pair, "director1")
    pair.keepalived("director1", running=False)
    pair.view()
    found = {problem.kind: problem.severity for problem in pair.after(20.0).sample().view().problems}
    assert found == {ProblemKind.KEEPALIVED_DOWN: Severity.CRITICAL, ProblemKind.NO_MASTER: Severity.CRITICAL}


DNS = ServiceId("inet", "udp", SERVICE, 53, 0)
TWO = configuration() + (
    b"virtual_server 10.10.0.20 53 {\n lb_algo rr\n lb_kind NAT\n protocol UDP\n real_server 192.168.211.13 53 {\n"
    b"  UDP_CHECK {\n  }\n }\n}\n"
)


def with_dns(pair: Pair, name: str, *, there: bool) -> None:
    pair.files(name, TWO)
    dns = checked(53)._replace(virtual_server="10.10.0.20 udp 53")
    pair.checkers(name, checked(8081), checked(8082), checked(8083), dns)
    service = ServiceChange(Service(DNS, "rr", 0, 0, "255.255.255.255", "", 0, 0, 0, 0, 0), (row(53),), ())
    pair.say(name, Ipvs(pair.now, False, True, (service,) if there else (), () if there else (DNS,), None))


def test_a_service_that_is_missing_where_its_clients_come_is_critical_and_explains_its_rows() -> None:
    pair = up()
    for name in NAMES:
        with_dns(pair, name, there=True)
    assert lasting(pair) == {}
    with_dns(pair, "director1", there=False)
    [problem] = lasting(pair).values()
    assert (problem.kind, problem.severity) == (ProblemKind.SERVICE_MISSING, Severity.CRITICAL)
    assert problem.text == (
        "udp/10.10.0.20:53 is not in the IPVS table of director1, which its clients reach: they get no answer"
    )


def test_a_virtual_server_that_is_not_loaded_yet_is_not_missing() -> None:
    pair = up()
    for name in NAMES:
        pair.files(name, TWO, mtime=pair.wall())
    pair.view()
    assert {problem.kind for problem in pair.after(20.0).sample().view().problems} == {ProblemKind.PENDING}


# --- who serves ---


def down(pair: Pair, *names: str) -> None:
    for name in names:
        pair.checkers(name, *(checked(port, alive=False) for port in (8081, 8082, 8083)))
        pair.ipvs(name, full=False, gone=[RealServerId("192.168.211.13", port) for port in (8081, 8082, 8083)])


def test_no_live_server_where_clients_come_is_critical_though_the_other_has_them() -> None:
    pair = up()
    down(pair, "director1")
    problem = lasting(pair)[ProblemKind.NO_LIVE_SERVER]
    assert problem.severity is Severity.CRITICAL
    assert problem.text == (
        "tcp/10.10.0.20:80 has no live real server on director1, which its clients reach; 3 on director2"
    )


def test_no_live_server_on_the_backup_is_none_for_clients() -> None:
    pair = up()
    down(pair, "director2")
    assert lasting(pair).keys() == {ProblemKind.DOWN}


def test_a_vip_on_lo_of_a_dr_real_server_makes_nobody_a_holder() -> None:
    """An address of the service that is no VIP of an instance: it counts where ARP is answered for it."""
    pair = up()
    elsewhere = configuration().replace(b"virtual_server 10.10.0.20 80", b"virtual_server 10.10.0.99 80")
    web = WEB._replace(address="10.10.0.99")
    for name in NAMES:
        pair.files(name, elsewhere)
        dumped = [checked(port)._replace(virtual_server="10.10.0.99 tcp 80") for port in (8081, 8082, 8083)]
        pair.checkers(name, *dumped)
        rows = (row(8081), row(8082), row(8083)) if name == "director1" else ()
        one = ServiceChange(Service(web, "rr", 0, 0, "255.255.255.255", "", 0, 0, 0, 0, 0), rows, ())
        pair.say(name, Ipvs(pair.now, True, True, (one,), (), None))
    network(pair, "director1", *VIPS.values(), "10.10.0.99")
    network(pair, "director2", lo=["10.10.0.99"])
    assert ProblemKind.NO_LIVE_SERVER not in lasting(pair)
    network(pair, "director1", *VIPS.values())
    network(pair, "director2", "10.10.0.99")
    assert lasting(pair)[ProblemKind.NO_LIVE_SERVER].text.endswith(
        "on director2, which its clients reach; 3 on director1"
    )


def test_rows_of_an_emptied_kernel_stay_what_they_are() -> None:
    pair = up()
    emptied(pair, "director1")
    lasting(pair)
    assert pair.real().state is RealServerState.DRIFT


def test_a_loss_of_the_link_is_told_alone() -> None:
    pair = up()
    emptied(pair, "director1")
    pair.state.failed("director1", "no route to host", "", permanent=True, retry_in=None, now=pair.now)
    assert {problem.kind for problem in pair.view().problems} == {ProblemKind.LINK}


def test_a_firewall_mark_s_clients_meet_the_master() -> None:
    pair = up()
    marked = configuration().replace(b"virtual_server 10.10.0.20 80", b"virtual_server fwmark 7")
    mark = replace_service(7)
    for name in NAMES:
        pair.files(name, marked.replace(b" protocol TCP\n", b""))
        pair.checkers(name, *(checked(0)._replace(virtual_server="fwmark 7", port=0) for _ in range(1)))
        rows = (row(0),) if name == "director2" else ()
        pair.say(name, Ipvs(pair.now, True, True, (ServiceChange(mark, rows, ()),), (), None))
    problem = lasting(pair)[ProblemKind.NO_LIVE_SERVER]
    assert "on director1, which its clients reach; 1 on director2" in problem.text
    drawn = pair.state.topology(pair.view()).services
    assert [(one.id, one.holders, one.nobody) for one in drawn] == [("fwmark/7", ("director1",), False)]


def replace_service(mark: int) -> Service:
    return Service(ServiceId("inet", "", "", 0, mark), "rr", 0, 0, "255.255.255.255", "", 0, 0, 0, 0, 0)


def test_a_firewall_mark_has_no_address_that_could_be_nowhere() -> None:
    pair = up()
    marked = configuration().replace(b"virtual_server 10.10.0.20 80", b"virtual_server fwmark 7")
    for name in NAMES:
        pair.files(name, marked)
    pair.vrrp("director1", "MASTER", "BACKUP")
    pair.vrrp("director2", "BACKUP", "MASTER")
    drawn = {one.id: one for one in pair.state.topology(pair.view()).services}
    assert (drawn["fwmark/7"].holders, drawn["fwmark/7"].nobody) == ((), False)


def test_an_address_is_on_no_director_only_when_that_is_known() -> None:
    pair = up()
    for name in NAMES:
        network(pair, name)
    [service] = pair.state.topology(pair.view()).services
    assert (service.holders, service.nobody) == ((), True)
    pair.state.failed("director2", "no route to host", "", permanent=True, retry_in=None, now=pair.now)
    [service] = pair.state.topology(pair.view()).services
    assert (service.holders, service.nobody) == ((), False)


def test_what_is_told_with_the_quorum_is_told_once() -> None:
    """By the log both Directors have lost it; where only the Director that clients reach has, the other's servers are named."""
    lost = "Lost quorum 1-0=1 > 0 for VS [10.10.0.20]:tcp:80"
    pair = up()
    down(pair, *NAMES)
    for name in NAMES:
        pair.log(name, lost)
    assert lasting(pair).keys() == {ProblemKind.QUORUM, ProblemKind.DOWN}
    pair = up()
    down(pair, "director1")
    pair.log("director1", lost)
    found = lasting(pair)
    assert found.keys() == {ProblemKind.NO_LIVE_SERVER, ProblemKind.DOWN}
    assert "3 on director2" in found[ProblemKind.NO_LIVE_SERVER].text

"""The seed's section 3, in each of its three return paths: the client goes on whatever goes away."""

from __future__ import annotations

from typing import Any

import pytest

from lvstui.lab.client_traffic import Traffic
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.lab.options import RETURN_PATHS
from tests.support.waiting import until

pytestmark = [pytest.mark.lab, pytest.mark.parametrize("path", RETURN_PATHS)]

VIPS = [addresses.SERVICE_VIP, addresses.NAT_VIP]
EVENLY = {"8081": 3, "8082": 3, "8083": 3}


def director(lab: Lab, name: str) -> dict[str, Any]:
    return dict(lab.status()["directors"][name])


def real_servers(lab: Lab) -> list[set[str]]:
    """Those alive in each Director's kernel."""
    return [set(director(lab, name)["real_servers"]) for name in addresses.DIRECTORS]


def answers(lab: Lab, count: int = 9) -> dict[str, int]:
    """Pages by web server; every request must have been answered, to a client that lets its kernel repeat a lost SYN.

    The kernel does so after 1, 3, 7, 15, 31 and 63 s (tcp(7), tcp_syn_retries). On a slow machine a request once had no answer
    within 5 s, soon after a failover.
    """
    report = lab.traffic(Traffic(count=count, rate=50, patience_s=120))
    assert report.answered == count, f"{report}\n{what_the_kernels_know(lab)}"
    return report.pages


def what_the_kernels_know(lab: Lab) -> str:
    """Of connections, neighbours and addresses, at once: what says where a request was lost."""
    asked = dict.fromkeys(addresses.HOSTS, "ip -br -4 address; ip neigh; nstat -az TcpRetransSegs; dmesg | tail -n 5")
    for name in addresses.DIRECTORS:
        asked[name] += "; ipvsadm -Ln; ipvsadm -Lnc | grep -v TIME_WAIT; journalctl -u keepalived -n 15 --no-pager"
    asked[addresses.REAL_SERVER] += "; ss -tan"
    return "\n".join(f"{host}:\n{lab.exec(host, ['sh', '-c', script]).stdout}" for host, script in asked.items())


def test_round_robin_reaches_all_three(lab: Lab, path: str) -> None:
    lab.set_return_path(path)
    # Where a check comes late a server is taken out for a moment, and the scheduler's round begins anew.
    nine = Traffic(count=9, rate=50, patience_s=120)
    report = until(lambda: lab.traffic(nine), lambda one: one.pages == EVENLY)
    assert report.sequence[:3] * 3 == report.sequence
    peer = lab.exec("real-server", ["ip", "route", "get", addresses.CLIENT_ADDRESSES[0]]).stdout
    assert (addresses.NAT_VIP in peer) == (path != "snat")


@pytest.mark.parametrize("fault", ["keepalived-stopped", "cut-off"])
def test_a_director_goes_away_and_the_client_goes_on(lab: Lab, path: str, fault: str) -> None:
    lab.set_return_path(path)
    traffic = lab.start_traffic(Traffic(rate=20, patience_s=0.5))
    lab.fault(fault, "director1")
    until(lambda: director(lab, "director2")["vips"], lambda vips: vips == VIPS)
    # Who is next is shared with the traffic that goes on: nine requests may meet two of the three alone.
    until(lambda: answers(lab), lambda pages: sorted(pages) == ["8081", "8082", "8083"])
    before = traffic.report().answered
    until(lambda: traffic.report().answered, lambda answered: answered > before)
    traffic.report(stop=True)
    lab.lift()
    lab.wait_ready()
    until(lambda: answers(lab), EVENLY.__eq__)  # a check that fails meanwhile, on a slow guest, begins the round anew


def test_web_servers_stop_and_the_client_goes_on(lab: Lab, path: str) -> None:
    lab.set_return_path(path)
    for stopped, left in ((8081, ["8082", "8083"]), (8082, ["8083"])):
        lab.fault("web-stopped", stopped)
        alive = {f"{addresses.REAL_SERVER_ADDRESS}:{port}" for port in left}
        until(lambda: real_servers(lab), [alive, alive].__eq__)
        assert sorted(answers(lab, 6)) == left
    lab.lift()
    lab.wait_ready()
    until(lambda: answers(lab), EVENLY.__eq__)  # a check that fails meanwhile, on a slow guest, begins the round anew

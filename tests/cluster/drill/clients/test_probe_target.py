"""A probe asks one service of one virtual server of the cluster, by its name or its URL, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.drill.clients.probe_target import FASTEST, SLOWEST, ProbeTarget, probe_target
from lvstui.cluster.view import ClusterView, VirtualServerView
from lvstui.probe import probe_wish
from tests.support.lvsctl import Ending


def server(id: str, *services: str) -> VirtualServerView:
    return VirtualServerView(id, services, "rr", "NAT", ())


def view(*more: VirtualServerView) -> ClusterView:
    servers = (
        server("tcp/10.10.0.20:80", "tcp/10.10.0.20:80"),
        server("group/web", "tcp/10.77.0.100:8040", "tcp/10.77.0.101:8041"),
        server("tcp/[2001:db8::20]:443", "tcp/[2001:db8::20]:443"),
        server("udp/10.10.0.20:53", "udp/10.10.0.20:53"),
        *more,
    )
    return replace(Ending().view(), virtual_servers=servers)


@pytest.mark.parametrize(
    "text, path, target",
    [
        ("tcp/10.10.0.20:80", "", ("tcp/10.10.0.20:80", "tcp/10.10.0.20:80", "10.10.0.20", 80, "")),
        ("tcp/10.10.0.20:80", "/h", ("http://10.10.0.20:80/h", "tcp/10.10.0.20:80", "10.10.0.20", 80, "/h")),
        ("http://10.10.0.20", "", ("http://10.10.0.20", "tcp/10.10.0.20:80", "10.10.0.20", 80, "/")),
        ("http://10.10.0.20/health", "", ("http://10.10.0.20/health", "tcp/10.10.0.20:80", "10.10.0.20", 80, "/health")),
        ("tcp://10.77.0.101:8041", "", ("tcp://10.77.0.101:8041", "group/web", "10.77.0.101", 8041, "")),
        ("group/web", "", ("tcp/10.77.0.100:8040", "group/web", "10.77.0.100", 8040, "")),
        ("tcp://[2001:db8::20]:443", "", ("tcp://[2001:db8::20]:443", "tcp/[2001:db8::20]:443", "2001:db8::20", 443, "")),
    ],
)  # fmt: skip
def test_a_name_or_a_url_is_one_service(text: str, path: str, target: tuple[str, str, str, int, str]) -> None:
    assert probe_target(view(), text, path) == ProbeTarget(*target)


@pytest.mark.parametrize(
    "text, error",
    [
        ("tcp/10.10.0.99:80", LookupError),
        ("http://10.10.0.99/", LookupError),
        ("http://10.10.0.20:8080/", LookupError),
        ("http://www.example.com/", ValueError),
        ("https://10.10.0.20/", ValueError),
        ("tcp://10.10.0.20", ValueError),
        ("http://10.10.0.20/?a=b", ValueError),
        ("udp/10.10.0.20:53", ValueError),
    ],
)
def test_what_is_no_service_of_the_cluster_or_cannot_be_asked_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        probe_target(view(), text)


def test_the_vip_of_a_firewall_mark_is_named_by_its_url() -> None:
    marked = view(server("fwmark/7", "fwmark/7"))
    vip = marked.directors[0].vrrp[0].vips[0].address
    assert probe_target(marked, f"tcp://{vip}:443").virtual_server == "fwmark/7"
    with pytest.raises(ValueError, match="give the URL of one of its VIPs"):
        probe_target(marked, "fwmark/7")
    with pytest.raises(LookupError):
        probe_target(marked, "tcp://10.99.0.1:443")


def test_a_probe_has_the_same_bounds() -> None:
    assert (SLOWEST, FASTEST) == (probe_wish.SLOWEST, probe_wish.FASTEST)

"""Decide which one target a probe may ask: a virtual server of this cluster, and nothing else. Pure."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

from lvstui.cluster.plan.targets import virtual_server_name
from lvstui.cluster.view import ClusterView, VirtualServerView
from lvstui.keepalived.keys import ServiceKey

SLOWEST, FASTEST = 10.0, 100.0  # requests per second: those of `probe.probe_wish`, as a test sees; it is shipped alone


class ProbeTarget(NamedTuple):
    """One service of one virtual server."""

    name: str  # as it is called in results: "tcp/10.10.0.20:80", "http://10.10.0.20/health"
    virtual_server: str
    address: str
    port: int
    path: str  # of HTTP; "" by TCP connections


def probe_target(view: ClusterView, text: str, path: str = "") -> ProbeTarget:
    """Return the target of a virtual server's name or of a URL, such as http://10.10.0.20/health.

    Raises LookupError where the cluster has no such virtual server, ValueError for what cannot be probed.
    """
    if "://" in text:
        return _of_url(view, text, path)
    name = virtual_server_name(view, text)
    server = next(one for one in view.virtual_servers if one.id == name)
    services = _tcp_services(server)
    if not services:
        raise ValueError(f"{name} has no TCP service that could be probed: give the URL of one of its VIPs")
    address, port = services[0]
    shown = _host(address)
    called = f"http://{shown}:{port}{path}" if path else f"tcp/{shown}:{port}"
    return ProbeTarget(called, name, address, port, path)


def _of_url(view: ClusterView, text: str, path: str) -> ProbeTarget:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "tcp"):
        raise ValueError(f"{text}: a probe needs http:// or tcp://")
    if parts.query or parts.fragment or parts.username or parts.hostname is None:
        raise ValueError(f"{text}: give it as http://VIP:PORT/PATH or tcp://VIP:PORT")
    try:
        address = str(ipaddress.ip_address(parts.hostname))
    except ValueError:
        raise ValueError(f"{text}: {parts.hostname} is not an address; a probe asks a VIP") from None
    port = parts.port or (80 if parts.scheme == "http" else 0)
    if not port:
        raise ValueError(f"{text}: it has no port")
    name = _owner(view, address, port)
    wanted = path or ((parts.path or "/") if parts.scheme == "http" else "")
    return ProbeTarget(text, name, address, port, wanted)


def _owner(view: ClusterView, address: str, port: int) -> str:
    """Return the virtual server that the address and port belong to. Raises LookupError."""
    for server in view.virtual_servers:
        if (address, port) in _tcp_services(server):
            return server.id
    marked = [
        server.id for server in view.virtual_servers if not _tcp_services(server) and server.id.startswith("fwmark/")
    ]
    vips = {vip.address for director in view.directors for instance in director.vrrp for vip in instance.vips}
    if marked and address in vips:
        return marked[0]
    raise LookupError(f"no virtual server of this cluster is tcp/{_host(address)}:{port}")


def _tcp_services(server: VirtualServerView) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for service in server.services:
        try:
            key = ServiceKey.parse(service)
        except ValueError:
            continue
        if key.protocol == "tcp" and key.address and key.port:
            found.append((key.address, key.port))
    return found


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address

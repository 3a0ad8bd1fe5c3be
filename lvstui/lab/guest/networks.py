"""Build the two networks, and the seed's three ways for a real server's answers to come back.

A switch is a bridge in the guest's first network namespace, which is also the gateway 10.10.0.1.
Everything is done by `ip -batch`, one process for many commands.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from . import addresses, syscalls

T = TypeVar("T")

BRIDGES = {"service": "br-service", "nat": "br-nat"}
_MODULES = [
    "bridge",
    "veth",
    "overlay",
    "ip_vs",
    "ip_vs_rr",
    "ip_vs_wrr",
    "nf_conntrack",
    "sch_ingress",
    "cls_flower",
    "act_nat",
]
_SNAT_PREF = 100
_CONNTRACK = "net/ipv4/vs/conntrack"


def namespace_path(host: str) -> str:
    """Return where the host's network namespace can be opened, and is known to `ip -n`."""
    return f"/run/netns/{host}"


def port_of(host: str, network: str) -> str:
    """Return the name of the host's port on the switch of that network ("service" or "nat")."""
    short = {"director1": "d1", "director2": "d2", addresses.REAL_SERVER: "rs", addresses.CLIENT: "cl"}[host]
    return f"{short}-{addresses.NETWORKS[network]}"


def ip(commands: list[str], host: str | None = None) -> None:
    """Run `ip` commands in the host's network namespace (the first one without a host); raises RuntimeError."""
    _run_batch(["ip", *(["-n", host] if host else []), "-force", "-batch", "-"], commands)


def traffic_control(lines: list[str], host: str | None = None) -> None:
    """Run `tc` commands in the host's network namespace (the first one without a host); raises RuntimeError."""
    _run_batch(["tc", *(["-n", host] if host else []), "-batch", "-"], lines)


def set_filters(filters: Mapping[str, str], on: bool, host: str) -> None:
    """Add these filters of `tc`, by where they are (device, way, protocol, preference), or remove them; raises RuntimeError."""
    traffic_control(
        [f"filter add {where} {rule}" if on else f"filter del {where}" for where, rule in filters.items()], host
    )


def _run_batch(argv: list[str], lines: list[str]) -> None:
    done = subprocess.run(argv, input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()} (of {lines})")


def load_modules() -> None:
    """Load what the networks need, in one process; the kernel fetches the rest itself (schedulers, matches)."""
    subprocess.run(["modprobe", "-a", *_MODULES], check=True)


def build() -> None:
    """Build all namespaces, switches, cables and addresses, and the way to the host."""
    Path("/run/netns").mkdir(exist_ok=True)
    for host in addresses.HOSTS:
        _create_namespace(host)
    ip(_switches() + [line for host in addresses.HOSTS for line in _cables(host)])
    for host in addresses.HOSTS:
        in_network(host, _set_ipv6)
        ip(_addresses(host), host)
        traffic_control([f"qdisc add dev {one} clsact" for one in _interfaces(host).values()], host)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    traffic_control(_ssh_forwards())


def _create_namespace(host: str) -> None:
    path = namespace_path(host)
    Path(path).touch()

    def unshare_and_keep() -> None:
        syscalls.unshare(syscalls.NEWNET)
        syscalls.mount("/proc/thread-self/ns/net", path, flags=syscalls.MS_BIND)

    # A thread of its own: the namespace of the process itself must stay what it is.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(unshare_and_keep).result()


def _switches() -> list[str]:
    lines = [f"link add {bridge} type bridge forward_delay 0 mcast_snooping 0" for bridge in BRIDGES.values()]
    lines += [f"link set {bridge} up" for bridge in BRIDGES.values()]
    lines += ["link set lo up", f"address add {addresses.SERVICE_GATEWAY}/24 dev {BRIDGES['service']}"]
    lines.append(f"address add {addresses.SERVICE_PREFIX_6}1/64 dev {BRIDGES['service']} nodad")
    lines.append("link set vec0 up")
    links = [addresses.LINK_ADDRESS, *addresses.SSH_LINK_ADDRESSES.values()]
    return lines + [f"address add {address}/24 dev vec0" for address in links]


def _interfaces(host: str) -> dict[str, str]:
    """Return the names of the host's interfaces by network."""
    networks = ["service"] if host == addresses.CLIENT else ["service", "nat"]
    return {network: addresses.NETWORKS[network] for network in networks}


def _cables(host: str) -> list[str]:
    lines: list[str] = []
    for network, interface in _interfaces(host).items():
        port = port_of(host, network)
        lines.append(f"link add {port} type veth peer name {interface} netns {host}")
        lines.append(f"link set {port} master {BRIDGES[network]} up")
    return lines


def _addresses(host: str) -> list[str]:
    service, nat = addresses.SERVICE_INTERFACE, addresses.NAT_INTERFACE
    lines = ["link set lo up", f"link set {service} up"]
    lines += [f"address add {address}/64 dev {interface} nodad" for address, interface in addresses.addresses_6(host)]
    if host == addresses.CLIENT:
        return lines + [f"address add {address}/24 dev {service}" for address in addresses.CLIENT_ADDRESSES]
    lines += [f"link set {nat} up", f"address add {addresses.nat_address(host)}/24 dev {nat}"]
    if host in addresses.DIRECTORS:
        lines.append(f"address add {addresses.service_address(host)}/24 dev {service}")
        lines.append(f"route add default via {addresses.SERVICE_GATEWAY}")
    return lines


def _set_ipv6() -> None:
    """Let addresses count at once, without a search for duplicates, and stay while their link is down."""
    for name, value in {"accept_dad": "0", "keep_addr_on_down": "1", "accept_ra": "0"}.items():
        for which in ("all", "default"):
            Path(f"/proc/sys/net/ipv6/conf/{which}/{name}").write_text(value)


def _ssh_forwards() -> list[str]:
    """Return what makes a host's address on the link to the host machine its own one on the service network, and back."""
    lines = ["qdisc add dev vec0 clsact"]
    for number, (host, link) in enumerate(addresses.SSH_LINK_ADDRESSES.items(), start=1):
        service = addresses.service_address(host)
        for way, match, new in (("ingress", "dst_ip", service), ("egress", "src_ip", link)):
            old = link if way == "ingress" else service
            rule = f"flower {match} {old} action nat {way} {old}/32 {new}"
            lines.append(f"filter add dev vec0 {way} protocol ip pref {number} {rule}")
    return lines


def set_return_path(name: str, previous: str | None) -> None:
    """Make the real server's answers come back as the seed's section 2.2 has it; raises RuntimeError."""
    if name == previous:
        return
    if previous is not None:
        _undo_return_path(previous)
    service, nat = addresses.SERVICE_INTERFACE, addresses.NAT_INTERFACE
    if name == "single-nic":
        ip([f"link set {service} down", f"route add default via {addresses.NAT_VIP} dev {nat}"], addresses.REAL_SERVER)
        return
    address = addresses.service_address(addresses.REAL_SERVER)
    lines = [f"address add {address}/24 dev {service}", f"route add default via {addresses.SERVICE_GATEWAY}"]
    if name == "policy-route":
        lines.append(f"route add default via {addresses.NAT_VIP} dev {nat} table 100")
        lines.append(f"rule add to {addresses.SERVICE_NETWORK} table 100")
    ip(lines, addresses.REAL_SERVER)
    if name == "snat":
        _set_snat(True)


def _undo_return_path(name: str) -> None:
    if name == "single-nic":
        ip(["route del default", f"link set {addresses.SERVICE_INTERFACE} up"], addresses.REAL_SERVER)
        return
    lines = ["route del default", f"address flush dev {addresses.SERVICE_INTERFACE}"]
    if name == "policy-route":
        lines.append(f"rule del to {addresses.SERVICE_NETWORK} table 100")
        lines.append("route flush table 100")
    ip(lines, addresses.REAL_SERVER)
    if name == "snat":
        _set_snat(False)


def _set_snat(on: bool) -> None:
    """Let the real server see a Director's own address instead of the client's, as a MASQUERADE of iptables does.

    The kernel has no iptables, but the connection tracking behind them. It is given each packet as one that nobody has tracked
    yet: IPVS tracks its connections too.
    """
    there = f"protocol ip pref {_SNAT_PREF}"
    for host in addresses.DIRECTORS:
        own = f"action ct clear pipe action ct commit nat src addr {addresses.nat_address(host)} pipe"
        filters = {
            f"dev {addresses.NAT_INTERFACE} egress {there}": f"flower ip_proto tcp dst_ip {addresses.REAL_SERVER_ADDRESS} {own}",
            f"dev {addresses.NAT_INTERFACE} ingress {there}": f"flower ip_proto tcp src_ip {addresses.REAL_SERVER_ADDRESS} "
            "action ct nat pipe action ct clear",
        }
        set_filters(filters, on, host)
        in_network(host, lambda: Path("/proc/sys", _CONNTRACK).write_text("1" if on else "0"))


def in_network(host: str, action: Callable[[], T]) -> T:
    """Call `action()` on a thread inside the host's network namespace; return its result, raise what it raised."""

    def run() -> T:
        syscalls.enter_network(namespace_path(host))
        return action()

    # One thread for one call: a thread that has entered a namespace must serve nothing else.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run).result()

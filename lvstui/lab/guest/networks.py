"""Build the two networks, and the seed's three ways for a real server's answers to come back.

A switch is a bridge in the guest's first network namespace, which is also the gateway 10.10.0.1.
Everything is done by `ip -batch`, one process for many commands.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
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
    "iptable_nat",
    "iptable_filter",
    "ip6table_filter",
    "xt_MASQUERADE",
    "xt_nat",
    "xt_tcpudp",
    "ipt_REJECT",
]
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
    argv = ["ip", *(["-n", host] if host else []), "-force", "-batch", "-"]
    done = subprocess.run(argv, input="\n".join(commands) + "\n", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()} (of {commands})")


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
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    subprocess.run(["iptables-restore"], input=_ssh_forwards(), text=True, check=True)


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
    return [*lines, "link set vec0 up", f"address add {addresses.LINK_ADDRESS}/24 dev vec0"]


def _cables(host: str) -> list[str]:
    networks = ["service"] if host == addresses.CLIENT else ["service", "nat"]
    lines: list[str] = []
    for network in networks:
        port, interface = port_of(host, network), addresses.NETWORKS[network]
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


def _ssh_forwards() -> str:
    rules = [
        f"-A PREROUTING -i vec0 -p tcp --dport {port} -j DNAT --to-destination {addresses.service_address(host)}:22"
        for host, port in addresses.SSH_PORTS.items()
    ]
    return "\n".join(["*nat", *rules, "COMMIT", ""])


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
    rules = "".join(
        f"{'-A' if on else '-D'} POSTROUTING -p tcp -d {addresses.REAL_SERVER_ADDRESS} --dport {port} -j MASQUERADE\n"
        for port in addresses.WEB_PORTS
    )
    for host in addresses.DIRECTORS:
        argv = ["ip", "netns", "exec", host, "iptables-restore", "--noflush"]
        subprocess.run(argv, input=f"*nat\n{rules}COMMIT\n", text=True, check=True)
        in_network(host, lambda: Path("/proc/sys", _CONNTRACK).write_text("1" if on else "0"))


def in_network(host: str, action: Callable[[], T]) -> T:
    """Call `action()` on a thread inside the host's network namespace; return its result, raise what it raised."""

    def run() -> T:
        syscalls.enter_network(namespace_path(host))
        return action()

    # One thread for one call: a thread that has entered a namespace must serve nothing else.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run).result()

"""Say why instances are in FAULT, once for each cause: what failed, and which others went with it through their sync group.

Not for: finding out (see `director`, whose dump tells), nor how a cause is worded on a card (see `console`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvstui.cluster.instance_view import FaultView, VrrpView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.text import listed, plain

_UNKNOWN = FaultView("", "")


@dataclass(frozen=True)
class Cause:
    """One cause, and the instances that are in FAULT for it."""

    fault: FaultView  # of kind "" where it is not known
    instances: tuple[VrrpView, ...]
    followers: tuple[VrrpView, ...] = ()  # in FAULT with them, through a sync group


def faults(director: Director, name: str, interface: str) -> tuple[FaultView, ...]:
    """Return what has put an instance into FAULT, as keepalived tells; otherwise its own interface if that is down."""
    told = () if director.vrrp is None else director.vrrp.faults
    known = tuple(FaultView(one.kind, plain(one.name, 60)) for one in told if one.instance == name)
    if known or director.network is None or director.network.error is not None:
        return known
    down = any(link.name == interface and not link.up for link in director.network.links)
    return (FaultView("interface", plain(interface, 20)),) if down else ()


def causes(director: Director, instances: Sequence[VrrpView]) -> Iterator[Cause]:
    """Return each cause once, in keepalived's order of what it affects."""
    failed = [one for one in instances if one.state == "FAULT"]
    own: dict[FaultView, list[VrrpView]] = {}
    followers: list[VrrpView] = []
    for one in failed:
        found = [fault for fault in one.faults if fault.kind != "group"]
        if not found and any(fault.kind == "group" for fault in one.faults):
            followers.append(one)
        for fault in found[:1] or ([_UNKNOWN] if one not in followers else []):
            own.setdefault(fault, []).append(one)
    led = {one.name: [other for other in followers if _together(director, one, other)] for one in failed}
    alone = [one for one in followers if not any(one in others for others in led.values())]
    for fault, some in own.items():
        if fault is _UNKNOWN:
            yield from (Cause(fault, (one,), tuple(led[one.name])) for one in some)
        else:
            with_it = {other.name: other for one in some for other in led[one.name]}
            yield Cause(fault, tuple(some), tuple(with_it.values()))
    for one in alone:
        yield Cause(one.faults[0], (one,))


def _together(director: Director, one: VrrpView, other: VrrpView) -> bool:
    """Return True if they are in one sync group."""
    configuration = director.loaded.configuration
    groups = () if configuration is None else configuration.sync_groups
    names = {one.name, other.name}
    return one is not other and any(names <= set(group.instances) for group in groups)


_WHAT = {
    "interface": "{name} is down",
    "script": "the script {name} fails",
    "process": "{name} runs less often than its interval",
    "bfd": "the BFD session {name} is down",
    "file": "the tracked file {name} requires it",
    "group": "another instance of its sync group {name} is",
    "configuration": "its configuration has an error",
    "vrid": "another interface has its VRID too",
    "source": "its interface has no address to send from",
}
_WHERE = {
    "interface": "Check {name}: `ip link show {name}`, the cable, the switch.",
    "script": "Run the script {name} by hand, as keepalived's script user.",
    "process": "Restart {name}.",
    "bfd": "Check the peer of {name}.",
    "file": "Check what writes {name}.",
    "group": "Check the other instances of {name}.",
    "configuration": "Its log and `keepalived -t` name it.",
    "vrid": "Give one of them another virtual_router_id.",
    "source": "Give the interface an address, or the instance a unicast_src_ip or mcast_src_ip.",
}


def text(cause: Cause, director: str) -> str:
    """Say the cause in one line."""
    names = _names(cause.instances)
    line = f"{names} {'is' if len(cause.instances) == 1 else 'are'} in FAULT on {director}"
    if cause.fault.kind in _WHAT:
        line += f": {_WHAT[cause.fault.kind].format(name=cause.fault.name)}"
    if cause.followers:
        line += (
            f"; {_names(cause.followers)} with {'it' if len(cause.instances) == 1 else 'them'}, through the sync group"
        )
    return line


def detail(cause: Cause) -> str:
    """Say what it means, and where to look."""
    several = len(cause.instances) + len(cause.followers) > 1
    means = f"{'They' if several else 'It'} cannot become MASTER."
    interface = cause.instances[0].interface or "its interface"
    where = _WHERE.get(cause.fault.kind, f"Check {interface} and what it tracks.")
    return f"{means} {where.format(name=cause.fault.name)}"


def _names(instances: Sequence[VrrpView]) -> str:
    return listed([one.name for one in instances])

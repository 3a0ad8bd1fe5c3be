"""Two Directors with any VRRP instances, on two interfaces and in both families."""

from __future__ import annotations

from lvstui.cluster.finding import A_FAILOVER
from lvstui.cluster.view import Problem
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts, Listening, Vrrp, VrrpInstance
from tests.support.telling import NAMES, Pair

OWN = {
    "director1": {"eth0": ("10.0.0.11", "fe80::11"), "eth1": ("10.1.0.11", "fe80::11:1")},
    "director2": {"eth0": ("10.0.0.12", "fe80::12"), "eth1": ("10.1.0.12", "fe80::12:1")},
}


def instance(
    name: str, interface: str, *vips: str, vrid: int = 51, state: str = "MASTER", device: str = "", priority: int = 100
) -> VrrpInstance:
    """What keepalived's dump tells of it; `device`: the VMAC on the interface."""
    place = device or interface
    family = "inet6" if ":" in vips[0] else "inet"
    return VrrpInstance(
        name, vrid, place, state, priority, priority, 0, 1.0, 3 if family == "inet6" else 2, 1_800_000_990.0, vips, 0, 0, 0, 0,
        family, interface, (place,) * len(vips),
    )  # fmt: skip


class Directors(Pair):
    """Two Directors with any instances. Each VIP is where a MASTER has it, unless `network` says otherwise."""

    def tell(self, name: str, *instances: VrrpInstance, more: tuple[Address, ...] = ()) -> None:
        self.say(name, Vrrp(self.now, instances, None))
        held = [
            Address(place, vip, 64)
            for one in instances
            if one.state == "MASTER"
            for vip, place in zip(one.vips, one.vip_interfaces, strict=True)
        ]
        self.places(name, *held, *more, links={one.interface: one.configured for one in instances})

    def places(self, name: str, *addresses: Address, links: dict[str, str] | None = None) -> None:
        own = [Address(place, one, 24) for place, some in OWN[name].items() for one in some]
        told = [
            Link("lo", True, answers=False),
            Link("dummy0", True, answers=False),
            Link("eth0", True),
            Link("eth1", True),
        ]
        told += [Link(name, True, base) for name, base in (links or {}).items() if base != name]
        self.say(name, Network(self.now, tuple(told), (*own, *addresses), None))

    def hear(self, name: str, *heard: Advertiser) -> None:
        listening = [
            Listening(family, place, 900.0) for family in ("inet", "inet6") for place in ("eth0", "eth1")
        ]  # fmt: skip
        self.say(name, Adverts(self.now, tuple(listening), heard, 0, None))

    def lasting(self) -> dict[str, Problem]:
        """The problems that last."""
        self.view()
        self.after(A_FAILOVER + 0.2).sample()
        return {one.id: one for one in self.view().problems}


def linked() -> Directors:
    pair = Directors()
    for name in NAMES:
        pair.link(name)
        pair.ipvs(name)
        pair.keepalived(name)
        pair.log(name, history=True)
    return pair


def advert(family: str, source: str, last: float, *, interface: str = "eth0", vrid: int = 51) -> Advertiser:
    return Advertiser(family, interface, source, vrid, 3, 100, 1.0, 90, last - 89, last)

"""A pair that stands in both networks of the seed, so that the gateway VIP can be told from the service's; and its problems."""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Problem
from lvstui.director.protocol.host_messages import Address, Link, Network, Sysctl, Sysctls
from lvstui.director.protocol.ipvs_messages import Ipvs
from tests.support.telling import NAMES, VIPS, Pair

CALM = {"net.ipv4.ip_forward": "1", "net.ipv4.vs.conntrack": "0"}
SERVICE, GATEWAY = VIPS.values()
OWN = {"director1": 11, "director2": 12}


def network(pair: Pair, name: str, *vips: str, lo: Iterable[str] = ()) -> None:
    own = [Address("ens33", f"10.10.0.{OWN[name]}", 24), Address("ens36", f"192.168.211.{OWN[name]}", 24)]
    held = [Address("ens33" if vip == SERVICE else "ens36", vip, 32) for vip in vips]
    lo_too = [Address("lo", address, 32) for address in ("127.0.0.1", *lo)]
    pair.say(name, Network(pair.now, (Link("ens33", True), Link("ens36", True)), (*own, *held, *lo_too), None))


def sysctls(pair: Pair, name: str, **more: str) -> None:
    """Tell a Director's sysctls, those that do no harm but for some."""
    values = {**CALM, **{key.replace("__", "."): value for key, value in more.items()}}
    pair.say(name, Sysctls(pair.now, tuple(Sysctl(*one) for one in values.items())))


def up() -> Pair:
    pair = Pair().up()
    for name in NAMES:
        network(pair, name, *(VIPS.values() if name == "director1" else ()))
        sysctls(pair, name)
    pair.view()
    return pair.after(5).sample()


def emptied(pair: Pair, name: str) -> None:
    """Somebody's `ipvsadm -C`."""
    pair.say(name, Ipvs(pair.now, True, True, (), (), None))


def told(pair: Pair) -> dict[ProblemKind, Problem]:
    """The problems, of which each kind is there once."""
    problems = pair.view().problems
    found = {problem.kind: problem for problem in problems}
    assert len(found) == len(problems), problems
    return found


def lasting(pair: Pair, seconds: float = 3.5) -> dict[ProblemKind, Problem]:
    pair.view()
    pair.after(seconds).sample()
    return told(pair)

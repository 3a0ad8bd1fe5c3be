"""Tell whether each VRRP instance has one MASTER, and whether its VIPs are there and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lvstui.cluster.checks import advert_checks
from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.observed.vrrp import virtual_routers
from lvstui.cluster.observed.vrrp.virtual_routers import VirtualRouter
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import DirectorView, LinkState, Severity


def masters(views: Sequence[DirectorView], owners: Mapping[str, str], wall: float) -> Iterator[Finding]:
    """Tell of each virtual router that has two MASTERs or none, and of VIPs that are on two Directors or on none."""
    all_live = all(view.state is LinkState.LIVE for view in views)
    for router in virtual_routers.of(views):
        live = tuple(side for side in router.sides if side.director.state is LinkState.LIVE)
        if live:
            whole = all_live and len(router.sides) == len(views)
            yield from _router(router._replace(sides=live), owners, wall, all_live=whole)


def _router(router: VirtualRouter, owners: Mapping[str, str], wall: float, *, all_live: bool) -> Iterator[Finding]:
    sides = router.sides
    masters = [view.name for view, instance in sides if instance.state == "MASTER"]
    told = all(instance.state is not None or view.keepalived.running is False for view, instance in sides)
    vips = router.vips
    if len(masters) > 1:
        both = [vip.name for vip in vips if len(vip.holders) > 1]
        also = f"; {', '.join(both)} {'is' if len(both) == 1 else 'are'} on both" if both else ""
        text = f"SPLIT BRAIN  {router.title}: {' and '.join(masters)} are both MASTER{also}"
        detail = advert_checks.between([side for side in sides if side.instance.state == "MASTER"], owners, wall)
        yield Finding(
            ProblemKind.SPLIT_BRAIN, f"split:{router.name}", Severity.CRITICAL, text, detail, lasts=A_FAILOVER
        )
    elif not masters and all_live and told:
        some = ", ".join(vip.name for vip in vips) or "its VIPs"
        text = f"{router.name} has no MASTER: no Director answers for {some}"
        detail = "Check keepalived and the interface on both Directors."
        yield Finding(
            ProblemKind.NO_MASTER, f"no-master:{router.name}", Severity.CRITICAL, text, detail, lasts=A_FAILOVER
        )
    for vip in vips:
        holders = vip.holders
        if len(holders) > 1 and len(masters) > 1:
            continue  # told with it
        if len(holders) > 1:
            text = f"{vip.name} is on {' and '.join(holders)}"
            detail = "Clients reach the Director that answered ARP last. Only the MASTER may hold it."
            yield Finding(
                ProblemKind.VIP_TWICE, f"vip-twice:{vip.name}", Severity.CRITICAL, text, detail, lasts=A_FAILOVER
            )
        elif not holders and all_live and masters and None not in vip.held.values():
            text = f"{vip.name} is on no Director, though {masters[0]} is MASTER of {router.name}"
            yield Finding(
                ProblemKind.VIP_NOWHERE,
                f"vip-nowhere:{vip.name}",
                Severity.CRITICAL,
                text,
                "Clients get no answer.",
                lasts=A_FAILOVER,
            )

"""Say which Director has what of a real server in DRIFT, and what its clients get of that.

a kernel is not as its file says     clients get what the kernel has: of the MASTER now, of another after a failover
the files, or the kernels, disagree  clients get what the MASTER has, and after a failover what the other one has
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lvstui.cluster.observed.vip_holders import Holders
from lvstui.cluster.text import NAMED
from lvstui.cluster.view import DirectorView, Figures, RealServerState, RealServerView, VirtualServerView

DRIFT, UNKNOWN = RealServerState.DRIFT, RealServerState.UNKNOWN

Roles = Mapping[str, str | None]  # Director -> its role for a virtual server; None: not known


def roles(server: VirtualServerView, views: Sequence[DirectorView], holders: Holders) -> Roles:
    """Return what each Director is for the clients of a virtual server: the MASTER is where its VIP is."""
    reached = holders.of(server.services)
    return {view.name: "MASTER" if view.name in reached else _other(view) if reached else None for view in views}


def _other(view: DirectorView) -> str | None:
    """Return the role of a Director that has not the VIP; one that is MASTER of other VIPs is BACKUP for this one."""
    return {"mixed": "BACKUP", "MASTER": None}.get(view.role or "", view.role)


def explained(drifted: Sequence[tuple[RealServerView, Roles]]) -> str:
    """Return it in words for each real server, of many for the first."""
    told = [(real, _real_server(real, where)) for real, where in drifted[:NAMED]]
    if len(drifted) == 1:
        return told[0][1]
    more = f" And {len(drifted) - NAMED} more." if len(drifted) > NAMED else ""
    return " ".join(f"{real.id}: {words}" for real, words in told) + more


def _real_server(real: RealServerView, where: Roles) -> str:
    known = {name: figures for name, figures in real.directors.items() if figures.state is not UNKNOWN}
    sentences = [_kernel(name, figures, where.get(name)) for name, figures in known.items() if figures.state is DRIFT]
    files = {name: one.configured_weight for name, one in known.items() if one.configured_weight is not None}
    if len(set(files.values())) > 1:
        sentences.append(_disagreement("file", files, where))
    elif not sentences:
        sentences.append(_disagreement("kernel", {name: one.kernel_weight for name, one in known.items()}, where))
    return " ".join(sentences)


def _kernel(name: str, figures: Figures, role: str | None) -> str:
    wanted, effective, has = figures.configured_weight, figures.effective_weight, figures.kernel_weight
    file = "not in its file" if wanted is None else f"weight {wanted} in its file"
    if wanted is not None and effective not in (None, wanted):
        file += f" ({effective} with what its checkers add)"
    kernel = "not in its kernel" if has is None else f"weight {has} in its kernel"
    if has is not None and has == (wanted if effective is None else effective):
        kernel = "another weight in a service of its group"
    meets = {
        "MASTER": "Clients are served as its kernel says.",
        None: "Clients that reach it are served as its kernel says.",
    }.get(role, "It affects clients only after a failover to it.")
    return f"{_named(name, role)}: {file}, {kernel}. {meets}"


def _disagreement(place: str, weights: Mapping[str, int | None], where: Roles) -> str:
    told = ", ".join(
        f"{'not' if weight is None else f'weight {weight}'} in the {place} of {_named(name, where.get(name))}"
        for name, weight in weights.items()
    )
    masters = [name for name in weights if where.get(name) == "MASTER"]
    others = [name for name in weights if name not in masters]
    if len(masters) != 1 or not others:
        return f"{told}. Which weight applies depends on which Director is MASTER."
    return f"{told}. What {masters[0]} has applies now; after a failover, what {' or '.join(others)} has."


def _named(name: str, role: str | None) -> str:
    return name if role is None else f"{name} ({role})"

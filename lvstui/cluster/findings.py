"""What is wrong at this moment, looked for in what is shown. Pure functions, one for each kind.

Nothing is said of a Director whose figures are not fresh but that: two MASTERs are two only when both are seen.

Not for: how long it has been so (see `problems`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lvstui.cluster import advert_findings
from lvstui.cluster.difference import Difference
from lvstui.cluster.director import Director
from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.unfinished import named
from lvstui.cluster.view import (
    DirectorView,
    LinkState,
    RealServerState,
    RealServerView,
    Severity,
    VirtualServerView,
    VrrpView,
)

INFO, WARNING, ERROR, CRITICAL = Severity.INFO, Severity.WARNING, Severity.ERROR, Severity.CRITICAL
A_CHANGE = 15.0  # seconds; one Director is changed after the other
_OF_ROWS = ("weight", "real server")  # differences that the state of a row tells already
_NAMED = 3  # real servers named in one line
Sides = Sequence[tuple[DirectorView, VrrpView]]  # of one instance


def find(
    directors: Sequence[Director],
    views: Sequence[DirectorView],
    servers: Sequence[VirtualServerView],
    differences: Sequence[Difference] = (),
) -> Iterator[Finding]:
    """All that is wrong now."""
    owners = advert_findings.owners(directors)
    for director, view in zip(directors, views, strict=True):
        yield from _link(view, advert_findings.still_heard(view.name, directors, views, owners))
        if view.state is not LinkState.LOST:
            yield from _keepalived(view)
            yield from _configuration(director, view)
            yield from _missing(view)
            yield from _unfinished(view)
    yield from _vrrp(views, owners)
    yield from advert_findings.unheard(views)
    yield from advert_findings.foreign(directors, views, owners)
    yield from _real_servers(servers)
    yield from _differences(differences)


def _link(view: DirectorView, alive: str) -> Iterator[Finding]:
    """`alive`: what shows that it is, though its link is not."""
    name, why = view.name, f": {view.error}" if view.error else ""
    if view.state is LinkState.LOST:
        text = f"{name} is lost{why}"
        detail = f"{alive}Nothing else is known of it now." if alive else "Nothing is known of it now."
        yield Finding(f"link:{name}", ERROR, text, f"{detail} Try `ssh {name}`.", name)
    elif view.state is LinkState.STALE:
        detail = (
            f"{alive}What is shown of it is old, and what it is doing now is not known. It is tried again by itself."
        )
        yield Finding(f"link:{name}", WARNING, f"{name} is not heard{why}", detail, name)
    elif view.error:
        yield Finding(f"link:{name}", WARNING, f"{name} cannot be reached{why}", f"Try `ssh {name}`.", name)


def _keepalived(view: DirectorView) -> Iterator[Finding]:
    name = view.name
    if view.keepalived.running is False:
        held = [vip.address for instance in view.vrrp for vip in instance.vips if vip.held]
        still = f", and it still holds {', '.join(held)}" if held else ""
        detail = "Nobody checks the real servers there, and it takes no part in VRRP."
        if held:
            detail += " The other Director takes the VIPs as well: clients may reach either. Start keepalived, or remove them."
        text = f"keepalived does not run on {name}{still}"
        yield Finding(f"keepalived:{name}", CRITICAL if held else ERROR, text, detail, name)
    for instance in view.vrrp:
        if instance.state == "FAULT":
            text = f"{instance.name} is in FAULT on {name}"
            detail = f"It cannot become MASTER. Look at {instance.interface or 'its interface'} and what it tracks."
            yield Finding(f"fault:{name}:{instance.name}", ERROR, text, detail, name)
    if view.keepalived.pending:
        text = f"{name}: a file is newer than what keepalived has loaded"
        yield Finding(f"pending:{name}", WARNING, text, "A reload makes it so; see what changed before.", name)


def _configuration(director: Director, view: DirectorView) -> Iterator[Finding]:
    name, configuration = view.name, director.loaded.configuration
    if director.loaded.error is not None and director.files is not None:
        text = f"{name}: {director.loaded.error}"
        detail = "What is configured there is not known, so its real servers cannot be judged nor changed."
        yield Finding(f"configuration:{name}", WARNING, text, detail, name, A_FAILOVER)
    if configuration is None:
        return
    if configuration.fatal is not None:
        bad = configuration.fatal
        text = f"{name}: {bad.path} line {bad.line}: {bad.message}"
        yield Finding(f"fatal:{name}", ERROR, text, "keepalived would end at this line when it reloads.", name)
    for server in configuration.shadowed:
        text = f"{name}: {server.path} line {server.line}: a second virtual_server {server.id} counts for nothing"
        yield Finding(f"shadowed:{name}:{server.id}:{server.line}", WARNING, text, "Only the first is loaded.", name)


def _missing(view: DirectorView) -> Iterator[Finding]:
    for missing in view.missing:
        what = missing.partition(":")[0]
        yield Finding(f"missing:{view.name}:{what}", INFO, f"{view.name}: {missing}", "", view.name)


def _unfinished(view: DirectorView) -> Iterator[Finding]:
    left = view.unfinished
    if left is None:
        return
    settle = (
        " Settle it, here or with lvsctl settle: put the old files back, or keep what is there. Until then no change is made."
        if left.transaction
        else ""
    )
    text = f"{view.name}: {named(left)} was left unfinished"
    yield Finding(f"unfinished:{view.name}", CRITICAL, text, f"{'. '.join(left.lines)}.{settle}", view.name)


def _vrrp(views: Sequence[DirectorView], owners: Mapping[str, str]) -> Iterator[Finding]:
    instances: dict[str, list[tuple[DirectorView, VrrpView]]] = {}
    names: dict[int, str] = {}  # an instance is known by its VRID where its name differs
    for view in views:
        for instance in view.vrrp:
            name = instance.name if instance.name in instances else names.get(instance.vrid, instance.name)
            names.setdefault(instance.vrid, name)
            instances.setdefault(name, []).append((view, instance))
    all_live = all(view.state is LinkState.LIVE for view in views)
    for name, sides in instances.items():
        live = [(view, instance) for view, instance in sides if view.state is LinkState.LIVE]
        yield from _instance(name, live, owners, all_live=all_live and len(sides) == len(views))


def _instance(name: str, live: Sides, owners: Mapping[str, str], *, all_live: bool) -> Iterator[Finding]:
    masters = [view.name for view, instance in live if instance.state == "MASTER"]
    told = all(instance.state is not None or view.keepalived.running is False for view, instance in live)
    vips = dict.fromkeys(vip.address for _, instance in live for vip in instance.vips)
    if len(masters) > 1:
        both = [address for address in vips if len(_holders(live, address)) > 1]
        also = f"; {', '.join(both)} {'is' if len(both) == 1 else 'are'} on both" if both else ""
        text = f"SPLIT BRAIN  {name}: {' and '.join(masters)} are both MASTER{also}"
        detail = advert_findings.between([side for side in live if side[1].state == "MASTER"], owners)
        yield Finding(f"split:{name}", CRITICAL, text, detail, lasts=A_FAILOVER)
    elif not masters and all_live and told:
        text = f"{name} has no MASTER: nobody answers for {', '.join(vips) or 'its VIPs'}"
        detail = "Look at keepalived and the interface on either Director."
        yield Finding(f"no-master:{name}", CRITICAL, text, detail, lasts=A_FAILOVER)
    for address in vips:
        holds = {view.name: vip.held for view, one in live for vip in one.vips if vip.address == address}
        holders = _holders(live, address)
        if len(holders) > 1 and len(masters) > 1:
            continue  # told with it
        if len(holders) > 1:
            text = f"{address} is on {' and '.join(holders)}"
            detail = "Clients reach whichever answered ARP last. Only the MASTER may have it."
            yield Finding(f"vip-twice:{address}", CRITICAL, text, detail, lasts=A_FAILOVER)
        elif not holders and all_live and masters and None not in holds.values():
            text = f"{address} is on no Director, though {masters[0]} is MASTER of {name}"
            yield Finding(f"vip-nowhere:{address}", CRITICAL, text, "Clients reach nobody.", lasts=A_FAILOVER)


def _holders(live: Sides, address: str) -> list[str]:
    """The Directors that have the VIP."""
    return [view.name for view, one in live for vip in one.vips if vip.address == address and vip.held]


def _real_servers(servers: Sequence[VirtualServerView]) -> Iterator[Finding]:
    states: dict[RealServerState, list[RealServerView]] = {}
    for server in servers:
        up = server.up
        if up == len(server.real_servers):
            continue
        for real in server.real_servers:
            if real.state is not RealServerState.UP:
                states.setdefault(real.state, []).append(real)
        if not up and server.real_servers:
            yield from _without_live(server)
    kinds = (
        (RealServerState.DOWN, "down", ERROR, "DOWN", "Taken out by keepalived's checkers: the row says why."),
        (RealServerState.DRIFT, "drift", WARNING, "not as configured", "A failover would change what is served."),
        (
            RealServerState.UNMANAGED,
            "unmanaged",
            WARNING,
            "in a kernel but in no file",
            "Lost when keepalived starts again.",
        ),
    )
    for state, id, severity, text, detail in kinds:
        if state in states:
            yield Finding(id, severity, f"{_names(states[state])} {text}", detail)


def _differences(differences: Sequence[Difference]) -> Iterator[Finding]:
    """Rules 3, 4 and 16: the files differ in what a failover depends on."""
    grave = [one for one in differences if one.matters and one.where == "files" and one.what not in _OF_ROWS]
    if not grave:
        return
    named = ", ".join(f"{one.what} of {one.subject}" for one in grave[:_NAMED])
    more = f" and {len(grave) - _NAMED} more" if len(grave) > _NAMED else ""
    text = f"the Directors' files differ: {named}{more}"
    detail = f"{grave[0].why} c shows each difference with its lines."
    yield Finding("files-differ", WARNING, text, detail.strip(), lasts=A_CHANGE)


def _without_live(server: VirtualServerView) -> Iterator[Finding]:
    known = [figures for real in server.real_servers for figures in real.directors.values()]
    if any(figures.state is RealServerState.UP for figures in known):
        return  # one Director still has a live one: each row tells
    if all(real.state in (RealServerState.DOWN, RealServerState.DRAINED) for real in server.real_servers):
        text = f"{server.id} has no live real server"
        yield Finding(f"dead:{server.id}", CRITICAL, text, "Its clients are refused, or get the sorry server.")


def _names(reals: Sequence[RealServerView]) -> str:
    by_server: dict[str, list[str]] = {}
    for real in reals[:_NAMED]:
        by_server.setdefault(real.virtual_server, []).append(real.id)
    some = "; ".join(f"{', '.join(ids)} in {server}" for server, ids in by_server.items())
    if len(reals) <= _NAMED:
        return f"{some} {'is' if len(reals) == 1 else 'are'}"
    return f"{len(reals)} real servers ({some}, …) are"

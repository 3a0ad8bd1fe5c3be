"""Tell what clients meet: the kernel of the Director that holds the VIP decides, not the BACKUP's copy, nor the files.

    empty table       keepalived runs there, has virtual servers, and its kernel has none of them
    service missing   likewise, of one virtual server
    no live server    its kernel has the service, and no real server with a weight

Not for: a real server that is down while others live (see `real_servers`), nor the way of NAT's answers (see `return_path`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lvstui.cluster.checks.loadable import unusable
from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.identity.server_names import service_id
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vip_holders import Holders, parsed
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import ProblemSubject
from lvstui.cluster.text import shortened
from lvstui.cluster.view import (
    DirectorView,
    LinkState,
    RealServerState,
    RealServerView,
    Severity,
    VirtualServerView,
)
from lvstui.keepalived import ServiceKey

_A_RELOAD = 15.0  # seconds; a new virtual server is in no kernel while keepalived, which has begun to read, is not done
_NOT_PUT_BACK = "keepalived does not restore what someone else has removed (ipvsadm)."
_RESTART = "Restart keepalived on {name}, or hand over to the other Director first."


@dataclass
class Outages:
    """The services that kernels lack: they explain the state of the real servers there, which is then not told again."""

    empty: set[str] = field(default_factory=set)  # Directors
    missing: set[tuple[str, str]] = field(default_factory=set)  # Director, virtual server
    unserved: set[str] = field(default_factory=set)  # virtual servers without a live one where their clients come

    def explain(self, director: str, virtual_server: str) -> bool:
        """Return True if that virtual server is missing in that Director's kernel as a whole."""
        return director in self.empty or (director, virtual_server) in self.missing


def outages(
    directors: Sequence[Director],
    views: Sequence[DirectorView],
    servers: Sequence[VirtualServerView],
    holders: Holders,
    wall: float,
    found: Outages,
) -> Iterator[Finding]:
    """Tell of what is served nowhere or by nobody, and put what is missing into `found`."""
    live = {
        view.name: (director, view)
        for director, view in zip(directors, views, strict=True)
        if view.state is LinkState.LIVE and director.table.error is None
    }
    for director, view in live.values():
        yield from _empty(director, view, servers, holders, wall, found)
    for server in servers:
        reached = holders.of(server.services)
        here = [live[name] for name in reached if name in live and name not in found.empty]
        whole = []
        for director, view in here:
            missing = _missing(director, view.name, server, holders)
            if missing:
                yield from _is_missing(view, server, missing, wall, found)
            else:
                whole.append(view.name)
        yield from _without_live(server, whole, found, known=bool(reached))


# --- the table ---


def _empty(
    director: Director,
    view: DirectorView,
    servers: Sequence[VirtualServerView],
    holders: Holders,
    wall: float,
    found: Outages,
) -> Iterator[Finding]:
    if director.table.services or not view.keepalived.running:
        return
    name = view.name
    loaded = [server for server in servers if _loaded(view, server) is not None]
    if not loaded:
        return
    found.empty.add(name)
    if any(file.main for file in unusable(director)):
        return  # which is told with it
    what = f"none of its {len(loaded)} virtual servers is" if len(loaded) > 1 else f"{loaded[0].id} is not"
    lasts = min(_patience(view, server, wall) for server in loaded)
    held = sorted({address for server in loaded for address in _addresses(server, name, holders)})
    if held or any(name in holders.of(server.services) for server in loaded):
        holds = f"holds {shortened(held)}" if held else "is MASTER"
        text = f"{name} {holds} and serves nothing: its IPVS table is empty ({what} there)"
        detail = f"Its clients get no answer. {_NOT_PUT_BACK} {_RESTART.format(name=name)}"
        yield Finding(ProblemKind.EMPTY_TABLE, f"empty-table:{name}", Severity.CRITICAL, text, detail, name, lasts)
    else:
        text = f"the IPVS table of {name} is empty ({what} there): after a failover nothing would be served"
        detail = f"{_NOT_PUT_BACK} Restart keepalived on {name}."
        yield Finding(ProblemKind.EMPTY_TABLE, f"empty-table:{name}", Severity.ERROR, text, detail, name, lasts)


def _addresses(server: VirtualServerView, name: str, holders: Holders) -> Iterator[str]:
    for service in parsed(server.services):
        if service.address and name in holders.of_address(service.address):
            yield service.address


# --- one virtual server ---


def _missing(director: Director, name: str, server: VirtualServerView, holders: Holders) -> list[ServiceKey]:
    there = director.table.services
    return [
        service
        for service in parsed(server.services)
        if service_id(service) not in there and name in holders.of_service(service)
    ]


def _is_missing(
    view: DirectorView, server: VirtualServerView, missing: Sequence[ServiceKey], wall: float, found: Outages
) -> Iterator[Finding]:
    name = view.name
    if not view.keepalived.running or _loaded(view, server) is None:
        return  # without keepalived that is told; and what it has not loaded yet is in no kernel
    found.missing.add((name, server.id))
    which = "" if len(missing) == len(server.services) else f" ({shortened(list(map(str, missing)))})"
    text = f"{server.id}{which} is not in the IPVS table of {name}, which its clients reach: they get no answer"
    detail = f"{_NOT_PUT_BACK} {_RESTART.format(name=name)}"
    id, lasts = f"service-missing:{name}:{server.id}", _patience(view, server, wall)
    yield Finding(ProblemKind.SERVICE_MISSING, id, Severity.CRITICAL, text, detail, name, lasts, subject=_about(server))


def _without_live(
    server: VirtualServerView, reached: Sequence[str], found: Outages, *, known: bool
) -> Iterator[Finding]:
    """Tell of a virtual server without a live real server on the Directors `reached` by its clients.

    Where it is not `known` which those are, a live one anywhere is taken for enough.
    """
    if not server.real_servers:
        return
    everywhere = tuple(server.real_servers[0].directors)
    without = [name for name in (reached if known else everywhere) if not _has_live(server, name)]
    if not without or (not known and (len(without) < len(everywhere) or not _all_out(server))):
        return
    counts = {name: sum(_serves(real, name) for real in server.real_servers) for name in everywhere}
    others = {name: count for name, count in counts.items() if count}
    if all(_apologises(server, name) for name in without) or (not others and _lost(server, without)):
        return  # told with its quorum
    found.unserved.add(server.id)
    text, detail, lasts = (
        f"{server.id} has no live real server",
        "Its clients are refused, or get the sorry server.",
        0.0,
    )
    if others:
        counted = " and ".join(f"{count} on {name}" for name, count in others.items())
        text += f" on {' and '.join(without)}, which its clients reach; {counted}"
        detail += (
            f" Find out why the checkers of {without[0]} fail: check its route to the real servers. Until then, a handover "
            "serves its clients."
        )
        lasts = A_FAILOVER
    yield Finding(
        ProblemKind.NO_LIVE_SERVER,
        f"dead:{server.id}",
        Severity.CRITICAL,
        text,
        detail,
        None,
        lasts,
        subject=_about(server),
    )


def _about(server: VirtualServerView) -> ProblemSubject:
    return ProblemSubject(virtual_server=server.id)


def _apologises(server: VirtualServerView, director: str) -> bool:
    """Return True if its clients get the sorry server there."""
    sorry = None if server.sorry_server is None else server.sorry_server.directors.get(director)
    return sorry is not None and bool(sorry.serving)


def _lost(server: VirtualServerView, directors: Sequence[str]) -> bool:
    """Return True if it is known that its quorum is lost on each of them."""
    return server.quorum is not None and set(directors) <= set(server.quorum.lost)


def _has_live(server: VirtualServerView, director: str) -> bool:
    return any(_serves(real, director) for real in server.real_servers)


def _serves(real: RealServerView, director: str) -> bool:
    figures = real.directors.get(director)
    return figures is not None and bool(figures.kernel_weight)


def _all_out(server: VirtualServerView) -> bool:
    return all(real.state in (RealServerState.DOWN, RealServerState.DRAINED) for real in server.real_servers)


# --- what keepalived has loaded there ---


def _loaded(view: DirectorView, server: VirtualServerView) -> bool | None:
    """Return True if a checker's verdict shows it, False if only the file says so, None if it is not loaded or unknown."""
    mine = [figures for real in server.real_servers if (figures := real.directors.get(view.name)) is not None]
    if any(figures.alive is not None for figures in mine):
        return True
    configured = any(figures.configured_weight is not None for figures in mine)
    return False if configured and view.keepalived.pending is False else None


def _patience(view: DirectorView, server: VirtualServerView, wall: float) -> float:
    read = view.keepalived.loaded
    done = read is not None and wall - read >= _A_RELOAD
    return A_FAILOVER if done or _loaded(view, server) else _A_RELOAD

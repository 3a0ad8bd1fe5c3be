"""Show a Director: its link, its keepalived, its VRRP instances, its host.

Not for: receiving (see `receiving`), nor the real servers (see `servers`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.director_facts import HostView, KeepalivedView, MissingView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.hung_processes import hung
from lvstui.cluster.text import plain
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.cluster.views import vrrp_view
from lvstui.cluster.views.handover_view import handed_over
from lvstui.cluster.views.unfinished import unfinished
from lvstui.director.protocol.host_messages import Host

_UNKNOWN_HOST = HostView(None, None, None, None, None, None, None, None)


def show(director: Director, now: float, wall: float, directors: Sequence[Director] = ()) -> DirectorView:
    """Return the Director as of `now`, `wall`. Of a lost one nothing is known any more but why it is lost.

    What `directors` hear of it is how many adverts it sends.
    """
    link, hello = director.link, director.hello
    lost = link.state is LinkState.LOST
    instances = () if lost else vrrp_view.show(director, now, directors)
    return DirectorView(
        name=director.name,
        hostname=None if hello is None else plain(hello.hostname, 80),
        state=link.state,
        age_s=link.age(now),
        error=link.error or director.goodbye,
        retry_in_s=link.retry_in(now),
        latency_s=link.latency,
        privilege=link.privilege,
        missing=missing(director),
        keepalived=_keepalived(director) if not lost else KeepalivedView(None, None, None, None, None, None),
        vrrp=instances,
        host=_UNKNOWN_HOST if lost else _host(director),
        role=role([instance.state for instance in instances]),
        unfinished=unfinished(director),
        several=director.several,
        fresh=director.fresh,
        handed_over=handed_over(director),
        clock=director.clock.view(now, wall),
        network_told=director.network is not None,
    )


def role(states: Sequence[str | None]) -> str | None:
    """Return what a Director is, of all its instances together; None: not known, or it has none."""
    if not states or None in states:
        return None
    if "FAULT" in states:
        return "FAULT"
    kinds = {"BACKUP" if state == "INIT" else state for state in states}
    return kinds.pop() if len(kinds) == 1 else "mixed"


def missing(director: Director) -> tuple[MissingView, ...]:
    """Return what cannot be seen or done on it, and why."""
    told = [] if director.hello is None else [MissingView(one.what, one.why) for one in director.hello.missing]
    runs = director.running is not False  # without it there is nothing to tell of, which is told elsewhere
    hangs = {process.role for process in hung(director)}  # likewise
    for what, message in (
        ("IPVS", None if director.table.awaited else director.table),
        ("addresses", director.network),
        ("keepalived", director.keepalived),
        ("VRRP state", director.vrrp if runs and "vrrp" not in hangs else None),
        ("VRRP adverts", director.adverts),
        ("checkers", director.checkers if runs and "checkers" not in hangs else None),
        ("log", director.log),
        ("configuration", director.files),
        ("host", director.host),
    ):
        if message is not None and message.error is not None:
            told.append(MissingView(what, message.error))
    return tuple(dict.fromkeys(MissingView(plain(one.what), plain(one.why)) for one in told))


def _keepalived(director: Director) -> KeepalivedView:
    known = director.keepalived
    if known is None or known.error is not None:
        return KeepalivedView(None, None, None, None, None, None)
    loaded = director.in_force.loaded_at
    return KeepalivedView(
        version=plain(known.version, 20) or None,
        running=known.running,
        config=plain(known.config) or None,
        pending=director.pending,
        pending_judged=director.in_force.judged,
        instance=plain(known.instance, 40) or None,
        namespace=plain(known.namespace, 40) or None,
        started=director.wall(known.started) if known.started else None,
        loaded=director.wall(loaded) if loaded is not None else None,
        checkers_told=director.checkers is not None,
        vrrp_told=director.vrrp is not None,
    )


def _host(director: Director) -> HostView:
    host = director.host
    if host is None or host.error is not None:
        return _UNKNOWN_HOST
    in_bps, out_bps = _throughput(director.host_before, host)
    return HostView(
        host.load1,
        host.cpus,
        host.cpu_percent,
        host.memory_percent,
        in_bps,
        out_bps,
        host.conntrack,
        host.conntrack_max,
    )


def _throughput(before: Host | None, after: Host) -> tuple[float | None, float | None]:
    """Return the bits per second in and out, over the NICs that are in both; None: not known yet."""
    if before is None or before.error is not None or after.at <= before.at:
        return None, None
    old = {nic.name: nic for nic in before.nics}
    pairs = [(old[nic.name], nic) for nic in after.nics if nic.name != "lo" and nic.name in old]
    received = sum(new.in_bytes - was.in_bytes for was, new in pairs)
    sent = sum(new.out_bytes - was.out_bytes for was, new in pairs)
    if not pairs or received < 0 or sent < 0:
        return None, None
    elapsed = after.at - before.at
    return received * 8 / elapsed, sent * 8 / elapsed

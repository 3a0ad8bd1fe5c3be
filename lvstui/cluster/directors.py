"""A Director as it is shown: its link, its keepalived, its VRRP instances, its host.

Not for: receiving (see `director`), nor the real servers (see `rows`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.adverts import patience
from lvstui.cluster.director import Director
from lvstui.cluster.roles import Instance
from lvstui.cluster.text import plain
from lvstui.cluster.unfinished import unfinished
from lvstui.cluster.view import (
    AdvertsView,
    DirectorView,
    HostView,
    KeepalivedView,
    LinkState,
    SenderView,
    VipView,
    VrrpView,
)
from lvstui.director.messages import Host, VrrpInstance
from lvstui.keepalived import VrrpInstance as Configured

_COUNTED = 5.0  # seconds at least between two counts: one advert more or less makes a rate of few another
_UNKNOWN_HOST = HostView(None, None, None, None, None, None, None, None)


def show(director: Director, now: float, directors: Sequence[Director] = ()) -> DirectorView:
    """The Director as of `now`. Of a lost one nothing is known any more but why it is lost.

    What `directors` hear of it is how many adverts it sends.
    """
    link, hello = director.link, director.hello
    lost = link.state is LinkState.LOST
    instances = () if lost else vrrp(director, now, directors)
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
    )


def role(states: Sequence[str | None]) -> str | None:
    """What a Director is, of all its instances together; None: not known, or it has none."""
    if not states or None in states:
        return None
    if "FAULT" in states:
        return "FAULT"
    kinds = {"BACKUP" if state == "INIT" else state for state in states}
    return kinds.pop() if len(kinds) == 1 else "mixed"


def missing(director: Director) -> tuple[str, ...]:
    """What cannot be seen or done on it, and why."""
    told = [] if director.hello is None else [f"{one.what}: {one.why}" for one in director.hello.missing]
    runs = director.running is not False  # without it there is nothing to tell of, which is told elsewhere
    for what, message in (
        ("IPVS", director.table if director.table.samples or director.table.error != "no sample yet" else None),
        ("addresses", director.network),
        ("keepalived", director.keepalived),
        ("VRRP state", director.vrrp if runs else None),
        ("VRRP adverts", director.adverts),
        ("checkers", director.checkers if runs else None),
        ("log", director.log),
        ("configuration", director.files),
        ("host", director.host),
    ):
        if message is not None and message.error is not None:
            told.append(f"{what}: {message.error}")
    return tuple(dict.fromkeys(plain(line) for line in told))


def vrrp(director: Director, now: float, directors: Sequence[Director] = ()) -> tuple[VrrpView, ...]:
    """The instances, in keepalived's order."""
    return tuple(_instance(director, name, now, directors) for name in director.instances)


def _instance(director: Director, name: str, now: float, directors: Sequence[Director]) -> VrrpView:
    instance, dumped = director.instances[name], director.dumped(name)
    state, evidence, since = instance.judge(now, awaited=director.dump_awaited)
    if director.running is False:
        state, evidence, since = None, "", None
    configuration = director.loaded.configuration
    configured = next((one for one in configuration.vrrp if one.name == name), None) if configuration else None
    if dumped is not None:
        vrid, interface, priority = dumped.vrid, dumped.interface, dumped.priority
    elif configured is not None:
        vrid, interface, priority = configured.vrid or 0, configured.interface or "", configured.priority
    else:
        vrid, interface, priority = 0, "", None
    vips = tuple(VipView(plain(vip, 60), director.holds(vip)) for vip in instance.vips)
    heard = _heard(director, instance, vrid, interface, _patience(dumped, configured))
    if state == "MASTER":
        per_s = _sent(director, vrid, directors)
        per_s = _counted(director, dumped) if per_s is None else per_s
    else:
        per_s = _counted(director, dumped) if heard is None else _received(heard)
    interface = plain(interface, 20)
    return VrrpView(plain(name, 60), vrid, interface, state, evidence, priority, vips, since, per_s, heard)


def _patience(dumped: VrrpInstance | None, configured: Configured | None) -> float:
    if dumped is not None:
        return patience(dumped.advert_interval, dumped.priority, dumped.version)
    if configured is not None:
        return patience(configured.advert_int, configured.priority, configured.version)
    return patience(1.0)


def _heard(director: Director, instance: Instance, vrid: int, interface: str, patience_s: float) -> AdvertsView | None:
    """With use_vmac its adverts may come on an interface which is that of no instance."""
    six = bool(instance.vips) and ":" in instance.vips[0]
    listening = director.adverts.listening(interface, six=six)
    if listening is None:
        return None
    others = {one.interface for one in director.vrrp.instances} - {interface} if director.vrrp is not None else set()
    as_of = director.sampled
    senders = [
        SenderView(one.source, one.priority, one.first_wall, one.last_wall, max(0.0, as_of - one.last), one.per_s)
        for one in director.adverts.senders(vrid)
        if one.interface not in others and one.source not in director.addresses
    ]
    return AdvertsView(listening.since_wall, max(0.0, as_of - listening.since), patience_s, tuple(senders))


def _received(heard: AdvertsView) -> float | None:
    """As they were heard; 0 when they have ceased."""
    if not heard.heard:
        return 0.0 if heard.listened_s > heard.patience_s else None
    rates = [one.per_s for one in heard.heard if one.per_s is not None]
    return max(rates, default=None)


def _sent(director: Director, vrid: int, directors: Sequence[Director]) -> float | None:
    """As the others hear them."""
    rates = [
        one.per_s
        for other in directors
        if other is not director and other.link.state is LinkState.LIVE
        for one in other.adverts.now(other.sampled, vrid)
        if one.source in director.addresses and one.per_s is not None
    ]
    return max(rates, default=None)


def _counted(director: Director, dumped: VrrpInstance | None) -> float | None:
    """As keepalived counts them, between the last two dumps, when its state was the same in both and they are not too close."""
    if dumped is None or director.vrrp is None or director.vrrp_before is None:
        return None
    before = next((one for one in director.vrrp_before.instances if one.name == dumped.name), None)
    elapsed = director.vrrp.at - director.vrrp_before.at
    if before is None or before.state != dumped.state or elapsed < _COUNTED:
        return None
    if dumped.state == "MASTER":
        count = dumped.adverts_sent - before.adverts_sent
    else:
        count = dumped.adverts_received - before.adverts_received
    return count / elapsed if count >= 0 else None


def _keepalived(director: Director) -> KeepalivedView:
    known = director.keepalived
    if known is None or known.error is not None:
        return KeepalivedView(None, None, None, None, None, None)
    return KeepalivedView(
        version=plain(known.version, 20) or None,
        running=known.running,
        config=plain(known.config) or None,
        pending=director.pending,
        started=director.wall(known.started) if known.started else None,
        loaded=director.wall(known.loaded) if known.loaded else None,
        checkers_told=director.checkers is not None,
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
    """Bits per second in and out, over the NICs that are in both; None: not known yet."""
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

"""Show the VRRP instances of a Director: state, VIPs, and whom it hears.

Not for: the evidence of the state (see `vrrp_evidence`, `vrrp_state`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from lvstui.cluster.instance_view import AdvertsView, SenderView, VipView, VrrpView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vrrp import fault_causes
from lvstui.cluster.observed.vrrp.adverts import Router, patience
from lvstui.cluster.observed.vrrp.vrrp_state import Instance
from lvstui.cluster.text import plain
from lvstui.cluster.view import LinkState
from lvstui.director.protocol.vrrp_messages import VrrpInstance as Dumped
from lvstui.keepalived import ConfiguredVrrpInstance as Configured
from lvstui.keepalived import VrrpKey
from lvstui.keepalived.reading.defaults import DOWN_TIMER_ADVERTS

_COUNTED = 5.0  # seconds at least between two counts: one advert more or less makes a rate of few another


class _Around(NamedTuple):
    """The facts that all instances of one Director are looked at with, put in order once."""

    configured: dict[str, Configured]  # by name
    dumped: dict[str, Dumped]
    before: dict[str, Dumped]  # in the dump before that
    places: frozenset[str]  # the interfaces of all instances
    routers: Counter[Router]  # how many instances have a VRID of a family


def _around(director: Director) -> _Around:
    configuration, dump, before = director.loaded.configuration, director.vrrp, director.vrrp_before
    dumped = () if dump is None else dump.instances
    places = {place for one in dumped for place in (one.interface, one.configured)}
    return _Around(
        configured={} if configuration is None else {one.name: one for one in configuration.vrrp},
        dumped={one.name: one for one in dumped},
        before={} if before is None else {one.name: one for one in before.instances},
        places=frozenset(places | {one.key.interface for one in director.instances}),
        routers=Counter((one.key.vrid, one.key.family) for one in director.instances),
    )


def show(director: Director, now: float, directors: Sequence[Director] = ()) -> tuple[VrrpView, ...]:
    """Return the instances, in keepalived's order. What `directors` hear of them is how many adverts it sends."""
    around = _around(director)
    return tuple(_instance(director, one, around, now, directors) for one in director.instances)


def _instance(
    director: Director, instance: Instance, around: _Around, now: float, directors: Sequence[Director]
) -> VrrpView:
    key, dumped, configured = instance.key, around.dumped.get(instance.name), around.configured.get(instance.name)
    state, evidence, since = instance.judge(now, awaited=director.dump_awaited)
    if director.running is False:
        state, evidence, since = None, "", None
    priority = dumped.priority if dumped is not None else configured.priority if configured is not None else None
    vips = tuple(
        VipView(plain(vip.address, 60), director.holds(vip), plain(vip.interface, 20)) for vip in instance.vips
    )
    places = (key.interface,) if dumped is None else tuple(dict.fromkeys((dumped.interface, key.interface)))
    heard = _heard(director, key, places, around, _patience(dumped, configured))
    counted = _counted(director, dumped, around.before.get(instance.name))
    if state == "MASTER":
        per_s = _sent(director, key, places, around, directors)
        per_s = counted if per_s is None else per_s
    else:
        per_s = counted if heard is None else _received(heard)
    return VrrpView(
        name=plain(instance.name, 60),
        vrid=key.vrid,
        interface=plain(key.interface, 20),
        state=state,
        evidence=evidence,
        priority=priority,
        vips=vips,
        since=since,
        adverts_per_s=per_s,
        adverts=heard,
        family=key.family,
        device=plain(places[0], 20),
        faults=fault_causes.faults(director, instance.name, key.interface) if state == "FAULT" else (),
    )


def _patience(dumped: Dumped | None, configured: Configured | None) -> float:
    adverts = configured.down_timer_adverts if configured is not None else DOWN_TIMER_ADVERTS
    if dumped is not None:
        return patience(dumped.advert_interval, dumped.priority, dumped.version, adverts)
    if configured is not None:
        return patience(configured.advert_int, configured.priority, configured.version, adverts)
    return patience(1.0)


def _heard(
    director: Director, key: VrrpKey, places: Sequence[str], around: _Around, patience_s: float
) -> AdvertsView | None:
    """Return whom it hears on its interface and its VMAC, or where no other instance is: unicast may come anywhere."""
    listening = next(filter(None, (director.adverts.listening(one, key.family) for one in places)), None)
    if listening is None:
        return None
    as_of = director.sampled
    senders: dict[str, SenderView] = {}
    for one in director.adverts.senders((key.vrid, key.family)):
        elsewhere = one.interface in around.places and one.interface not in places
        if not elsewhere and one.source not in director.addresses and one.source not in senders:
            silent = max(0.0, as_of - one.last)  # the same one is heard on a VMAC and under it
            senders[one.source] = SenderView(
                one.source, one.priority, one.first_wall, one.last_wall, silent, one.per_s
            )  # fmt: skip
    return AdvertsView(
        listening.since_wall, max(0.0, as_of - listening.since), patience_s, tuple(senders.values())
    )  # fmt: skip


def _received(heard: AdvertsView) -> float | None:
    """Return the rate as they were heard; 0 when they have ceased."""
    if not heard.heard:
        return 0.0 if heard.listened_s > heard.patience_s else None
    rates = [one.per_s for one in heard.heard if one.per_s is not None]
    return max(rates, default=None)


def _sent(
    director: Director, key: VrrpKey, places: Sequence[str], around: _Around, directors: Sequence[Director]
) -> float | None:
    """Return the rate as the others hear them."""
    several = around.routers[key.vrid, key.family] > 1
    rates = [
        one.per_s
        for other in directors
        if other is not director and other.link.state is LinkState.LIVE
        for one in other.adverts.now(other.sampled, (key.vrid, key.family))
        if one.source in director.addresses
        and one.per_s is not None
        and (not several or not director.addresses.on(one.source).isdisjoint(places))
    ]
    return max(rates, default=None)


def _counted(director: Director, dumped: Dumped | None, before: Dumped | None) -> float | None:
    """Return the rate as keepalived counts them, between two dumps with the same state that are not too close."""
    if dumped is None or director.vrrp is None or director.vrrp_before is None:
        return None
    elapsed = director.vrrp.at - director.vrrp_before.at
    if before is None or before.state != dumped.state or elapsed < _COUNTED:
        return None
    if dumped.state == "MASTER":
        count = dumped.adverts_sent - before.adverts_sent
    else:
        count = dumped.adverts_received - before.adverts_received
    return count / elapsed if count >= 0 else None

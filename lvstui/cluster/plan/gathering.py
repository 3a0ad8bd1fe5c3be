"""Gather what a plan needs to know of a Director from what its agent has told. No judgement here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lvstui.cluster.instance_view import AdvertsView, VrrpView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.files.absent_interfaces import ending, links
from lvstui.cluster.observed.hung_processes import hung
from lvstui.cluster.observed.vrrp.vrrp_evidence import identity
from lvstui.cluster.plan.facts import ConnectionCounts, Facts, InstanceFacts, KnownTime
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.cluster.views.vrrp_priority import explain, most_added
from lvstui.keepalived import VrrpKey
from lvstui.keepalived.reading.vrrp.tracked_objects import TrackedObject

Tracked = Mapping[str, Sequence[TrackedObject]]  # by the names of the instances, as they are shown


def gathered(director: Director, view: DirectorView, tracked: Tracked) -> Facts:
    """Return the facts of a Director; `view` is how it is shown now, `tracked` what its files say that its instances track."""
    live = view.state is LinkState.LIVE
    shown_states = [instance.state for instance in view.vrrp] or [None] * len(director.instances)
    states = list(zip(director.instances, shown_states, strict=True))
    table = director.table if director.fresh and director.table.error is None else None
    rows = {} if table is None else {service: dict(some) for service, some in table.rows.items()}
    return Facts(
        name=director.name,
        live=live,
        error=view.error or (None if live else view.state.value),
        role=view.role,
        cannot_write=_cannot_write(director),
        keepalived=director.keepalived,
        files=director.files,
        configuration=director.configuration,
        pending=director.pending,
        weights=None if table is None else table.weights,
        active=ConnectionCounts(rows, "active"),
        alive=director.alive(),
        vrrp={one.key: state for one, state in states},
        hostname=view.hostname or "",
        unfinished=view.unfinished,
        seen_alive=director.seen_alive(),
        succeeded=director.seen_alive(succeeded=True),
        hung=tuple(hung(director)),
        absent=tuple(ending(director)),
        links_known=links(director) is not None,
        added=director.added_weights(),
        suspended=director.suspended(),
        inactive=ConnectionCounts(rows, "inactive"),
        persistent=ConnectionCounts(rows, "persistent"),
        sysctls={} if director.sysctls is None else dict(director.sysctls.values),
        loaded=director.loaded_files,
        reload_s=director.reloads.seconds,
        addresses=director.addresses.answered,
        services=None if table is None else frozenset(table.services),
        instances=tuple(identity(one) for one, _ in states),
        details=_details(director, view, tracked),
        sync_daemons=director.sync_daemons,
    )


def _details(director: Director, view: DirectorView, tracked: Tracked) -> Mapping[VrrpKey, InstanceFacts]:
    configuration = director.loaded.configuration
    models = {} if configuration is None else {one.name: one for one in configuration.vrrp}
    found = {}
    for instance, shown in zip(director.instances, view.vrrp, strict=False):
        told = explain(director, shown.name, models.get(instance.name), tracked.get(shown.name, ()))
        adds = 0 if told.effective is None or told.base is None else told.effective - told.base
        since = _since(director, view, shown)
        found[instance.key] = InstanceFacts(
            adds=adds,
            may_add=most_added(told),
            hears=_hears(shown.adverts, since),
            since=since,
            gave_up=_gave_up(view, shown.adverts),
            vips=shown.vips,
        )
    return found


def _hears(adverts: AdvertsView | None, since: KnownTime | None) -> bool | None:
    """Return whether it hears another one. While it was MASTER there was nobody to hear: what counts begins `since` then."""
    if adverts is None:
        return None
    if adverts.heard:
        return True
    master_s = 0.0 if since is None else max(0.0, since.wall - adverts.since)
    return False if adverts.listened_s - master_s > adverts.patience_s else None


def _since(director: Director, view: DirectorView, shown: VrrpView) -> KnownTime | None:
    """Return when it entered its state, by the operator's clock, as exactly as the Director's clock is known."""
    if shown.since is None or view.clock is None:
        return None
    return KnownTime(shown.since - director.clock_shift - view.clock.offset_s, view.clock.uncertainty_s)


def _gave_up(view: DirectorView, adverts: AdvertsView | None) -> KnownTime | None:
    """Return when another one was last heard to give up. An advert's time is the kernel's, and comes with the next message."""
    ended = [one.last for one in adverts.senders if one.priority == 0] if adverts is not None else []
    if not ended or view.clock is None:
        return None
    return KnownTime(max(ended), view.clock.uncertainty_s)


def _cannot_write(director: Director) -> str | None:
    if director.link.privilege == "observer" or (director.hello is not None and not director.hello.root):
        why = [one.why for one in director.hello.missing if one.what == "writing"] if director.hello else []
        return next(iter(why), "only root can write there, and sudo asks for a password")
    return None

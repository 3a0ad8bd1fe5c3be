"""Tell what a first look must still wait for before it has seen all that is wrong. Pure.

Two MASTERs, or none, are a problem only when they last, and another router is heard only when its next advert comes. Who looks
once waits for that, and for no more: a healthy pair is known when each Director has listened for about one advert.

Not for: whether the Directors have answered at all (see `cli.status_command`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.keepalived.reading.defaults import DOWN_TIMER_ADVERTS

_ONE_ADVERT = 1.1  # seconds, of the default interval
_LONGEST = 3.2  # seconds that one advert is waited for


def adverts_awaited(views: Iterable[DirectorView]) -> bool:
    """Return True while a Director that listens may hear somebody for the first time."""
    return any(_awaited(instance) for view in views if view.state is LinkState.LIVE for instance in view.vrrp)


def _awaited(instance: VrrpView) -> bool:
    adverts = instance.adverts
    if adverts is None:
        return False
    if instance.state == "BACKUP" and not adverts.heard and instance.evidence != "keepalived":
        return adverts.listened_s <= adverts.patience_s  # its keepalived does not say that it hears any
    return adverts.listened_s <= min(max(adverts.patience_s / DOWN_TIMER_ADVERTS, _ONE_ADVERT), _LONGEST)

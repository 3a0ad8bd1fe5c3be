"""Show which Directors are handed over, as their files say, and whether such a Director may be stopped now. Pure.

Not for: how it is done (see `plan`), nor that it is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lvstui.cluster.director_facts import HandedOverView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vrrp import virtual_routers
from lvstui.cluster.text import listed, plain
from lvstui.cluster.view import DirectorView, LinkState


def handed_over(director: Director) -> HandedOverView | None:
    """Return what the Director's files say of its handover; None: it is not handed over, or they are not known."""
    configuration = director.loaded.configuration
    found = [] if configuration is None else [one for one in configuration.vrrp if one.handed_over is not None]
    if not found:
        return None
    first = found[0].handed_over
    assert first is not None
    names = tuple(plain(one.name, 60) for one in found)
    stopped = director.running is False
    return HandedOverView(plain(first.when, 20), plain(first.by, 60), plain(first.reason), names, stopped=stopped)


def with_safety(views: Sequence[DirectorView]) -> tuple[DirectorView, ...]:
    """Return the Directors, those that are handed over with what stands in the way of stopping them."""
    if all(one.handed_over is None for one in views):
        return tuple(views)
    return tuple(
        view
        if view.handed_over is None
        else replace(view, handed_over=replace(view.handed_over, unsafe=_unsafe(view, views)))
        for view in views
    )


def _unsafe(view: DirectorView, views: Sequence[DirectorView]) -> str:
    """Return why the Director should not be stopped now; "": it may be."""
    for router in virtual_routers.of(views):
        mine = next((side.instance for side in router.sides if side.director is view), None)
        if mine is None:
            continue
        if mine.state == "MASTER" or any(vip.held for vip in mine.vips):
            return f"it is still MASTER of {mine.name}"
        masters = [
            side.director for side in router.sides if side.director is not view and side.instance.state == "MASTER"
        ]
        if not masters:
            return f"no other Director is MASTER of {mine.name}"
    others = [one for one in views if one is not view]
    gone = [one.name for one in others if one.state is not LinkState.LIVE or one.keepalived.running is not True]
    if gone:
        return f"{listed(gone)} {'is' if len(gone) == 1 else 'are'} not there, or keepalived does not run there"
    both = [one.name for one in others if one.handed_over is not None]
    return f"{listed(both)} {'is' if len(both) == 1 else 'are'} handed over, too" if both else ""

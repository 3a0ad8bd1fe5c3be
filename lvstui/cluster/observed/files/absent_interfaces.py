"""Find interfaces that the files name for VRRP and a Director does not have: for most of them keepalived ends on reading that.

A keepalived that runs still knows those that its loaded files name, though they were taken away; a new one does not. Where
what it has loaded cannot be known, it is taken not to know them. With `dynamic_interfaces` it waits for them; at a reload only
where that stands before the line.

Not for: what the files alone tell (see `Configuration.fatal`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.observed.director import Director
from lvstui.keepalived import NamedInterface


def said(one: NamedInterface, more: str = "") -> str:
    """Return what is to be said of it; `more` stands behind the place."""
    return f"{one.path} line {one.line}{more}: {one.subject} names the interface {one.name}, which is not there"


def ending(director: Director) -> Iterator[NamedInterface]:
    """Return those for which keepalived would end: at a reload, or where it does not run, at its start."""
    if director.running is False:
        yield from (one for one in _lacking(director) if one.ends and not _may_come(director))
        return
    unread = director.in_force.judged if director.pending is None else director.pending  # else it has read them already
    if unread:
        known = _known(director)
        yield from (one for one in _lacking(director) if one.ends and not one.may_come and one.name not in known)


def absences(director: Director) -> Iterator[NamedInterface]:
    """Return the others that matter: a new keepalived would end for them, or one passes their lines over."""
    lacking = () if director.running is None or _may_come(director) else tuple(_lacking(director))
    ends = frozenset(ending(director)) if lacking else frozenset()
    yield from (one for one in lacking if one not in ends)


def links(director: Director) -> frozenset[str] | None:
    """Return the names of the interfaces that are there, as it was heard last; None: not known."""
    network = director.network
    if network is None or network.error is not None or not network.links:
        return None  # without a link, not even lo, nothing is known
    return frozenset(link.name for link in network.links)


def _lacking(director: Director) -> Iterator[NamedInterface]:
    """Return those that are not there, as of the last that was heard of the Director's links."""
    configuration, there = director.loaded.whole, links(director)
    if configuration is None or there is None:
        return
    for name, some in configuration.interfaces.items():
        if name not in there:
            yield from some


def _may_come(director: Director) -> bool:
    configuration = director.loaded.whole
    settings = () if configuration is None else configuration.global_defs.settings
    return any(setting[0] == "dynamic_interfaces" for setting in settings)


def _known(director: Director) -> frozenset[str]:
    """Return the interfaces that keepalived has loaded, as far as it is known."""
    now = director.loaded.whole
    loaded = None if now is None else director.in_force.configuration(now)
    interfaces = {} if loaded is None else loaded.interfaces
    return frozenset(name for name, some in interfaces.items() if any(one.ends for one in some))

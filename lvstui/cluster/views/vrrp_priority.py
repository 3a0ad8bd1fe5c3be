"""Explain the priority of a VRRP instance: its base, what each tracked object adds to it, and who is MASTER by it.

    tracked                weight above 0       below 0            0
    up                     added                nothing            nothing
    down, failed           nothing              taken away         FAULT, not less priority
    a file                 its number times the weight, at all times; without a weight anything but 0 is a FAULT

`reverse` turns the sign of what is added. Not for: reading what is tracked (see `keepalived`), nor how it is put into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Literal, NamedTuple

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.text import plain
from lvstui.cluster.view import LinkState
from lvstui.director.protocol.vrrp_messages import TrackedState
from lvstui.keepalived import Configuration, ConfiguredVrrpInstance
from lvstui.keepalived.reading.origins import instance_statements
from lvstui.keepalived.reading.vrrp.tracked_objects import TrackedObject

_LEAST, _MOST = 1, 254  # of an effective priority; 255 is the owner's, which nothing changes
_OWNER = 255
_FILE = 253  # the most that a file may add or take away


class TrackedDetail(NamedTuple):
    """Something that an instance tracks."""

    kind: str  # "interface", "script", "file", "process", "bfd"
    name: str
    weight: int | None  # 0: its failure is a FAULT; None: not known
    reverse: bool
    group: str | None  # the sync group that tracks it for the instance
    path: str | None  # of the line that says so; None: no line does, as of the instance's own interface
    line: int | None
    up: bool | None  # None: not known; of a file there is `value` instead
    value: int | None
    ignored: bool  # keepalived says that it does not track it
    adds: int | None  # to the priority, now; None: not known


class PriorityDetail(NamedTuple):
    """The priority of an instance, and why it is that."""

    base: int | None
    path: str | None  # of the line that sets the base; None: no line does, or not known
    line: int | None
    written: int | None  # what the file says; another than `base` while that is not loaded
    tracked: tuple[TrackedDetail, ...]
    effective: int | None  # as keepalived says
    comes_to: int | None  # base with all that is added; None: something of it is not known

    @property
    def explained(self) -> bool:
        """Return True if the sum is what keepalived says."""
        return self.effective is not None and self.comes_to == self.effective


class Rival(NamedTuple):
    """An instance of one virtual router, on one of the Directors that have it."""

    director: str
    state: str | None
    base: int | None
    priority: int | None
    nopreempt: bool
    address: str | None  # from which it advertises: of two with the same priority the higher one wins
    known: bool  # its Director is there, and its keepalived tells
    able: bool  # it may become MASTER, or is it


Reason = Literal["priority", "address", "alone", "nopreempt", "preempts", "several", "unknown", "nobody"]


class Election(NamedTuple):
    """Tell who is MASTER of a virtual router, or would be, and by what."""

    rivals: tuple[Rival, ...]
    winner: str | None  # a Director; None: it cannot be said
    reason: Reason
    holds: bool  # the winner is MASTER now


def explain(
    director: Director, instance: str, configured: ConfiguredVrrpInstance | None, tracked: Sequence[TrackedObject]
) -> PriorityDetail:
    """Return why an instance of the Director has its priority; `tracked` is what its files say that it tracks."""
    dump = director.vrrp if director.vrrp is not None and director.vrrp.error is None else None
    told = next((one for one in dump.instances if plain(one.name, 60) == instance), None) if dump is not None else None
    written = None if configured is None else configured.priority
    base = told.base_priority if told is not None else written
    path, line = _said(director.loaded.configuration, configured)
    states = (
        None
        if dump is None or dump.tracked is None
        else [one for one in dump.tracked if plain(one.instance, 60) == instance]
    )
    details = _tracked(director, tracked, states)
    added = [one.adds for one in details]
    comes_to = None if base is None or None in added else base + sum(one or 0 for one in added)
    if comes_to is not None:
        comes_to = _OWNER if base == _OWNER else max(_LEAST, min(comes_to, _MOST))
    effective = None if told is None else told.priority
    return PriorityDetail(base, path, line, written, details, effective, comes_to)


def most_added(told: PriorityDetail) -> int:
    """Return what tracked objects add to the priority when all of them are well; of a file, what it adds now."""
    found = 0
    for one in told.tracked:
        if one.kind == "file" or one.ignored:
            found += one.adds or 0
        else:
            found += max(0, (one.weight or 0) * (-1 if one.reverse else 1))
    return found


def _said(
    configuration: Configuration | None, configured: ConfiguredVrrpInstance | None
) -> tuple[str | None, int | None]:
    """Return the file and the line that set the base priority."""
    if configuration is None or configured is None:
        return None, None
    statement = instance_statements(configuration, configured).get(b"priority")
    return (None, None) if statement is None else (plain(statement.path), statement.line)


def _tracked(
    director: Director, written: Sequence[TrackedObject], states: Sequence[TrackedState] | None
) -> tuple[TrackedDetail, ...]:
    """Return what the files say that is tracked, with how it is; then what keepalived tracks besides."""
    left = list(states or ())
    found = []
    for one in written:
        state = next((state for state in left if (state.kind, state.name) == (one.kind, one.name)), None)
        if state is not None:
            left.remove(state)
        found.append(_detail(director, one, state, told=states is not None))
    for state in left:
        kind, name = plain(state.kind, 20), plain(state.name, 60)
        value = state.value if state.kind == "file" else None
        adds = effect(state.kind, state.weight, state.up, value, reverse=state.reverse)
        found.append(
            TrackedDetail(
                kind, name, state.weight, state.reverse, None, None, None, state.up, value, ignored=False, adds=adds
            )
        )
    return tuple(found)


def _detail(director: Director, one: TrackedObject, state: TrackedState | None, *, told: bool) -> TrackedDetail:
    weight, reverse = (one.weight, one.reverse) if state is None else (state.weight, state.reverse)
    value = state.value if state is not None and one.kind == "file" else None
    up = _link(director, one.name) if state is None and one.kind == "interface" else None
    if state is not None:
        up = state.up
    ignored = told and state is None
    return TrackedDetail(
        kind=one.kind,
        name=plain(one.name, 60),
        weight=weight,
        reverse=reverse,
        group=None if one.group is None else plain(one.group, 60),
        path=plain(one.path),
        line=one.line,
        up=up,
        value=value,
        ignored=ignored,
        adds=0 if ignored else effect(one.kind, weight, up, value, reverse=reverse),
    )


def _link(director: Director, name: str) -> bool | None:
    network = director.network
    links = () if network is None or network.error is not None else network.links
    return next((link.up for link in links if link.name == name), None)


def effect(kind: str, weight: int | None, up: bool | None, value: int | None, *, reverse: bool) -> int | None:
    """Return what a tracked object adds to the priority now; None: not known."""
    if weight is None:
        return None
    sign = -1 if reverse else 1
    if weight == 0:
        return 0
    if kind == "file":
        return None if value is None else max(-_FILE, min(value * weight * sign, _FILE))
    if up is None:
        return None
    return weight * sign if (weight > 0) == up else 0


# --- who is MASTER ---


def rival(
    director: Director, view: VrrpView, configured: ConfiguredVrrpInstance | None, link: LinkState, base: int | None
) -> Rival:
    """Return what counts of an instance when a MASTER is chosen."""
    known = link is not LinkState.LOST and (view.state is not None or director.running is False)
    able = known and view.state in ("MASTER", "BACKUP", "INIT")
    nopreempt = configured is not None and configured.nopreempt
    address = _address(director, view, configured)
    return Rival(director.name, view.state, base, view.priority, nopreempt, address, known, able)


def _address(director: Director, view: VrrpView, configured: ConfiguredVrrpInstance | None) -> str | None:
    """Return the address from which its adverts come, as far as it is known."""
    if configured is not None and configured.unicast_src_ip is not None:
        return plain(configured.unicast_src_ip, 60)
    network = director.network
    if network is None or network.error is not None:
        return None
    vips = {vip.address for vip in view.vips}
    six = view.family == "inet6"
    own = [
        one.address
        for one in network.addresses
        if one.interface == view.interface and (":" in one.address) == six and one.address not in vips
    ]
    if six:  # VRRP over IPv6 is of one link
        own = [one for one in own if ip_address(one).is_link_local]
    return plain(own[0], 60) if own else None


def elect(rivals: Sequence[Rival]) -> Election:
    """Decide who is MASTER of a virtual router, or would be if all had to choose anew, and by what."""
    rivals = tuple(rivals)
    masters = [one for one in rivals if one.state == "MASTER"]
    able = [one for one in rivals if one.able]
    if len(masters) > 1:
        return Election(rivals, None, "several", holds=False)
    if len(able) == 1 and all(one.known for one in rivals):
        return Election(rivals, able[0].director, "alone", holds=bool(masters))
    if not able or not all(one.known for one in rivals):
        winner = masters[0].director if masters else None
        return Election(rivals, winner, "unknown" if able or not rivals else "nobody", holds=bool(masters))
    if any(one.priority is None for one in able):
        return Election(rivals, masters[0].director if masters else None, "unknown", holds=bool(masters))
    best = max(one.priority or 0 for one in able)
    first = [one for one in able if one.priority == best]
    if len(first) > 1:
        return _of_equals(rivals, first, masters)
    if not masters or masters == first:
        return Election(rivals, first[0].director, "priority", holds=bool(masters))
    if first[0].nopreempt:
        return Election(rivals, masters[0].director, "nopreempt", holds=True)
    return Election(rivals, first[0].director, "preempts", holds=False)


def _of_equals(rivals: tuple[Rival, ...], first: Sequence[Rival], masters: Sequence[Rival]) -> Election:
    """Return who wins of some with the same priority: who is MASTER stays it, else the highest address decides."""
    if masters and masters[0] in first:
        return Election(rivals, masters[0].director, "address", holds=True)
    addresses: Mapping[str, str | None] = {one.director: one.address for one in first}
    if None in addresses.values():
        return Election(rivals, None, "unknown", holds=False)
    winner = max(first, key=lambda one: int(ip_address(one.address or "0.0.0.0")))
    return Election(rivals, winner.director, "address", holds=False)

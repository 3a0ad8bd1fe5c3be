"""Read keepalived's VRRP dump for people (keepalived.data): why an instance is in FAULT, how what it tracks is, and all of it of
a build without JSON.

An object begins with a line ` Kind = name`, has lines `   Key = value`, and lists whose head ends in a colon. Only what is known
is read: the dump differs between versions. A password in it goes no further than this module.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from ...protocol.vrrp_messages import FaultCause, TrackedState, VrrpInstance
from .vrrp_dump import vip

_SECTION = re.compile(r"-+< (.+?) >-+$")
_OBJECT = re.compile(r" (\S[^=]*?) = (.+)$")
_VALUE = re.compile(r"   (\S[^=]*?) = (.*)$")
_HEAD = re.compile(r"   (\S.*?) ?(?:\(\d+\))? ?:$")
_TRACKING = re.compile(r"(.+), weight (-?\d+)( reverse)?")
_FAULT = -254  # what a tracked file has to make of its weight for a FAULT
_SENT = re.compile(r"\d+\.\d+|\d+")
_TRACKED = {  # the section, and what there says that it is well, or failed
    "VRRP Scripts": ("script", "Status", "GOOD", "BAD"),
    "VRRP Track processes": ("process", "Have quorum", "true", "false"),
}


class _Object(NamedTuple):
    name: str
    values: Dict[str, str]
    lists: Dict[str, List[str]]
    rest: List[str]  # its other lines


def _objects(text: bytes) -> Dict[str, List[_Object]]:
    """Return the objects by section. Raises ValueError for what is not a whole dump."""
    found: Dict[str, List[_Object]] = {}
    section: List[_Object] = []
    items: Optional[List[str]] = None
    for line in text.decode("utf-8", "replace").splitlines():
        begins, object_, value, head = (pattern.match(line) for pattern in (_SECTION, _OBJECT, _VALUE, _HEAD))
        if begins:
            section, items = found.setdefault(begins.group(1), []), None
        elif object_:
            section.append(_Object(object_.group(2), {}, {}, []))
            items = None
        elif not section:
            continue
        elif line.startswith("     ") and items is not None:
            items.append(line.strip())
        elif head:
            items = section[-1].lists.setdefault(head.group(1).rstrip(), [])
        elif value:
            section[-1].values.setdefault(value.group(1), value.group(2))
            items = None
        else:
            section[-1].rest.append(line.strip())
    if "Global definitions" not in found:
        raise ValueError("it holds no global definitions")
    return found


# --- why an instance is in FAULT ---


def faults(text: bytes) -> Tuple[FaultCause, ...]:
    """Return what has put each instance that is in FAULT there, as far as the dump says. Raises ValueError."""
    found = _objects(text)
    tracked = list(_failed(found))
    causes: List[FaultCause] = []
    for one in found.get("VRRP Topology", ()):
        if one.values.get("State") != "FAULT":
            continue
        own = [FaultCause(one.name, kind, name) for kind, name, instances in tracked if one.name in instances]
        own += [FaultCause(one.name, kind, "") for kind in _configured(one)]
        if not own and "Sync group" in one.values:
            own = [FaultCause(one.name, "group", one.values["Sync group"])]
        causes += own
    return tuple(causes)


def _failed(found: Dict[str, List[_Object]]) -> Iterator[Tuple[str, str, Tuple[str, ...]]]:
    """Yield the kind and name of what has failed, and the instances that go to FAULT with it."""
    for one in _watched(found):
        if one.kind == "file":
            failing = [name for name, by in one.trackers.items() if _file_fails(one.value, by.signed)]
            yield one.kind, one.name, tuple(failing)
        elif one.up is False:  # with a weight its failure costs priority alone
            yield one.kind, one.name, tuple(name for name, by in one.trackers.items() if by.weight == 0)


def _file_fails(status: int, weight: int) -> bool:
    """Return True if a tracked file fails: with a weight by what both make together, without one by anything but 0."""
    return status * weight <= _FAULT if weight else status != 0


def _configured(one: _Object) -> Iterator[str]:
    if one.values.get("Number of config faults", "0") != "0":
        yield "configuration"
    if "Duplicate VRID" in one.rest:
        yield "vrid"
    if "no source IP address" in one.lists.get("Flags of interface faults", ()):
        yield "source"


# --- what is tracked ---


class _Tracker(NamedTuple):
    """Hold how an instance tracks something."""

    weight: int
    reverse: bool

    @property
    def signed(self) -> int:
        return -self.weight if self.reverse else self.weight


class _Watched(NamedTuple):
    """Something that instances may track."""

    kind: str
    name: str
    up: Optional[bool]  # None: not known yet
    value: int  # a file's number
    trackers: Dict[str, _Tracker]  # by instance


def tracked(text: bytes) -> Tuple[TrackedState, ...]:
    """Return what each instance tracks and how that is, as far as the dump says. Raises ValueError."""
    return tuple(
        TrackedState(instance, one.kind, one.name, by.weight, by.reverse, one.up, one.value)
        for one in _watched(_objects(text))
        for instance, by in one.trackers.items()
    )


def _watched(found: Dict[str, List[_Object]]) -> Iterator[_Watched]:
    for one in found.get("Interfaces", ()):
        state = one.values.get("State", "").partition(", no ")[0]
        yield _Watched("interface", one.name, None if not state else "not " not in state, 0, _trackers(one))
    for section, (kind, key, good, bad) in _TRACKED.items():
        for one in found.get(section, ()):
            value = one.values.get(key, "")
            up = True if value.startswith(good) else False if value.startswith(bad) else None
            yield _Watched(kind, one.name, up, 0, _trackers(one))
    for one in found.get("VRRP Track BFDs", ()):
        bfd = True if "Bfd is up" in one.rest else False if "Bfd is down" in one.rest else None
        yield _Watched("bfd", one.name, bfd, 0, _trackers(one))
    for one in found.get("VRRP Track files", ()):
        status = int(one.values.get("Status", "0"))
        yield _Watched("file", one.name, None, status, _trackers(one))


def _trackers(one: _Object) -> Dict[str, _Tracker]:
    lines = [line for head, items in one.lists.items() if "instances" in head for line in items]
    found = [_TRACKING.match(line) for line in lines]
    return {match.group(1): _Tracker(int(match.group(2)), bool(match.group(3))) for match in found if match}


# --- all of it ---


def instances(text: bytes, statistics: bytes) -> Tuple[VrrpInstance, ...]:
    """Return what `vrrp_dump.instances` does, of the dumps for people. Raises ValueError."""
    counted = _counts(statistics)
    try:
        return tuple(_instance(one, counted.get(one.name, {})) for one in _objects(text).get("VRRP Topology", ()))
    except (KeyError, IndexError) as error:
        raise ValueError(f"an instance without {error}") from None


def _instance(one: _Object, counts: Dict[str, int]) -> VrrpInstance:
    values = one.values
    own = [vip(line) for line in one.lists.get("Virtual IP", ())]
    vips = own + [vip(line) for line in one.lists.get("Virtual IP Excluded", ())]
    interface, _, kind = values.get("Interface", "").partition(", ")
    state = values["State"]
    return VrrpInstance(
        name=one.name,
        vrid=int(values["Virtual Router ID"]),
        interface="" if interface == "not configured" else interface,
        state=state if state in ("INIT", "BACKUP", "MASTER", "FAULT") else "INIT",
        base_priority=int(values["Priority"]),
        priority=int(values.get("Effective priority", values["Priority"])),
        master_priority=int(values.get("Master priority", 0)) if state == "BACKUP" else 0,
        advert_interval=_seconds(values.get("Advert interval", "")),
        version=int(values.get("VRRP Version", 0)),
        last_transition=float(values.get("Last transition", "0").split()[0]),
        vips=tuple(one.address for one in vips),
        adverts_received=counts.get("Received", 0),
        adverts_sent=counts.get("Sent", 0),
        become_master=counts.get("Became master", 0),
        release_master=counts.get("Released master", 0),
        family="inet6" if "Using Native IPv6" in one.rest else "inet",
        configured=kind.rpartition(" on ")[2].partition(",")[0] if " on " in kind else interface,
        vip_interfaces=tuple(one.interface for one in vips),
    )


def _seconds(text: str) -> float:
    """Return the seconds of `1 sec`, `500 milli-sec`."""
    number = _SENT.match(text)
    if number is None:
        return 0.0
    return float(number.group()) / (1000.0 if "milli" in text else 1.0)


def _counts(statistics: bytes) -> Dict[str, Dict[str, int]]:
    """Return the first number of each name, by instance: of adverts, not of those with priority zero."""
    found: Dict[str, Dict[str, int]] = {}
    counts: Dict[str, int] = {}
    for line in statistics.decode("utf-8", "replace").splitlines():
        name, _, value = line.strip().partition(": ")
        if name == "VRRP Instance":
            counts = found.setdefault(value, {})
        elif value.isdigit():
            counts.setdefault(name, int(value))
    return found

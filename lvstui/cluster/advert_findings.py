"""What the adverts that are heard, or are not, tell to be wrong (rules 1, 5 and 6 of the doctor). Pure.

Nothing is said of a Director that does not listen: what it hears is not known. Not for: what is heard (see `adverts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from lvstui.cluster.adverts import Sender
from lvstui.cluster.director import Director
from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.view import AdvertsView, DirectorView, LinkState, SenderView, Severity, VrrpView

_NAMED = 3  # senders named in one line


def owners(directors: Iterable[Director]) -> dict[str, str]:
    """Whose an address is, of all that only one Director has: the last that is known."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for director in directors:
        for address in director.addresses:
            if found.setdefault(address, director.name) != director.name:
                twice.add(address)
    return {address: name for address, name in found.items() if address not in twice}


# --- a split brain ---


def between(masters: Sequence[tuple[DirectorView, VrrpView]], owners: Mapping[str, str]) -> str:
    """Whether those that are MASTER of one instance hear each other, and what to look at."""
    unheard: list[tuple[float, str]] = []
    heard: list[str] = []
    for view, instance in masters:
        adverts = instance.adverts
        for other, _ in masters:
            if other is view or adverts is None:
                continue
            theirs = [one for one in adverts.senders if owners.get(one.source) == other.name]
            if theirs and theirs[0] in adverts.heard:
                heard.append(
                    f"{view.name} hears those of {other.name} on {instance.interface}, priority {theirs[0].priority}"
                )
            elif adverts.listened_s > adverts.patience_s:
                text = f"{view.name} hears no adverts from {other.name} on {instance.interface}"
                last = theirs[0].last if theirs else float("-inf")
                unheard.append((last, f"{text} ({_last(adverts, theirs)})"))
    told = [*(text for _, text in sorted(unheard, reverse=True)), *heard]
    look = "Look at the network between them"
    if heard and not unheard:
        look = "The adverts are not taken: compare authentication, VIPs and VRRP version in both files"
    if not told:
        told = ["It is not known whether they hear each other's adverts"]
    return f"{'. '.join(told)}. {look}; clients may reach either."


def _last(heard: AdvertsView, senders: Sequence[SenderView]) -> str:
    return f"last at {_clock(senders[0].last)}" if senders else f"none since {_clock(heard.since)}"


def _clock(wall: float) -> str:
    return f"{datetime.fromtimestamp(wall):%H:%M:%S}"


# --- a BACKUP that hears nobody ---


def unheard(views: Sequence[DirectorView]) -> Iterator[Finding]:
    for view in views:
        for instance in view.vrrp if view.state is LinkState.LIVE else ():
            heard = instance.adverts
            if instance.state != "BACKUP" or heard is None or heard.heard or heard.listened_s <= heard.patience_s:
                continue
            last = _last(heard, heard.senders)
            text = f"{view.name} is BACKUP of {instance.name} and hears no adverts on {instance.interface} ({last})"
            detail = "It should have become MASTER by now. Look at its keepalived, and at the network to the MASTER."
            waits = not heard.senders or instance.since is None or instance.since > heard.senders[0].last
            lasts = A_FAILOVER + (heard.patience_s if waits else 0.0)  # it may have become BACKUP after that
            yield Finding(f"unheard:{view.name}:{instance.name}", Severity.ERROR, text, detail, view.name, lasts)


# --- others on the network ---


def foreign(
    directors: Sequence[Director], views: Sequence[DirectorView], owners: Mapping[str, str]
) -> Iterator[Finding]:
    """Adverts of none of the Directors. It has to be known of all of them which addresses are theirs."""
    if not all(director.addresses for director in directors):
        return
    interfaces = {one.interface for view in views for one in view.vrrp}
    ours = {(one.vrid, one.interface): one.name for view in views for one in view.vrrp}
    by_vrid = {one.vrid: one.name for view in views for one in view.vrrp}
    heard: dict[tuple[int, str], dict[str, tuple[Sender, list[str]]]] = {}
    for director, view in zip(directors, views, strict=True):
        for one in director.adverts.now(director.sampled) if view.state is LinkState.LIVE else ():
            if one.source not in owners and not any(one.source in other.addresses for other in directors):
                place = heard.setdefault((one.vrid, one.interface), {})
                place.setdefault(one.source, (one, []))[1].append(director.name)
    for (vrid, interface), sources in heard.items():
        first, hearers = next(iter(sources.values()))
        told = f"{_some(sources)} {'advertise' if len(sources) > 1 else 'advertises'} VRID {vrid}"
        seen = f"Heard by {' and '.join(hearers)}, priority {first.priority}."
        instance = ours.get((vrid, interface)) if interface in interfaces else by_vrid.get(vrid)  # with use_vmac
        if instance is not None:
            text = f"{told} on {interface}, which is that of {instance}, and is none of the Directors"
            detail = (
                f"{seen} Both take part in one election, and may take each other's VIPs: give one of them another VRID."
            )
        else:
            text = f"{told} on {interface}: a foreign router, no instance here has that VRID"
            detail = f"{seen} Another pair on this network, or one that was forgotten: its VRID must not be used here."
        severity = Severity.INFO if instance is None else Severity.ERROR  # a second pair on a network is no trouble
        yield Finding(f"foreign:{interface}:{vrid}", severity, text, detail, lasts=A_FAILOVER)


def _some(sources: Iterable[str]) -> str:
    named = sorted(sources)
    more = len(named) - _NAMED
    return ", ".join(named[:_NAMED]) + (f" and {more} more" if more > 0 else "")


# --- a Director that only the other one hears ---


def still_heard(
    name: str, directors: Sequence[Director], views: Sequence[DirectorView], owners: Mapping[str, str]
) -> str:
    """A sentence that says who hears its adverts, or ""."""
    for director, view in zip(directors, views, strict=True):
        if view.name == name or view.state is not LinkState.LIVE:
            continue
        vrids = sorted({one.vrid for one in director.adverts.now(director.sampled) if owners.get(one.source) == name})
        if vrids:
            some = ", ".join(map(str, vrids[:_NAMED])) + (", …" if len(vrids) > _NAMED else "")
            return f"{view.name} hears its adverts (VRID {some}): it is alive, and MASTER. "
    return ""

"""Tell what is wrong by the adverts that are heard, or are not. Pure.

Nothing is said of a Director that does not listen: what it hears is not known. Not for: what is heard (see `adverts`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.instance_view import AdvertsView, SenderView, VrrpView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vrrp.adverts import Sender
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.text import NAMED, local_time, shortened
from lvstui.cluster.view import DirectorView, LinkState, Severity


def owners(directors: Iterable[Director]) -> dict[str, str]:
    """Return whose an address is, of all that only one Director has: the last that is known."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for director in directors:
        for address in director.addresses:
            if found.setdefault(address, director.name) != director.name:
                twice.add(address)
    return {address: name for address, name in found.items() if address not in twice}


# --- a split brain ---


def between(masters: Sequence[tuple[DirectorView, VrrpView]], owners: Mapping[str, str], wall: float) -> str:
    """Say whether those that are MASTER of one instance hear each other, and what to look at."""
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
                unheard.append((last, f"{text} ({_last(adverts, theirs, wall)})"))
    told = [*(text for _, text in sorted(unheard, reverse=True)), *heard]
    look = "Check the network between them"
    if heard and not unheard:
        look = "The adverts are rejected: compare authentication, VIPs and VRRP version in both files"
    if not told:
        told = ["Whether they hear each other's adverts is unknown"]
    return f"{'. '.join(told)}. {look}; clients may reach either."


def _last(heard: AdvertsView, senders: Sequence[SenderView], wall: float) -> str:
    if senders:
        return f"last at {local_time(senders[0].last, wall)}"
    return f"none since {local_time(heard.since, wall)}"


# --- a BACKUP that hears nobody ---


def unheard(views: Sequence[DirectorView], wall: float) -> Iterator[Finding]:
    """Tell of a BACKUP that hears nobody for longer than it should."""
    for view in views:
        for instance in view.vrrp if view.state is LinkState.LIVE else ():
            heard = instance.adverts
            if instance.state != "BACKUP" or heard is None or heard.heard or heard.listened_s <= heard.patience_s:
                continue
            last = _last(heard, heard.senders, wall)
            text = f"{view.name} is BACKUP of {instance.name} and hears no adverts on {instance.interface} ({last})"
            detail = "It should have become MASTER by now. Check its keepalived and the network to the MASTER."
            waits = not heard.senders or instance.since is None or instance.since > heard.senders[0].last
            lasts = A_FAILOVER + (heard.patience_s if waits else 0.0)  # it may have become BACKUP after that
            yield Finding(
                ProblemKind.NO_ADVERTS,
                f"unheard:{view.name}:{instance.name}",
                Severity.ERROR,
                text,
                detail,
                view.name,
                lasts,
            )


# --- others on the network ---


def foreign(
    directors: Sequence[Director], views: Sequence[DirectorView], owners: Mapping[str, str]
) -> Iterator[Finding]:
    """Tell of adverts of none of the Directors. It has to be known of all of them which addresses are theirs."""
    if not all(director.addresses for director in directors):
        return
    instances = [one for view in views for one in view.vrrp]
    interfaces = {place for one in instances for place in (one.interface, one.device)}
    ours = {(one.key.vrid, one.family, place): one.name for one in instances for place in (one.interface, one.device)}
    anywhere = {(one.vrid, one.family): one.name for one in instances}
    heard: dict[tuple[int, str, str], dict[str, tuple[Sender, list[str]]]] = {}
    for director, view in zip(directors, views, strict=True):
        for one in director.adverts.now(director.sampled) if view.state is LinkState.LIVE else ():
            if one.source not in owners and not any(one.source in other.addresses for other in directors):
                place = heard.setdefault((one.vrid, one.family, one.interface), {})
                place.setdefault(one.source, (one, []))[1].append(director.name)
    families = {family for _, family, _ in heard} | {one.family for one in instances}
    for (vrid, family, interface), sources in heard.items():
        first, hearers = next(iter(sources.values()))
        advertise = "advertise" if len(sources) > 1 else "advertises"
        told = f"{shortened(sorted(sources))} {advertise} VRID {vrid}{_of(family, families)}"
        seen = f"Heard by {' and '.join(hearers)}, priority {first.priority}."
        router = (vrid, family)
        instance = ours.get((*router, interface)) if interface in interfaces else anywhere.get(router)  # with use_vmac
        if instance is not None:
            text = f"{told} on {interface}, the VRID of {instance}, but is not one of the Directors"
            detail = f"{seen} Both take part in the same election and may take each other's VIPs: give one of them another VRID."
        else:
            text = f"{told} on {interface}: a foreign router; no instance here has that VRID"
            detail = f"{seen} Another pair on this network, or a forgotten one: do not use its VRID here."
        id = f"foreign:{interface}:{vrid}" + ("" if family == "inet" else f":{family}")
        severity = Severity.INFO if instance is None else Severity.ERROR  # a second pair on a network is no trouble
        yield Finding(
            ProblemKind.FOREIGN_ROUTER,
            id,
            severity,
            text,
            detail,
            lasts=A_FAILOVER,
        )


def _of(family: str, families: Collection[str]) -> str:
    return f" of {'IPv6' if family == 'inet6' else 'IPv4'}" if len(families) > 1 else ""


# --- a Director that only the other one hears ---


def still_heard(
    name: str, directors: Sequence[Director], views: Sequence[DirectorView], owners: Mapping[str, str]
) -> str:
    """Return a sentence that says who hears its adverts, or ""."""
    for director, view in zip(directors, views, strict=True):
        if view.name == name or view.state is not LinkState.LIVE:
            continue
        vrids = sorted({one.vrid for one in director.adverts.now(director.sampled) if owners.get(one.source) == name})
        if vrids:
            named = ", ".join(map(str, vrids[:NAMED])) + (", …" if len(vrids) > NAMED else "")
            return f"{view.name} hears its adverts (VRID {named}): it is alive, and MASTER. "
    return ""

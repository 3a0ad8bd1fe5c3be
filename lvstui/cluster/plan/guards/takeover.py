"""Judge whether another Director can and will take the VRRP instances over, and whether they go together.

Not for: what clients meet there (see `service_readiness`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.plan.edits import DirectorEdit, priorities
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.mastership import Contender, ExpectedMaster, lowered, routers
from lvstui.cluster.text import listed, plain
from lvstui.keepalived.reading.defaults import OWNER_PRIORITY
from lvstui.keepalived.reading.model import HandedOver

_LONG = 10.0  # seconds of preempt_delay that are worth a word


def check(intent: Intent, edited: Sequence[DirectorEdit], takeovers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    """Judge a change of priorities."""
    for one in edited:
        changed = frozenset(change.instance for change in priorities(one))
        if not changed:
            continue
        mine = [takeover for takeover in takeovers if (own := takeover.of(one.facts.name)) and own.name in changed]
        over = any(instance.handed_over is not None for instance in one.after.vrrp)
        yield from _ready(mine, one.facts.name, over=over)
        if over:
            yield from _handed_over(intent, one.facts.name, mine)
            yield from _room(one.facts.name, mine)
            yield from _tracked(one.facts.name, mine)
            yield from _alone(one, changed)
            yield from _by_stop(intent, one.facts, mine)
        yield from _delay(mine)
    yield from _together(takeovers)


def _ready(takeovers: Sequence[ExpectedMaster], name: str, *, over: bool) -> Iterator[Guard]:
    """Judge every Director that is to be MASTER; `over`: the one of that name is handed over."""
    for takeover in takeovers:
        for one in takeover.router:
            if one.state == "FAULT" and over and one.director != name:
                yield Guard(GuardKind.FAULT, "refuse", f"{one.name} is in FAULT: it cannot become MASTER", one.director)
            elif one.state == "FAULT":
                text = f"{one.name} is in FAULT: it becomes MASTER only when the fault is gone"
                yield Guard(GuardKind.FAULT, "note", text, one.director)
        if takeover.before is None:
            states = ", ".join(f"{one.state or 'state not reported'} on {one.director}" for one in takeover.router)
            text = (
                f"{takeover.name} does not have exactly one MASTER ({states}), so it is unclear who would take it over"
            )
            yield Guard(GuardKind.MASTER, "refuse", text)
        taker = takeover.of(takeover.after)
        if takeover.moves and taker is not None and taker.known.hears is not True:
            yield _adverts(taker, takeover)


def _adverts(taker: Contender, takeover: ExpectedMaster) -> Guard:
    if taker.known.hears is None:
        why = "it has not listened for long enough, or cannot"
        text = f"whether it hears the adverts of {takeover.before} for {taker.name} is not known: {why}"
        return Guard(GuardKind.ADVERTS, "note", text, taker.director)
    text = f"it hears no adverts of {takeover.before} for {taker.name}: it is unclear whether it would take over"
    return Guard(GuardKind.ADVERTS, "ask", text, taker.director)


def _handed_over(intent: Intent, name: str, takeovers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    """Refuse to hand over to a Director that is handed over itself."""
    told: set[str] = set()
    for one in (one for takeover in takeovers for one in takeover.router):
        mark = one.model.handed_over
        if one.director != name and mark is not None and one.director not in told:
            told.add(one.director)
            text = f"it is handed over itself, by {plain(mark.by)} since {mark.when}: take it back first"
            yield Guard(GuardKind.HANDED_OVER, "refuse", text, one.director)


def _room(name: str, takeovers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    """Refuse where no priority is below all others."""
    for takeover in takeovers:
        mine = takeover.of(name)
        others = [one for one in takeover.router if one.director != name]
        lowest = min(others, key=lambda one: one.priority, default=None)
        if mine is not None and lowest is not None and mine.priority >= lowest.priority:
            text = (
                f"{mine.name} would have the effective priority {mine.priority}, which is not below the {lowest.priority} of "
                f"{lowest.director}; keepalived has none lower than 1: raise the priority of {lowest.director} first"
            )
            yield Guard(GuardKind.ROOM, "refuse", text, name)


def _tracked(name: str, takeovers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    """Ask where what an instance tracks may lift it above another one again while it is handed over."""
    for takeover in takeovers:
        mine = takeover.of(name)
        others = [one for one in takeover.router if one.director != name]
        if mine is None or not others:
            continue
        highest = mine.priority + max(mine.known.may_add - mine.known.adds, 0)
        best = max(others, key=lambda one: one.priority)
        if mine.priority < best.priority <= highest:
            text = (
                f"what {mine.name} tracks may raise its priority to {highest}, and {best.director} has {best.priority}: it would "
                "become MASTER again by itself"
            )
            yield Guard(GuardKind.TRACKED, "ask", text, name)
        elif mine.known.adds or mine.known.may_add:
            text = f"what {mine.name} tracks changes its priority by {mine.known.adds:+} now, to {mine.priority}"
            yield Guard(GuardKind.TRACKED, "note", text, name)


def _alone(edited: DirectorEdit, changed: frozenset[str]) -> Iterator[Guard]:
    """Ask about instances that no other Director has."""
    alone = [one.name for one in edited.after.vrrp if one.name not in changed and one.handed_over is None]
    if alone:
        verb = "is on no other Director: its" if len(alone) == 1 else "are on no other Director: their"
        text = f"{listed(alone)} {verb} VIPs stay here, and are gone while keepalived is stopped"
        yield Guard(GuardKind.ALONE, "ask", text, edited.facts.name)


def _by_stop(intent: Intent, facts: Facts, takeovers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    """Refuse where the others do not preempt; with --by-stop tell what that costs."""
    if intent.by_stop:
        moving = [takeover.without_s for takeover in takeovers if takeover.moves]
        text = f"keepalived is restarted: no instance has a MASTER for about {max(moving, default=0.0):.2f} s (the skew time)"
        yield Guard(GuardKind.BY_STOP, "note", text, facts.name)
        if facts.keepalived is not None and facts.keepalived.manager != "systemd":
            text = "keepalived does not run under systemd there, so lvstui cannot restart it"
            yield Guard(GuardKind.BY_STOP, "refuse", text, facts.name)
        return
    for takeover in takeovers:
        stays = takeover.before == facts.name and not takeover.moves
        for one in takeover.router if stays else ():
            if one.director != facts.name and one.model.nopreempt and one.able:
                text = (
                    f"{one.name} has nopreempt: it does not take over from a MASTER with a lower priority. With --by-stop "
                    f"keepalived is restarted on {facts.name}, and it takes over when that ends: {one.ending_s:.2f} s without a "
                    "MASTER (the skew time)"
                )
                yield Guard(GuardKind.NOPREEMPT, "refuse", text, one.director)


def _together(takeovers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    """Tell which instances move together, and refuse where a sync group would be parted."""
    groups: dict[tuple[str, str], list[ExpectedMaster]] = {}
    for takeover in takeovers:
        for one in takeover.router:
            if one.model.sync_group is not None:
                groups.setdefault((one.director, one.model.sync_group), []).append(takeover)
    for (director, group), members in groups.items():
        names = listed([takeover.name for takeover in members])
        ends = {takeover.after for takeover in members}
        if len(ends) > 1:
            where = ", ".join(f"{takeover.name} on {takeover.after}" for takeover in members)
            text = f"the sync group {group} moves as a whole, and would be split: {where}"
            yield Guard(GuardKind.SYNC_GROUP, "refuse", text, director)
        elif any(takeover.moves for takeover in members) and director in ends:
            yield Guard(GuardKind.SYNC_GROUP, "note", f"{names} move together (sync group {group})", director)


def _delay(takeovers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    for takeover in takeovers:
        taker = takeover.of(takeover.after)
        if takeover.moves and not takeover.without_s and taker is not None and taker.model.preempt_delay >= _LONG:
            text = f"{taker.name} has preempt_delay {taker.model.preempt_delay:g}: it takes over after {takeover.seconds:.0f} s"
            yield Guard(GuardKind.PREEMPT_DELAY, "note", text, taker.director)


def possible(intent: Intent, directors: Sequence[Facts]) -> Iterator[Guard]:
    """Refuse a handover or a takeback that there is nothing to do for, or that cannot be."""
    facts = next((one for one in directors if one.name == intent.director), None)
    if facts is None:
        names = listed([one.name for one in directors])
        yield Guard(GuardKind.UNKNOWN, "refuse", f"there is no Director {intent.director} here; there are {names}")
        return
    instances = () if facts.configuration is None else facts.configuration.vrrp
    marks = [one.handed_over for one in instances if one.handed_over is not None]
    if intent.action == "takeback":
        if not marks and facts.configuration is not None:
            yield Guard(GuardKind.NOTHING, "refuse", "it is not handed over: there is nothing to take back", facts.name)
        return
    others = [(one, one.configuration) for one in directors if one is not facts]
    known = routers([(facts, facts.configuration), *others])
    if not lowered(facts.name, known) and facts.configuration is not None:
        yield Guard(GuardKind.NOTHING, "refuse", _nothing(marks), facts.name)
    for one in instances:
        if one.priority == OWNER_PRIORITY:
            text = (
                f"{one.name} has priority 255, as the owner of its addresses: nobody takes over its VIPs while it runs"
            )
            yield Guard(GuardKind.OWNER, "refuse", text, facts.name)


def _nothing(marks: Sequence[HandedOver]) -> str:
    if not marks:
        return "no other Director has any of its VRRP instances, so there is nobody to hand over to"
    first = marks[0]
    why = f": {plain(first.reason)}" if first.reason else ""
    return f"it is handed over already, by {plain(first.by)} since {first.when}{why}"

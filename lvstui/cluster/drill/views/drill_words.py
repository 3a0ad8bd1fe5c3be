"""Say in plain sentences what a drill has found out: the verdict, the cause, the notes, and why a moment is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lvstui.cluster.drill.milestones import MilestoneKind, Unseen
from lvstui.cluster.drill.result import (
    DrillCause,
    DrillKind,
    DrillNote,
    DrillResult,
    DrillVerdict,
    HeldConnection,
    HeldFate,
    InstanceFailover,
    NoteOn,
    ProbeResult,
    TimeWindow,
)
from lvstui.cluster.drill.views.drill_figures import between, length, sure_to

KINDS = {
    DrillKind.WATCH: "watched",
    DrillKind.HANDOVER: "handover",
    DrillKind.STOP: "stop of keepalived",
    DrillKind.KILL: "kill -9 of keepalived",
}

_UNSEEN = {
    Unseen.NO_ROOT: "the agent is not root there, and only root hears packets",
    Unseen.NO_LINK: "there was no link to the Director that could have seen it",
    Unseen.NO_LOG: "keepalived's log is not followed there",
    Unseen.COARSE_LOG: "the times of keepalived's log are whole seconds there",
    Unseen.NOT_LOGGED: "keepalived does not log it",
    Unseen.NOT_HEARD: "it may have been sent, but no listening Director heard it",
    Unseen.NOT_ON_INTERFACE: "the agent does not listen on that interface",
    Unseen.PACKETS_LOST: "packets were lost there: too many came at once",
    Unseen.NO_PROBE: "no probe was run",
    Unseen.PROBE_ENDED: "the probe had ended before that could be seen",
    Unseen.NO_OUTAGE: "the client was answered all the time",
    Unseen.MANY_OUTAGES: "there were too many outages for the probe to keep them all",
    Unseen.NOT_YET: "it had not happened when the drill ended",
    Unseen.NO_SUCH_STEP: "there is no such step in this failover",
}

_CAUSES = {
    DrillCause.STOP: "keepalived on {} was stopped cleanly: it announced that with an advert of priority 0",
    DrillCause.KILL: "keepalived on {} ended without an announcement; the Director itself stayed up",
    DrillCause.POWER_CUT: "{} fell silent as a whole",
    DrillCause.HANDOVER: "the priority of {} was lowered below that of the other Director",
    DrillCause.FAILBACK: "{} yielded to the Director with the higher priority, which had come back",
    DrillCause.NETWORK_CUT: "a network of {} was cut",
    DrillCause.FAULT: "keepalived put {} into FAULT, because of something that it tracks",
    DrillCause.SPLIT_BRAIN: "{} continued as MASTER, but the other Director did not hear it",
    DrillCause.UNKNOWN: "nothing was seen that tells why {} was MASTER no longer",
}

_FATES = {
    HeldFate.SURVIVED: "It survived the failover",
    HeldFate.RESET: "It was reset",
    HeldFate.SILENT: "It stopped getting answers",
    HeldFate.CLOSED: "The server closed it",
    HeldFate.NOT_OPENED: "It could not be opened",
}


def unseen(reason: Unseen | None) -> str:
    """Say why a moment is not known."""
    return "no reason is known" if reason is None else _UNSEEN[reason]


def cause(what: DrillCause, director: str | None) -> str:
    """Say what the failover came from."""
    return _CAUSES[what].format(director or "a Director")


def listed(names: Iterable[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    some = list(dict.fromkeys(names))
    return f"{', '.join(some[:-1])} and {some[-1]}" if len(some) > 1 else "".join(some)


def verdict(result: DrillResult) -> str:
    """Say in one sentence how the drill went, the verdict first."""
    return f"{result.verdict.value.capitalize() if result.verdict.value.islower() else result.verdict.value}: {_why(result)}."


def _why(result: DrillResult) -> str:
    moved = (*result.failovers, *result.failbacks)
    its = [one for one in moved if one.verdict is result.verdict]
    match result.verdict:
        case DrillVerdict.NO_FAILOVER:
            return f"nothing moved in the {length(result.ended - result.started)} that were watched"
        case DrillVerdict.NOT_RESTORED:
            return "; ".join(result.left) or "what the drill began could not be undone"
        case DrillVerdict.OUTAGE_TOO_LONG:
            return f"{outage(result)}; at most {length(result.max_outage)} was allowed"
        case DrillVerdict.TOO_LATE | DrillVerdict.TOO_EARLY if its:
            return _late(its)
        case DrillVerdict.TWO_MASTERS if its:
            return _twice(its, result.ended)
        case DrillVerdict.NOT_TAKEN_OVER if its:
            lost = "was handed over" if its[0].cause is DrillCause.HANDOVER else "was lost"
            nobody = f"no other Director became MASTER of {_instances(its)} after {its[0].old or 'its MASTER'} {lost}"
            return f"{nobody}; {outage(result)}"
        case DrillVerdict.NOT_TAKEN_OVER:
            return f"nobody was seen to take over; {outage(result)}"
        case DrillVerdict.NOT_MEASURED:
            return _unmeasured(result, its)
        case _:
            return f"{taken_over(result.failovers or moved)}; {outage(result)}"


def _instances(some: Iterable[InstanceFailover]) -> str:
    return listed(one.name for one in some)


def taken_over(moved: Sequence[InstanceFailover]) -> str:
    """Say who took over what from whom, and how fast."""
    ways = dict.fromkeys((one.old, one.new) for one in moved)
    return ", and ".join(_way([one for one in moved if (one.old, one.new) == way]) for way in ways)


def _way(moved: Sequence[InstanceFailover]) -> str:
    first = moved[0]
    who = f"{first.new or 'nobody'} took over {_instances(moved)}"
    slowest = max((one for one in moved if one.measured is not None), key=lambda one: one.measured or 0.0, default=None)
    if slowest is None:
        return f"{who} from {first.old or 'nobody'}"
    return f"{who}, {sure_to(slowest.measured, slowest.measured_uncertainty)} after {_since(slowest)}"


def _since(one: InstanceFailover) -> str:
    """Say from what a takeover is counted: from what set the new MASTER's timer for the last time."""
    old = one.old or "the MASTER before it"
    if one.cause is DrillCause.STOP:
        return f"{old} gave up"
    if one.cause in (DrillCause.HANDOVER, DrillCause.FAILBACK):
        return "its master-down timer was last set"
    return f"the last advert of {old}"


def _late(some: Sequence[InstanceFailover]) -> str:
    worst = max(some, key=lambda one: abs(_beyond(one)))
    if worst.expected is None or worst.measured is None:
        return taken_over([worst])
    expected = between(worst.expected.earliest, worst.expected.latest)
    return f"{taken_over([worst])}, where timers and priorities give {expected}"


def _beyond(one: InstanceFailover) -> float:
    """Return by how much it is outside of what was expected, in seconds; negative where it was too early."""
    if one.measured is None or one.expected is None:
        return 0.0
    return max(one.measured - one.expected.latest, 0.0) or min(one.measured - one.expected.earliest, 0.0)


def _twice(some: Sequence[InstanceFailover], ended: float) -> str:
    longest = max(
        (window for one in some for window in one.two_masters), key=lambda window: _end(window, ended), default=None
    )
    both = listed(name for name in (some[0].old, some[0].new) if name is not None)
    if longest is None:
        return f"{both} were both MASTER of {_instances(some)}"
    return f"{both} were both MASTER of {_instances(some)} for {window_length(longest, ended)}"


def _end(window: TimeWindow, ended: float) -> float:
    return (ended if window.end is None else window.end) - window.start


def window_length(window: TimeWindow, ended: float) -> str:
    """Write the length of a window; one that was not over is at least as long as it was watched."""
    if window.length is not None:
        return sure_to(window.length, window.uncertainty)
    return f"at least {length(ended - window.start)}"


def _not_measured(some: Sequence[InstanceFailover]) -> str:
    needed = (MilestoneKind.LAST_ADVERT, MilestoneKind.MASTER_ENTERED)
    missing = [
        f"{step.kind.value}: {unseen(step.unseen)}"
        for one in some
        for step in one.milestones
        if step.kind in needed and step.moment is None
    ]
    return f"{taken_over(some)}, but not enough was seen to time it" + (f" ({listed(missing)})" if missing else "")


def _unmeasured(result: DrillResult, its: Sequence[InstanceFailover]) -> str:
    if not result.broke_off or result.probe is None:
        return _not_measured(its) if its else _unseen_failback(result)
    moved = _not_measured(its) if its else taken_over(result.failovers or result.failbacks)
    broken = f"the probe broke off ({result.probe.error}), so the outage of clients was not measured to the end"
    return "; ".join(filter(None, (moved, broken, outage(result))))


def _unseen_failback(result: DrillResult) -> str:
    names = listed(name for one in result.notes if one.note is DrillNote.FAILBACK_UNSEEN for name in one.instances)
    return f"{taken_over(result.failovers)}; the failback of {names} was not seen, so it is not timed"


def outage(result: DrillResult) -> str:
    """Say what clients met, or how long there was no MASTER where no client asked."""
    probe = result.probe
    if probe is not None and result.client_outage is not None and result.client_outage == result.outage:
        return clients(probe, result.ended)
    moved = (*result.failovers, *result.failbacks)
    windows = [window for one in moved for window in one.no_master]
    if windows:
        longest = max(windows, key=lambda window: _end(window, result.ended))
        return f"without a MASTER for {window_length(longest, result.ended)}"
    if not moved:
        return "nothing was measured"
    return (
        "no instance was ever without a MASTER" if result.outage == 0 else "the time without a MASTER was not measured"
    )


def clients(probe: ProbeResult, ended: float) -> str:
    """Say what the probe's client met."""
    asked = f"{probe.answered:,} of {probe.requests:,} requests answered"
    if not probe.outages:
        gap = (
            f", the longest time between two answers {length(probe.longest_gap)}"
            if probe.longest_gap is not None
            else ""
        )
        return f"clients had no outage ({asked}{gap})"
    worst = max(probe.outages, key=lambda one: probe.length(one, ended))
    if worst.end is None:
        until = "to the end of the drill" if probe.until is None else "until the probe broke off"
        return f"clients got no answer for at least {length(probe.length(worst, ended))}, {until} ({asked})"
    return f"clients got no answer for {sure_to(worst.end - worst.start, worst.uncertainty)} ({asked})"


def held(connection: HeldConnection) -> str:
    """Say what became of the connection that was held open."""
    with_ = f", with {connection.real_server}" if connection.real_server else ""
    silent = f"; the longest time without an answer on it: {length(connection.silent_s)}" if connection.silent_s else ""
    return f"{_FATES[connection.fate]}{with_}{silent}"


def note(one: NoteOn) -> str:
    """Say what a reader must be told."""
    instances, directors, vips = listed(one.instances), listed(one.directors), listed(one.vips)
    match one.note:
        case DrillNote.MOVED_SEPARATELY:
            return f"{instances} moved, others stayed: requests and replies of one client may go through different Directors"
        case DrillNote.GATEWAY_STAYED:
            where = f" on {directors}" if directors else ""
            return (
                f"The service VIP moved, the gateway VIP {vips} stayed{where}: with NAT, real servers send their replies"
                " to the Director that no longer has the connection, and they are lost. A vrrp_sync_group keeps both together"
            )
        case DrillNote.SERVICE_STAYED:
            return (
                f"The gateway VIP moved, the service VIP {vips} stayed: with NAT, real servers send their replies to the"
                " Director that does not have the connection, and they are lost. A vrrp_sync_group keeps both together"
            )
        case DrillNote.NO_ROOT:
            return f"{directors}: the agent is not root, so no packets were heard there"
        case DrillNote.CLOCK_UNSURE:
            return f"{directors}: its clock is known only roughly, so its times are less certain"
        case DrillNote.VIP_LEFT_BEHIND:
            return f"{vips} is still in the kernel of {directors or 'the old MASTER'}"
        case DrillNote.FAILBACK_UNSEEN:
            return f"{directors} is MASTER of {instances} again, but no packet, log line or address shows when: it is not timed"
        case DrillNote.STAYS:
            return f"{instances} did not return to {directors}: it has nopreempt there, or no higher priority than elsewhere"
        case DrillNote.MESSAGES_LOST:
            return f"{directors or 'A Director'}: too much happened at once, and some events were left out"

"""Write the VRRP instances of a Director: state, priority and why it is that, who is MASTER by it, VIPs. Pure.

Not for: its keepalived, link and interfaces (see `machine_text`), nor its kernel settings (see `settings_text`).
"""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from lvstui.cluster.instance_view import FaultView, VipView
from lvstui.cluster.views.director_page import DirectorPage, InstanceDetail
from lvstui.cluster.views.handover_wording import safety, who
from lvstui.cluster.views.vrrp_priority import Election, PriorityDetail, Rival, TrackedDetail
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import (
    AWAITED,
    BAD,
    CAUTION,
    DIM,
    GOOD,
    HANDED_OVER,
    SAFE,
    STYLES,
    UNEQUAL,
    UNSURE,
    VRRP,
)
from lvstui.console.look.paragraphs import hanging

_EVIDENCE = {"keepalived": "as keepalived says", "log": "as its log says", "address": "as its VIPs show"}
_STATES = {"script": ("passes", "fails"), "process": ("runs", "does not run")}
_VERDICT = "  → "
Lines = list[Content]


def head(page: DirectorPage) -> Content:
    """Write which Director it is, for the headline."""
    hostname = page.director.hostname
    also = f"  {hostname}" if hostname and hostname != page.director.name else ""
    return Content.assemble((f" {page.director.name}", "bold"), (also, DIM))


def instances(page: DirectorPage, wall: float, display: Display, width: int) -> Content:
    """Write all instances, for which there are so many cells in a line."""
    lines: Lines = []
    if page.files_unknown is not None:
        lines.append(hanging(Content.styled(f"{UNSURE} ", DIM), f"files: {page.files_unknown}", width, STYLES["warn"]))
    told = page.director.handed_over
    if told is not None:
        glyph, tone = SAFE if told.safe else (CAUTION, "warn")
        lines.append(hanging(Content.styled(f"{HANDED_OVER} ", STYLES["accent"]), who(told), width, STYLES["accent"]))
        lines.append(hanging(Content.styled(f"{glyph} ", STYLES[tone]), safety(told), width))
        lines.append(Content(""))
    for number, one in enumerate(page.instances):
        if number:
            lines.append(Content(""))
        lines += _instance(one, wall, display, width)
    if not page.instances:
        lines.append(Content.styled(f"{UNSURE} no VRRP instance is known", DIM))
    return Content("\n").join(lines)


def _instance(one: InstanceDetail, wall: float, display: Display, width: int) -> Lines:
    view = one.view
    glyph, tone = VRRP.get(view.state or "", (UNSURE, "dim"))
    since = (
        "" if view.since is None else f" since {display.moment(view.since, wall)}, {formatting.age(wall - view.since)}"
    )
    first = Content.assemble(
        (f"{view.name}  ", "bold"),
        (f"{glyph} {view.state or 'state unknown'}", STYLES[tone]),
        (since, ""),
    )
    lines = [first]
    lines += [Content.styled(f"  {BAD} {_fault(fault)}", STYLES["bad"]) for fault in view.faults]
    lines.append(hanging(Content("  "), _place(one), width, DIM))
    lines += _priority(one, width)
    lines += [_vip(vip, view.state, display) for vip in view.vips]
    return lines


def _fault(fault: FaultView) -> str:
    words = {
        "configuration": "its configuration is faulty",
        "vrid": "another interface has its VRID too",
        "source": "its interface has no address to send from",
        "group": f"its sync group {fault.name} is in FAULT",
    }
    return words.get(fault.kind, f"{fault.kind} {fault.name} has failed")


def _place(one: InstanceDetail) -> str:
    """Return where it speaks and how, in one line."""
    view = one.view
    place = view.interface or "interface unknown"
    if view.device and view.device != view.interface:
        place += f" by {view.device}"
    parts = [_EVIDENCE[view.evidence]] if view.evidence in _EVIDENCE else []
    parts += [f"VRID {view.vrid} on {place}", "IPv6" if view.family == "inet6" else "IPv4"]
    parts.append("VRRP version unknown" if one.version is None else f"VRRPv{one.version}")
    parts.append("advert interval unknown" if one.advert_s is None else f"advert every {one.advert_s:g} s")
    if view.adverts_per_s is not None and view.state is not None:
        verb = "sends" if view.state == "MASTER" else "hears"
        parts.append(f"{verb} {formatting.rate(view.adverts_per_s)}/s")
    if one.sync_group is not None:
        parts.append(f"sync group {one.sync_group}")
    if one.nopreempt:
        parts.append("nopreempt")
    if one.preempt_delay:
        parts.append(f"preempt delay {one.preempt_delay:g} s")
    if one.path is not None:
        parts.append(f"{one.path}:{one.line}")
    return " · ".join(parts)


# --- the priority ---


def _priority(one: InstanceDetail, width: int) -> Lines:
    priority = one.priority
    lines = [_sum_head(priority)]
    base = "unknown" if priority.base is None else f"{priority.base:>4}"
    lines.append(_term(base, "base", ("", ""), _base_from(one), width))
    lines += [_tracked(tracked, one, width) for tracked in priority.tracked]
    if priority.written is not None and priority.base is not None and priority.written != priority.base:
        text = f"the file says {priority.written}, which keepalived has not loaded"
        lines.append(hanging(Content.styled(f"  {AWAITED} ", STYLES["warn"]), text, width, STYLES["warn"]))
    if priority.effective is not None and not priority.explained:
        lines.append(
            hanging(Content.styled(f"  {UNEQUAL} ", STYLES["warn"]), _unexplained(priority), width, STYLES["warn"])
        )
    for rival in one.election.rivals:
        lines.append(_rival(rival))
    lines.append(hanging(Content.styled(_VERDICT, STYLES["accent"]), verdict(one.election), width))
    return lines


def _sum_head(priority: PriorityDetail) -> Content:
    if priority.effective is None:
        return Content.assemble(("  priority  ", DIM), (f"{UNSURE} keepalived has not reported the effective one", DIM))
    return Content.assemble(("  priority  ", DIM), (f"{priority.effective}", "bold"))


def _base_from(one: InstanceDetail) -> str:
    priority = one.priority
    if priority.line is not None:
        return _where(priority.path, priority.line, one)
    return "no line sets it: keepalived's default" if one.path is not None else "unknown where it is set"


def _where(path: str | None, line: int | None, one: InstanceDetail) -> str:
    """Return a line's number, with its file where that is not the instance's own."""
    if line is None:
        return ""
    return f"line {line}" if path == one.path else f"{path}:{line}"


def _term(number: str, what: str, state: tuple[str, str], note: str, width: int) -> Content:
    lead = Content.assemble((f"    {number}  ", ""), (f"{what}  ", ""), (f"{state[0]}  " if state[0] else "", state[1]))
    return hanging(lead, note, width, DIM) if note else lead


def _tracked(one: TrackedDetail, instance: InstanceDetail, width: int) -> Content:
    number = f"{UNSURE:>4}" if one.adds is None else f"{one.adds:>+4}" if one.weight else "    "
    notes = [_weight(one)]
    if one.group is not None:
        notes.append(f"of the sync group {one.group}")
    if one.line is not None:
        notes.append(_where(one.path, one.line, instance))
    elif one.kind == "interface":
        notes.append("tracked in any case")
    return _term(number, f"{one.kind} {one.name}", _state(one), ", ".join(notes), width)


def _weight(one: TrackedDetail) -> str:
    if one.ignored:
        return "keepalived does not track it"
    if one.weight is None:
        return "weight unknown"
    if one.weight == 0:
        return "without weight: its failure is a FAULT"
    reverse = " reverse" if one.reverse else ""
    return f"weight {one.weight}{reverse}" + (" times its number" if one.kind == "file" else "")


def _state(one: TrackedDetail) -> tuple[str, str]:
    if one.kind == "file":
        return (f"{UNSURE} number unknown", DIM) if one.value is None else (f"holds {one.value}", "")
    if one.ignored:
        return "", ""
    well, failed = _STATES.get(one.kind, ("up", "down"))
    if one.up is None:
        return f"{UNSURE} unknown", DIM
    return (f"{GOOD} {well}", STYLES["good"]) if one.up else (f"{BAD} {failed}", STYLES["bad"])


def _unexplained(priority: PriorityDetail) -> str:
    if priority.comes_to is None:
        return "effect unknown: keepalived has not reported the state of each"
    return f"these add up to {priority.comes_to}: keepalived reported one of them earlier, or counts something else"


def _rival(rival: Rival) -> Content:
    glyph, tone = VRRP.get(rival.state or "", (UNSURE, "dim"))
    value = "priority unknown" if rival.priority is None else f"{rival.priority}"
    base = "" if rival.base is None or rival.base == rival.priority else f" (base {rival.base})"
    return Content.assemble(
        (f"    {rival.director:<12} ", DIM),
        (f"{value}{base}", ""),
        (f"  {glyph} {rival.state or 'state unknown'}", STYLES[tone]),
        ("  nopreempt" if rival.nopreempt else "", DIM),
    )


def verdict(election: Election) -> str:
    """Say who is MASTER, or would be, and by what."""
    winner, by_name = election.winner, {one.director: one for one in election.rivals}
    if winner is None:
        return _no_winner(election)
    own = by_name[winner]
    does = "is" if election.holds else "would be"
    if election.reason == "priority":
        return f"{winner} {does} MASTER: its priority, {own.priority}, is the highest"
    if election.reason == "address" and election.holds:
        return f"{winner} is MASTER: the priorities are equal, {own.priority}, and the present MASTER stays"
    if election.reason == "address":
        return f"{winner} would be MASTER: the priorities are equal, {own.priority}, and its address, {own.address}, is higher"
    if election.reason == "alone":
        return f"{winner} {does} MASTER: no other Director can be"
    if election.reason == "nopreempt":
        better = _others(election, winner)
        return f"{winner} stays MASTER with {own.priority}: {better} has a higher priority, but nopreempt"
    if election.reason == "preempts":
        return f"{winner} has the highest priority, {own.priority}, and should take over from {_master(election)}"
    return f"{winner} is MASTER; the priority of the other Director is unknown"


def _no_winner(election: Election) -> str:
    if election.reason == "several":
        masters = [one.director for one in election.rivals if one.state == "MASTER"]
        return f"{' and '.join(masters)} are both MASTER: neither accepts the other's adverts, whatever the priorities"
    if election.reason == "nobody":
        return "no Director can be MASTER now"
    return "unknown which Director would be MASTER"


def _others(election: Election, winner: str) -> str:
    return " and ".join(one.director for one in election.rivals if one.director != winner and one.able)


def _master(election: Election) -> str:
    found = next((one for one in election.rivals if one.state == "MASTER"), None)
    return "the MASTER" if found is None else f"{found.director} with {found.priority}"


# --- VIPs ---


def _vip(vip: VipView, state: str | None, display: Display) -> Content:
    place = f" on {vip.interface}" if vip.interface else ""
    odd = vip.held is not None and state is not None and vip.held != (state == "MASTER")
    if vip.held is None:
        here: tuple[str, str] = (f"{UNSURE} unknown whether the kernel has it", DIM)
    elif vip.held:
        here = (f"{BAD if odd else GOOD} in the kernel", STYLES["bad" if odd else "good"])
    else:
        here = (f"{BAD if odd else '○'} not in the kernel", STYLES["bad"] if odd else DIM)
    return Content.assemble(("  VIP  ", DIM), (f"{vip.address}{place}  ", ""), here)


def tab(page_name: str, role: Content, *, shown: bool) -> Content:
    """Write the tab of a Director."""
    name = (f" {page_name} ", "bold reverse" if shown else "bold")
    return Content.assemble(name, " ", role)


def log_lines(page: DirectorPage, wall: float, display: Display) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the lines of keepalived's log, oldest first."""
    for at, line in page.log:
        yield (f"{display.moment(at, wall)}  ", "dim"), (line, "plain")

"""Write what a Director's machine is: its keepalived and how it was found, the link to it, its network interfaces. Pure."""

from __future__ import annotations

from textual.content import Content

from lvstui.cluster.director_facts import ClockView, KeepalivedView
from lvstui.cluster.view import DirectorView
from lvstui.cluster.views.director_page import DaemonDetail, DirectorPage, InterfaceDetail
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import AWAITED, BAD, DIM, GOOD, HANDED_OVER, STYLES, UNSURE
from lvstui.console.look.paragraphs import hanging
from lvstui.console.widgets.director_card import link as link_state

_LEAD = 11  # cells for the name of a fact
_LOADED = {"copy": "by its own copy of what it has loaded", "log": "by its log", "start": "by its start"}
_RELOADS = {"systemd": "by systemctl reload", "signal": "by SIGHUP"}


def _fact(name: str, text: str, width: int, style: str = "") -> Content:
    return hanging(Content.styled(f"{name:<{_LEAD}}", DIM), text, width, style)


def _unknown(name: str, why: str, width: int) -> Content:
    return hanging(Content.styled(f"{name:<{_LEAD}}{UNSURE} ", DIM), why, width, STYLES["warn"])


# --- keepalived ---


def keepalived(page: DirectorPage, wall: float, display: Display, width: int) -> Content:
    """Write its version, since when it runs, its processes, what it has loaded, and how it was found."""
    known, daemon = page.director.keepalived, page.daemon
    if daemon is None:
        return _unknown("keepalived", page.daemon_unknown or "unknown", width)
    lines = [_runs(known, wall, display, at_rest=page.director.at_rest)]
    if known.running:
        lines.append(_fact("processes", _processes(daemon), width))
        ill = [one for one in daemon.processes if one.condition]
        lines += [
            Content.styled(f"{'':{_LEAD}}{BAD} {one.role} ({one.pid}) {one.condition}", STYLES["bad"]) for one in ill
        ]
    lines.append(_fact("main file", known.config or "unknown", width))
    lines.append(_fact("found", _found(known, daemon), width))
    if known.running:
        how = _LOADED.get(daemon.loaded_from, "")
        at = "at an unknown time" if known.loaded is None else f"{display.moment(known.loaded, wall)}, {how}"
        lines += [
            _fact("loaded", at, width),
            _pending(known),
            _fact("reloaded", _RELOADS.get(daemon.manager, "in an unknown way"), width),
        ]
    return Content("\n").join(lines)


def _runs(known: KeepalivedView, wall: float, display: Display, *, at_rest: bool) -> Content:
    lead = (f"{'keepalived':<{_LEAD}}", DIM)
    version = (f"{known.version or 'version unknown'}  ", "bold" if known.version else DIM)
    if at_rest:
        return Content.assemble(lead, version, (f"{HANDED_OVER} stopped, while it is handed over", STYLES["accent"]))
    if known.running is False:
        return Content.assemble(lead, version, (f"{BAD} does not run", STYLES["bad"]))
    since = (
        ""
        if known.started is None
        else f" since {display.moment(known.started, wall)}, {formatting.age(wall - known.started)}"
    )
    return Content.assemble(lead, version, (f"{GOOD} runs", STYLES["good"]), (since, ""))


def _processes(daemon: DaemonDetail) -> str:
    found = (("main", daemon.pid), ("VRRP", daemon.vrrp_pid), ("checkers", daemon.checkers_pid))
    return " · ".join(f"{name} {pid}" if pid else f"no {name}" for name, pid in found)


def _found(known: KeepalivedView, daemon: DaemonDetail) -> str:
    """Return by what it can be told from another keepalived of the machine."""
    parts = [f"as process {daemon.pid}" if known.running else "by its main file; none runs"]
    parts.append(f"config id {daemon.config_id}" if daemon.config_id else "config id unknown")
    if known.instance:
        parts.append(f"instance {known.instance}")
    if known.namespace:
        parts.append(f"network namespace {known.namespace}")
    return " · ".join(parts)


def _pending(known: KeepalivedView) -> Content:
    lead = (f"{'files':<{_LEAD}}", DIM)
    if known.pending is None:
        return Content.assemble(lead, (f"{UNSURE} unknown whether they are loaded", DIM))
    if known.pending:
        return Content.assemble(lead, (f"{AWAITED} have changes that are not loaded", STYLES["warn"]))
    return Content.assemble(lead, (f"{GOOD} are loaded", STYLES["good"]))


# --- the link ---


def link(page: DirectorPage, display: Display, width: int) -> Content:
    """Write the state of the link, as whom it reads, what is missing, and the load of the machine."""
    director, agent = page.director, page.agent
    lines = [Content.styled(f"{'link':<{_LEAD}}", DIM) + link_state(director)]
    if director.error is not None:
        lines.append(
            hanging(Content.styled(f"{'':{_LEAD}}{BAD} ", STYLES["bad"]), director.error, width, STYLES["bad"])
        )
    privilege = {"root": "root", "sudo": "root by sudo", "observer": "an observer: reads without root, writes nothing"}
    as_whom = privilege.get(director.privilege or "", "unknown")
    lines.append(_fact("privilege", f"{as_whom} · user {agent.user}" if agent is not None else as_whom, width))
    lines.append(_fact("clock", _clock(director.clock), width))
    if agent is not None:
        lines.append(_fact("machine", f"kernel {agent.kernel} · python {agent.python}", width))
    lines.append(_fact("load", _load(director), width))
    lines += [_unknown("missing", f"{one.what}: {one.why}", width) for one in director.missing]
    if not director.missing:
        lines.append(_fact("missing", "nothing is known to be missing", width))
    return Content("\n").join(lines)


def _clock(clock: ClockView | None) -> str:
    """Return how far its clock is from this machine's, and how well that is known."""
    return "not compared with this machine's yet" if clock is None else formatting.clock_offset(*clock)


def _load(director: DirectorView) -> str:
    host = director.host
    parts = [
        formatting.UNKNOWN
        if host.load1 is None
        else f"{host.load1:.2f} on {host.cpus or formatting.UNKNOWN} processors",
        f"cpu {_percent(host.cpu_percent)}",
        f"memory {_percent(host.memory_percent)}",
        f"conntrack {formatting.count(host.conntrack)} of {formatting.count(host.conntrack_max)}",
    ]
    return " · ".join(parts)


def _percent(value: float | None) -> str:
    return formatting.UNKNOWN if value is None else f"{value:.0f}%"


# --- the network ---


def interfaces(page: DirectorPage, display: Display, width: int) -> Content:
    """Write each interface with its link, its throughput and its addresses."""
    if page.interfaces_unknown is not None:
        return hanging(Content.styled(f"{UNSURE} ", DIM), page.interfaces_unknown, width, STYLES["warn"])
    name = max((len(one.name) for one in page.interfaces), default=0)
    lines = [line for one in page.interfaces for line in _interface(one, name, display, width)]
    if page.rates_unknown is not None:
        lines.append(hanging(Content.styled(f"{UNSURE} throughput ", DIM), page.rates_unknown, width, DIM))
    return Content("\n").join(lines)


def _interface(one: InterfaceDetail, name: int, display: Display, width: int) -> list[Content]:
    state = (f"{GOOD} up  ", STYLES["good"]) if one.up else (f"{BAD} down", STYLES["bad"])
    unit = display.throughput_unit
    rates = f"in {display.throughput(one.in_bps):>4}  out {display.throughput(one.out_bps):>4} {unit}"
    dropped = f"  {formatting.rate(one.dropped_per_s)} dropped/s" if one.dropped_per_s else ""
    base = f"  on {one.base}" if one.base else ""
    first = Content.assemble(
        (f"{one.name:<{name}}  ", "bold"),
        state,
        (f"  {rates}", ""),
        (dropped, STYLES["warn"]),
        (base, DIM),
    )
    addresses = ", ".join(one.addresses) or "no address"
    return [first, hanging(Content(" " * (name + 2)), addresses, width, DIM)]

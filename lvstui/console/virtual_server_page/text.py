"""Write what is known of a virtual server: its settings, file lines, quorum, sorry server, kernel services and totals. Pure.

What both Directors say alike stands there once. Not for: its real servers (see `member_rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.content import Content

from lvstui.cluster.view import LinkState, VirtualServerView
from lvstui.cluster.views.virtual_server_page import (
    KernelService,
    VirtualServerPage,
    VirtualServerSide,
    WrittenServer,
)
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD, DIM, GOOD, REAL_SERVER, SORRY_SERVER, STYLES, UNEQUAL, UNSURE, VRRP
from lvstui.console.look.paragraphs import hanging

_LEAD = 11  # cells for the name of a fact
_NAME = 12  # cells for a Director's
_PERSISTENT, _ONE_PACKET = 0x1, 0x4  # flags of a service in the kernel
Fact = tuple[str, str]  # a text and its style


def head(page: VirtualServerPage) -> Content:
    """Write which one it is, and how many of its real servers are UP."""
    parts: list[Fact] = [(f" {page.virtual_server}", "bold")]
    if page.server is None:
        return Content.assemble(*parts, (f"   {BAD} no longer exists", STYLES["warn"]))
    if page.server.ignored:
        return Content.assemble(*parts, ("   ignored: it has no real servers", STYLES["warn"]))
    up, total = page.server.up, len(page.server.real_servers)
    tone = STYLES["good"] if up == total else STYLES["bad"] if not up else STYLES["warn"]
    counted = [(page.server.states.count(state), state) for state in reversed(REAL_SERVER)]
    others = ", ".join(f"{count} {state}" for count, state in counted if count and str(state) != "UP")
    return Content.assemble(*parts, (f"   {up}/{total} up", tone), (f"  {others}" if others else "", DIM))


def facts(page: VirtualServerPage, wall: float, display: Display, width: int) -> Content:
    """Write all of it, for which there are so many cells in a line."""
    lines = [
        *_by_director("settings", page, _settings, width),
        *_by_director("file", page, _file, width, differ=True),
        *_by_director("kernel", page, _kernel, width),
    ]
    if any(side.quorum is not None for side in page.sides):
        lines += _by_director("quorum", page, lambda side: _quorum(side, wall, display), width)
    lines += _sorry(page.server, page.sides, display, width)
    lines += _suspended(page.sides, width)
    return Content("\n").join([*lines, *_totals(page.sides, display, width)])


def _by_director(
    name: str,
    page: VirtualServerPage,
    write: Callable[[VirtualServerSide], Fact],
    width: int,
    *,
    differ: bool = False,
) -> list[Content]:
    """Write a fact once where all Directors say the same; `differ`: it may well be another one on each."""
    said: Mapping[str, Fact] = {side.director.name: write(side) for side in page.sides}
    lead = Content.styled(f"{name:<{_LEAD}}", DIM)
    if len(set(said.values())) == 1:
        (text, style), *_ = said.values()
        return [hanging(lead, text, width, style)]
    mark = Content("") if differ else Content.styled(f"{UNEQUAL} ", STYLES["warn"])
    lines = []
    for number, (director, (text, style)) in enumerate(said.items()):
        begin = lead if not number else Content(" " * _LEAD)
        lines.append(hanging(begin + mark + Content.styled(f"{director}  ", DIM), text, width, style))
    return lines


def _unknown(side: VirtualServerSide) -> Fact:
    if side.unknown is not None:
        return f"{UNSURE} {side.unknown}", STYLES["warn"]
    return "is in no file of this Director", STYLES["warn"]


def _settings(side: VirtualServerSide) -> Fact:
    if side.settings is None:
        return _unknown(side)
    return " · ".join(_words(side.settings)), ""


def _words(said: WrittenServer) -> list[str]:
    parts = [said.scheduler, said.method, said.protocol or "firewall mark"]
    if said.flags:
        parts.append(f"flags {' '.join(said.flags)}")
    if said.persistence_timeout is None:
        parts.append("not persistent")
    else:
        engine = f" by {said.persistence_engine}" if said.persistence_engine else ""
        parts.append(f"persistent for {said.persistence_timeout} s{engine}")
    parts.append(f"checked every {said.delay_loop:g} s")
    options = {
        "ha_suspend": said.ha_suspend,
        "alpha": said.alpha,
        "omega": said.omega,
        "inhibit_on_failure": said.inhibit_on_failure,
    }
    return parts + [name if on else f"no {name}" for name, on in options.items() if on or name == "ha_suspend"]


def _file(side: VirtualServerSide) -> Fact:
    return _unknown(side) if side.settings is None else (f"{side.settings.path}:{side.settings.line}", "")


# --- the kernel ---


def _kernel(side: VirtualServerSide) -> Fact:
    if side.in_kernel is None:
        return f"{UNSURE} unknown", STYLES["warn"]
    if not side.services:
        return "no service for it", STYLES["warn"]
    return " · ".join(_service(one) for one in side.services), ""


def _service(one: KernelService) -> str:
    parts = [one.name, one.scheduler]
    if one.flags & _PERSISTENT:
        parts.append(f"persistent {one.timeout} s" + (f", netmask {one.netmask}" if one.netmask else ""))
    if one.flags & _ONE_PACKET:
        parts.append("one packet")
    return " ".join(parts)


# --- quorum and sorry server ---


def _quorum(side: VirtualServerSide, wall: float, display: Display) -> Fact:
    known = side.quorum
    if known is None:
        return f"{UNSURE} unknown", DIM
    met = {True: f"{GOOD} met", False: f"{BAD} LOST", None: f"{UNSURE} unknown whether it is met"}[known.met]
    style = {True: STYLES["good"], False: STYLES["bad"], None: DIM}[known.met]
    parts = [met, f"needs {formatting.count(known.needed)}", f"live weight {formatting.count(known.live_weight)}"]
    parts.append(f"hysteresis {formatting.count(known.hysteresis)}")
    if known.since is not None:
        parts.append(f"since {display.moment(known.since, wall)}, {formatting.age(wall - known.since)}")
    if side.settings is not None and known.needed is not None and side.settings.configured_quorum != known.needed:
        parts.append(f"the file says {side.settings.configured_quorum}")
    return " · ".join(parts), style


def _sorry(
    server: VirtualServerView | None, sides: Sequence[VirtualServerSide], display: Display, width: int
) -> list[Content]:
    lead = Content.styled(f"{'sorry':<{_LEAD}}", DIM)
    sorry = None if server is None else server.sorry_server
    if sorry is None:
        return [lead + Content.styled("no sorry server", DIM)]
    glyph, tone = SORRY_SERVER[sorry.serving]
    method = next((side.settings.sorry_method for side in sides if side.settings is not None), None)
    lines = [
        Content.assemble(
            lead, (f"{sorry.id}", ""), (f"  {method}" if method else "", DIM), (f"  {glyph} {sorry.word}", STYLES[tone])
        )
    ]
    for side in sides:
        one = side.sorry
        if one is None or one.kernel_weight is None:
            continue  # it is not in that kernel
        text = (
            f"{side.director.name:<{_NAME}} active {formatting.count(one.active)}  inactive {formatting.count(one.inactive)}"
            f"  {formatting.rate(one.connections_per_s)} new/s  out {display.throughput(one.out_bps)}"
            f" {display.throughput_unit}"
        )
        lines.append(Content(" " * _LEAD + text))
    return lines


def _suspended(sides: Sequence[VirtualServerSide], width: int) -> list[Content]:
    """Write where ha_suspend keeps the checkers from running."""
    names = [
        side.director.name
        for side in sides
        if side.settings is not None and side.settings.ha_suspend and side.holds is False
    ]
    if not names:
        return []
    text = f"{' and '.join(names)} does not hold its address, and runs no checks for it"
    return [hanging(Content.styled(f"{'ha_suspend':<{_LEAD}}", DIM), text, width, DIM)]


# --- totals ---


def _totals(sides: Sequence[VirtualServerSide], display: Display, width: int) -> list[Content]:
    """Write the totals of each Director, a line each, under their titles; what there is no room for is left out."""
    unit = display.throughput_unit
    titles = ["active", "inactive", "new/s", f"in {unit}", f"out {unit}", "conns", "bytes in", "bytes out"]
    rows = [[_name(side), *_cells(side, display)] for side in sides]
    table = [["", *titles], *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(titles) + 1)]
    widths[0] = max(widths[0], _LEAD)
    shown = len(widths)
    while shown > 4 and sum(widths[:shown]) + 2 * (shown - 1) > width:
        shown -= 1
    lines = []
    for number, row in enumerate(table):
        text = row[0].ljust(widths[0]) + "".join(f"  {row[column]:>{widths[column]}}" for column in range(1, shown))
        stale = number and sides[number - 1].director.state is not LinkState.LIVE
        lines.append(Content.styled(text, DIM if not number or stale else ""))
    return lines


def _name(side: VirtualServerSide) -> str:
    glyph, _ = VRRP.get(side.director.role or "", (UNSURE, "dim"))
    return f"{side.director.name} {glyph}"


def _cells(side: VirtualServerSide, display: Display) -> list[str]:
    sums, services = side.sums, side.services

    def counted(field: str) -> float | None:
        return formatting.total(getattr(one, field) for one in services)

    return [
        formatting.count(None if sums is None else sums.active),
        formatting.count(None if sums is None else sums.inactive),
        formatting.rate(None if sums is None else sums.connections_per_s),
        display.throughput(None if sums is None else sums.in_bps),
        display.throughput(None if sums is None else sums.out_bps),
        formatting.count(counted("connections")),
        formatting.byte_count(counted("in_bytes")),
        formatting.byte_count(counted("out_bytes")),
    ]

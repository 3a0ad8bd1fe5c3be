"""Write what is selected in the table: its state, the whole reason, who drained it, its place in the files, its checks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from lvstui.cluster.view import DrainView, LinkState, RealServerState, VirtualServerView
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD, DIM, GOOD, REAL_SERVER, STYLES, UNSURE
from lvstui.console.look.paragraphs import hanging
from lvstui.console.widgets.event_log import hung

if TYPE_CHECKING:
    from lvstui.cluster.views.real_server_view import CheckerDetail, RealServerDetail, SideDetail
    from lvstui.cluster.views.virtual_server_page import VirtualServerPage, VirtualServerSide

_LEAD = 5  # cells that name the Director
_MOST_NAMED = 8  # real servers of a virtual server that are named with their reasons


def real_server_title(detail: RealServerDetail, wall: float) -> Content:
    """Write which real server it is, and its state."""
    if detail.real is None:
        return Content.assemble((detail.real_server, "bold"), (f"  {BAD} no longer exists", STYLES["warn"]))
    glyph, tone = REAL_SERVER[detail.real.state]
    age = "" if detail.real.since is None else f" {formatting.age(wall - detail.real.since)}"
    return Content.assemble((detail.real_server, "bold"), (f"  {glyph} {detail.real.state}{age}", STYLES[tone]))


def real_server(
    detail: RealServerDetail, drain: DrainView | None, wall: float, display: Display, width: int
) -> list[Content]:
    """Write all that tells why a real server is in its state, what matters most first."""
    lines: list[Content] = []
    explained = drain is not None and drain.told is not None  # below, and in full
    if detail.real is not None and (reason := detail.real.reason) and not explained:
        tone = REAL_SERVER[detail.real.state][1] if detail.real.state is not RealServerState.UP else "warn"
        lines += _wrapped(Content(""), reason, width, STYLES[tone])
    if drain is not None:
        lines += _drain(drain, wall, display, width)
    told = [_side(side, wall, display, width - _LEAD) for side in detail.sides]
    alike = len(told) > 1 and all(one.plain == told[0].plain for one in told)
    for number, text in enumerate(told[:1] if alike else told, 1):
        leads = [Content.styled(f"{'both' if alike else f'd{number}':<{_LEAD}}", "bold")]
        parts = text.split("\n")
        leads += [Content(" " * _LEAD)] * (len(parts) - 1)
        lines += [lead + part for lead, part in zip(leads, parts, strict=True)]
    where = _of(detail.server)
    since = None if detail.real is None else detail.real.since
    if since is not None:
        where = f"{where}  since {display.moment(since, wall)}"
    lines += _wrapped(Content.styled("in ", DIM), f"{detail.virtual_server}  {where}", width, DIM)
    return lines


def virtual_server_title(page: VirtualServerPage) -> Content:
    """Write which virtual server it is, and how many of its real servers are up."""
    name = (page.virtual_server, "bold")
    if page.server is None:
        return Content.assemble(name, (f"  {BAD} no longer exists", STYLES["warn"]))
    up, total = page.server.up, len(page.server.real_servers)
    tone = STYLES["good" if up == total else "bad" if not up else "warn"]
    return Content.assemble(name, (f"  {up}/{total} up", tone))


def virtual_server(page: VirtualServerPage, wall: float, width: int) -> list[Content]:
    """Write what a virtual server is, and why those of its real servers that are not UP are not."""
    server = page.server
    if server is None:
        return []
    lines: list[Content] = []
    if server.ignored:
        lines += _wrapped(Content(""), "has no real servers - ignoring", width, STYLES["warn"])
    grave = [real for real in server.real_servers if real.state is not RealServerState.UP]
    grave.sort(key=lambda real: -list(RealServerState).index(real.state))
    for real in grave[:_MOST_NAMED]:
        glyph, tone = REAL_SERVER[real.state]
        age = "" if real.since is None else f" {formatting.age(wall - real.since)}"
        lead = Content.assemble((f"{glyph} ", STYLES[tone]))
        text = f"{real.id} {real.state}{age}" + (f": {real.reason}" if real.reason else "")
        lines += _wrapped(lead, text, width, STYLES[tone])
    if len(grave) > _MOST_NAMED:
        lines.append(Content.styled(f"and {len(grave) - _MOST_NAMED} more that are not UP", DIM))
    told = _of(server) + (f"  {server.quorum}" if server.quorum is not None else "")
    if server.sorry_server is not None:
        told += f"  sorry server {server.sorry_server.id} {server.sorry_server.word}"
    lines += _wrapped(Content(""), told, width, "")
    for number, side in enumerate(page.sides, 1):
        lines += _wrapped(Content.styled(f"d{number} ", DIM), _where(side), width, DIM)
    return lines


def _of(server: VirtualServerView | None) -> str:
    return "" if server is None else " ".join(filter(None, (server.scheduler, server.method)))


def _where(side: VirtualServerSide) -> str:
    """Write where its file has it, and whether its address is there."""
    written = side.settings
    place = (side.unknown or "in no file") if written is None else f"{written.path}:{written.line}"
    holds = {True: "holds the address", False: "does not hold the address", None: ""}[side.holds]
    kernel = {True: "in the kernel", False: "not in the kernel", None: "kernel unknown"}[side.in_kernel]
    return "  ".join(filter(None, (place, kernel, holds)))


def _drain(drain: DrainView, wall: float, display: Display, width: int) -> list[Content]:
    left = "  ".join(f"d{number} {formatting.count(count)}" for number, count in enumerate(drain.left.values(), 1))
    pace = "" if drain.per_s is None or drain.safe else f"  {formatting.rate(drain.per_s)}/s leave"
    tone = STYLES[REAL_SERVER[drain.state][1]]
    lines = _wrapped(Content.styled("left ", DIM), f"{left}{pace}  {formatting.drain_progress(drain)}", width, tone)
    if drain.told is None:
        return [*lines, *_wrapped(Content(""), "weight 0 in the file, without a comment", width, DIM)]
    why = f": {drain.told.reason}" if drain.told.reason else ""
    text = f"{display.written(drain.told.when, wall)} by {drain.told.by}{why}; its weight was {drain.told.weight}"
    if drain.restore_at is not None:
        text += f", to be restored at {display.moment(drain.restore_at, wall)}"
    return [*lines, *_wrapped(Content.styled("drained ", DIM), text, width, "")]


def more(detail: RealServerDetail, wall: float, display: Display, width: int) -> list[Content]:
    """Write what is worth the room that is left: its lines in the first file that has it, and its last events."""
    lines: list[Content] = []
    side = next((one for one in detail.sides if one.lines), None)
    if side is not None:
        lines += [Content(""), Content.styled(f"{side.director.name} {side.path}", DIM)]
        for one in side.lines:
            lead = Content.styled(f"{one.number:>5}  {' ' * (len(one.text) - len(one.text.lstrip()))}", DIM)
            lines += _wrapped(lead, one.text.strip(), width, "")
    if detail.events:
        lines += [Content(""), Content.styled("its events, newest first", DIM)]
        lines += [part for event in reversed(detail.events) for part in hung(event, wall, display, width)]
    return lines


def _side(side: SideDetail, wall: float, display: Display, width: int) -> Content:
    """Write where a Director's file has it, its weights, and what its checkers say."""
    if side.path is None:
        place = side.unknown or ("in no file" if side.in_kernel is not None else "unknown")
    else:
        number = side.lines[0].number if side.lines else side.weight_line
        place = f"{side.path}:{number}" if number is not None else side.path
    weights = side.figures
    if weights is None:
        weight = ""
    elif side.director.state is LinkState.LOST:
        weight = "unknown"
    else:
        weight = _weights(weights.configured_weight, weights.kernel_weight, known=side.in_kernel is not None)
    lines = _wrapped(Content(""), "  ".join(filter(None, (place, weight))), width, "")
    for checker in side.checkers:
        mark, word, tone = _verdict(checker)
        text = Content.assemble(
            (f"{mark} ", tone),
            (f"{checker.kind} {word}", tone if mark == BAD else ""),
            (f"  line {checker.line}", DIM),
        )
        lines.append(text)
    if side.last_failure is not None and side.alive is not False:
        at, why = side.last_failure
        lines += _wrapped(Content.styled("last failure ", DIM), f"{display.moment(at, wall)} {why}", width, DIM)
    return Content("\n").join(lines)


def _weights(configured: int | None, kernel: int | None, *, known: bool) -> str:
    file = "not configured" if configured is None else f"weight {configured}"
    if kernel is None:
        return f"{file}, not in the kernel" if known else f"{file}, kernel unknown"
    return file if configured == kernel else f"{file}, {kernel} in the kernel"


def _verdict(checker: CheckerDetail) -> tuple[str, str, str]:
    """Return the sign, the word and the colour of what a checker says."""
    if checker.suspended:
        return UNSURE, "suspended", DIM
    if checker.up is None or checker.has_run is False:
        return UNSURE, "unknown" if checker.up is None else "has not run yet", DIM
    return (GOOD, "passes", STYLES["good"]) if checker.up else (BAD, "fails", STYLES["bad"])


def _wrapped(lead: Content, text: str, width: int, style: str) -> list[Content]:
    return list(hanging(lead, text, max(width, 24), style).split("\n"))

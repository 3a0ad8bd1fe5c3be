"""Write what is known of a real server on each Director, section by section. Pure: facts in, lines of text out.

The sections of all Directors are made as tall as one another, so that the same thing stands at the same height.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.text import written_weight
from lvstui.cluster.view import LinkState
from lvstui.cluster.views.file_lines import ShownLine
from lvstui.cluster.views.real_server_view import CheckerDetail, KernelRow, RealServerDetail, SideDetail
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD, CURSOR, DIM, GOOD, REAL_SERVER, STYLES, UNEQUAL, VRRP
from lvstui.console.look.paragraphs import NARROWEST, hanging

ROOMY = 50  # cells for one Director; with fewer, what stands side by side is put one below the other
INKS = {
    "blank": "",
    "keyword": "$accent",
    "value": "$foreground",
    "quoted": "$success",
    "brace": DIM,
    "comment": f"italic {DIM}",
    "secret": DIM,
}

Section = list[Content]


def heads(detail: RealServerDetail, wall: float) -> tuple[Content, Content, Content]:
    """Write which real server it is, its state, and the reason; then without the reason, and without its virtual server."""
    name, where = Content.styled(f" {detail.real_server}", "bold"), Content.styled(f"  in {detail.virtual_server}", DIM)
    if detail.real is None:
        gone = Content.styled(f"   {BAD} no longer exists", STYLES["warn"])
        return name + where + gone, name + where + gone, name + gone
    glyph, tone = REAL_SERVER[detail.real.state]
    since = "" if detail.real.since is None else f" {formatting.age(wall - detail.real.since)}"
    state = Content.assemble((f"   {glyph} {detail.real.state}", STYLES[tone]), (since, DIM))
    why = Content.styled(f"  {detail.real.reason}" if detail.real.reason else "", DIM)
    return name + where + state + why, name + where + state, name + state


def reason(detail: RealServerDetail) -> Content:
    """Write why it is in its state, which the first line may have no room for; nothing where there is no reason."""
    return Content.styled((detail.real.reason or "") if detail.real is not None else "", DIM)


def sides(detail: RealServerDetail, wall: float, display: Display, width: int) -> list[Content]:
    """Return the text of each Director, for which there are so many cells."""
    narrow = width < ROOMY
    made = [
        [_file(side, width), _kernel(side, display, narrow=narrow), _checks(side, wall, display, width)]
        for side in detail.sides
    ]
    texts = []
    for sections in made:
        lines: list[Content] = []
        for number, section in enumerate(sections):
            tallest = max(len(other[number]) for other in made)
            lines += section + [Content("")] * (tallest - len(section) + (number < len(sections) - 1))
        texts.append(Content("\n").join(lines))
    return texts


def role(side: SideDetail) -> Content:
    """Write the Director's role in VRRP, for the title of its card."""
    glyph, tone = VRRP.get(side.director.role or "", ("?", "dim"))
    return Content.styled(f"{glyph} {side.director.role or 'role unknown'}", STYLES[tone])


# --- the file ---


def _file(side: SideDetail, width: int) -> Section:
    if side.unknown is not None:
        return [_heading("file"), Content.styled(f"  ? {side.unknown}", STYLES["warn"])]
    if side.path is None:
        why = "unknown" if side.director.state is LinkState.LOST else "in no file of this Director"
        return [_heading("file"), Content.styled(f"  {why}", STYLES["warn"])]
    heading = _heading("file", side.path)
    lines = [heading if heading.cell_length <= width else _heading(side.path)]
    digits = 5 if width >= ROOMY else max((len(str(line.number)) for line in side.lines), default=1)
    for line in _undented(side.lines):
        marked = line.number == side.weight_line
        lines += _whole(listed(line, marked=marked, digits=digits), digits + _AROUND_NUMBER, width)
    if side.weight_from == "inherited":
        lines.append(Content.styled(f"       its weight is its virtual server's, line {side.weight_line}", DIM))
    elif side.weight_from == "default":
        lines.append(Content.styled("       no weight is set: keepalived's default, 1", DIM))
    return lines


def _undented(lines: Sequence[ShownLine]) -> list[ShownLine]:
    """Return the lines without the blanks that all of them begin with."""
    indents = [len(line.text) - len(line.text.lstrip()) for line in lines if line.text.strip()]
    least = min(indents, default=0)
    shown = []
    for line in lines:
        (ink, first), *others = line.pieces or (("blank", ""),)
        cut = first[min(least, len(first) - len(first.lstrip())) :]
        shown.append(ShownLine(line.number, ((ink, cut), *others)))
    return shown


def _whole(text: Content, indent: int, width: int) -> Section:
    """Return all of a text, in as many lines as it takes; the further ones are indented."""
    if text.cell_length <= width:
        return [text]
    lead, rest = text[:indent], text[indent:]
    first, *others = rest.wrap(max(NARROWEST, width - indent))
    return [lead + first, *(Content(" " * indent) + line for line in others)]


_AROUND_NUMBER = 3  # cells: the mark before a line's number, and the gap after it


def listed(line: ShownLine, *, marked: bool, digits: int = 5) -> Content:
    """Write a line with its number, and a mark if it is the one that counts."""
    number: tuple[str, str] = (
        f"{CURSOR if marked else ' '}{line.number:>{digits}}  ",
        "bold $accent" if marked else DIM,
    )
    return Content.assemble(number, *((text, INKS[ink]) for ink, text in line.pieces))


# --- the kernel ---


def _kernel(side: SideDetail, display: Display, *, narrow: bool) -> Section:
    age = "" if side.director.age_s is None else f"{side.director.age_s:.1f} s old"
    heading = _heading("kernel", age)
    if side.in_kernel is None:
        return [heading, Content.styled("  ? unknown", STYLES["warn"])]
    if not side.kernel:
        return [heading, Content.styled("  not in the kernel's table", STYLES["warn"])]
    lines = [heading]
    for row in side.kernel:
        if len(side.kernel) > 1:
            lines.append(Content.styled(f"  {row.service}", DIM))
        lines += _row(row, side, display, narrow=narrow)
    if len(side.kernel) == 1 and side.figures is not None and narrow:
        now = side.figures
        rates = f"{formatting.rate(now.connections_per_s)}/s  in {display.throughput(now.in_bps)}"
        lines.append(Content.assemble(("  now ", DIM), f"{rates}  out {display.throughput(now.out_bps)}"))
    return lines


def _row(row: KernelRow, side: SideDetail, display: Display, *, narrow: bool) -> list[Content]:
    weight, file = _weight(row, side)
    rates = _rates(side, display) if len(side.kernel) == 1 and not narrow else ("", "", "")
    left, right = (7, 9) if narrow else (10, 10)

    def pair(one: str, value: str, other: str, total: str, rate: str = "") -> Content:
        parts = ((f"  {one:<10} ", DIM), f"{value:>{left}}", (f"  {other:<4}", DIM), f"{total:>{right}}")
        return Content.assemble(*parts, f"{rate:>14}" if rate else "")

    return [
        Content.assemble((f"  {'method':<10} ", DIM), f"{row.method:>{left}}", ("  weight ", DIM), weight, file),
        *_added(side),
        Content.assemble((f"  {'thresholds':<10} ", DIM), f"{_thresholds(row):>{left}}"),
        pair("active", _number(row.active), "new", _number(row.connections), rates[0]),
        pair("inactive", _number(row.inactive), "in", formatting.byte_count(row.in_bytes), rates[1]),
        pair("persistent", _number(row.persistent), "out", formatting.byte_count(row.out_bytes), rates[2]),
    ]


def _weight(row: KernelRow, side: SideDetail) -> tuple[tuple[str, str], tuple[str, str]]:
    """Write the kernel's weight, and how it is not as it should be."""
    now = side.figures
    configured = None if now is None else now.configured_weight
    wanted = configured if now is None or now.effective_weight is None else now.effective_weight
    if configured is None or wanted == row.weight:
        return (f"{row.weight}", "bold"), ("", "")
    said = f"{configured} in the file" if wanted == configured else f"{wanted} with what checkers add"
    return (f"{row.weight}", STYLES["warn"]), (f"  {UNEQUAL} {said}", STYLES["warn"])


def _added(side: SideDetail) -> Section:
    """Write what checkers add to the file's weight, and how old that is; nothing where they add nothing."""
    now = side.figures
    if now is None or now.configured_weight is None or now.effective_weight in (None, now.configured_weight):
        return []
    sum = f"{written_weight(now.configured_weight, now.effective_weight)} = {now.effective_weight}"
    age = "" if side.checkers_age_s is None else f", as of {side.checkers_age_s:.0f} s ago"
    return [Content.assemble((f"  {'checkers':<10} ", DIM), sum, (f" with the file's weight{age}", DIM))]


def _rates(side: SideDetail, display: Display) -> tuple[str, str, str]:
    """Write new connections, in and out, as they are now."""
    now, unit = side.figures, display.throughput_unit
    if now is None:
        return "", "", ""
    return (
        f"{formatting.rate(now.connections_per_s)} new/s",
        f"{display.throughput(now.in_bps)} {unit}",
        f"{display.throughput(now.out_bps)} {unit}",
    )


def _thresholds(row: KernelRow) -> str:
    if row.upper is None or row.lower is None:
        return formatting.UNKNOWN
    return f"{row.upper or 'none'}/{row.lower or 'none'}" if row.upper or row.lower else "none"


def _number(value: int | None) -> str:
    return formatting.UNKNOWN if value is None else f"{value:,}"


# --- the checkers ---


def _checks(side: SideDetail, wall: float, display: Display, width: int) -> Section:
    narrow = width < ROOMY
    lines = [_verdict(side, wall, display)]
    if side.reason and (side.last_failure is None or side.last_failure[1] != side.reason):
        lines += hanging(Content("  "), side.reason, width, DIM).split("\n")
    for checker in side.checkers:
        lines += _checker(checker, narrow=narrow)
    if side.path is not None and not side.checkers:
        lines.append(Content.styled("  no checker: always treated as alive", STYLES["warn"]))
    if side.last_failure is not None:
        at, why = side.last_failure
        lead = Content.styled(f"  last failure {display.moment(at, wall)}  ", DIM)
        if lead.cell_length + len(why) > width:  # whole, beneath it
            lines.append(lead)
            lead = Content("    ")
        lines += hanging(lead, why, width).split("\n")
    if side.checkers_unknown is not None:
        lines.append(Content.styled(f"  ? {side.checkers_unknown}", DIM))
    return lines


def _verdict(side: SideDetail, wall: float, display: Display) -> Content:
    if side.alive is None:
        return _heading("checkers", "verdict unknown")
    word, tone = (f"{GOOD} alive", STYLES["good"]) if side.alive else (f"{BAD} dead", STYLES["bad"])
    since = "" if side.alive_since is None else f" since {display.moment(side.alive_since, wall)}"
    ago = "" if side.alive_since is None else f", {formatting.age(wall - side.alive_since)}"
    return Content.assemble(("checkers", "bold"), "  ", (word, tone), (since + ago, DIM))


def _checker(checker: CheckerDetail, *, narrow: bool) -> list[Content]:
    if checker.suspended:
        mark, word = ("  ? ", STYLES["dim"]), "suspended: ha_suspend"
    elif checker.up is None or checker.has_run is False:
        mark = ("  ? ", STYLES["dim"])
        word = "unknown" if checker.up is None else "has not run yet"
    else:
        mark = (f"  {GOOD} ", STYLES["good"]) if checker.up else (f"  {BAD} ", STYLES["bad"])
        word = "passes" if checker.up else "fails"
    options = list(checker.options) or ["no settings of its own"]
    shown = options if narrow else [" · ".join(options)]
    return [
        Content.assemble(mark, (checker.kind, ""), f" {word}", (f"  line {checker.line}", DIM)),
        *(Content.styled(f"    {line}", DIM) for line in shown),
    ]


def _heading(word: str, note: str = "") -> Content:
    return Content.assemble((word, "bold"), (f"  {note}" if note else "", DIM))

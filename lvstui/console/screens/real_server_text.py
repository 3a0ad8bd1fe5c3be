"""What the screen of a real server says of it on one Director, section by section. Pure: facts in, lines of text out.

The sections of all Directors are made as tall as one another, so that the same thing stands at the same height.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.detail import CheckerDetail, KernelRow, RealServerDetail, SideDetail
from lvstui.cluster.listing import ShownLine
from lvstui.cluster.view import LinkState
from lvstui.console import figures
from lvstui.console.marks import REAL_SERVER, STYLES, VRRP
from lvstui.console.paragraphs import hanging

DIM = "$foreground-muted"
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


def head(detail: RealServerDetail, wall: float) -> Content:
    """Which one, and how it is."""
    parts: list[tuple[str, str]] = [(f" {detail.real_server}", "bold"), (f"  in {detail.virtual_server}", DIM)]
    if detail.real is None:
        parts.append(("   ✖ is not there any more", STYLES["warn"]))
        return Content.assemble(*parts)
    glyph, tone = REAL_SERVER[detail.real.state]
    parts.append((f"   {glyph} {detail.real.state}", STYLES[tone]))
    if detail.real.since is not None:
        parts.append((f" {figures.age(wall - detail.real.since)}", DIM))
    if detail.real.reason:
        parts.append((f"  {detail.real.reason}", DIM))
    return Content.assemble(*parts)


def sides(detail: RealServerDetail, wall: float, width: int) -> list[Content]:
    """The text of each Director, for which there are so many cells."""
    narrow = width < ROOMY
    made = [[_file(side), _kernel(side, narrow=narrow), _checks(side, wall, width)] for side in detail.sides]
    texts = []
    for sections in made:
        lines: list[Content] = []
        for number, section in enumerate(sections):
            tallest = max(len(other[number]) for other in made)
            lines += section + [Content("")] * (tallest - len(section) + (number < len(sections) - 1))
        texts.append(Content("\n").join(lines))
    return texts


def role(side: SideDetail) -> Content:
    """The Director's part in VRRP, for the title of its card."""
    glyph, tone = VRRP.get(side.director.role or "", ("?", "dim"))
    return Content.styled(f"{glyph} {side.director.role or 'role not known'}", STYLES[tone])


# --- the file ---


def _file(side: SideDetail) -> Section:
    if side.unknown is not None:
        return [_heading("file"), Content.styled(f"  ? {side.unknown}", STYLES["warn"])]
    if side.path is None:
        why = "not known" if side.director.state is LinkState.LOST else "it is in no file of this Director"
        return [_heading("file"), Content.styled(f"  {why}", STYLES["warn"])]
    lines = [_heading("file", side.path)]
    lines += [listed(line, marked=line.number == side.weight_line) for line in _undented(side.lines)]
    if side.weight_from == "inherited":
        lines.append(Content.styled(f"       its weight is its virtual server's, line {side.weight_line}", DIM))
    elif side.weight_from == "default":
        lines.append(Content.styled("       its weight is said nowhere: it is keepalived's own, 1", DIM))
    return lines


def _undented(lines: Sequence[ShownLine]) -> list[ShownLine]:
    """Without the blanks that all of them begin with."""
    indents = [len(line.text) - len(line.text.lstrip()) for line in lines if line.text.strip()]
    least = min(indents, default=0)
    shown = []
    for line in lines:
        (ink, first), *others = line.pieces or (("blank", ""),)
        cut = first[min(least, len(first) - len(first.lstrip())) :]
        shown.append(ShownLine(line.number, ((ink, cut), *others)))
    return shown


def listed(line: ShownLine, *, marked: bool) -> Content:
    """A line with its number, and a mark where it is the one that counts."""
    number: tuple[str, str] = (f"{'▌' if marked else ' '}{line.number:>5}  ", "bold $accent" if marked else DIM)
    return Content.assemble(number, *((text, INKS[ink]) for ink, text in line.pieces))


# --- the kernel ---


def _kernel(side: SideDetail, *, narrow: bool) -> Section:
    age = "" if side.director.age_s is None else f"{side.director.age_s:.1f} s old"
    heading = _heading("kernel", age)
    if side.in_kernel is None:
        return [heading, Content.styled("  ? not known", STYLES["warn"])]
    if not side.kernel:
        return [heading, Content.styled("  it is not in the kernel's table", STYLES["warn"])]
    lines = [heading]
    for row in side.kernel:
        if len(side.kernel) > 1:
            lines.append(Content.styled(f"  {row.service}", DIM))
        lines += _row(row, side, narrow=narrow)
    if len(side.kernel) == 1 and side.figures is not None and narrow:
        now = side.figures
        rates = f"{figures.rate(now.connections_per_s)}/s  in {figures.throughput(now.in_bps)}"
        lines.append(Content.assemble(("  now ", DIM), f"{rates}  out {figures.throughput(now.out_bps)}"))
    return lines


def _row(row: KernelRow, side: SideDetail, *, narrow: bool) -> list[Content]:
    wanted = side.figures.configured_weight if side.figures is not None else None
    differs = wanted is not None and wanted != row.weight
    weight = (f"{row.weight}", STYLES["warn"] if differs else "bold")
    file = (f"  ≠ {wanted} in the file", STYLES["warn"]) if differs else ("", "")
    rates = _rates(side) if len(side.kernel) == 1 and not narrow else ("", "", "")
    left, right = (7, 9) if narrow else (10, 10)

    def pair(one: str, value: str, other: str, total: str, rate: str = "") -> Content:
        parts = ((f"  {one:<10} ", DIM), f"{value:>{left}}", (f"  {other:<4}", DIM), f"{total:>{right}}")
        return Content.assemble(*parts, f"{rate:>14}" if rate else "")

    return [
        Content.assemble((f"  {'method':<10} ", DIM), f"{row.method:>{left}}", ("  weight ", DIM), weight, file),
        Content.assemble((f"  {'thresholds':<10} ", DIM), f"{_thresholds(row):>{left}}"),
        pair("active", _number(row.active), "new", _number(row.connections), rates[0]),
        pair("inactive", _number(row.inactive), "in", size(row.in_bytes), rates[1]),
        pair("persistent", _number(row.persistent), "out", size(row.out_bytes), rates[2]),
    ]


def _rates(side: SideDetail) -> tuple[str, str, str]:
    """New connections, in and out, as they are now."""
    now, unit = side.figures, figures.throughput_unit()
    if now is None:
        return "", "", ""
    return (
        f"{figures.rate(now.connections_per_s)} new/s",
        f"{figures.throughput(now.in_bps)} {unit}",
        f"{figures.throughput(now.out_bps)} {unit}",
    )


def _thresholds(row: KernelRow) -> str:
    if row.upper is None or row.lower is None:
        return figures.UNKNOWN
    return f"{row.upper or 'none'}/{row.lower or 'none'}" if row.upper or row.lower else "none"


def _number(value: int | None) -> str:
    return figures.UNKNOWN if value is None else f"{value:,}"


def size(value: float | None) -> str:
    """Bytes, with the unit."""
    if value is None:
        return figures.UNKNOWN
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


# --- the checkers ---


def _checks(side: SideDetail, wall: float, width: int) -> Section:
    narrow = width < ROOMY
    lines = [_verdict(side, wall)]
    if side.reason and (side.last_failure is None or side.last_failure[1] != side.reason):
        lines += hanging(Content("  "), side.reason, width, DIM).split("\n")
    for checker in side.checkers:
        lines += _checker(checker, narrow=narrow)
    if side.path is not None and not side.checkers:
        lines.append(Content.styled("  no checker: it is taken to be alive, whatever it does", STYLES["warn"]))
    if side.last_failure is not None:
        at, why = side.last_failure
        lead = Content.styled(f"  last failure {figures.clock(at)}  ", DIM)
        if lead.cell_length + len(why) > width:  # whole, beneath it
            lines.append(lead)
            lead = Content("    ")
        lines += hanging(lead, why, width).split("\n")
    if side.checkers_unknown is not None:
        lines.append(Content.styled(f"  ? {side.checkers_unknown}", DIM))
    return lines


def _verdict(side: SideDetail, wall: float) -> Content:
    if side.alive is None:
        return _heading("checkers", "verdict not known")
    word, tone = ("● alive", STYLES["good"]) if side.alive else ("✖ dead", STYLES["bad"])
    since = "" if side.alive_since is None else f" since {figures.clock(side.alive_since)}"
    ago = "" if side.alive_since is None else f", {figures.age(wall - side.alive_since)}"
    return Content.assemble(("checkers", "bold"), "  ", (word, tone), (since + ago, DIM))


def _checker(checker: CheckerDetail, *, narrow: bool) -> list[Content]:
    if checker.up is None or checker.has_run is False:
        mark = ("  ? ", STYLES["dim"])
        word = "not known" if checker.up is None else "has not run yet"
    else:
        mark = ("  ● ", STYLES["good"]) if checker.up else ("  ✖ ", STYLES["bad"])
        word = "passes" if checker.up else "fails"
    options = list(checker.options) or ["keepalived's own settings"]
    shown = options if narrow else [" · ".join(options)]
    return [
        Content.assemble(mark, (checker.kind, ""), f" {word}", (f"  line {checker.line}", DIM)),
        *(Content.styled(f"    {line}", DIM) for line in shown),
    ]


def _heading(word: str, note: str = "") -> Content:
    return Content.assemble((word, "bold"), (f"  {note}" if note else "", DIM))

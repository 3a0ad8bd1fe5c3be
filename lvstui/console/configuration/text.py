"""Write the differences, each with its sides, and what there is to say of a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.drift.difference import Difference, Side
from lvstui.cluster.views.configuration_view import ShownConfiguration, ShownFile
from lvstui.console.look.cells import fit
from lvstui.console.look.glyphs import AGREED, BAD, DIM, STYLES, UNEQUAL
from lvstui.console.look.widths import NARROW
from lvstui.console.widgets.lines import Line, Part

_AROUND = 9  # cells of a line that are the frame and its bar, the cursor, the sign, and what parts the columns
_LEAST = 12  # cells of a value, where a line has too little room


def head(configurations: Sequence[ShownConfiguration], differences: Sequence[Difference]) -> Content:
    """Write whether the files agree, and how many remarks there are."""
    remarks = sum(one.remarks for one in configurations)
    files = sum(one.where == "files" for one in differences)
    parts: list[tuple[str, str]] = [(" Configuration", "bold")]
    if not _comparable(configurations):
        parts.append(("   ? not all files are known", STYLES["warn"]))
    elif files:
        parts.append((f"   {UNEQUAL} {files} {_plural('difference', files)}", STYLES["warn"]))
    else:
        parts.append((f"   {AGREED} the files agree", STYLES["good"]))
    if remarks:
        parts.append((f"   ! {remarks} {_plural('remark', remarks)}", STYLES["warn"]))
    return Content.assemble(*parts)


def _comparable(configurations: Sequence[ShownConfiguration]) -> bool:
    return all(one.error is None and one.files for one in configurations)


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def differences_title(configurations: Sequence[ShownConfiguration], differences: Sequence[Difference]) -> Content:
    kernel = sum(one.where == "kernel" for one in differences)
    parts: list[tuple[str, str]] = [("unexpected differences", "bold")]
    files = len(differences) - kernel
    parts.append((f"  {files} between the files, {kernel} in the kernels", DIM))
    if not _comparable(configurations):
        parts.append(("  ? not all files are known", STYLES["warn"]))
    return Content.assemble(*parts)


def difference_lines(differences: Sequence[Difference], directors: Sequence[str], width: int) -> list[Line]:
    if not differences:
        return [((f"{AGREED} none", "good"), ("   state, priority, router_id and own addresses may differ", "dim"))]
    narrow = width < NARROW
    subjects = [one.target.real_server if narrow and one.target is not None else one.subject for one in differences]
    subject = min(max(map(len, subjects)), 26 if narrow else 50)
    what = min(max(len(one.what) for one in differences), 12 if narrow else 22)
    named = directors if narrow else ()
    lines: list[Line] = []
    for one, name in zip(differences, subjects, strict=True):
        parts: list[Part] = [
            (f"{UNEQUAL} ", "warn" if one.matters else "dim"),
            (f"{fit(name, subject)}  ", "plain"),
            (f"{fit(one.what, what)} ", "dim"),
        ]
        labels = [f"  {_label(side, named)} " for side in one.sides]
        room = width - _AROUND - subject - what - sum(map(len, labels))
        for label, value in zip(labels, _values([side.value for side in one.sides], room), strict=True):
            parts += [(label, "dim"), (value, "plain")]
        lines.append(parts)
    return lines


def _values(values: Sequence[str], room: int) -> list[str]:
    """Return these values in so many cells together: what a short one leaves is for a long one."""
    each = max(_LEAST, room // max(1, len(values)))
    spare = sum(max(0, each - len(value)) for value in values)
    return [fit(value, min(len(value), each + spare)) for value in values]


def _label(side: Side, directors: Sequence[str]) -> str:
    """Return which Director has it, and in which line. `directors`: those that are told by their number."""
    label = side.director
    if side.director in directors:  # where there is little room: the first one is d1
        label = f"d{directors.index(side.director) + 1}"
    label += " kernel" if side.kernel else ""
    return label if side.line is None else f"{label}:{side.line}"


def why(difference: Difference) -> Content:
    """Say what a difference leads to, below the files while the cursor is on it."""
    glyph, tone = (UNEQUAL, STYLES["warn"]) if difference.matters else (UNEQUAL, DIM)
    text = difference.why or "A failover does not depend on it."
    if difference.where == "kernel" and not difference.why:
        text = "A restart of keepalived would change the service to clients."
    return Content.assemble((f"{glyph} ", tone), (f"{difference.subject} {difference.what}  ", DIM), text)


def remark(file: ShownFile | None, number: int, director: str) -> Content:
    """Write the remark on the line under the cursor; else how many remarks there are."""
    if file is None:
        return Content("")
    for one in file.remarks:
        if one.line == number:
            mark = (f"{BAD} ", STYLES["bad"]) if one.fatal else ("! ", STYLES["warn"])
            return Content.assemble(mark, (f"{director} line {one.line} column {one.column}  ", DIM), one.text)
    if not file.remarks:
        return Content.styled("  no remarks", DIM)
    count, first = len(file.remarks), file.remarks[0].line
    return Content.styled(
        f"  {count} {_plural('remark', count)} in this file, the first in line {first}: m jumps there", DIM
    )

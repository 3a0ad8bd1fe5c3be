"""What the configuration screen says: how many differences, each with its sides, and of a line what there is to say. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.configurations import ShownConfiguration, ShownFile
from lvstui.cluster.difference import Difference, Side
from lvstui.console.cells import fit
from lvstui.console.marks import STYLES
from lvstui.console.widgets.lines import Line, Part

DIM = "$foreground-muted"


def head(configurations: Sequence[ShownConfiguration], differences: Sequence[Difference]) -> Content:
    remarks = sum(one.remarks for one in configurations)
    files = sum(one.where == "files" for one in differences)
    parts: list[tuple[str, str]] = [(" Configuration", "bold")]
    if not _comparable(configurations):
        parts.append(("   ? not all files are known", STYLES["warn"]))
    elif files:
        parts.append((f"   ≠ {files} {_plural('difference', files)}", STYLES["warn"]))
    else:
        parts.append(("   ✓ the files agree", STYLES["good"]))
    if remarks:
        parts.append((f"   ! {remarks} {_plural('remark', remarks)}", STYLES["warn"]))
    return Content.assemble(*parts)


def _comparable(configurations: Sequence[ShownConfiguration]) -> bool:
    return all(one.error is None and one.files for one in configurations)


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def differences_title(configurations: Sequence[ShownConfiguration], differences: Sequence[Difference]) -> Content:
    kernel = sum(one.where == "kernel" for one in differences)
    parts: list[tuple[str, str]] = [("differences that should not be", "bold")]
    files = len(differences) - kernel
    parts.append((f"  {files} between the files, {kernel} in the kernels", DIM))
    if not _comparable(configurations):
        parts.append(("  ? not all files are known", STYLES["warn"]))
    return Content.assemble(*parts)


def difference_lines(differences: Sequence[Difference], width: int) -> list[Line]:
    if not differences:
        return [((" ✓ none", "good"), ("   state, priority, router_id and own addresses differ on purpose", "dim"))]
    subject = max(len(one.subject) for one in differences)
    what = max(len(one.what) for one in differences)
    narrow = width < 120
    subject, what = min(subject, 30 if narrow else 48), min(what, 14 if narrow else 24)
    lines: list[Line] = []
    for one in differences:
        glyph, tone = ("≠", "warn") if one.matters else ("≠", "dim")
        parts: list[Part] = [
            (f" {glyph} ", tone),
            (f"{fit(one.subject, subject)} ", "plain"),
            (f"{fit(one.what, what)} ", "dim"),
        ]
        for side in one.sides:
            parts += _side(side, narrow=narrow)
        if not narrow and one.why:
            parts.append((f"   {one.why}", "dim"))
        lines.append(parts)
    return lines


def _side(side: Side, *, narrow: bool) -> list[Part]:
    line = "" if side.line is None else f":{side.line}"
    label = f"{side.label}{line}"
    return [(f"  {label} ", "dim"), (fit(side.value, min(len(side.value), 14 if narrow else 28)), "plain")]


def remark(file: ShownFile | None, number: int, director: str) -> Content:
    """Of the line under the cursor; else how many remarks there are."""
    if file is None:
        return Content("")
    for one in file.remarks:
        if one.line == number:
            mark = ("✖ ", STYLES["bad"]) if one.fatal else ("! ", STYLES["warn"])
            return Content.assemble(" ", mark, (f"{director} line {one.line} column {one.column}  ", DIM), one.text)
    if not file.remarks:
        return Content.styled("   nothing to say of this file", DIM)
    count, first = len(file.remarks), file.remarks[0].line
    return Content.styled(
        f"   {count} {_plural('remark', count)} in this file, the first in line {first}: m goes there", DIM
    )

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


def difference_lines(differences: Sequence[Difference], directors: Sequence[str], width: int) -> list[Line]:
    if not differences:
        return [(("✓ none", "good"), ("   state, priority, router_id and own addresses differ on purpose", "dim"))]
    narrow = width < 120
    subjects = [one.subject.rpartition(" ")[2] if narrow else one.subject for one in differences]
    subject = min(max(map(len, subjects)), 26 if narrow else 50)
    what = min(max(len(_what(one)) for one in differences), 12 if narrow else 22)
    lines: list[Line] = []
    for one, name in zip(differences, subjects, strict=True):
        parts: list[Part] = [
            ("≠ ", "warn" if one.matters else "dim"),
            (f"{fit(name, subject)}  ", "plain"),
            (f"{fit(_what(one), what)} ", "dim"),
        ]
        for side in one.sides:
            parts += _side(side, directors if narrow else ())
        lines.append(parts)
    return lines


def _what(difference: Difference) -> str:
    """Without the Director, which the sides name."""
    return difference.what.partition(" on ")[0] if difference.where == "kernel" else difference.what


def _side(side: Side, directors: Sequence[str]) -> list[Part]:
    label = side.label
    if side.director in directors:  # where there is little room: the first one is d1
        label = f"d{directors.index(side.director) + 1}{label.removeprefix(side.director)}"
    line = "" if side.line is None else f":{side.line}"
    return [(f"  {label}{line} ", "dim"), (fit(side.value, min(len(side.value), 40)), "plain")]


def why(difference: Difference) -> Content:
    """What a difference leads to, below the files while the cursor is on it."""
    glyph, tone = ("≠", STYLES["warn"]) if difference.matters else ("≠", DIM)
    text = difference.why or "A failover does not depend on it."
    if difference.where == "kernel" and not difference.why:
        text = "A restart of keepalived would change what clients get."
    return Content.assemble((f" {glyph} ", tone), (f"{difference.subject} {_what(difference)}  ", DIM), text)


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

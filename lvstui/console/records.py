"""Changes that were made, in words: a line for a list, and all that is known of one. Pure: records in, text out."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from lvstui.cluster.intent import DirectorRecord, Record
from lvstui.cluster.text import plain
from lvstui.console import diffs
from lvstui.console.marks import STYLES, Tone
from lvstui.console.paragraphs import hanging, stacked

DIM = "$foreground-muted"
OUTCOMES: dict[str, tuple[str, Tone]] = {
    "done": ("✓", "good"),
    "refused": ("·", "dim"),
    "unreachable": ("·", "dim"),
    "rolled back": ("↩", "warn"),
    "undecided": ("✖", "bad"),
}


def who(record: Record) -> str:
    return plain(f"{record.by}@{record.host}" if record.host else record.by)


def when(record: Record) -> str:
    return f"{datetime.fromtimestamp(record.wall):%Y-%m-%d %H:%M:%S}"


def made(record: Record) -> str:
    """ "ana@ops1 did at 2026-11-22 14:01:40 (kernel update)"."""
    reason = f" ({plain(record.reason)})" if record.reason else ""
    return f"{who(record)} did at {when(record)}{reason}"


def line(record: Record, names: int = 14) -> Content:
    """When, by whom, what, and how it ended."""
    glyph, tone = OUTCOMES.get(record.outcome, ("?", "warn"))
    ended = "" if record.outcome == "done" else f"  {plain(record.outcome)}"
    return Content.assemble(
        (f"{glyph} ", STYLES[tone]),
        (f"{when(record)}  ", DIM),
        (f"{who(record)[:names]:<{names}}  ", ""),
        (plain(record.title), "bold"),
        (ended, STYLES[tone]),
        (f"  {plain(record.reason)}" if record.reason else "", DIM),
    )


def matches(record: Record, wanted: str) -> bool:
    """Every word of `wanted` is somewhere in it."""
    told = " ".join((when(record), who(record), record.title, record.outcome, record.reason, record.text)).casefold()
    return all(word in told for word in wanted.casefold().split())


def detail(record: Record, width: int) -> Content:
    """How it ended, how each Director was left, and the lines that were changed."""
    glyph, tone = OUTCOMES.get(record.outcome, ("?", "warn"))
    lead = Content.styled(f"{glyph} {plain(record.outcome)}  ", f"bold {STYLES[tone]}")
    overridden = f"in spite of {', '.join(map(plain, record.overrides))}" if record.overrides else ""
    return stacked(
        [
            hanging(lead, plain(record.text, 2000), width),
            hanging(Content(""), f"Reason: {plain(record.reason)}" if record.reason else "", width, DIM),
            hanging(Content.styled("? " if overridden else "", STYLES["warn"]), overridden, width),
            *_directors(record, width),
        ]
    )


def _directors(record: Record, width: int) -> list[Content]:
    parts: list[Content] = []
    told: list[DirectorRecord] = []
    for director in record.directors:
        twin = next((one for one in told if diffs.same(one.diff, director.diff)), None)
        told.append(director)
        files = diffs.parse(director.diff)
        lines = [hanging(Content.styled(f"{plain(director.name)}  ", "bold"), plain(director.left, 2000), width)]
        if twin is not None:
            where = ", ".join(f"{plain(file.path)} {file.where}" for file in files)
            lines.append(Content.styled(f"  the same as on {plain(twin.name)}  {where}", DIM))
        else:
            for file in files:
                lines += [Content.styled(f"  {plain(file.path)}", DIM), diffs.shown(file, 3, width)]
        parts.append(Content("\n").join(lines))
    return parts

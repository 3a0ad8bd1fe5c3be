"""Say in words what was changed: a line for a list, and all that is known of one change. Pure: records in, text out."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from lvstui.cluster.plan.intent import ChangeRecord, DirectorRecord
from lvstui.cluster.text import plain
from lvstui.console.change import diff_text
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import STYLES, Tone
from lvstui.console.look.paragraphs import hanging, stacked

DIM = "$foreground-muted"
OUTCOMES: dict[str, tuple[str, Tone]] = {
    "done": ("✓", "good"),
    "refused": ("·", "dim"),
    "unreachable": ("·", "dim"),
    "rolled back": ("↩", "warn"),
    "undecided": ("✖", "bad"),
}


def who(record: ChangeRecord) -> str:
    return plain(f"{record.by}@{record.host}" if record.host else record.by)


def made(record: ChangeRecord) -> str:
    """Return who made it, when and why, as "ana@ops1 did at 2026-11-22 14:01:40 CET (kernel update)"."""
    reason = f" ({plain(record.reason)})" if record.reason else ""
    return f"{who(record)} did at {datetime.fromtimestamp(record.wall).astimezone():%Y-%m-%d %H:%M:%S %Z}{reason}"


def line(record: ChangeRecord, display: Display, names: int = 14) -> Content:
    """Return a line: when, by whom, what, and how it ended."""
    glyph, tone = OUTCOMES.get(record.outcome, ("?", "warn"))
    ended = "" if record.outcome == "done" else f"  {plain(record.outcome)}"
    return Content.assemble(
        (f"{glyph} ", STYLES[tone]),
        (f"{display.whole(record.wall)}  ", DIM),
        (f"{who(record)[:names]:<{names}}  ", ""),
        (plain(record.title), "bold"),
        (ended, STYLES[tone]),
        (f"  {plain(record.reason)}" if record.reason else "", DIM),
    )


def matches(record: ChangeRecord, wanted: str, display: Display) -> bool:
    """Return True if every word of `wanted` is somewhere in it."""
    words = " ".join(
        (display.whole(record.wall), who(record), record.title, record.outcome, record.reason, record.text)
    ).casefold()
    return all(word in words for word in wanted.casefold().split())


def detail(record: ChangeRecord, width: int) -> Content:
    """Return how it ended, how each Director was left, and the lines that were changed."""
    glyph, tone = OUTCOMES.get(record.outcome, ("?", "warn"))
    lead = Content.styled(f"{glyph} {plain(record.outcome)}  ", f"bold {STYLES[tone]}")
    overridden = f"overridden: {', '.join(map(plain, record.overrides))}" if record.overrides else ""
    return stacked(
        [
            hanging(lead, plain(record.text, 2000), width),
            hanging(Content(""), f"Reason: {plain(record.reason)}" if record.reason else "", width, DIM),
            hanging(Content.styled("? " if overridden else "", STYLES["warn"]), overridden, width),
            *_directors(record, width),
        ]
    )


def _directors(record: ChangeRecord, width: int) -> list[Content]:
    parts: list[Content] = []
    earlier: list[DirectorRecord] = []
    for director in record.directors:
        twin = next((one for one in earlier if diff_text.same(one.diff, director.diff)), None)
        earlier.append(director)
        files = diff_text.parse(director.diff)
        lines = [hanging(Content.styled(f"{plain(director.name)}  ", "bold"), plain(director.left, 2000), width)]
        if twin is not None:
            where = ", ".join(f"{plain(file.path)} {file.where}" for file in files)
            lines.append(Content.styled(f"  the same as on {plain(twin.name)}  {where}", DIM))
        else:
            for file in files:
                lines += [Content.styled(f"  {plain(file.path)}", DIM), diff_text.shown(file, 3, width)]
        parts.append(Content("\n").join(lines))
    return parts

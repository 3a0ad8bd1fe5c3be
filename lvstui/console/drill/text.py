"""Write the texts of the drill screens: what can be done, what goes on, and the list of earlier drills. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.drill.result import DrillEvent, DrillKind, DrillResult, DrillVerdict, InstanceFailover
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_figures import UNKNOWN, clock, give_or_take, length
from lvstui.cluster.drill.views.drill_report import GOOD as GOOD_VERDICTS
from lvstui.cluster.drill.views.drill_state import DrillPhase, DrillState, DrillStep
from lvstui.cluster.view import ClusterView, Severity
from lvstui.console.look.cells import fit
from lvstui.console.look.clickable import pressing
from lvstui.console.look.display import Display
from lvstui.console.look.formatting import age
from lvstui.console.look.glyphs import AGREED, BAD, DIM, MARKED, PARTLY, SEVERITY, STEP, STYLES, Tone
from lvstui.console.look.paragraphs import hanging
from lvstui.console.look.widths import TIGHT
from lvstui.console.widgets.lines import Line

WATCH, RUN = "w", "r"
_WATCHING = "recognise and measure the next failover, whatever its cause; nothing is written"
_RUNNING = (
    "cause a failover: hand the MASTER over, or stop or kill keepalived there; measure it, and put everything back"
)


def head(view: ClusterView) -> Content:
    """Name the screen, and say who is MASTER of what."""
    masters = {
        one.name: [instance.name for instance in one.vrrp if instance.state == "MASTER"] for one in view.directors
    }
    said = [f"{name} is MASTER of {drill_words.listed(names)}" for name, names in masters.items() if names]
    return Content.assemble((" Drill", "bold"), (f"   {', '.join(said) or 'no MASTER is known'}", DIM))


def choices(no_run: str | None, width: int) -> Content:
    """Say what can be done."""
    lines = [_choice(WATCH, "Watch", _WATCHING, width)]
    usable = "" if no_run is None else f" Not now: {no_run}."
    lines.append(_choice(RUN, "Run", f"{_RUNNING}.{usable}", width, usable=no_run is None))
    return Content("\n").join(lines)


def _choice(key: str, name: str, what: str, width: int, *, usable: bool = True) -> Content:
    lead = Content.assemble(
        (f" {key}", pressing(key, "bold $accent" if usable else DIM)),
        (f" {name:<7}", pressing(key, "bold" if usable else DIM)),
    )
    return hanging(lead, what, width, "" if usable else DIM)


_PHASES = {
    DrillPhase.ARMING: "arming: the agents begin to watch packets",
    DrillPhase.ARMED: "armed: the next failover will be recognised and measured",
    DrillPhase.SEEN: "measuring a failover, until nothing more happens",
    DrillPhase.RUNNING: "running",
    DrillPhase.RECORDED: "looking for failovers in the recording: each one is measured and kept",
}


def going(state: DrillState, now: float, width: int) -> Content:
    """Say what goes on."""
    name = "watch" if state.kind is DrillKind.WATCH else drill_words.KINDS[state.kind]
    since = "" if state.since is None else f", {age(now - state.since)}"
    glyph, tone = (PARTLY, "accent") if state.phase is not DrillPhase.SEEN else (PARTLY, "warn")
    lead = Content.styled(f" {glyph} {name}{since}  ", f"bold {STYLES[tone]}")  # type: ignore[index]  # both are tones
    lines = [hanging(lead, _PHASES[state.phase], width)]
    lines += [_step(step, width) for step in state.steps]
    return Content("\n").join(lines)


def _step(step: DrillStep, width: int) -> Content:
    glyph, tone = STEP[step.state]
    return hanging(Content.styled(f"   {glyph} ", STYLES[tone]), step.text, width)


def ending(state: DrillState, width: int) -> Content:
    """Say how the last drill of this session ended; nothing where there was none."""
    if state.failed:
        return hanging(Content.styled(f" {BAD} ", STYLES["bad"]), state.failed, width)
    if state.last is None:
        return Content("")
    glyph, tone = verdict_sign(state.last.result.verdict)
    return hanging(Content.styled(f" {glyph} ", STYLES[tone]), drill_words.verdict(state.last.result), width)


def verdict_sign(verdict: DrillVerdict) -> tuple[str, Tone]:
    """Return the sign of a verdict, and its tone."""
    return (AGREED, "good") if verdict in GOOD_VERDICTS else (BAD, "bad")


# --- the list of earlier drills ---

_COLUMNS = (("began", 16), ("what", 11), ("from → to", 23), ("outage", 8), ("no MASTER", 9), ("two MASTERs", 11))
_ALL = 112  # cells, from which on there are all columns, with the longest verdict
_FIGURES = frozenset(("outage", "no MASTER", "two MASTERs"))
_WHAT = {DrillKind.WATCH: "watched", DrillKind.HANDOVER: "handover", DrillKind.STOP: "stop", DrillKind.KILL: "kill"}


def titles(width: int) -> Content:
    """Return the titles of the list."""
    return Content.styled(f"   {_cells([name for name, _ in _COLUMNS], width)}verdict", DIM)


def rows(drills: Sequence[DrillResult], marked: frozenset[str], now: float, display: Display, width: int) -> list[Line]:
    """Return a line for each drill, as they are given."""
    return [_row(one, one.id in marked, now, display, width) for one in drills]


def _row(one: DrillResult, marked: bool, now: float, display: Display, width: int) -> Line:
    moved = one.failovers or one.failbacks
    way = f"{moved[0].old or UNKNOWN} → {moved[0].new or UNKNOWN}" if moved else UNKNOWN
    what = _WHAT[one.kind] if one.kind is not DrillKind.WATCH or not moved else one.cause.value
    windows = [_longest(moved, one.ended, two=two) for two in (False, True)]
    figures = ["none" if seconds == 0 else length(seconds) for seconds in (_client_outage(one), *windows)]
    glyph, tone = verdict_sign(one.verdict)
    text = _cells([display.moment(one.started, now, seconds=False), what, way, *figures], width)
    return [(MARKED if marked else " ", "accent"), (f" {text}", "plain"), (f"{glyph} {one.verdict.value}", tone)]


def _cells(cells: Sequence[str], width: int) -> str:
    spared = [] if width >= _ALL else ["two MASTERs"] if width >= TIGHT else ["from → to", "two MASTERs"]
    shown = [
        f"{fit(cell, wide, right=name in _FIGURES)}  "
        for cell, (name, wide) in zip(cells, _COLUMNS, strict=True)
        if name not in spared
    ]
    return "".join(shown)


def _client_outage(one: DrillResult) -> float | None:
    return one.outage if one.probe is not None and not one.probe.error else None


def _longest(moved: Sequence[InstanceFailover], ended: float, *, two: bool) -> float | None:
    windows = [window for one in moved for window in (one.two_masters if two else one.no_master)]
    return max(((ended if one.end is None else one.end) - one.start for one in windows), default=0.0 if moved else None)


# --- the timeline ---


def events(some: Sequence[DrillEvent], display: Display) -> list[Line]:
    """Return a line for each event: time, uncertainty, Director, source, what happened."""
    director = max((len(one.director) for one in some), default=0)
    source = max((len(one.source) for one in some), default=0)
    return [_event(one, display, director, source) for one in some]


def _event(one: DrillEvent, display: Display, director: int, source: int) -> Line:
    glyph, tone = SEVERITY[Severity(one.severity)] if one.severity in set(Severity) else SEVERITY[Severity.INFO]
    return [
        (f" {clock(one.at, display.zone)} ", "plain"),
        (f"{give_or_take(one.uncertainty):>9}  ", "dim"),
        (f"{glyph:<2} ", tone),
        (f"{one.director:<{director}}  {one.source:<{source}}  ", "dim"),
        (f"{one.subject}  " if one.subject else "", "plain"),
        (one.text, tone),
    ]

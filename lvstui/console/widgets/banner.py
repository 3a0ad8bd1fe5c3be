"""Draw the top of the screen: whose cluster it is, whether all is well, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from textual.content import Content
from textual.geometry import Size
from textual.message import Message

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView, DirectorView, LinkState, Problem, RealServerState, Severity
from lvstui.cluster.views.handover_wording import safety, who
from lvstui.console.acknowledgements import NOTHING, Acknowledgements
from lvstui.console.actions import FREEZE, JUMP, LVSTUI_KEYS, PROBLEMS, SETTLE, Keys
from lvstui.console.app_parts import parts_of
from lvstui.console.look import formatting
from lvstui.console.look.clickable import clicking
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import CAUTION, DIM, GOOD, HANDED_OVER, SAFE, SEVERITY, STYLES
from lvstui.console.look.widths import NARROW
from lvstui.console.widgets.clickable_line import ClickableLine

LINES = 10  # at the most, and a third of the screen; what is not shown is counted


def headline(
    name: str,
    view: ClusterView | None,
    display: Display,
    width: int,
    read_only: str | None,
    *,
    acknowledged: Acknowledgements = NOTHING,
    keys: Keys = LVSTUI_KEYS,
    production: bool = False,
    masked: bool = False,
    frozen: float | None = None,
    drill: Sequence[tuple[str, str]] = (),
) -> Content:
    """Return the first line. `view` is the newest, behind a screen that may be `frozen`: trouble is told all the same."""
    left = [(" lvstui ", "bold $accent"), (f" {name}", "bold")]
    if production:
        left.insert(1, (" PRODUCTION ", "bold reverse $error"))
    if masked:
        left.append(("  masked", "$warning"))
    if read_only is not None:
        left.append(("  read-only", "$warning"))
    left += drill
    if view is not None and frozen is not None:
        ago = f", {formatting.age(view.wall - frozen)} ago" if width >= NARROW else ""
        said = f"  ■ frozen {display.moment(frozen, view.wall)}{ago} · {keys.label(FREEZE)} resumes"
        left.append((said, clicking("screen.do('freeze')", "bold $warning")))
    if view is None:
        return Content.assemble(*left, ("   starting", DIM))
    first, last = health(view, acknowledged), (f"   {display.zoned(view.wall)} ", "")
    room = width - 2 - sum(len(text) for text, _ in [*left, *first, last])
    inventory = next((text for text in _inventories(view) if len(text) <= room), "")  # what is not in doubt goes first
    jump = ""
    if acknowledged.order(view.problems):
        (counted, style), *others = first
        first = [(counted, clicking("screen.do('problems')", style)), *others]
        jump = f" ({keys.label(JUMP)} jump)"
    if len(jump) <= room - len(inventory):
        first.append((jump, clicking("screen.do('jump')", DIM)))
    right = [*first, (inventory, DIM), last]
    used = sum(len(text) for text, _ in left + right)
    return Content.assemble(*left, " " * max(2, width - used), *right)


def health(view: ClusterView, acknowledged: Acknowledgements) -> list[tuple[str, str]]:
    """Say in a word whether all is well."""
    grave = acknowledged.order(view.problems)
    if grave:
        known = acknowledged.count(grave)
        glyph, tone = SEVERITY[grave[0].severity]
        style = DIM if known == len(grave) else STYLES[tone]
        count = f"{glyph} {len(grave)} problem{'s' if len(grave) > 1 else ''}"
        return [(count, style), (f", {known} acknowledged" if known else "", DIM)]
    if all(_known(director) for director in view.directors):
        return [(f"{GOOD} all well", STYLES["good"])]
    return [("? not all known", STYLES["warn"])]


def _known(director: DirectorView) -> bool:
    """Return True if nothing that could be wrong there is still unknown."""
    return (
        director.state is LinkState.LIVE
        and director.keepalived.running is not None
        and (director.at_rest or all(instance.state is not None for instance in director.vrrp))
    )


def _inventories(view: ClusterView) -> list[str]:
    """Return how many servers and drains there are, in words, the longest first."""
    if not view.virtual_servers and not all(director.fresh for director in view.directors):
        return []  # none is known, which is not none
    states = [server.states for server in view.virtual_servers]
    servers = f"{len(states)} virtual · {sum(map(len, states))} real"
    counts = {
        state: sum(some.count(state) for some in states)
        for state in (RealServerState.DRAINING, RealServerState.DRAINED)
    }
    drains = " · ".join(f"{count} {state.lower()}" for state, count in counts.items() if count)
    return [f"   {text}" for text in ([f"{servers} · {drains}", drains] if drains else [servers])]


_OF_BOTH = frozenset(
    (
        ProblemKind.SPLIT_BRAIN,
        ProblemKind.NO_MASTER,
        ProblemKind.VIP_TWICE,
        ProblemKind.VIP_NOWHERE,
        ProblemKind.GATEWAY,
    )
)


def trouble(problems: Sequence[Problem], director: str) -> Severity | None:
    """Return the gravest severity with that Director, of `problems` that come gravest first."""
    for problem in problems:
        its = problem.director == director or problem.kind in _OF_BOTH
        if its and problem.severity is not Severity.INFO:
            return problem.severity
    return None


class Banner(ClickableLine):
    """The problems, gravest first, and who is handed over: each line can be clicked; not there when there is neither."""

    @dataclass
    class ProblemOpened(Message):
        """Ask for what this problem is about."""

        problem: Problem

    @dataclass
    class DirectorOpened(Message):
        """Ask for the page of this Director."""

        director: str

    def __init__(self, lines: int = LINES) -> None:
        super().__init__()
        self.display = False
        self._lines = lines
        self._problems: tuple[Problem, ...] = ()
        self._view: ClusterView | None = None
        self._shown: tuple[tuple[Problem, ...], int, tuple[str, ...], Size, tuple[Content, ...]] | None = None

    def show(self, view: ClusterView) -> None:
        """Draw the problems of the view."""
        self._view = view
        acknowledged = parts_of(self.app).acknowledged
        problems = acknowledged.order(view.problems)
        known = acknowledged.count(problems)
        handed = tuple(handovers(view.directors))
        ages = tuple(formatting.age(view.wall - problem.since) for problem in problems)
        shown = problems, known, ages, self.screen.size, handed
        if shown == self._shown:
            return
        self._shown, self._problems = shown, problems
        self.display = bool(problems or handed)
        loud = problems[0].severity if known < len(problems) else None
        self.set_class(loud is Severity.CRITICAL, "critical")
        self.set_class(loud is Severity.ERROR, "error")
        self.set_class(loud is None, "quiet")
        width, height = self.screen.size
        most = max(3, min(self._lines, height // 3))
        most = max(1, most - len(handed))
        text = problems_text(problems, view.wall, width - _AROUND, most, parts_of(self.app).keys, acknowledged)
        lines_of = [text] if problems else []
        text = Content("\n").join([*lines_of, *(_cut(line, width - _AROUND) for line in handed)])
        self.update(text, layout=text.plain.count("\n") + 1 != self.size.height)

    def action_open(self, number: int) -> None:
        if number < len(self._problems):
            self.post_message(self.ProblemOpened(self._problems[number]))

    def action_open_director(self, number: int) -> None:
        if self._view is not None and number < len(self._view.directors):
            self.post_message(self.DirectorOpened(self._view.directors[number].name))

    def on_resize(self) -> None:
        if self._view is not None:
            self.show(self._view)


def handovers(directors: Sequence[DirectorView]) -> Iterator[Content]:
    """Write a line for each Director that is handed over."""
    for number, director in enumerate(directors):
        told = director.handed_over
        if told is not None:
            _, tone = SAFE if told.safe else (CAUTION, "warn")
            line = Content.assemble(
                (f" {HANDED_OVER} ", STYLES["accent"]),
                (f"{director.name} ", "bold"),
                f"{who(told)}; ",
                (safety(told), STYLES[tone]),
            )
            yield line.stylize(clicking(f"open_director({number})"))


def _cut(line: Content, width: int) -> Content:
    return line if line.cell_length <= width else line.truncate(width, ellipsis=True)


_AROUND = 3  # cells: the padding, and the bar of what is critical


def problems_text(
    problems: Sequence[Problem],
    wall: float,
    width: int,
    most: int,
    keys: Keys = LVSTUI_KEYS,
    acknowledged: Acknowledgements = NOTHING,
) -> Content:
    """Write the problems in at most so many lines: first what is wrong, then, as far as there is room, what it means."""
    heads = [
        [_quiet(problem, wall, width)] if problem in acknowledged else _head(problem, wall, width, keys)
        for problem in problems
    ]
    shown = _fitting(heads, most)
    if shown < len(heads):
        shown = max(1, _fitting(heads, most - 1))
    room = most - sum(len(lines) for lines in heads[:shown]) - (shown < len(heads))
    lines: list[Content] = []
    for number, problem in enumerate(problems[:shown]):
        clicked = clicking(f"open({number})")
        lines += [line.stylize(clicked) for line in heads[number]]
        again = (
            number + 1 < shown and problems[number + 1].detail == problem.detail
        )  # said once, after the last of them
        quiet = problem in acknowledged
        detail = [] if again or quiet or not problem.detail else _hung(Content("   "), Content(problem.detail), width)
        if len(detail) <= room:
            lines += [line.stylize(clicked) for line in detail]
            room -= len(detail)
    if shown < len(heads):
        lines.append(
            Content.styled(
                f"   and {len(heads) - shown} more: {keys.label(PROBLEMS)} lists them all",
                clicking("app.do('problems')", "bold"),
            )
        )
    return Content("\n").join(lines)


def _fitting(heads: Sequence[Sequence[Content]], most: int) -> int:
    """Return how many of them, from the first on, there is room for."""
    return sum(total <= most for total in accumulate(map(len, heads)))


def _quiet(problem: Problem, wall: float, width: int) -> Content:
    """Return the one line of a problem that is acknowledged."""
    glyph, _ = SEVERITY[problem.severity]
    said = Content.styled(f"{glyph:>2} acknowledged  {problem.text}  {formatting.age(wall - problem.since)}", DIM)
    return _cut(said, width)


def _head(problem: Problem, wall: float, width: int, keys: Keys) -> list[Content]:
    glyph, tone = SEVERITY[problem.severity]
    named = problem.severity is not Severity.CRITICAL or problem.kind is ProblemKind.SPLIT_BRAIN  # by a word of its own
    lead = Content.styled(f"{glyph:>2} ", STYLES[tone])
    word = ("" if named else "CRITICAL  ", STYLES[tone])
    age = (f"  {formatting.age(wall - problem.since)}", "")
    lines = _hung(lead, Content.assemble(word, (problem.text, "bold"), age), width)
    if problem.kind is ProblemKind.UNFINISHED:
        lines.append(Content(f"   {keys.label(SETTLE)} settles it."))
    return lines


def _hung(lead: Content, text: Content, width: int) -> list[Content]:
    """Return the lines of a text; its further lines begin beneath its first word."""
    first, *others = text.wrap(max(20, width - lead.cell_length))
    return [lead + first, *(Content(" " * lead.cell_length) + line for line in others)]

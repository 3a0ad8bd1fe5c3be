"""The top of the screen: whose cluster, is all well, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from lvstui.cluster.view import ClusterView, DirectorView, LinkState, Problem, RealServerState, Severity
from lvstui.console import figures
from lvstui.console.actions import BY_NAME
from lvstui.console.marks import SEVERITY, STYLES

LINES = 10  # at the most, and a third of the screen; what is not shown is counted


def headline(
    name: str,
    view: ClusterView | None,
    width: int,
    read_only: str | None,
    *,
    production: bool = False,
    masked: bool = False,
    frozen: float | None = None,
) -> Content:
    """`view` is the newest, behind a screen that may have been `frozen` at that time: trouble is told all the same."""
    left = [(" lvstui ", "bold $accent"), (f" {name}", "bold")]
    if production:
        left.insert(1, (" PRODUCTION ", "bold reverse $error"))
    if masked:
        left.append(("  masked", "$warning"))
    if read_only is not None:
        left.append(("  read-only", "$warning"))
    if view is not None and frozen is not None:
        ago = figures.age(view.wall - frozen)
        left.append((f"  ■ frozen {figures.clock(frozen)}, {ago} ago: p goes on", "bold $warning"))
    if view is None:
        return Content.assemble(*left, ("   starting", "$foreground-muted"))
    first, last = well(view), (f"   {figures.clock(view.wall)} ", "")
    room = width - 2 - sum(len(text) for text, _ in [*left, *first, last])
    inventory = next((text for text in _inventories(view) if len(text) <= room), "")  # what is not in doubt goes first
    right = [*first, (inventory, "$foreground-muted"), last]
    used = sum(len(text) for text, _ in left + right)
    return Content.assemble(*left, " " * max(2, width - used), *right)


def well(view: ClusterView) -> list[tuple[str, str]]:
    """Is all well, in a word."""
    grave = [problem for problem in view.problems if problem.severity is not Severity.INFO]
    if grave:
        glyph, tone = SEVERITY[grave[0].severity]
        return [(f"{glyph} {len(grave)} problem{'s' if len(grave) > 1 else ''}", STYLES[tone])]
    if all(_known(director) for director in view.directors):
        return [("● all well", STYLES["good"])]
    return [("? not all known", STYLES["warn"])]


def _known(director: DirectorView) -> bool:
    """Nothing that could be wrong there is still unknown."""
    return (
        director.state is LinkState.LIVE
        and director.keepalived.running is not None
        and all(instance.state is not None for instance in director.vrrp)
    )


def _inventories(view: ClusterView) -> list[str]:
    """How many there are of what; the longest first."""
    states = [server.states for server in view.virtual_servers]
    servers = f"{len(states)} virtual · {sum(map(len, states))} real"
    counts = {
        state: sum(some.count(state) for some in states)
        for state in (RealServerState.DRAINING, RealServerState.DRAINED)
    }
    drains = " · ".join(f"{count} {state.lower()}" for state, count in counts.items() if count)
    return [f"   {text}" for text in ([f"{servers} · {drains}", drains] if drains else [servers])]


_OF_BOTH = ("split", "no-master", "vip-twice", "vip-nowhere")


def trouble(problems: Sequence[Problem], director: str) -> Severity | None:
    """The gravest with that Director, of `problems` that come gravest first."""
    for problem in problems:
        its = problem.director == director or problem.id.partition(":")[0] in _OF_BOTH
        if its and problem.severity is not Severity.INFO:
            return problem.severity
    return None


class Banner(Static):
    """What is wrong, gravest first; not there when nothing is."""

    def __init__(self, lines: int = LINES) -> None:
        super().__init__(markup=False)
        self.display = False
        self._lines = lines
        self._view: ClusterView | None = None
        self._shown: tuple[tuple[Problem, ...], int, Size] | None = None

    def show(self, view: ClusterView) -> None:
        self._view = view
        problems = tuple(problem for problem in view.problems if problem.severity is not Severity.INFO)
        shown = problems, int(view.wall) if problems else 0, self.screen.size
        if shown == self._shown:
            return
        self._shown = shown
        self.display = bool(problems)
        self.set_class(bool(problems) and problems[0].severity is Severity.CRITICAL, "critical")
        self.set_class(bool(problems) and problems[0].severity is Severity.ERROR, "error")
        width, height = self.screen.size
        self.update(told(problems, view.wall, width - _AROUND, max(3, min(self._lines, height // 3))))

    def on_resize(self) -> None:
        if self._view is not None:
            self.show(self._view)


_AROUND = 3  # cells: the padding, and the bar of what is critical


def told(problems: Sequence[Problem], wall: float, width: int, most: int) -> Content:
    """In at most so many lines: first what is wrong, then, of as many as there is room for, what it means."""
    heads = [_head(problem, wall, width) for problem in problems]
    shown = _fitting(heads, most)
    if shown < len(heads):
        shown = max(1, _fitting(heads, most - 1))
    room = most - sum(len(lines) for lines in heads[:shown]) - (shown < len(heads))
    lines: list[Content] = []
    for number, problem in enumerate(problems[:shown]):
        lines += heads[number]
        again = (
            number + 1 < shown and problems[number + 1].detail == problem.detail
        )  # said once, after the last of them
        detail = [] if again or not problem.detail else _hung(Content("   "), Content(problem.detail), width)
        if len(detail) <= room:
            lines += detail
            room -= len(detail)
    if shown < len(heads):
        lines.append(Content.styled(f"   and {len(heads) - shown} more", "bold"))
    return Content("\n").join(lines)


def _fitting(heads: Sequence[Sequence[Content]], most: int) -> int:
    """How many of them, from the first on, there is room for."""
    return sum(total <= most for total in accumulate(map(len, heads)))


def _head(problem: Problem, wall: float, width: int) -> list[Content]:
    glyph, tone = SEVERITY[problem.severity]
    named = problem.severity is not Severity.CRITICAL or problem.id.startswith("split:")  # by a word of its own
    lead = Content.styled(f"{glyph:>2} ", STYLES[tone])
    word = ("" if named else "CRITICAL  ", STYLES[tone])
    age = (f"  {figures.age(wall - problem.since)}", "")
    lines = _hung(lead, Content.assemble(word, (problem.text, "bold"), age), width)
    if problem.id.startswith("unfinished:"):
        lines.append(Content(f"   {BY_NAME['settle'].key_label} settles it."))
    return lines


def _hung(lead: Content, text: Content, width: int) -> list[Content]:
    """Its further lines begin beneath its first word."""
    first, *others = text.wrap(max(20, width - lead.cell_length))
    return [lead + first, *(Content(" " * lead.cell_length) + line for line in others)]

"""The top of the screen: whose cluster, is all well, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.view import ClusterView, DirectorView, LinkState, Problem, RealServerState, Severity
from lvstui.console import figures
from lvstui.console.actions import BY_NAME
from lvstui.console.marks import SEVERITY, STYLES

MOST = 4  # problems in full; the others are counted


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
        left.append(
            (f"  ⏸ frozen {figures.clock(frozen)}, {figures.age(view.wall - frozen)} ago: p goes on", "bold $warning")
        )
    if view is None:
        return Content.assemble(*left, ("   starting", "$foreground-muted"))
    right = [*well(view), (f"   {_inventory(view)}", "$foreground-muted"), (f"   {figures.clock(view.wall)} ", "")]
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


def _inventory(view: ClusterView) -> str:
    states = [server.states for server in view.virtual_servers]
    text = f"{len(states)} virtual · {sum(map(len, states))} real"
    for state in (RealServerState.DRAINING, RealServerState.DRAINED):
        count = sum(some.count(state) for some in states)
        text += f" · {count} {state.lower()}" if count else ""
    return text


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

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self._shown: tuple[Problem, ...] | None = None
        self._minute = -1

    def show(self, view: ClusterView) -> None:
        problems = tuple(problem for problem in view.problems if problem.severity is not Severity.INFO)
        if problems == self._shown and (not problems or int(view.wall) == self._minute):
            return
        self._shown, self._minute = problems, int(view.wall)
        self.display = bool(problems)
        self.set_class(bool(problems) and problems[0].severity is Severity.CRITICAL, "critical")
        self.set_class(bool(problems) and problems[0].severity is Severity.ERROR, "error")
        self.update(_problems(problems, view.wall))


def _problems(problems: tuple[Problem, ...], wall: float) -> Content:
    lines = []
    for problem in problems[:MOST]:
        glyph, tone = SEVERITY[problem.severity]
        named = problem.severity is not Severity.CRITICAL or problem.id.startswith("split:")  # by a word of its own
        word = "" if named else "CRITICAL  "
        lines.append(
            Content.assemble(
                (f"{glyph:>2} {word}", STYLES[tone]),
                (problem.text, "bold"),
                (f"  {figures.age(wall - problem.since)}", "$foreground-muted"),
            )
        )
        if problem.detail:
            lines.append(Content.styled(f"   {problem.detail}", "$foreground-muted"))
        if problem.id.startswith("unfinished:"):
            lines.append(Content.assemble(f"   {BY_NAME['settle'].key_label} settles it."))
    if len(problems) > MOST:
        lines.append(Content.styled(f"   and {len(problems) - MOST} more", "$foreground-muted"))
    return Content("\n").join(lines)

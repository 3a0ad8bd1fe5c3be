"""What the dialog of a change says: the plan, its steps, its end. Pure: plans and outcomes in, text out."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.change import Outcome, StepView
from lvstui.cluster.guards import Guard
from lvstui.cluster.plan import DirectorPlan, Plan, PlanRefused
from lvstui.console import figures
from lvstui.console.marks import GUARD, STEP, STYLES

DIM = "$foreground-muted"


def plan(plan: Plan) -> Content:
    parts = [Content("\n").join([Content(line) for line in plan.summary])]
    grave = [guard for guard in plan.guards if guard.level in ("ask", "refuse")]
    if grave:  # above the diffs, where a small screen shows them
        parts.append(_guards(grave))
    seen: dict[str, str] = {}
    for number, director in enumerate(plan.directors):
        same = seen.get(_changes(director.diff))
        seen.setdefault(_changes(director.diff), director.name)
        first = ", first" if number == 0 and len(plan.directors) > 1 else ""
        head = Content.assemble(
            (director.name, "bold"), (f"  {director.role or 'role not known'}{first}", DIM), "   ", _weights(director)
        )
        parts.append(
            head + Content.styled(f"   the same as on {same}", DIM)
            if same
            else Content("\n").join([head, diff(director.diff)])
        )
    parts.append(_guards([guard for guard in plan.guards if guard not in grave]))
    return Content("\n\n").join(parts)


def _changes(diff: str) -> str:
    """The lines that change, whatever is around them."""
    return "\n".join(
        line for line in diff.splitlines() if line[:1] in ("+", "-") and not line.startswith(("+++", "---"))
    )


def _weights(director: DirectorPlan) -> Content:
    texts = [
        f"weight {figures.count(one.weight_before)} → {figures.count(one.weight_after)} in the kernel"
        for one in director.predictions
    ]
    return Content(", ".join(texts))


def diff(text: str) -> Content:
    return Content("\n").join([_diff_line(line) for line in text.splitlines()])


def _diff_line(line: str) -> Content:
    style = DIM if line.startswith(("+++", "---", "@@", " ")) else {"+": "$success", "-": "$error"}.get(line[:1], DIM)
    return Content.styled("  " + line.expandtabs(4), style)


def _guards(guards: Sequence[Guard]) -> Content:
    return Content("\n").join([_guard(guard.level, guard.name, guard.text) for guard in guards])


def _guard(level: str, name: str, text: str) -> Content:
    glyph, tone = GUARD[level]
    return Content.assemble((f"{glyph} {name:<14} ", STYLES[tone]), (text, ""))


def refused(error: PlanRefused) -> Content:
    return Content.assemble(
        ("✖ Refused  ", STYLES["bad"]),
        (f"{error}", ""),
        ("\n\nNothing was changed on either Director.", DIM),
    )


def broken(error: Exception) -> Content:
    return Content.assemble(
        ("✖ lvstui failed  ", STYLES["bad"]),
        (f"{type(error).__name__}: {error}\n\n", ""),
        ("Each Director that was not confirmed puts its old file back by itself. Look at both, and report this.", DIM),
    )  # fmt: skip


def apply_hint(plan: Plan | None, *, blocked: bool) -> Content:
    if plan is None:
        return Content("")
    if any(guard.level == "refuse" for guard in plan.guards):
        return Content.styled("✖ cannot be applied", STYLES["bad"])
    if blocked:
        return Content.styled("? type the guard's name to go on", STYLES["warn"])
    return Content.assemble(("y", "bold $accent"), "  Apply on both" if len(plan.directors) > 1 else "  Apply")


def steps(plan: Plan, steps: tuple[StepView, ...]) -> Content:
    lines: list[Content] = []
    for director in plan.directors:
        lines.append(Content.assemble((director.name, "bold"), (f"  {director.role or ''}", DIM)))
        for step in steps:
            if step.director == director.name:
                glyph, tone = STEP[step.state]
                lines.append(Content.assemble((f"  {glyph} {step.step:<10} ", STYLES[tone]), (step.text, DIM)))
    return Content("\n").join(lines)


def outcome(outcome: Outcome, *, drained: bool) -> Content:
    good = outcome.kind == "done"
    glyph, style = ("✓", STYLES["good"]) if good else ("✖", STYLES["bad"])
    head = Content.assemble((f"{glyph} {outcome.kind}  ", f"bold {style}"), (outcome.text, ""))
    left = [Content.assemble((f"  {name}  ", "bold"), (how, "")) for name, how in outcome.directors.items()]
    after = {
        "done": "r on this row puts it back." if drained else "",
        "undecided": "Look at both Directors' files and tables before anything else is changed.",
    }.get(outcome.kind, "Nothing new is in force; mend what is named above, then try again.")
    return Content("\n").join([head, *left, Content.styled(after, DIM)])

"""Say in words what the dialog of a change knows: its plan, what has changed of it, its steps, its end.

Pure: facts in, text out. Not for: the plan itself (see `plan_text`).
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.plan.outcome import STEPS, Outcome, StepView
from lvstui.cluster.plan.plan import DirectorPlan, Plan
from lvstui.cluster.text import listed
from lvstui.console.actions import UNDO, Keys
from lvstui.console.change import plan_text
from lvstui.console.change.dialog_state import DialogState, Obstacle, QuitWarning
from lvstui.console.change.draft import Draft
from lvstui.console.change.plan_differences import PlanDifference, PlanDifferenceKind
from lvstui.console.look.clickable import pressing
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import STEP, STYLES, Tone
from lvstui.console.look.paragraphs import hanging, stacked

DIM = "$foreground-muted"


def asking(
    state: DialogState, about: str, remark: str, display: Display, width: int, context: int, now: float
) -> Content:
    """Return all that is to be read before it is applied. `about` and `remark` are the form's, `now` is monotonic."""
    warned = Content.styled("! ", STYLES["warn"])
    parts = [hanging(Content(""), about, width), hanging(warned, remark, width) if remark else None]
    if state.applies_at is not None:
        parts.append(scheduled(max(0.0, state.applies_at - now), width))
    elif state.held_up:
        parts.append(held_up(width))
    if state.plan is not None and state.changed is not None:
        parts.append(made_anew(*state.changed, display, width))
    return stacked([*parts, draft(state.draft, width, context)])


def draft(draft: Draft | None, width: int, context: int = 3) -> Content:
    """Return what came of planning what was typed. None: nothing yet."""
    if draft is None:
        return Content.styled("◌ preparing the plan for each Director", DIM)
    if draft.plan is not None:
        return plan_text.plan(draft.plan, width, context)
    return refused(draft.refusal, width) if draft.refusal else Content.styled(draft.missing, DIM)


APPLY = "ctrl+s"  # the key that applies: no text has it in it


def apply_label(plan: Plan | None) -> str:
    written = [] if plan is None else [one.name for one in plan.directors if one.replacements]
    if plan is None or len(written) == len(plan.directors):
        return "Apply" if len(written) == 1 else "Apply on both"
    return f"Apply on {listed(written)}"


def apply_hint(plan: Plan | None, *, blocked: bool) -> Content:
    """Return the key that applies it, or what stands in its way."""
    if plan is None:
        return Content("")
    if any(guard.level == "refuse" for guard in plan.guards):
        return Content.styled("✖ cannot be applied", STYLES["bad"])
    if blocked:
        return Content.styled("? type the word", STYLES["warn"])
    return Content.assemble((APPLY, pressing(APPLY, "bold $accent")), (" applies it", pressing(APPLY)))


# --- what stops it ---

OBSTACLES = {
    Obstacle.PLANNING: "The plan is not ready yet: review it first.",
    Obstacle.NO_PLAN: "There is nothing to apply.",
    Obstacle.OUTDATED: "Plan updated just now: review it, then apply.",
    Obstacle.UNREAD: "Plan updated just now: review it, then apply.",
    Obstacle.OVER: "Already applied.",
}


def refused(why: str, width: int) -> Content:
    return stacked(
        [
            hanging(Content.styled("✖ Refused  ", STYLES["bad"]), why, width),
            Content.styled("Nothing was changed on either Director.", DIM),
        ]
    )


def broken(error: Exception, width: int) -> Content:
    text = "Each unconfirmed Director restores its old files by itself. Check both, and report this."
    return stacked(
        [
            hanging(Content.styled("✖ lvstui failed  ", STYLES["bad"]), f"{type(error).__name__}: {error}", width),
            hanging(Content(""), text, width, DIM),
        ]
    )


_DIFFERENCES = {
    PlanDifferenceKind.FILE: "{0.name}: {0.path} was changed by someone else",
    PlanDifferenceKind.KERNEL: "{0.name}: the weights in its kernel have changed",
    PlanDifferenceKind.ORDER: "{0.name} is now applied first: the roles have changed",
    PlanDifferenceKind.OBJECTION: "guard {0.name} now objects",
    PlanDifferenceKind.NO_OBJECTION: "guard {0.name} no longer objects",
}


def made_anew(differences: Sequence[PlanDifference], at: float, display: Display, width: int) -> Content:
    """Return what changed by itself since it was typed, and when (wall clock)."""
    lead = Content.styled(f"! {display.clock(at)} Plan updated  ", STYLES["warn"])
    found = "; ".join(_DIFFERENCES[one.kind].format(one) for one in differences)
    return hanging(lead, f"{found}. Review it again before you apply it.", width)


def scheduled(seconds: float, width: int) -> Content:
    """Return the countdown of a restore that runs automatically."""
    text = (
        f"Scheduled restore: runs automatically in {seconds:.0f} s. Escape keeps it drained, {APPLY} restores it now."
    )
    return hanging(Content.styled("! ", STYLES["warn"]), text, width)


def held_up(width: int) -> Content:
    """Return that a restore was to run automatically, and will not."""
    text = "Scheduled restore: due, but not run automatically; see what blocks it."
    return hanging(Content.styled("! ", STYLES["warn"]), text, width)


# --- carrying it out ---


def quit_warning(warning: QuitWarning, keys: Keys) -> str:
    """Return how the Directors are left if the console is quit now."""
    if warning is QuitWarning.WITHOUT_FOLLOW_UP:
        waits = "The server is in at weight 0 and waits to be raised."
        return f"{waits} Quit again: it stays at 0, and {keys.label(UNDO)} reverts the change later."
    return "A change is running. Quit again: each unconfirmed Director restores its old files."


def steps(plan: Plan, director: DirectorPlan, steps: Sequence[StepView], width: int) -> Content:
    """Return one Director's steps, those that are still to come too."""
    later = () if plan.follow_up is None else ("alive", "raise") if plan.follow_up.targets else ("raise",)
    known = {step.step: step for step in steps if step.director == director.name}
    lines = [plan_text.director_head(director, first=False)]
    failed = any(step.state == "failed" for step in known.values()) or "roll back" in known
    for name in (*STEPS, *later, *(name for name in known if name not in (*STEPS, *later))):
        if name not in known and failed:
            continue
        step = known.get(name, StepView(director.name, name, "waiting", ""))
        glyph, tone = STEP[step.state]
        style = DIM if step.state == "waiting" else STYLES[tone]
        lines.append(hanging(Content.styled(f" {glyph} {name:<9} ", style), step.text, width, DIM))
    return Content("\n").join(lines)


_GOOD: tuple[str, Tone] = ("✓", "good")
_HALF: tuple[str, Tone] = ("!", "warn")
_BAD: tuple[str, Tone] = ("✖", "bad")


def outcome(outcome: Outcome, after: str, width: int) -> Content:
    kind = "half done" if outcome.kind == "done" and outcome.exit_code != 0 else outcome.kind
    glyph, tone = {"done": _GOOD, "half done": _HALF}.get(kind, _BAD)
    head = hanging(Content.styled(f"{glyph} {kind}  ", f"bold {STYLES[tone]}"), outcome.text, width)
    left = [hanging(Content.styled(f"  {name}  ", "bold"), how, width) for name, how in outcome.directors.items()]
    todo = {
        "done": after,
        "undecided": "Check the files and IPVS tables of both Directors before any other change.",
    }.get(outcome.kind, "Nothing new is in effect. Fix the cause named above, then try again.")
    return Content("\n").join([head, *left, Content(""), hanging(Content(""), todo, width, DIM)])

"""What the dialog of a change says: the plan, what has changed of it, its steps, its end. Pure: facts in, text out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from lvstui.cluster.guards import Guard
from lvstui.cluster.outcome import STEPS, Outcome, StepView
from lvstui.cluster.plan import DirectorPlan, Plan, PlanRefused, Prediction
from lvstui.console import diffs, figures
from lvstui.console.marks import GUARD, STEP, STYLES, Tone
from lvstui.console.paragraphs import hanging, stacked

DIM = "$foreground-muted"
MOST_SAID = 4  # targets with a sentence each; more are named together
GRAVE = ("ask", "refuse")


def plan(plan: Plan, width: int, context: int = 3) -> Content:
    """All that is to be known before `y`: what it is about, what speaks against it, each Director's lines, the rest."""
    grave = [guard for guard in plan.guards if guard.level in GRAVE]
    return stacked(
        [
            _summary(plan, width),
            guards(grave, plan, width),  # above the diffs, where a small screen shows them
            *_directors(plan, width, context),
            guards([guard for guard in plan.guards if guard not in grave], plan, width),
        ]
    )


def _summary(plan: Plan, width: int) -> Content:
    targets = plan.intent.targets
    if len(targets) == 1:  # it is named in the title
        name = f"{targets[0].real_server} in {targets[0].virtual_server}: "
        lines = [line.removeprefix(name) for line in plan.summary]
        return Content("\n").join([hanging(Content(""), f"{line[:1].upper()}{line[1:]}.", width) for line in lines])
    if len(targets) <= MOST_SAID:
        return Content("\n").join([hanging(Content("· "), line, width) for line in plan.summary])
    named: dict[str, list[str]] = {}
    for target in targets:
        named.setdefault(target.virtual_server, []).append(target.real_server)
    return Content("\n").join(
        [
            hanging(Content.styled(f"{server}  ", "bold"), _names(reals), width, most=3)
            for server, reals in named.items()
        ]
    )


def _names(reals: Sequence[str]) -> str:
    """The address once, where ports of one machine follow one another."""
    words: list[str] = []
    last = ""
    for real in reals:
        address, _, port = real.rpartition(":")
        words.append(f":{port}" if address == last else real)
        last = address
    return f"{len(reals)}: {' '.join(words)}"


def _directors(plan: Plan, width: int, context: int) -> Iterator[Content]:
    told: list[DirectorPlan] = []
    for number, director in enumerate(plan.directors):
        twin = next((one for one in told if diffs.same(one.diff, director.diff)), None)
        told.append(director)
        files = diffs.parse(director.diff)
        lines = [_head(director, first=number == 0 and len(plan.directors) > 1) + _kernel(director.predictions)]
        if twin is not None:
            where = ", ".join(f"{file.path} {file.where}" for file in files)
            lines.append(hanging(Content.styled(f"  the same as on {twin.name}  ", ""), where, width, DIM))
        else:
            for file in files:
                lines += [Content.styled(f"  {file.path}", DIM), diffs.shown(file, context, width)]
        if not files:
            lines.append(Content.styled("  nothing to change here", DIM))
        lines += _brought_along(director, told[:-1], width)
        yield Content("\n").join([*lines, *_each(director.predictions, width)])


def _brought_along(director: DirectorPlan, told: Sequence[DirectorPlan], width: int) -> list[Content]:
    """What else the reload brings into force, as far as it is known."""
    if not director.pending:
        return []
    head = "  ◌ the reload brings along what is not loaded yet"
    twin = next((one for one in told if one.pending and diffs.same(one.pending, director.pending)), None)
    if twin is not None:
        return [Content.styled(f"{head}, the same as on {twin.name}", STYLES["warn"])]
    lines = [Content.styled(head, STYLES["warn"])]
    for file in diffs.parse(director.pending):
        lines += [Content.styled(f"  {file.path}", DIM), diffs.shown(file, 0, width)]
    return lines


def _head(director: DirectorPlan, *, first: bool) -> Content:
    role = f"  {director.role or 'role not known'}{', first' if first else ''}"
    return Content.assemble((director.name, "bold"), (role, DIM))


def _kernel(predictions: Sequence[Prediction]) -> Content:
    """What the kernel will show, where it can be said in a few words."""
    alike = {(one.weight_before, one.weight_after) for one in predictions}
    if len(alike) != 1:
        return Content("")
    (change,) = alike
    every = f"all {len(predictions)}: " if len(predictions) > 1 else ""
    return Content.assemble(("   kernel ", DIM), f"{every}{_weights(*change)}")


def _each(predictions: Sequence[Prediction], width: int) -> list[Content]:
    """The kernel's rows one after the other, where they are not all alike."""
    if len({(one.weight_before, one.weight_after) for one in predictions}) < 2:
        return []
    lead = Content.styled("  kernel ", DIM)
    return [
        hanging(
            lead, f"{one.real_server} in {one.virtual_server}  {_weights(one.weight_before, one.weight_after)}", width
        )
        for one in predictions
    ]


def _weights(before: int | None, after: int | None) -> str:
    if before is None and after is None:
        return "not there, as now"
    if before is None:
        return f"added with weight {after}"
    return f"weight {before} → {after}" if after is not None else f"weight {before} → gone"


# --- guards ---


def guards(guards: Sequence[Guard], plan: Plan, width: int) -> Content | None:
    """One line for each verdict; what holds on every Director is said once."""
    told: dict[tuple[str, str, str], list[str]] = {}
    for guard in guards:
        text = guard.text.removeprefix(f"{guard.director}: ")
        told.setdefault((guard.level, guard.name, text), []).append(guard.director or "")
    lines = []
    for (level, name, text), where in told.items():
        everywhere = len(where) == len(plan.directors) or where == [""]
        glyph, tone = GUARD[level]
        lead = Content.assemble((f"{glyph} {name:<12} ", STYLES[tone]))
        lines.append(hanging(lead, text if everywhere else f"{', '.join(where)}: {text}", width))
    return Content("\n").join(lines) if lines else None


def verdict(plan: Plan) -> Content:
    """The guards in a few words, beside the buttons."""
    found = {level: len({guard.name for guard in plan.guards if guard.level == level}) for level in GUARD}
    for level in GRAVE:
        names = ", ".join(sorted({guard.name for guard in plan.guards if guard.level == level}))
        if names:
            glyph, tone = GUARD[level]
            word = "refused" if level == "refuse" else "asks"
            return Content.styled(f"{glyph} {word}: {names}", STYLES[tone])
    notes = f", {found['note']} to note" if found["note"] else ""
    return Content.styled(f"✓ {found['ok']} checked{notes}", STYLES["warn" if notes else "good"])


def apply_hint(plan: Plan | None, *, blocked: bool, typing: bool) -> Content:
    """What applies it. While letters are typed into a field, `y` is one of them."""
    if plan is None:
        return Content("")
    if any(guard.level == "refuse" for guard in plan.guards):
        return Content.styled("✖ cannot be applied", STYLES["bad"])
    if blocked:
        return Content.styled("? type the word to go on", STYLES["warn"])
    where = "Apply on both" if len(plan.directors) > 1 else "Apply"
    before = [("Enter", "bold"), (", then ", DIM)] if typing else []
    return Content.assemble(*before, (" y ", "bold $accent reverse"), f"  {where}")


# --- what stops it ---


def refused(error: PlanRefused, width: int) -> Content:
    return stacked(
        [
            hanging(Content.styled("✖ Refused  ", STYLES["bad"]), str(error), width),
            Content.styled("Nothing was changed on either Director.", DIM),
        ]
    )


def broken(error: Exception, width: int) -> Content:
    text = "Each Director that was not confirmed puts its old file back by itself. Look at both, and report this."
    return stacked(
        [
            hanging(Content.styled("✖ lvstui failed  ", STYLES["bad"]), f"{type(error).__name__}: {error}", width),
            hanging(Content(""), text, width, DIM),
        ]
    )


def differences(old: Plan, new: Plan) -> list[str]:
    """What is another thing in the new plan of the same intent, each in words. What comes and goes by itself is not."""
    found = []
    before = {director.name: director for director in old.directors}
    for director in new.directors:
        was = before.get(director.name)
        if was is None:
            continue
        hashes = {one.path: one.sha256 for one in (*was.replacements, *was.unchanged)}
        for one in (*director.replacements, *director.unchanged):
            if hashes.get(one.path, one.sha256) != one.sha256:
                found.append(f"{director.name}: {one.path} was changed by another hand")
        if was.predictions != director.predictions:
            found.append(f"{director.name}: its kernel shows other weights now")
    if [one.name for one in old.directors] != [one.name for one in new.directors]:
        found.append(f"{new.directors[0].name} comes first now: the roles have changed")
    raised = {guard.name for guard in new.guards if guard.level in GRAVE}
    held = {guard.name for guard in old.guards if guard.level in GRAVE}
    found += [f"{name} speaks against it now" for name in sorted(raised - held)]
    return found + [f"{name} speaks against it no more" for name in sorted(held - raised)]


def made_anew(what: Sequence[str], at: float, width: int) -> Content:
    lead = Content.styled(f"! {figures.clock(at)} Made anew  ", STYLES["warn"])
    return hanging(lead, f"{'; '.join(what)}. Read it again before y.", width)


# --- carrying it out ---


def steps(plan: Plan, director: DirectorPlan, steps: Sequence[StepView], width: int) -> Content:
    """One Director's steps, those that are still to come too."""
    later = () if plan.follow_up is None else ("alive", "raise") if plan.follow_up.targets else ("raise",)
    known = {step.step: step for step in steps if step.director == director.name}
    lines = [_head(director, first=False)]
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
        "undecided": "Look at both Directors' files and tables before anything else is changed.",
    }.get(outcome.kind, "Nothing new is in force; mend what is named above, then try again.")
    return Content("\n").join([head, *left, Content(""), hanging(Content(""), todo, width, DIM)])

"""Say a plan in words: what it is about, what speaks against it, each Director's lines. Pure: a plan in, text out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from lvstui.cluster.plan.guards import Guard
from lvstui.cluster.plan.plan import DirectorPlan, Plan, Prediction
from lvstui.console.change import diff_text
from lvstui.console.change.plan_differences import GRAVE
from lvstui.console.look.glyphs import GUARD, STYLES
from lvstui.console.look.paragraphs import hanging, stacked

DIM = "$foreground-muted"
MOST_SAID = 4  # targets with a sentence each; more are named together


def plan(plan: Plan, width: int, context: int = 3) -> Content:
    """Return all that is to be known of a plan: what it is about, what speaks against it, each Director's lines, the rest."""
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
        lines = [f"{line.said[:1].upper()}{line.said[1:]}." for line in plan.summary]
        return Content("\n").join([hanging(Content(""), line, width) for line in lines])
    if len(targets) <= MOST_SAID:
        return Content("\n").join([hanging(Content("· "), str(line), width) for line in plan.summary])
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
    """Return the names, with the address once where ports of one machine follow one another."""
    words: list[str] = []
    last = ""
    for real in reals:
        address, _, port = real.rpartition(":")
        words.append(f":{port}" if address == last else real)
        last = address
    return f"{len(reals)}: {' '.join(words)}"


def _directors(plan: Plan, width: int, context: int) -> Iterator[Content]:
    earlier: list[DirectorPlan] = []
    several = len([one for one in plan.directors if one.replacements]) > 1
    for number, director in enumerate(plan.directors):
        twin = next((one for one in earlier if diff_text.same(one.diff, director.diff)), None)
        earlier.append(director)
        files = diff_text.parse(director.diff)
        lines = [director_head(director, first=number == 0 and several) + _kernel(director.predictions)]
        if twin is not None:
            where = ", ".join(f"{file.path} {file.where}" for file in files)
            lines.append(hanging(Content.styled(f"  the same as on {twin.name}  ", ""), where, width, DIM))
        else:
            for file in files:
                lines += [Content.styled(f"  {file.path}", DIM), diff_text.shown(file, context, width)]
        if not files:
            lines.append(Content.styled("  no change here", DIM))
        lines += _brought_along(director, earlier[:-1], width)
        yield Content("\n").join([*lines, *_each(director.predictions, width)])


def _brought_along(director: DirectorPlan, earlier: Sequence[DirectorPlan], width: int) -> list[Content]:
    """Return what else the reload brings into force, as far as it is known."""
    if not director.pending:
        return []
    head = "  ◌ the reload also loads these pending changes"
    twin = next((one for one in earlier if one.pending and diff_text.same(one.pending, director.pending)), None)
    if twin is not None:
        return [Content.styled(f"{head}, the same as on {twin.name}", STYLES["warn"])]
    lines = [Content.styled(head, STYLES["warn"])]
    for file in diff_text.parse(director.pending):
        lines += [Content.styled(f"  {file.path}", DIM), diff_text.shown(file, 0, width)]
    return lines


def director_head(director: DirectorPlan, *, first: bool) -> Content:
    role = director.role or "role unknown"
    if first:
        return Content.assemble(("applied first: ", DIM), (director.name, "bold"), (f" ({role})", DIM))
    return Content.assemble((director.name, "bold"), (f" ({role})", DIM))


def _kernel(predictions: Sequence[Prediction]) -> Content:
    """Return what the kernel will show, where it can be said in a few words."""
    alike = {(one.weight_before, one.weight_after) for one in predictions}
    if len(alike) != 1:
        return Content("")
    (change,) = alike
    every = f"all {len(predictions)}: " if len(predictions) > 1 else ""
    return Content.assemble(("   kernel ", DIM), f"{every}{_weights(*change)}")


def _each(predictions: Sequence[Prediction], width: int) -> list[Content]:
    """Return the kernel's rows one after the other, where they are not all alike."""
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
        return "absent, as now"
    if before is None:
        return f"added with weight {after}"
    return f"weight {before} → {after}" if after is not None else f"weight {before} → gone"


# --- guards ---


def guards(guards: Sequence[Guard], plan: Plan, width: int) -> Content | None:
    """Return one line for each verdict; what holds on every Director is said once."""
    verdicts: dict[tuple[str, str, str], list[str]] = {}
    for guard in guards:
        verdicts.setdefault((guard.level, guard.kind, guard.said), []).append(guard.director or "")
    lines = []
    for (level, name, text), where in verdicts.items():
        everywhere = len(where) == len(plan.directors) or where == [""]
        glyph, tone = GUARD[level]
        lead = Content.assemble((f"{glyph} {name:<12} ", STYLES[tone]))
        lines.append(hanging(lead, text if everywhere else f"{', '.join(where)}: {text}", width))
    return Content("\n").join(lines) if lines else None


def verdict(plan: Plan) -> Content:
    """Return the guards in a few words, for beside the buttons."""
    found = {level: len({guard.kind for guard in plan.guards if guard.level == level}) for level in GUARD}
    for level in GRAVE:
        names = ", ".join(sorted({guard.kind for guard in plan.guards if guard.level == level}))
        if names:
            glyph, tone = GUARD[level]
            word = "refused" if level == "refuse" else "asks"
            return Content.styled(f"{glyph} {word}: {names}", STYLES[tone])
    notes = f", {found['note']} to note" if found["note"] else ""
    return Content.styled(f"✓ {found['ok']} checked{notes}", STYLES["warn" if notes else "good"])

"""Write the preflight of a drill: what is done, what is expected, and what each guard says. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from lvstui.cluster.drill.views.drill_figures import between, length
from lvstui.cluster.plan.drill_plan import DrillHow, DrillPlan, ExpectedTakeover
from lvstui.cluster.plan.guards import Guard
from lvstui.console.look.clickable import clicking
from lvstui.console.look.glyphs import BAD, DIM, GUARD, STYLES
from lvstui.console.look.paragraphs import hanging, stacked

_WAYS: dict[str, str] = {"handover": "handover", "stop": "stop keepalived", "kill": "kill -9 keepalived"}
_GRAVE = {"refuse": 0, "ask": 1, "note": 2, "ok": 3}


def ways(every: Sequence[DrillHow], chosen: DrillHow) -> Content:
    """Write the choice of how the failover is made."""
    parts: list[tuple[str, str]] = []
    for way in every:
        here = way == chosen
        style = "" if here else DIM
        parts += [
            ("● " if here else "○ ", clicking(f"choose('{way}')", "$accent" if here else DIM)),
            (f"{_WAYS[way]}   ", clicking(f"choose('{way}')", style)),
        ]
    return Content.assemble(*parts)


def preflight(plan: DrillPlan, width: int) -> Content:
    """Write what is done and expected, and the guards, the gravest first."""
    undone = f"It is undone after {plan.intent.hold:g} s, whatever happens: the agents do that by themselves."
    expected = [_expected(one, width) for one in plan.expected]
    if plan.staying:
        expected.append(hanging(Content.styled("expected  ", DIM), plan.staying_words, width))
    guards = [_guard(one, width) for one in sorted(plan.guards, key=lambda one: _GRAVE[one.level])]
    head = Content("\n").join([hanging(Content(""), plan.title, width, "bold"), hanging(Content(""), undone, width)])
    return stacked([head, Content("\n").join(expected), Content("\n").join(guards)])


def _expected(one: ExpectedTakeover, width: int) -> Content:
    lead = Content.styled("expected  ", DIM)
    without = f"at most {length(one.without)} without a MASTER" if one.without else "never without a MASTER"
    text = f"{one.instance} goes to {one.master} within {between(one.earliest, one.latest)}, {without}"
    return hanging(lead, text, width)


def _guard(one: Guard, width: int) -> Content:
    glyph, tone = GUARD[one.level]
    return hanging(Content.styled(f"{glyph} {one.kind}  ", STYLES[tone]), one.text, width)


def refusal(why: str, width: int) -> Content:
    """Say why there is no drill to run."""
    return hanging(Content.styled(f"{BAD} ", STYLES["bad"]), f"No drill can be run: {why}", width)

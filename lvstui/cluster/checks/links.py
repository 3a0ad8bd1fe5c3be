"""Tell of a Director that is not reached, of what cannot be seen there, and of a change that was left unfinished."""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.finding import Finding
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.text import unfinished_change
from lvstui.cluster.view import DirectorView, LinkState, Severity


def reached(view: DirectorView, alive: str) -> Iterator[Finding]:
    """Tell why there is no link. `alive` is what shows that the Director is, though its link is not."""
    name, why = view.name, f": {view.error}" if view.error else ""
    if view.state is LinkState.LOST:
        text = f"{name} is lost{why}"
        detail = f"{alive}Nothing else is known about it." if alive else "Its state is unknown."
        yield Finding(ProblemKind.LINK, f"link:{name}", Severity.ERROR, text, f"{detail} Try `ssh {name}`.", name)
    elif view.state is LinkState.STALE:
        detail = f"{alive}The figures shown are old and its current state is unknown. lvstui keeps reconnecting."
        yield Finding(ProblemKind.LINK, f"link:{name}", Severity.WARNING, f"{name} is silent{why}", detail, name)
    elif view.error:
        yield Finding(
            ProblemKind.LINK,
            f"link:{name}",
            Severity.ERROR if view.state is LinkState.CONNECTING else Severity.WARNING,
            f"{name} cannot be reached{why}",
            f"Try `ssh {name}`.",
            name,
        )


def seen(view: DirectorView) -> Iterator[Finding]:
    """Tell what cannot be read there."""
    for missing in view.missing:
        id, text = f"missing:{view.name}:{missing.what}", f"{view.name}: {missing.what}: {missing.why}"
        yield Finding(ProblemKind.NOT_SEEN, id, Severity.INFO, text, "", view.name)


def finished(view: DirectorView) -> Iterator[Finding]:
    """Tell of a change that was left unfinished."""
    left = view.unfinished
    if left is None:
        return
    settle = (
        " Settle it, here or with lvsctl settle: put the old files back, or keep the current ones. No change is possible before."
        if left.transaction
        else ""
    )
    text = f"{view.name}: {unfinished_change(left.transaction, left.title, left.by)} was left unfinished"
    yield Finding(
        ProblemKind.UNFINISHED,
        f"unfinished:{view.name}",
        Severity.CRITICAL,
        text,
        f"{'. '.join(left.lines)}.{settle}",
        view.name,
    )

"""Tell what is wrong with a Director's keepalived."""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.hung_processes import hung
from lvstui.cluster.observed.vrrp import fault_causes
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import DirectorView, Severity


def running(director: Director, view: DirectorView) -> Iterator[Finding]:
    """Tell of a keepalived that does not run, unless a handover is for that; an instance in FAULT; files that are not loaded."""
    name = view.name
    if view.keepalived.running is False and not view.at_rest:
        held = [vip.name for instance in view.vrrp for vip in instance.vips if vip.held]
        still = f", and it still holds {', '.join(held)}" if held else ""
        detail = "The real servers are not checked there, and VRRP does not run."
        if held:
            detail += " The other Director takes the VIPs as well: clients may reach either. Start keepalived, or remove them."
        text = f"keepalived is not running on {name}{still}"
        yield Finding(
            ProblemKind.KEEPALIVED_DOWN,
            f"keepalived:{name}",
            Severity.CRITICAL if held else Severity.ERROR,
            text,
            detail,
            name,
        )
    for cause in fault_causes.causes(director, view.vrrp):
        id = f"fault:{name}:{cause.instances[0].name}"
        text, detail = fault_causes.text(cause, name), fault_causes.detail(cause)
        yield Finding(ProblemKind.FAULT, id, Severity.ERROR, text, detail, name)
    if view.keepalived.pending:
        text = f"{name}: the files have changes that keepalived has not loaded"
        yield Finding(
            ProblemKind.PENDING,
            f"pending:{name}",
            Severity.WARNING,
            text,
            "Reload to apply; review the diff first.",
            name,
        )


_WITHOUT = {
    "parent": "It cannot reload or restart its processes: no change can be made there.",
    "vrrp": "It sends no adverts and neither takes nor gives up VIPs: if it is MASTER, the other Director becomes MASTER too.",
    "checkers": "The real servers are not checked there: one that fails keeps its clients, and one that recovers gets none.",
}


def responding(director: Director, view: DirectorView, *, holds: bool) -> Iterator[Finding]:
    """Tell of processes that are stopped or hang. `holds`: the Director has VIPs, so that clients depend on them."""
    for process in hung(director):
        stopped = process.deaf_s is None
        severity = Severity.CRITICAL if stopped and holds and process.role != "parent" else Severity.ERROR
        wake = f"`kill -CONT {process.pid}`, or restart" if stopped else "Find out what it waits for, or restart"
        detail = f"{_WITHOUT.get(process.role, '')} {wake} keepalived there."
        text = f"keepalived's {process.name} on {view.name} {process.condition}"
        id = f"hung:{view.name}:{process.role}"
        yield Finding(ProblemKind.HUNG, id, severity, text, detail.strip(), view.name, A_FAILOVER, counting=True)

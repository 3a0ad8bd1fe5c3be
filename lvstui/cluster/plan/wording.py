"""Put a plan into words: its title, and what an operator wants to know before reading the diff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster.identity.kernel_key import kernel_keys
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import ChangeRecord, Intent
from lvstui.cluster.plan.mastership import ExpectedMaster
from lvstui.cluster.plan.planned_follow_up import FollowUp
from lvstui.cluster.text import counted, listed, shortened
from lvstui.keepalived import ConfiguredRealServer, VirtualServer

_VERBS = {
    "drain": "Drain {what} in {where}",
    "restore": "Restore {what} in {where}",
    "weight": "Set the weight of {what} in {where} to {weight}",
    "add": "Add {what} to {where}",
    "remove": "Remove {what} from {where}",
}
_UNDO, _REDO = "Undo: ", "Redo: "  # the history has no field of its own for which of them an undo is
_OF_DIRECTORS = {"handover": "Hand over {}", "takeback": "Take back {}"}
_MOST = 12  # lines
_TAKING_OUT = ("drain", "remove")  # the actions that take clients away


@dataclass(frozen=True)
class SummaryLine:
    """A sentence, and what it is about where it says nothing of that."""

    said: str
    target: Target | None = None

    def __str__(self) -> str:
        head = "" if self.target is None else f"{self.target.real_server} in {self.target.virtual_server}: "
        return f"{head}{self.said}"


def title(intent: Intent) -> str:
    if intent.action == "undo":
        return "Undo" if intent.undo is None else undo_title(intent.undo)
    if intent.action in _OF_DIRECTORS:
        return _OF_DIRECTORS[intent.action].format(intent.director)
    reals = sorted({target.real_server for target in intent.targets})
    servers = sorted({target.virtual_server for target in intent.targets})
    what = reals[0] if len(reals) == 1 else f"{len(reals)} real servers"
    where = servers[0] if len(servers) == 1 else f"{len(servers)} virtual servers"
    return _VERBS[intent.action].format(what=what, where=where, weight=intent.weight)


def undo_title(record: ChangeRecord) -> str:
    """Return the title of the change that takes a record back: that of an undo does the change again."""
    if record.action != "undo":
        return f"{_UNDO}{record.title}"
    if record.title.startswith(_UNDO):
        return f"{_REDO}{record.title.removeprefix(_UNDO)}"
    return f"{_UNDO}{record.title.removeprefix(_REDO)}"


def summary(intent: Intent, edited: Sequence[DirectorEdit], follow_up: FollowUp | None) -> tuple[SummaryLine, ...]:
    """Return the connections on the targets, who takes the new ones, and what follows."""
    seen = _seen(edited)
    shown = intent.targets if len(intent.targets) <= _MOST else intent.targets[: _MOST - 1]
    lines = [_line(intent, _met(edited, target) or seen, target) for target in shown]
    if len(shown) < len(intent.targets):
        lines.append(SummaryLine(f"and {len(intent.targets) - len(shown)} more"))
    lines += [SummaryLine(f"no server is left in {name} for new connections") for name in _left_without(intent, edited)]
    if follow_up is not None:
        raised = ", ".join(_raised(seen, target) for target in follow_up.intent.targets)
        when = (
            "when its first checks have succeeded; where keepalived does not tell that, when the checkers have seen it alive for "
            f"{follow_up.hold:.0f} s, which a first check may take to fail (waits at most {follow_up.seconds:.0f} s)"
            if follow_up.targets
            else "at once after that, because it has no checker"
        )
        lines.append(SummaryLine(f"it starts at weight 0 and is raised {when}: {raised}"))
    return tuple(lines)


def takeover_summary(edited: Sequence[DirectorEdit], takeovers: Sequence[ExpectedMaster]) -> tuple[SummaryLine, ...]:
    """Return who becomes MASTER of what, when, and what stays as it is."""
    lines: list[SummaryLine] = []
    moving: dict[tuple[str | None, str | None], list[ExpectedMaster]] = {}
    for one in takeovers:
        if one.before is not None:
            moving.setdefault((one.before, one.after), []).append(one)
    for (before, after), some in moving.items():
        names = listed([one.name for one in some])
        vips = shortened([vip for one in some for vip in one.router[0].identity.vips])
        if before == after:
            lines.append(SummaryLine(f"{before} stays MASTER of {names} ({vips})"))
            continue
        seconds, without = max(one.seconds for one in some), max(one.without_s for one in some)
        how = f"{without:.2f} s without a MASTER" if without else f"{before} stays MASTER until it hears {after}"
        lines.append(SummaryLine(f"{after} becomes MASTER of {names} ({vips}) after about {seconds:.1f} s; {how}"))
    return tuple(lines)


def _seen(edited: Sequence[DirectorEdit]) -> DirectorEdit:
    """Return the MASTER, or the last where there is none."""
    return next((one for one in edited if one.facts.role == "MASTER"), edited[-1])


def _met(edited: Sequence[DirectorEdit], target: Target) -> DirectorEdit | None:
    """Return the Director that holds the virtual server's VIP: its kernel has the connections. None: it is not one of them."""
    for one in edited:
        found = find(one.before, target) or find(one.after, target)
        if found is not None and any(service.address in one.facts.addresses for service in found[0].services):
            return one
    return None


def _held(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> str:
    """Return what is on the real server now, in words. For UDP, whose connections are all inactive, they are its flows."""
    keys = [key for key in kernel_keys(server, real) if key in (facts.weights or {})]
    if not keys:
        return "not in the kernel"
    active, inactive = (sum(some.get(key, 0) for key in keys) for some in (facts.active, facts.inactive))
    protocols = {service.protocol for service in server.services}
    if protocols == {"udp"}:
        return counted(active + inactive, "flow")
    told = counted(active, "active connection")
    return told if protocols <= {"tcp", "sctp"} else f"{told} and {inactive} inactive"


def _raised(edited: DirectorEdit, target: Target) -> str:
    found = find(edited.after, target)
    weight = found[1].drained.weight if found is not None and found[1].drained is not None else "?"
    return f"{target.real_server} to {weight}"


def _line(intent: Intent, edited: DirectorEdit, target: Target) -> SummaryLine:
    facts = edited.facts
    found = find(edited.before, target)
    if found is None:
        new = find(edited.after, target)
        checkers = ", ".join(checker.kind for checker in new[1].checkers) if new is not None else ""
        return SummaryLine(
            f"{target.real_server} is new in {target.virtual_server}, checked by {checkers or 'nothing'}"
        )
    server, real = found
    text = f"{_held(facts, server, real)} on {facts.name}"
    others = _others(intent, facts, server) if intent.action in _TAKING_OUT else 0
    if others:
        text += f"; new connections go to {counted(others, 'other server')}"
    return SummaryLine(text, target)


def _others(intent: Intent, facts: Facts, server: VirtualServer) -> int:
    """Return how many real servers of a virtual server get clients and are not among the targets."""
    gone = {(one.virtual_server, one.real_server) for one in intent.targets}
    return sum(
        (server.id, str(other.key)) not in gone
        and any((facts.weights or {}).get(key, 0) > 0 for key in kernel_keys(server, other))
        for other in server.real_servers
    )


def _left_without(intent: Intent, edited: Sequence[DirectorEdit]) -> list[str]:
    """Return the virtual servers in which no real server is left for new connections, each once."""
    found: list[str] = []
    for target in intent.targets if intent.action in _TAKING_OUT else ():
        one = _met(edited, target) or _seen(edited)
        pair = find(one.before, target)
        if pair is not None and target.virtual_server not in found and not _others(intent, one.facts, pair[0]):
            found.append(target.virtual_server)
    return found

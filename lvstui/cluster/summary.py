"""A plan in words: its title, and what an operator wants to know before reading the diff."""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.edits import Edited
from lvstui.cluster.facts import find, kernel_keys
from lvstui.cluster.history import undo_title
from lvstui.cluster.intent import Intent, Target
from lvstui.cluster.raising import FollowUp

_VERBS = {
    "drain": "Drain {what} in {where}",
    "restore": "Restore {what} in {where}",
    "weight": "Set the weight of {what} in {where} to {weight}",
    "add": "Add {what} to {where}",
    "remove": "Remove {what} from {where}",
}
_MOST = 12  # lines


def title(intent: Intent) -> str:
    if intent.action == "undo":
        return "Undo" if intent.undo is None else undo_title(intent.undo)
    reals = sorted({target.real_server for target in intent.targets})
    servers = sorted({target.virtual_server for target in intent.targets})
    what = reals[0] if len(reals) == 1 else f"{len(reals)} real servers"
    where = servers[0] if len(servers) == 1 else f"{len(servers)} virtual servers"
    return _VERBS[intent.action].format(what=what, where=where, weight=intent.weight)


def summary(intent: Intent, edited: Sequence[Edited], follow_up: FollowUp | None) -> tuple[str, ...]:
    """Connections on the targets, who takes the new ones, and what follows."""
    seen = next((one for one in edited if one.facts.role == "MASTER"), edited[-1])
    shown = intent.targets if len(intent.targets) <= _MOST else intent.targets[: _MOST - 1]
    lines = [_line(intent, seen, target) for target in shown]
    if len(shown) < len(intent.targets):
        lines.append(f"and {len(intent.targets) - len(shown)} more")
    if follow_up is not None:
        raised = ", ".join(_raised(seen, target) for target in follow_up.intent.targets)
        when = (
            f"when the checkers of every Director have seen it alive (at most {follow_up.seconds:.0f} s are waited)"
            if follow_up.targets
            else "at once after that, because it has no checker"
        )
        lines.append(f"it goes in at weight 0, and is raised {when}: {raised}")
    return tuple(lines)


def _raised(edited: Edited, target: Target) -> str:
    found = find(edited.after, target)
    weight = found[1].drained.weight if found is not None and found[1].drained is not None else "?"
    return f"{target.real_server} to {weight}"


def _line(intent: Intent, edited: Edited, target: Target) -> str:
    facts = edited.facts
    found = find(edited.before, target)
    if found is None:
        new = find(edited.after, target)
        checkers = ", ".join(checker.kind for checker in new[1].checkers) if new is not None else ""
        return f"{target.real_server} is new in {target.virtual_server}, checked by {checkers or 'nothing'}"
    server, real = found
    active = [facts.active[key] for key in kernel_keys(server, real) if key in facts.active]
    now = f"{sum(active)} active connections" if active else "not in the kernel"
    text = f"{target.real_server} in {target.virtual_server}: {now} on {facts.name}"
    if intent.action in ("drain", "remove"):
        gone = {(one.virtual_server, one.real_server) for one in intent.targets}
        others = sum(
            (server.id, str(other.key)) not in gone
            and any((facts.weights or {}).get(key, 0) > 0 for key in kernel_keys(server, other))
            for other in server.real_servers
        )
        text += f"; new ones will go to {others} other {'server' if others == 1 else 'servers'}"
    return text

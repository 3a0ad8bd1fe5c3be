"""Judge what a new real server has of the one that it is a copy of: a script or a check may still name the old address or port.

The edit replaces both where they are options of a checker (`connect_ip`, `connect_port`), and the address alone in its other
lines. Whether a number in a command is the port is the operator's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.text import counted
from lvstui.keepalived import RealServerKey
from lvstui.keepalived.editing.edit import AddRealServer
from lvstui.keepalived.secrets import masked_text

_NUMBERS = re.compile(rb"[\d.,-]+")  # a time, a count, a weight, status codes
_MANY = 3  # lines that are told


def check(edited: DirectorEdit, intent: Intent) -> Iterator[Guard]:
    for target in intent.targets if intent.action == "add" else ():
        like = None if intent.like is None else RealServerKey.parse(intent.like)
        new = RealServerKey.parse(target.real_server)
        model = AddRealServer(target.virtual_server, new, intent.weight, like).model(edited.before).key
        found = list(_of_the_model(edited, target, model))
        if found:
            more = f"; and {counted(len(found) - _MANY, 'line')} more" if len(found) > _MANY else ""
            text = (
                f"{new} is a copy of {model}, and has its address or port in {'; '.join(found[:_MANY])}{more}. If that is not "
                "meant, write it by hand, or model it on another real server (--like)"
            )
            yield Guard(GuardKind.COPIED, "ask", text, edited.facts.name)


def _of_the_model(edited: DirectorEdit, target: Target, model: RealServerKey) -> Iterator[str]:
    """Return the statements of the new real server that have the model's address or port as a word of its own."""
    made = find(edited.after, target)
    if made is None:
        return
    new, expansion = made[1], edited.after.expansion
    address = re.compile(rb"(?<![\w.])%s(?!\w|\.\w)" % re.escape(model.address.encode()), re.IGNORECASE)
    port = re.compile(rb"(?<![\w.])%d(?!\w|\.\w)" % model.port)
    for index in range(new.span[0] + 1, new.span[1]):
        keyword, *values = expansion.words[index]
        numbers = all(map(_NUMBERS.fullmatch, values))
        if (model.address != new.key.address and any(map(address.search, values))) or (
            model.port != new.key.port and not numbers and any(map(port.search, values))
        ):
            said = b" ".join((keyword, *values)).decode("utf-8", "replace")
            path, line = expansion.path_and_line(index)
            yield f"`{masked_text(said, edited.after.defined_secrets)}` (line {line} of the new {path})"

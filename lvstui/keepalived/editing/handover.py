"""Lower the priority of a VRRP instance, with a comment that remembers it, and put its line back. Or refuse it.

Not for: how low (see the plan of `cluster`), nor putting changes together and proving them (see `edit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lvstui.keepalived.drain_comment import HANDED_OVER, Mark, marked
from lvstui.keepalived.editing import block_numbers
from lvstui.keepalived.editing.block_numbers import priority_of
from lvstui.keepalived.editing.locations import BY_HAND, EditRefused, Splice, refusal
from lvstui.keepalived.editing.proof import MeantPriority
from lvstui.keepalived.reading.defaults import LEAST_PRIORITY, OWNER_PRIORITY
from lvstui.keepalived.reading.model import Configuration, ConfiguredVrrpInstance


@dataclass(frozen=True, slots=True)
class HandOver:
    """A lower priority for one instance, with a comment that remembers the one before."""

    instance: str
    priority: int
    by: str
    when: datetime
    reason: str = ""

    def __str__(self) -> str:
        return f"hand {self.instance} over with priority {self.priority}"

    def splice(self, configuration: Configuration) -> tuple[Splice, MeantPriority]:
        instance = _instance(configuration, self.instance)
        before = instance.priority
        if instance.handed_over is not None:
            by = instance.handed_over.by
            text = f"{instance.name} is handed over already, by {by}"
            raise refusal(configuration, instance.span[0], text, "Take it back first.")
        if before == OWNER_PRIORITY:
            text = f"the priority of {instance.name} is {OWNER_PRIORITY}, that of the owner of the address"
            raise refusal(configuration, instance.span[0], text, BY_HAND)
        if not LEAST_PRIORITY <= self.priority <= max(before - 1, LEAST_PRIORITY):
            text = f"{self.priority} is no lower priority than {before}, which {instance.name} has"
            raise refusal(configuration, instance.span[0], text, "Choose another.")

        def mark(original: bytes | None, name: str | None) -> Mark:
            return marked(before, self.by, self.when, self.reason, original, name, HANDED_OVER)

        splice = block_numbers.put(configuration, priority_of(instance), self.priority, mark)
        return splice, MeantPriority(instance.name, self.priority)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The bytes from before the handover of one instance."""

    instance: str

    def __str__(self) -> str:
        return f"take {self.instance} back"

    def splice(self, configuration: Configuration) -> tuple[Splice, MeantPriority]:
        instance = _instance(configuration, self.instance)
        if instance.handed_over is None:
            text = f"{instance.name} is not handed over: its priority is {instance.priority}"
            raise refusal(configuration, instance.span[0], text, "There is nothing to do.")
        return block_numbers.take_back(configuration, priority_of(instance)), MeantPriority(instance.name)


def _instance(configuration: Configuration, name: str) -> ConfiguredVrrpInstance:
    found = next((one for one in configuration.vrrp if one.name == name), None)
    if found is None:
        raise EditRefused(f"there is no vrrp_instance {name}", configuration.path, 1, "Name one that there is.")
    return found

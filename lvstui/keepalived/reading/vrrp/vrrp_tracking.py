"""Find what an instance tracks and keepalived does not track for it, or not with the weight that is written.

Not for: whether what is tracked is up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lvstui.keepalived.reading.defaults import OWNER_PRIORITY
from lvstui.keepalived.reading.vrrp.vrrp_effective import EffectiveInstance


def not_tracked(
    one: EffectiveInstance, group_weighs: bool | None, scripts: Mapping[str, tuple[int, int]]
) -> Iterator[tuple[int, str]]:
    """Tell what does not count, statement by statement.

    `group_weighs`: whether its sync group has sync_group_tracking_weight; None: it is in none. `scripts` has the
    statement and the weight of each vrrp_script: one that is defined behind the instance is not found.
    """
    why = f"priority {OWNER_PRIORITY}" if one.priority == OWNER_PRIORITY else "its sync group"
    weightless = one.priority == OWNER_PRIORITY or group_weighs is False
    for item in one.block.tracks:
        weight = item.weight or 0
        if item.kind == "script":
            index, own = scripts.get(item.name, (item.statement, 0))
            if index >= one.block.index:
                yield (
                    item.statement,
                    f"there is no vrrp_script {item.name!r} before this instance: keepalived does not track it",
                )
                continue
            weight = own if item.weight is None else weight
        elif item.kind == "interface" and item.name == one.block.interface:
            yield item.statement, f"{item.name} is the instance's own interface, which is tracked in any case: ignored"
            continue
        if not weightless or not weight or (item.kind == "file" and weight == 1):
            continue
        if item.kind == "interface" and group_weighs is False:
            yield (
                item.statement,
                f"the weight of {item.name} has no effect with {why}: when it is down the instance goes to FAULT",
            )
        else:
            yield (
                item.statement,
                f"keepalived does not track the {item.kind} {item.name} with a weight, because of {why}",
            )

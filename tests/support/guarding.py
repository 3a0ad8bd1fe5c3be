"""What the tests of the guards share: pairs of Directors, and the verdicts of one kind."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards import Guard
from lvstui.cluster.plan.plan import Plan
from tests.support.pair import REAL, SERVICE, facts, text

MISC = "MISC_CHECK {\n            misc_path /bin/true\n            misc_dynamic\n        }"


TRACKED = "track_file load {\n    file /run/lb/load\n}\n"


FILE_CHECK = "FILE_CHECK {\n            track_file load\n            weight 1\n        }"


def told(plan: Plan, name: str) -> list[Guard]:
    return [guard for guard in plan.guards if guard.kind == name]


def level(plan: Plan, name: str) -> str | None:
    found = {guard.level for guard in told(plan, name)}
    assert len(found) < 2
    return found.pop() if found else None


def both(config: str, **known: object) -> list[Facts]:
    made = [facts("director1", "MASTER", config), facts("director2", "BACKUP", config)]
    return [replace(one, **known) for one in made]  # type: ignore[arg-type]


def held(one: Facts, count: int) -> Facts:
    """With so many persistence templates for each real server."""
    return replace(one, persistent=dict.fromkeys(one.weights or {}, count))


def tracking(added: dict[tuple[str, str], int] | None, extra: str = "") -> list[Facts]:
    """8082 has a FILE_CHECK, and a weight of 10."""
    config = TRACKED + text(extra=extra)
    head, tail = config.split("real_server 192.168.211.13 8082 {")
    tail = tail.replace("weight 1", "weight 10", 1).replace(
        "TCP_CHECK {\n            connect_timeout 3\n        }", FILE_CHECK, 1
    )
    made = both(f"{head}real_server 192.168.211.13 8082 {{{tail}", added=added)
    weights = {
        key: 10 + (added or {}).get((SERVICE, REAL), 0) if key[1].port == 8082 else 1 for key in made[0].weights or {}
    }
    return [replace(one, weights=weights) for one in made]

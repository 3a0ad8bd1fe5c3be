"""Does a Director show what the plan predicted, and nothing else? Pure: facts from before and from now in, differences out.

The whole IPVS table counts, not only the rows that were meant: a reload can take other real servers along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from lvstui.cluster.facts import Facts, KernelKey
from lvstui.director.messages import Replacement

Expected = Sequence[tuple[KernelKey, int | None]]  # the kernel's rows that are to change; None: gone


def differences(
    expected: Expected, before: Facts, now: Facts, tolerated: frozenset[KernelKey] = frozenset()
) -> list[str]:
    """What a Director shows otherwise than predicted, each in words. Without `expected`: otherwise than before.

    `tolerated` are rows whose weights the reload itself may have changed.
    """
    if now.keepalived is None or not now.keepalived.running:
        return ["keepalived does not run any more"]
    found = []
    if before.keepalived is not None and now.keepalived.pid != before.keepalived.pid:
        found.append(f"keepalived is another process: {before.keepalived.pid} before, {now.keepalived.pid} now")
    found += [
        f"{instance} was {state} and is {now.vrrp.get(instance)}"
        for instance, state in before.vrrp.items()
        if state is not None and now.vrrp.get(instance) != state
    ]
    return found + kernel_differences(expected, before, now, tolerated)


def kernel_differences(
    expected: Expected, before: Facts, now: Facts, tolerated: frozenset[KernelKey] = frozenset()
) -> list[str]:
    """Of the IPVS tables alone."""
    if now.weights is None:
        return ["the IPVS table cannot be read"]
    was = before.weights or {}
    meant = dict(expected)
    found = []
    for key in was.keys() | now.weights.keys() | meant.keys():
        want = meant[key] if key in meant else was.get(key)
        have = now.weights.get(key)
        if have == want or (key in tolerated and None not in (want, have)):
            continue
        failed = key not in was and have is None  # one that was added, and taken out again by its checker
        if not ((key not in meant or failed) and _checked(key, want, have, now)):
            found.append(f"{_name(key)} should have weight {_weight(want)}, and has {_weight(have)}")
    return sorted(found)


def holds(replacements: Sequence[Replacement], now: Facts) -> Literal["old", "new", "another"]:
    """What the files of a change hold. "old" for a change without any file."""
    files = {file.path: file.sha256 for file in now.files.files} if now.files is not None else {}
    if all(files.get(one.path) == one.sha256 for one in replacements):
        return "old"
    if all(files.get(one.path) == hashlib.sha256(one.data).hexdigest() for one in replacements):
        return "new"
    return "another"


def _checked(key: KernelKey, want: int | None, have: int | None, now: Facts) -> bool:
    """A server that was taken out or put in by its checker meanwhile is not our doing: its verdict says so."""
    if now.configuration is None or (want is not None and have is not None and 0 not in (want, have)):
        return False
    real = f"[{key[1].address}]" if ":" in key[1].address else key[1].address
    gone = have is None or have == 0
    return any(alive is not gone for (_, id), alive in now.alive.items() if id == f"{real}:{key[1].port}")


def _name(key: KernelKey) -> str:
    service, real = key
    where = f"fwmark {service.fwmark}" if service.fwmark else f"{service.protocol} {service.address} {service.port}"
    return f"{real.address} {real.port} of {where}"


def _weight(weight: int | None) -> str:
    return "none (not in the kernel)" if weight is None else str(weight)

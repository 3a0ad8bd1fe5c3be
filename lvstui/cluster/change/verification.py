"""Find what a Director shows otherwise than the plan predicted. Pure: facts from before and from now in, differences out.

The whole IPVS table counts, not only the rows that were meant: a reload can take other real servers along. It is the console that
verifies, and not the agent (decision 0002).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Literal

from lvstui.cluster.identity.kernel_key import KernelKey
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.plan import ExpectedInstance
from lvstui.cluster.text import listed
from lvstui.director.protocol.change_messages import Replacement
from lvstui.keepalived import Configuration, ServiceKey, VirtualServer

Expected = Sequence[tuple[KernelKey, int | None]]  # the kernel's rows that are to change; None: gone
Possible = Sequence[tuple[KernelKey, int]]


def differences(
    expected: Expected,
    before: Facts,
    now: Facts,
    tolerated: frozenset[KernelKey] = frozenset(),
    possible: Possible = (),
    instances: Sequence[ExpectedInstance] = (),
    *,
    restarts: bool = False,
) -> list[str]:
    """Return what a Director shows otherwise than predicted, each in words. Without `expected`: otherwise than before.

    `instances` are those whose state is predicted; the others must be as before. `restarts`: keepalived may be another process.
    `tolerated` are rows whose weights the reload itself may have changed; `possible` those that were out, for a reason that
    explains it, and with what weight they may come in.
    """
    if now.keepalived is None or not now.keepalived.running:
        return ["keepalived is no longer running"]
    found = []
    if not restarts and before.keepalived is not None and now.keepalived.pid != before.keepalived.pid:
        found.append(f"keepalived was restarted: process {before.keepalived.pid} before, {now.keepalived.pid} now")
    names = {one.key: one.name for one in before.instances}
    found += [
        f"{names.get(key, key)} was {state} and is {now.vrrp.get(key)}"
        for key, state in before.vrrp.items()
        if state is not None and now.vrrp.get(key) != state and key not in {one.key for one in instances}
    ]
    for one in instances:
        found += _instance_differences(one, now)
    return found + kernel_differences(expected, before, now, tolerated, possible)


def _instance_differences(expected: ExpectedInstance, now: Facts) -> Iterator[str]:
    """Say what an instance is otherwise than predicted: its state, or where its VIPs are."""
    state = now.vrrp.get(expected.key)
    if state != expected.state:
        yield f"{expected.name} should be {expected.state}, and {f'is {state}' if state else 'has not reported its state'}"
        return
    known = now.details.get(expected.key)
    master = expected.state == "MASTER"
    wrong = [vip.name for vip in known.vips if vip.held is not None and vip.held is not master] if known else []
    if wrong:
        yield f"{expected.name} is {state}, and {'has not' if master else 'still has'} {listed(wrong)}"


def kernel_differences(
    expected: Expected,
    before: Facts,
    now: Facts,
    tolerated: frozenset[KernelKey] = frozenset(),
    possible: Possible = (),
) -> list[str]:
    """Return the differences of the IPVS tables alone."""
    if now.weights is None:
        return ["the IPVS table cannot be read"]
    was = before.weights or {}
    meant, may_come = dict(expected), dict(possible)
    found = []
    for key in was.keys() | now.weights.keys() | meant.keys():
        want = meant[key] if key in meant else was.get(key)
        have = now.weights.get(key)
        if have == want or (key in tolerated and None not in (want, have)):
            continue
        if key not in meant and key not in was and have == may_come.get(key):
            continue
        # Of those that were meant, one may be gone by its checker's word, but none is there with another weight.
        if not (key not in meant or have is None) or not (_checked(key, want, have, now) or _apologises(key, now)):
            found.append(f"{_name(key)} should have weight {_weight(want)}, and has {_weight(have)}")
    return sorted(found)


def holds(replacements: Sequence[Replacement], now: Facts) -> Literal["old", "new", "another"]:
    """Return what the files of a change hold. "old" for a change without any file."""
    files = {file.path: file.sha256 for file in now.files.files} if now.files is not None else {}
    if all(files.get(one.path) == one.sha256 for one in replacements):
        return "old"
    if all(files.get(one.path) == hashlib.sha256(one.data).hexdigest() for one in replacements):
        return "new"
    return "another"


def _checked(key: KernelKey, want: int | None, have: int | None, now: Facts) -> bool:
    """Return True if its own checker took it out or put it in meanwhile: its verdict for that service says so."""
    if now.configuration is None or (want is not None and have is not None and 0 not in (want, have)):
        return False
    real = f"[{key[1].address}]" if ":" in key[1].address else key[1].address
    gone = have is None or have == 0
    verdicts = (now.alive.get((server.id, f"{real}:{key[1].port}")) for server in _of(key, now.configuration))
    return any(alive is not None and alive is not gone for alive in verdicts)


def _apologises(key: KernelKey, now: Facts) -> bool:
    """Return True if it is a sorry server, which comes when a quorum is lost and goes when it is gained."""
    if now.configuration is None:
        return False
    place = (key[1].address, key[1].port)
    sorry = (server.sorry_server for server in _of(key, now.configuration))
    return any(one is not None and (one.key.address, one.key.port) == place for one in sorry)


def _of(key: KernelKey, configuration: Configuration) -> Iterator[VirtualServer]:
    """Return the virtual servers that have the row's service: two may share it."""
    service = ServiceKey(*key[0])
    return (server for server in configuration.virtual_servers if service in server.services)


def _name(key: KernelKey) -> str:
    service, real = key
    where = f"fwmark {service.fwmark}" if service.fwmark else f"{service.protocol} {service.address} {service.port}"
    return f"{real.address} {real.port} of {where}"


def _weight(weight: int | None) -> str:
    return "none (not in the kernel)" if weight is None else str(weight)
